"""Charts as Vega-Lite specs, drawn as SVG or PNG by vl-convert: one picture for page, PDF and mail.

The spec holds user text only as data values. Axes are drawn as marks of our own, placed in pixels: the labels then say
exactly the days and figures of the chart, in the words of `render.words`, in whatever time zone or locale it is drawn.
"""

import datetime as dt
import functools
import json
import re
import zlib

import vl_convert

from outbrief.render import colours
from outbrief.render.bar_chart import bar_spots, bars
from outbrief.render.line_chart import day_spots, lines
from outbrief.render.marks import Pen, Spec, Spot, known, label
from outbrief.render.typefaces import TYPEFACES, folder
from outbrief.render.typeset import letter_widths
from outbrief.terms import locale
from outbrief.terms.document import Chart
from outbrief.terms.locale import Locale
from outbrief.terms.look import Brand, Font

WIDTH = 640
_VERSION = "6.4"
_GRADIENT = re.compile(r"""(="(?:url\(#)?)gradient_[0-9]+(\)?")""")


def chart_svg(chart: Chart, brand: Brand, *, width: int = WIDTH) -> str:
    """Draw a chart as SVG, `width` pixels wide; its text stays text, in the brand's typeface.

    The last few charts are kept, so that the mail and the PDF of one report need not draw one twice.
    """
    return _draw(chart, colours.accent(brand), brand.font, width, locale.in_use())


def svg_png(svg: str, scale: float) -> bytes:
    """Turn the SVG of a chart into PNG."""
    _know_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def chart_spec(chart: Chart, brand: Brand, *, width: int = WIDTH) -> Spec:
    """Describe a chart as a Vega-Lite spec. Rows of data that draw a series carry its `value` and `day` or `name`."""
    return _spec(chart, colours.accent(brand), brand.font, width)


def chart_spots(chart: Chart, brand: Brand, *, width: int = WIDTH) -> list[Spot]:
    """Tell where in the picture of a chart each day or name is, in the order of `chart.x`; bars without room are left.

    Empty for a chart that has nothing to show.
    """
    if not any(known(series.values) for series in chart.series):
        return []
    if (days := _days(chart)) is not None:
        return day_spots(chart, days, _pen(colours.accent(brand), brand.font), width)
    return bar_spots(chart, width)


@functools.lru_cache(maxsize=16)
def _draw(chart: Chart, accent: str, font: Font, width: int, _for: Locale) -> str:
    _know_fonts()
    spec = json.dumps(_spec(chart, accent, font, width))
    svg = str(vl_convert.vegalite_to_svg(spec, vl_version=_VERSION))
    # The engine numbers gradients as it goes: named by what they are, the picture is the same each time, and two
    # pictures on one page do not share a name.
    name = f"g{zlib.crc32(spec.encode()):08x}"
    return _GRADIENT.sub(lambda match: f"{match[1]}{name}{match[2]}", svg)


@functools.cache
def _know_fonts() -> None:
    vl_convert.register_font_directory(folder())


def _spec(chart: Chart, accent: str, font: Font, width: int) -> Spec:
    pen = _pen(accent, font)
    if not any(known(series.values) for series in chart.series):
        return pen.frame(width, 40, [pen.text([label(0, 20, "Nothing to show for this period.")], "left")])
    if (days := _days(chart)) is not None:
        return lines(chart, days, pen, width)
    return bars(chart, pen, width)


def _pen(accent: str, font: Font) -> Pen:
    return Pen(accent=accent, face=TYPEFACES[font].family, widths=letter_widths(font))


def _days(chart: Chart) -> tuple[dt.date, ...] | None:
    """Give the days of a chart over days; None for bars over names."""
    days = tuple(x for x in chart.x if isinstance(x, dt.date))
    return days if chart.form == "line" and len(days) == len(chart.x) else None

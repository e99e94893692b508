"""The picture of a chart as part of a page: light and dark in one, as wide as its place, with what each day held.

It is put together anew from the few elements and attributes that a chart is drawn of. So it is small, and holds nothing
that a page's policy forbids, whatever the engine that drew it may write some day.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from outbrief.render import chart as charts
from outbrief.render import colours, words
from outbrief.render.marks import Spot
from outbrief.terms.document import Chart
from outbrief.terms.look import Brand

_KEPT = {"g", "path", "line", "rect", "text", "defs", "linearGradient", "stop"}
_ATTRIBUTES = {
    "d", "dx", "dy", "fill", "fill-opacity", "font-size", "font-weight", "height", "id", "offset", "opacity",
    "stop-color", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-width", "text-anchor",
    "transform", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip
_MANY = 92  # days; more have strips too narrow to be pointed at without a script
_COARSE_BELOW = 500  # a picture this narrow shows no fractions of so many days
# Grounds that only an engine needs: the page has its own.
_GROUNDS = {"background", "foreground"}
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_FRACTION = re.compile(r"\d+\.\d+")
# The lower edge of an area, which is drawn as a curve through every day.
_LEVEL = re.compile(r"L([\d.]+),([\d.]+)(?:C[\d.]+,\2,[\d.]+,\2,([\d.]+),\2)+")
_WHOLE = re.compile(r"\.0(?!\d)")


def picture(chart: Chart, brand: Brand, *, width: int, said: Sequence[str], manner: str) -> str:
    """Give the chart as an `svg` element of the class `manner`; `said` tells what each of `chart.x` held.

    Where a day or bar is wide enough to be pointed at it is an unseen strip with what it held as its title. For scripts
    the group of strips tells of a chart over days where each day is (`data-x`) and the heights of its values, series
    by series (`data-y`, a dash where there is none).
    """
    # What is read here was drawn by ourselves.
    root = ET.fromstring(charts.chart_svg(chart, brand, width=width))  # noqa: S314
    box = html.escape(root.get("viewBox", ""))
    spots = charts.chart_spots(chart, brand, width=width)
    coarse = width < _COARSE_BELOW and len(spots) > _MANY
    # The first thing drawn is the ground of the whole picture.
    drawn = "".join(_written(child, brand, 0 if coarse else 1) for child in list(root)[1:])
    alt = html.escape(words.printable(chart.alt) or words.printable(chart.title) or "Chart")
    return f'<svg class="{manner}" viewBox="{box}" role="img" aria-label="{alt}">{drawn}{_strips(spots, said)}</svg>'


def _strips(spots: Sequence[Spot], said: Sequence[str]) -> str:
    if not spots:
        return ""
    places = ""
    if spots[0].ys:
        heights = (" ".join(map(_height, series)) for series in zip(*(spot.ys for spot in spots), strict=True))
        places = f' data-x="{" ".join(_number(spot.middle) for spot in spots)}" data-y="{"|".join(heights)}"'
    strips = "".join(map(_strip, spots, said)) if len(spots) <= _MANY else ""
    return f'<g class="strips" fill="none" pointer-events="all"{places}>{strips}</g>'


def _strip(spot: Spot, said: str) -> str:
    place = "".join(
        f' {name}="{_number(value)}"'
        for name, value in (("x", spot.x), ("y", spot.y), ("width", spot.width), ("height", spot.height))
    )
    return f"<rect{place}><title>{html.escape(said)}</title></rect>"


def _height(y: float | None) -> str:
    return "-" if y is None else _number(y)


def _written(element: ET.Element, brand: Brand, digits: int) -> str:
    name = element.tag.rpartition("}")[2]
    if name not in _KEPT or element.get("class") in _GROUNDS:
        return ""
    attributes = "".join(
        f' {key}="{html.escape(_value(key, value, brand, digits))}"'
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and value != "translate(0,0)"
    )
    content = html.escape(element.text or "") + "".join(_written(child, brand, digits) for child in element)
    if name == "g" and (not attributes or not content):
        return content
    return f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>"


def _value(key: str, value: str, brand: Brand, digits: int) -> str:
    if _COLOUR.fullmatch(value):
        return f"light-dark({value},{colours.drawn_in_the_dark(value.lower(), brand)})"
    if key == "id":
        return value
    if key == "d":
        value = _LEVEL.sub(r"L\1,\2H\3", value)
    return _FRACTION.sub(lambda match: _number(float(match[0]), digits if key == "d" else 1), value)


def _number(value: float, digits: int = 1) -> str:
    return _WHOLE.sub("", f"{value:.{digits}f}")

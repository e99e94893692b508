"""Charts as Vega-Lite specs, drawn as SVG or PNG by vl-convert: one picture for page, PDF and mail.

The spec holds user text only as data values. Axes are drawn as marks of our own, placed in pixels: the labels then say
exactly the days and figures of the chart, in the words of `render.words`, in whatever time zone or locale it is drawn.
"""

import datetime as dt
import functools
import json
import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import font_hanken_grotesk
import vl_convert

from outbrief.render import colours, words
from outbrief.terms import locale
from outbrief.terms.document import Chart, Series
from outbrief.terms.locale import THIN, Locale
from outbrief.terms.look import Brand
from outbrief.terms.table import Kind

Json = str | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
Spec = dict[str, Json]

FONT = "Hanken Grotesk"
WIDTH, HEIGHT, FONT_SIZE = 640, 168, 11
MOST_BARS = 20
OTHERS = ("#0f7a55", "#9a5b00", "#7a4fd0", "#1f7f96")
_LETTER = FONT_SIZE * 0.56
_VERSION = "6.4"
_GRADIENT = re.compile(r"""(="(?:url\(#)?)gradient_[0-9]+(\)?")""")


def chart_svg(chart: Chart, brand: Brand, *, width: int = WIDTH) -> str:
    """Draw a chart as SVG, `width` pixels wide; its text stays text, in Hanken Grotesk.

    The last few charts are kept, so that the mail and the PDF of one report need not draw one twice.
    """
    return _draw(chart, colours.accent(brand), width, locale.in_use())


def chart_png(chart: Chart, brand: Brand, scale: float = 2.0, *, width: int = WIDTH) -> bytes:
    """Draw a chart as PNG on white, `width * scale` pixels wide."""
    return svg_png(chart_svg(chart, brand, width=width), scale)


def svg_png(svg: str, scale: float) -> bytes:
    """Turn the SVG of a chart into PNG."""
    _know_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def chart_spec(chart: Chart, brand: Brand, *, width: int = WIDTH) -> Spec:
    """Describe a chart as a Vega-Lite spec. Rows of data that draw a series carry its `value` and `day` or `name`."""
    return _spec(chart, colours.accent(brand), width)


@functools.lru_cache(maxsize=16)
def _draw(chart: Chart, accent: str, width: int, _for: Locale) -> str:
    _know_fonts()
    spec = json.dumps(_spec(chart, accent, width))
    svg = str(vl_convert.vegalite_to_svg(spec, vl_version=_VERSION))
    # The engine numbers gradients as it goes: named by what they are, the picture is the same each time, and two
    # pictures on one page do not share a name.
    name = f"g{zlib.crc32(spec.encode()):08x}"
    return _GRADIENT.sub(lambda match: f"{match[1]}{name}{match[2]}", svg)


@functools.cache
def _know_fonts() -> None:
    vl_convert.register_font_directory(font_hanken_grotesk.font_directory)


def _spec(chart: Chart, accent: str, width: int) -> Spec:
    if not any(_known(series.values) for series in chart.series):
        return _frame(width, 40, [_text([_label(0, 20, "Nothing to show for this period.")], "left")])
    days = tuple(x for x in chart.x if isinstance(x, dt.date))
    if chart.form == "line" and len(days) == len(chart.x):
        return _lines(chart, days, accent, width)
    return _bars(chart, accent, width)


@dataclass(frozen=True, kw_only=True)
class _Plot:
    """The place of a line chart: pixels of its edges, and the figure at its top."""

    left: float
    right: float
    top: float
    bottom: float
    highest: float
    days: tuple[dt.date, ...]

    def x(self, index: int) -> float:
        share = index / (len(self.days) - 1) if len(self.days) > 1 else 0.5
        return round(self.left + share * (self.right - self.left), 2)

    def y(self, value: float) -> float:
        return round(self.bottom - value / self.highest * (self.bottom - self.top), 2)


def _lines(chart: Chart, days: tuple[dt.date, ...], accent: str, width: int) -> Spec:
    ticks = _ticks(max(value for series in chart.series for value in _known(series.values)), chart.kind)
    names = [words.printable(series.name, 24) for series in chart.series]
    margin = min(width * 0.3, 16 + max(len(name) for name in names) * _LETTER)
    plot = _Plot(left=44, right=width - margin, top=10, bottom=HEIGHT - 24, highest=ticks[-1], days=days)
    paints = _paints(chart.series, accent)
    drawn = sorted(zip(chart.series, paints, strict=True), key=lambda pair: pair[0].role == "current")
    current = [pair for pair in drawn if pair[0].role == "current"]
    # A fill under one of several lines would make it look like the sum of the others.
    layers: list[Json] = [_area(*current[0], plot)] if len(current) == 1 else []
    layers.append(_grid(plot, ticks))
    for series, paint in drawn:
        layers += _stroke(series, plot, paint)
    figures = [_label(plot.left - 8, plot.y(tick), _axis_words(tick, chart.kind, ticks)) for tick in ticks]
    marked = [_label(plot.x(i), plot.bottom + 15, said) for i, said in _day_ticks(days, plot.right - plot.left)]
    layers += [_text(figures, "right"), _text(marked, "center")]
    return _frame(width, HEIGHT, [*layers, *_end_names(chart.series, names, paints, plot)])


def _grid(plot: _Plot, ticks: Sequence[float]) -> Json:
    rows: list[Json] = [{"x": plot.left, "x2": plot.right, "y": plot.y(tick)} for tick in ticks]
    mark: Spec = {"type": "rule", "color": colours.LINE, "strokeWidth": 1}
    return {"data": {"values": rows}, "mark": mark, "encoding": {**_PLACE, "x2": {"field": "x2"}}}


def _rows(series: Series, plot: _Plot) -> list[Spec]:
    """Give the days that have a value; each stretch without a gap is a `run` of its own."""
    rows: list[Spec] = []
    run = 0
    for index, (day, value) in enumerate(zip(plot.days, series.values, strict=False)):
        if value is None or not math.isfinite(value):
            run += 1
            continue
        place: Spec = {"x": plot.x(index), "y": plot.y(value), "y2": plot.bottom, "run": run}
        rows.append({"day": day.isoformat(), "value": value, **place})
    return rows


def _area(series: Series, paint: str, plot: _Plot) -> Json:
    stops: list[Json] = [
        {"offset": 0, "color": colours.mix(paint, "#ffffff", 0.86)},
        {"offset": 1, "color": "#ffffff"},
    ]
    gradient: Spec = {"gradient": "linear", "x1": 0, "y1": 0, "x2": 0, "y2": 1, "stops": stops}
    mark: Spec = {"type": "area", "interpolate": "monotone", "color": gradient, "line": False}
    return {
        "data": {"values": _rows(series, plot)},
        "mark": mark,
        "encoding": {**_PLACE, "y2": {"field": "y2"}, "detail": _RUN},
    }


def _stroke(series: Series, plot: _Plot, paint: str) -> list[Json]:
    """Draw a line through the days of a series; a day alone between gaps becomes a point."""
    before = series.role == "previous"
    rows = _rows(series, plot)
    mark: Spec = {
        "type": "line", "interpolate": "monotone", "color": paint, "strokeWidth": 1.5 if before else 2.25,
        "strokeJoin": "round", "strokeCap": "butt" if before else "round", "strokeDash": [4, 4] if before else [1, 0],
    }  # fmt: skip
    layers: list[Json] = [{"data": {"values": rows}, "mark": mark, "encoding": {**_PLACE, "detail": _RUN}}]
    runs = [row["run"] for row in rows]
    if lone := [row for row in rows if runs.count(row["run"]) == 1]:
        point: Spec = {"type": "point", "filled": True, "color": paint, "size": 36, "opacity": 1}
        layers.append({"data": {"values": lone}, "mark": point, "encoding": _PLACE})
    return layers


def _end_names(series: Sequence[Series], names: Sequence[str], paints: Sequence[str], plot: _Plot) -> list[Json]:
    """Write each series' name at the end of its line, pushed apart where lines end close together."""
    ends = []
    for one, name, paint in zip(series, names, paints, strict=True):
        if rows := _rows(one, plot):
            last = rows[-1]
            ends.append((float(str(last["y"])), name, paint, one.role))
    ends.sort(key=lambda end: end[0])
    layers: list[Json] = []
    y = -math.inf
    spare = plot.bottom + 6 - (len(ends) - 1) * 14
    for place, name, paint, role in ends:
        y = max(min(place, spare), y + 14)
        spare += 14
        ink = colours.MUTED if role == "previous" else colours.readable(paint, "#ffffff")
        layers.append(_text([_label(plot.right + 8, y, name)], "left", colour=ink, bold=role == "current"))
    return layers


def _ticks(highest: float, kind: Kind) -> list[float]:
    """Choose three to five round figures from 0 to just above `highest`."""
    least = {Kind.INTEGER: 1.0, Kind.RATE: 1e-4}.get(kind, 0.1)
    rough = max(highest / 4, least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    if kind is Kind.INTEGER:
        step = math.ceil(step)
    count = max(1, math.ceil(highest / step - 1e-9))
    return [round(step * i, 10) for i in range(count + 1)]


def _axis_words(tick: float, kind: Kind, ticks: Sequence[float]) -> str:
    if kind is Kind.RATE:
        step = ticks[1] - ticks[0]
        return words.percent(tick, 0 if step > 0.0099 else (1 if step > 0.00099 else 2)) if tick else "0"
    if kind is Kind.MINUTES:
        return words.duration(tick) if tick else "0"
    return words.compact(tick) if ticks[-1] >= 10_000 else words.number(tick, 0 if tick == int(tick) else 1)


def _day_ticks(days: Sequence[dt.date], room: float) -> list[tuple[int, str]]:
    """Choose days to name along the axis, as many as have room: every day, every second, weeks, then months."""
    most = max(2, int(room // 52))
    for step in (1, 2, 7, 14, 28):
        if math.ceil(len(days) / step) <= most:
            return [(i, locale.day(days[i], year=False)) for i in range(0, len(days), step)]
    firsts = [i for i, day in enumerate(days) if day.day == 1]
    every = math.ceil(len(firsts) / most)
    return [(i, locale.month(days[i], short=True)) for i in firsts[::every]]


def _bars(chart: Chart, accent: str, width: int) -> Spec:
    """Draw a bar per name and series, the names at the left, the figures at the ends."""
    names = [words.printable(words.cell(x, Kind.TEXT, "UTC"), 120) for x in chart.x]
    shown = names[:MOST_BARS]
    left = min(width * 0.36, 12 + max((len(name) for name in shown), default=0) * _LETTER)
    values = [value for series in chart.series for value in _known(series.values[: len(shown)])]
    decimals = words.rate_decimals(values) if chart.kind is Kind.RATE else None
    scale = (width - left - 90) / (max(values, default=0) or 1)
    thick = [5 if series.role == "previous" else 12 for series in chart.series]
    step = sum(thick) + 3 * len(thick) + 8
    several = sum(series.role == "current" for series in chart.series) > 1
    layers: list[Json] = []
    down = 4.0
    for series, paint, height in zip(chart.series, _paints(chart.series, accent), thick, strict=True):
        rows: list[Json] = []
        said: list[Json] = []
        for i, (name, value) in enumerate(zip(shown, series.values, strict=False)):
            if value is None or not math.isfinite(value):
                continue
            top, end = down + i * step, left + max(value * scale, 1)
            rows.append({"name": name, "value": value, "x": left, "x2": end, "y": top, "y2": top + height})
            parts = [words.measure(value, chart.kind, decimals)] if series.role == "current" else []
            parts += [words.printable(series.name, 24)] if not said and (several or not parts) else []
            if parts:
                said.append(_label(end + 6, top + height / 2 + 0.5, " ".join(parts)))
        mark: Spec = {"type": "rect", "color": paint, "cornerRadius": 1.5}
        encoding: Spec = {**_PLACE, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
        layers.append({"data": {"values": rows}, "mark": mark, "encoding": encoding})
        layers.append(_text(said, "left", colour=colours.INK if series.role == "current" else colours.MUTED))
        down += height + 3
    middle = 4 + max(thick, default=0) / 2
    labels = [_label(0, middle + i * step, name) for i, name in enumerate(shown)]
    if rest := len(names) - len(shown):
        labels.append(_label(0, middle + len(shown) * step, f"{words.number(rest)} more are not drawn"))
    layers.append(_text(labels, "left", colour=colours.INK, limit=left - 12))
    return _frame(width, len(labels) * step - 4, layers)


def _paints(series: Sequence[Series], accent: str) -> list[str]:
    """Give each series its colour: the accent to the first of this period, grey to the period before."""
    free = iter((colours.readable(accent, "#ffffff", 3.0), *OTHERS * len(series)))
    return [colours.GREY if one.role == "previous" else next(free) for one in series]


def _frame(width: float, height: float, layers: Sequence[Json]) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "padding": 0,
        "autosize": "none",
        "background": "#ffffff",
        "config": {"aria": False, "font": FONT, "view": {"stroke": None}},
        "layer": layers,
    }


def _label(x: float, y: float, text: str) -> Spec:
    return {"x": x, "y": y, "text": text.replace(THIN, words.NO_BREAK)}


def _text(
    rows: Sequence[Json], align: str, *, colour: str = colours.MUTED, bold: bool = False, limit: float = 0
) -> Json:
    mark: Spec = {
        "type": "text", "align": align, "baseline": "middle", "fontSize": FONT_SIZE, "color": colour, "font": FONT,
        "fontWeight": 600 if bold else 400, "limit": limit,
    }  # fmt: skip
    encoding: Spec = {**_PLACE, "text": {"field": "text", "type": "nominal"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


# Positions are pixels already: no scale, no axis.
_PLACE: Spec = {
    channel: {"field": channel, "type": "quantitative", "scale": None, "axis": None} for channel in ("x", "y")
}
_RUN: Spec = {"field": "run", "type": "nominal"}

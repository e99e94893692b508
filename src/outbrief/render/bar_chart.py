"""Bars over names: the names at the left, the figures at the ends."""

import math
from collections.abc import Sequence

from outbrief.render import colours, words
from outbrief.render.marks import Json, Pen, Spec, Spot, known, label, rect
from outbrief.terms.document import Chart, Series
from outbrief.terms.table import Kind

MOST_BARS = 24
_THICK, _THIN_BAR, _BETWEEN = 12, 5, 3


def bars(chart: Chart, pen: Pen, width: int) -> Spec:
    """Describe a bar per name and series; what the names that have no room hold is said in a line below."""
    names = [words.printable(words.cell(x, Kind.TEXT, "UTC"), 120) for x in chart.x]
    shown = names if len(names) <= MOST_BARS else names[: MOST_BARS - 1]
    left = min(width * 0.36, 14 + max((pen.width(name) for name in shown), default=0) * 1.04)
    values = [value for series in chart.series for value in known(series.values[: len(shown)])]
    decimals = words.rate_decimals(values) if chart.kind is Kind.RATE else None
    scale = (width - left - 90) / (max(values, default=0) or 1)
    thick = _thick(chart)
    step = _step(thick)
    several = sum(series.role == "current" for series in chart.series) > 1
    layers: list[Json] = []
    down = 4.0
    for series, paint, height in zip(chart.series, pen.paints(chart.series), thick, strict=True):
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
                said.append(label(end + 6, top + height / 2 + 0.5, " ".join(parts)))
        layers.append(rect(rows, color=paint, cornerRadius=1.5))
        layers.append(pen.text(said, "left", colour=colours.INK if series.role == "current" else colours.MUTED))
        down += height + _BETWEEN
    middle = 4 + max(thick, default=0) / 2
    named = [label(0, middle + i * step, pen.shortened(name, left - 12)) for i, name in enumerate(shown)]
    layers.append(pen.text(named, "left", colour=colours.INK))
    rest = _rest(chart, len(shown))
    if rest:
        layers.append(pen.text([label(0, middle + len(shown) * step, rest)], "left"))
    return pen.frame(width, (len(shown) + bool(rest)) * step - 4, layers)


def bar_spots(chart: Chart, width: int) -> list[Spot]:
    """Tell where each name of a chart is that is drawn: a row as wide as the chart."""
    step = _step(_thick(chart))
    shown = len(chart.x) if len(chart.x) <= MOST_BARS else MOST_BARS - 1
    return [Spot(x=0, y=i * step, width=width, height=step) for i in range(shown)]


def _thick(chart: Chart) -> list[int]:
    return [_THIN_BAR if series.role == "previous" else _THICK for series in chart.series]


def _step(thick: Sequence[int]) -> int:
    return sum(thick) + _BETWEEN * len(thick) + 8


def _rest(chart: Chart, shown: int) -> str:
    """Say what the bars that have no room hold together; empty when all have room."""
    left = len(chart.x) - shown
    values = known(_first(chart.series).values[shown:])
    if not left or not values:
        return ""
    more = f"{words.number(left)} more, not drawn"
    if chart.kind is Kind.INTEGER:
        return f"{more}: {words.number(sum(values))} together"
    least, most = (words.measure(value, chart.kind) for value in (min(values), max(values)))
    return f"{more}: {least}" if least == most else f"{more}: {least} to {most}"


def _first(series: Sequence[Series]) -> Series:
    return next((one for one in series if one.role == "current"), series[0])

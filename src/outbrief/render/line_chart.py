"""Lines over days, and columns where only a few of the days have anything."""

import datetime as dt
import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from outbrief.render import colours, words
from outbrief.render.marks import BEFORE_DASH, DASHES, PLACE, Json, Pen, Spec, Spot, known, label, rect, rule
from outbrief.terms import locale
from outbrief.terms.document import Chart, Series
from outbrief.terms.table import Kind

HEIGHT = 168
_LEFT, _TOP, _BELOW = 44, 10, 24
_SAMPLE = 16  # pixels of the piece of line before the name of a series
_APART = 14  # pixels between names
_FEW = 3  # days with anything: a curve would make up what lies between them
_RUN: Spec = {"field": "run", "type": "nominal"}


@dataclass(frozen=True, kw_only=True)
class _Plot:
    """The place of a chart over days: pixels of its edges, the figure at its top, and what is free beside a day."""

    left: float
    right: float
    highest: float
    days: tuple[dt.date, ...]
    beside: float = 0.0
    top: float = _TOP
    bottom: float = HEIGHT - _BELOW

    def x(self, index: int) -> float:
        share = index / (len(self.days) - 1) if len(self.days) > 1 else 0.5
        left, right = self.left + self.beside, self.right - self.beside
        return round(left + share * (right - left), 2)

    def y(self, value: float) -> float:
        return round(self.bottom - value / self.highest * (self.bottom - self.top), 2)


@dataclass(frozen=True, kw_only=True)
class _Stroke:
    """One series as it is drawn."""

    series: Series
    name: str
    paint: str
    dash: tuple[float, ...]

    @property
    def current(self) -> bool:
        return self.series.role == "current"

    @property
    def width(self) -> float:
        return 2.25 if self.current else 1.5


def lines(chart: Chart, days: tuple[dt.date, ...], pen: Pen, width: int) -> Spec:
    """Describe a chart over days: this period in colour, the period before in dashed grey under it."""
    strokes = _strokes(chart, pen, width)
    ticks = _ticks_of(chart)
    columns = _sparse(chart)
    plot = _plot(chart, days, strokes, pen, width)
    drawn = sorted(strokes, key=lambda stroke: stroke.current)
    current = [stroke for stroke in drawn if stroke.current]
    # A fill under one of several lines would make it look like the sum of the others.
    layers: list[Json] = [_area(current[0], plot)] if len(current) == 1 and not columns else []
    layers.append(_grid(plot, ticks))
    for stroke in drawn:
        layers += _columns(stroke, chart.kind, plot, pen) if columns else _line(stroke, chart.kind, plot, pen)
    figures = [label(plot.left - 8, plot.y(tick), _axis_words(tick, chart.kind, ticks)) for tick in ticks]
    marked = [label(plot.x(i), plot.bottom + 15, said) for i, said in _day_ticks(plot, pen)]
    layers += [pen.text(figures, "right"), pen.text(marked, "center")]
    return pen.frame(width, HEIGHT, [*layers, *_end_names(strokes, plot, pen)])


def day_spots(chart: Chart, days: tuple[dt.date, ...], pen: Pen, width: int) -> list[Spot]:
    """Tell where each day of a chart over days is: a strip from its top to its bottom, halfway to the days beside."""
    plot = _plot(chart, days, _strokes(chart, pen, width), pen, width)
    at = [plot.x(index) for index in range(len(days))]
    half = (at[1] - at[0]) / 2 if len(at) > 1 else (plot.right - plot.left) / 2
    spots = []
    for index, middle in enumerate(at):
        left, right = max(middle - half, plot.left), min(middle + half, plot.right)
        drawn = [series.values[index] if index < len(series.values) else None for series in chart.series]
        spots.append(
            Spot(
                x=left,
                y=plot.top,
                width=right - left,
                height=plot.bottom - plot.top,
                middle=middle,
                ys=tuple(None if v is None or not math.isfinite(v) else plot.y(v) for v in drawn),
            )
        )
    return spots


def _plot(chart: Chart, days: tuple[dt.date, ...], strokes: Sequence[_Stroke], pen: Pen, width: int) -> _Plot:
    margin = 8 + max(pen.width(stroke.name) for stroke in strokes) * 1.06 + (_SAMPLE if len(strokes) > 1 else 0)
    beside = min(40.0, (width - _LEFT - margin) / (len(days) + 1) / 2) if _sparse(chart) else 0.0
    return _Plot(left=_LEFT, right=width - margin, highest=_ticks_of(chart)[-1], days=days, beside=beside)


def _ticks_of(chart: Chart) -> list[float]:
    return _ticks(max(value for series in chart.series for value in known(series.values)), chart.kind)


def _strokes(chart: Chart, pen: Pen, width: int) -> list[_Stroke]:
    dashes = iter(DASHES * len(chart.series))
    return [
        _Stroke(
            series=series,
            name=pen.shortened(words.printable(series.name), width * 0.25),
            paint=paint,
            dash=BEFORE_DASH if series.role == "previous" else next(dashes),
        )
        for series, paint in zip(chart.series, pen.paints(chart.series), strict=True)
    ]


def _sparse(chart: Chart) -> bool:
    """Tell whether counts stand on a few days alone, so that a line between them would say what is not so."""
    current = [series for series in chart.series if series.role == "current"]
    values = known(current[0].values) if len(current) == 1 else []
    active = sum(value > 0 for value in values)
    return chart.kind is Kind.INTEGER and active > 0 and (active <= _FEW or active * 5 <= len(values) * 2)


@functools.lru_cache(maxsize=16)
def _rows(series: Series, plot: _Plot) -> list[Spec]:
    """Place the days that have a value; each stretch without a gap is a `run` of its own.

    Kept because the line of a series, its area, its name and its values under the pointer all stand on them.
    """
    rows: list[Spec] = []
    run = 0
    for index, (day, value) in enumerate(zip(plot.days, series.values, strict=False)):
        if value is None or not math.isfinite(value):
            run += 1
            continue
        place: Spec = {"x": plot.x(index), "y": plot.y(value), "y2": plot.bottom, "run": run}
        rows.append({"day": day.isoformat(), "value": value, **place})
    return rows


def _grid(plot: _Plot, ticks: Sequence[float]) -> Json:
    return rule([{"x": plot.left, "x2": plot.right, "y": plot.y(tick)} for tick in ticks], color=colours.LINE)


def _area(stroke: _Stroke, plot: _Plot) -> Json:
    stops: list[Json] = [
        {"offset": 0, "color": colours.mix(stroke.paint, "#ffffff", 0.86)},
        {"offset": 1, "color": "#ffffff"},
    ]
    gradient: Spec = {"gradient": "linear", "x1": 0, "y1": 0, "x2": 0, "y2": 1, "stops": stops}
    mark: Spec = {"type": "area", "interpolate": "monotone", "color": gradient, "line": False}
    return {
        "data": {"values": _rows(stroke.series, plot)},
        "mark": mark,
        "encoding": {**PLACE, "y2": {"field": "y2"}, "detail": _RUN},
    }


def _line(stroke: _Stroke, kind: Kind, plot: _Plot, pen: Pen) -> list[Json]:
    """Draw a line through the days of a series; a day alone between gaps becomes a point."""
    rows = _rows(stroke.series, plot)
    plain = stroke.dash == DASHES[0]
    mark: Spec = {
        "type": "line", "interpolate": "monotone", "color": stroke.paint, "strokeWidth": stroke.width,
        "strokeJoin": "round", "strokeCap": "round" if plain else "butt", "strokeDash": list(stroke.dash),
    }  # fmt: skip
    layers: list[Json] = [{"data": {"values": rows}, "mark": mark, "encoding": {**PLACE, "detail": _RUN}}]
    runs = [row["run"] for row in rows]
    if lone := [row for row in rows if runs.count(row["run"]) == 1]:
        point: Spec = {"type": "point", "filled": True, "color": stroke.paint, "size": 36, "opacity": 1}
        layers.append({"data": {"values": lone}, "mark": point, "encoding": PLACE})
        if len(rows) <= _FEW and stroke.current:
            layers.append(pen.text([_above(row, kind) for row in rows], "center", colour=colours.INK))
    return layers


def _columns(stroke: _Stroke, kind: Kind, plot: _Plot, pen: Pen) -> list[Json]:
    """Draw a column per day with anything: filled for this period, a dashed outline for the one before."""
    half = max(1.0, min(13.0, plot.beside * 0.62)) * (1.0 if stroke.current else 1.35)
    rows: list[Json] = []
    said: list[Json] = []
    for row in _rows(stroke.series, plot):
        x = float(str(row["x"]))
        if row["value"]:
            rows.append({**row, "x": x - half, "x2": x + half})
            said.append({**_above(row, kind), "y": max(float(str(row["y"])) - 8, 6)})
    if not stroke.current:
        return [rect(rows, filled=False, stroke=stroke.paint, strokeWidth=1.2, strokeDash=[3, 2.5])]
    named = [pen.text(said, "center", colour=colours.INK)] if len(rows) <= _FEW else []
    return [rect(rows, color=stroke.paint, cornerRadiusTopLeft=1.5, cornerRadiusTopRight=1.5), *named]


def _above(row: Spec, kind: Kind) -> Spec:
    x, y, value = (float(str(row[key])) for key in ("x", "y", "value"))
    return label(x, y - 9 if y >= 15 else y + 12, words.measure(value, kind))


def _end_names(strokes: Sequence[_Stroke], plot: _Plot, pen: Pen) -> list[Json]:
    """Write each series' name at the end of its line, pushed apart where lines end close together.

    A piece of the line stands before the name, when there are several, so that colour need not tell them apart.
    """
    ends = []
    for stroke in strokes:
        if rows := _rows(stroke.series, plot):
            ends.append((float(str(rows[-1]["y"])), stroke))
    ends.sort(key=lambda end: end[0])
    layers: list[Json] = []
    y = -math.inf
    spare = plot.bottom + 6 - (len(ends) - 1) * _APART
    for place, stroke in ends:
        y = max(min(place, spare), y + _APART)
        spare += _APART
        x = plot.right + 8
        if len(strokes) > 1:
            sample: Spec = {"x": x, "x2": x + _SAMPLE - 5, "y": y}
            layers.append(
                rule(
                    [sample],
                    color=stroke.paint,
                    strokeWidth=stroke.width,
                    strokeDash=[3.5, 1.5] if len(stroke.dash) == 2 and stroke.dash[0] > 4 else list(stroke.dash),
                )
            )
            x += _SAMPLE
        ink = colours.readable(stroke.paint, "#ffffff") if stroke.current else colours.MUTED
        layers.append(pen.text([label(x, y, stroke.name)], "left", colour=ink, bold=stroke.current))
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


def _day_ticks(plot: _Plot, pen: Pen) -> list[tuple[int, str]]:
    """Choose days to name along the axis, as many as have room: every day, every second, weeks, then months."""
    days = plot.days
    each = [locale.day(day, year=False) for day in days[:28]]
    most = max(2, int((plot.right - plot.left) // (max(pen.width(said) for said in each) + 18)))
    for step in (1, 2, 7, 14, 28):
        if math.ceil(len(days) / step) <= most:
            return [(i, locale.day(days[i], year=False)) for i in range(0, len(days), step)]
    firsts = [i for i, day in enumerate(days) if day.day == 1]
    every = math.ceil(len(firsts) / most)
    return [(i, locale.month(days[i], short=True)) for i in firsts[::every]]

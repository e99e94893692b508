"""The charts of a report as Excel's own: their data on one sheet, from which they are drawn."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from xlsxwriter.chart import Chart as NativeChart
from xlsxwriter.worksheet import Worksheet

from outbrief.render import colours, words
from outbrief.render.book import Book, number_format, print_setup, write_cell, write_text
from outbrief.terms.document import Chart, Series
from outbrief.terms.table import Cell, Kind

Value = str | int | float | bool | None | Sequence["Value"] | dict[str, "Value"]
_LABEL: dict[str, Value] = {"color": colours.MUTED, "size": 9, "bold": False}
# Told apart by how light they are and how they are dashed, for those who do not tell them apart by colour.
_OTHERS = ("#c2650a", "#344054", "#b0479a", "#2a9d8f")
_DASHES = ("solid", "long_dash", "square_dot", "long_dash_dot", "round_dot")
_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_END = 80, 48, 16
_NEAR = 0.1  # of the height: ends of lines that are nearer cannot both be named there


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A chart ready to be put on a sheet; `height` is in pixels."""

    native: NativeChart
    height: int
    alt: str


def draw_charts(book: Book, sheet: Worksheet, charts: Sequence[Chart]) -> list[Drawn]:
    """Write the data of each chart on `sheet`, side by side, and make native charts that refer to it."""
    drawn = []
    column = 0
    for chart in charts:
        _write_data(book, sheet, chart, column)
        drawn.append(_draw(book, sheet, chart, column))
        column += len(chart.series) + 2
    print_setup(book, sheet, landscape=True)
    return drawn


def _write_data(book: Book, sheet: Worksheet, chart: Chart, column: int) -> None:
    write_text(sheet, 0, column, words.printable(chart.title, _LONGEST_TITLE), book.format(bold=True))
    by_day = any(isinstance(x, dt.date) for x in chart.x)
    kind = Kind.DATE if by_day else Kind.TEXT
    write_text(sheet, 1, column, "Day" if by_day else "Name", book.header())
    sheet.set_column(column, column, 14 if by_day else 40)
    style = book.format(align="left", **number_format(kind))
    names: Sequence[Cell] = chart.x
    for row, x in enumerate(names, start=2):
        # Longer names would leave no room for the bars.
        shown: Cell = words.printable(x, _LONGEST_NAME) if isinstance(x, str) else x
        write_cell(book, sheet, row, column, shown, style)
    for index, series in enumerate(chart.series, start=column + 1):
        style = book.format(**number_format(chart.kind, series.values))
        write_text(sheet, 1, index, words.printable(series.name, 200), book.header(figures=True))
        sheet.set_column(index, index, 16)
        for row, value in enumerate(series.values[: len(chart.x)], start=2):
            write_cell(book, sheet, row, index, value, style)


def _draw(book: Book, sheet: Worksheet, chart: Chart, column: int) -> Drawn:
    bars, lone = chart.form == "bar", len(chart.x) == 1
    native = book.file.add_chart({"type": "bar" if bars else "column" if lone else "line"})
    free = iter(zip((book.accent, *_OTHERS * len(chart.series)), _DASHES * len(chart.series), strict=False))
    direct = not bars and not lone and _ends_apart(chart)
    last = len(chart.x) + 1
    for index, series in enumerate(chart.series, start=column + 1):
        colour, dash = (colours.GREY, "dash") if series.role == "previous" else next(free)
        native.add_series(
            {
                "name": [sheet.name, 1, index],
                "categories": [sheet.name, 2, column, last, column],
                "values": [sheet.name, 2, index, last, index],
                **(_bar(chart, series, colour) if bars or lone else _line(series, colour, dash, named=direct)),
            }
        )
    _dress(native, sheet, chart, column, direct=direct)
    _axes(native, chart, bars=bars)
    height = 96 + 26 * len(chart.x) * (1 + (len(chart.series) > 1) // 2) if bars else 280
    native.show_blanks_as("gap")
    return Drawn(native=native, height=min(height, 900), alt=words.printable(chart.alt, 1000))


def _dress(native: NativeChart, sheet: Worksheet, chart: Chart, column: int, *, direct: bool) -> None:
    shown = words.printable(chart.title)
    native.set_title(
        {
            **({"name": [sheet.name, 0, column]} if shown else {"none": True}),
            "name_font": {"size": 12, "bold": True, "color": colours.INK},
            "overlay": False,
            "layout": {"x": 0.02, "y": 0.03},
        }
    )
    legend: dict[str, Value] = {"position": "top", "font": _LABEL}
    native.set_legend({"none": True} if direct or len(chart.series) == 1 else legend)
    native.set_chartarea({"border": {"none": True}})
    if direct:
        longest = max(len(series.name) for series in chart.series)
        room = min(0.3, 0.03 + 0.011 * longest)
        native.set_plotarea({"layout": {"x": 0.1, "y": 0.17, "width": 0.88 - room, "height": 0.68}})


def _ends_apart(chart: Chart) -> bool:
    """Tell whether the lines can be named where they end: they end apart, and their names are short."""
    ends = sorted(value for series in chart.series if (value := _end(series)[1]) is not None)
    top = max((value for series in chart.series for value in series.values if value is not None), default=0)
    if len(chart.series) < 2 or len(ends) < len(chart.series) or top <= 0:
        return False
    apart = all(after - before >= _NEAR * top for before, after in pairwise(ends))
    return apart and all(len(series.name) <= _LONGEST_END for series in chart.series)


def _end(series: Series) -> tuple[int, float | None]:
    """Give the place and value of the last point of a line; (-1, None) when it has none."""
    known = [(place, value) for place, value in enumerate(series.values) if value is not None]
    return known[-1] if known else (-1, None)


def _line(series: Series, colour: str, dash: str, *, named: bool) -> dict[str, Value]:
    line: dict[str, Value] = {"color": colour, "width": 1.5 if series.role == "previous" else 2.25}
    if dash != "solid":
        line["dash_type"] = dash
    lone = sum(value is not None for value in series.values) == 1
    marker: dict[str, Value] = {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": colour}}
    told: dict[str, Value] = {"line": line, "marker": marker if lone else {"type": "none"}}
    if named:
        ink = colours.MUTED if series.role == "previous" else colours.readable(colour, "#ffffff")
        nowhere: list[Value] = [{"delete": True}] * len(series.values)
        nowhere[_end(series)[0]] = None
        font: dict[str, Value] = {"size": 9, "bold": series.role == "current", "color": ink}
        told["data_labels"] = {"series_name": True, "position": "right", "font": font, "custom": nowhere}
    return told


def _bar(chart: Chart, series: Series, colour: str) -> dict[str, Value]:
    told: dict[str, Value] = {"fill": {"color": colour}, "border": {"none": True}, "gap": 60}
    if series.role == "current":
        shown = number_format(chart.kind, series.values).get("num_format", "General")
        told["data_labels"] = {"value": True, "num_format": shown, "font": _LABEL}
    return told


def _axes(native: NativeChart, chart: Chart, *, bars: bool) -> None:
    values = [value for series in chart.series for value in series.values]
    shown = number_format(chart.kind, values).get("num_format", "General")
    if chart.kind is Kind.RATE and max((value or 0 for value in values), default=0) > 0.05:
        shown = "0%"
    plain: dict[str, Value] = {"line": {"color": colours.LINE}, "num_font": _LABEL, "major_tick_mark": "none"}
    grid: dict[str, Value] = {"visible": True, "line": {"color": colours.LINE, "width": 0.75}}
    figures: dict[str, Value] = {"min": 0, "num_format": shown, "line": {"none": True}, "num_font": _LABEL}
    if bars:
        native.set_x_axis({**figures, "visible": False, "major_gridlines": {"visible": False}})
        native.set_y_axis({**plain, "reverse": True})
        return
    native.set_x_axis({**plain, "date_axis": True, "num_format": "d mmm", **_days_apart(len(chart.x))})
    native.set_y_axis({**figures, "major_gridlines": grid, "major_tick_mark": "none"})


def _days_apart(days: int) -> dict[str, Value]:
    step = next((step for step in (1, 2, 7, 14, 28) if days / step <= 12), 0)
    if step:
        return {"major_unit": step, "major_unit_type": "days"}
    return {"major_unit": max(1, days // 360), "major_unit_type": "months"}

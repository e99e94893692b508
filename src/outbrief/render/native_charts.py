"""The charts of a report as Excel's own: their data on one sheet, from which they are drawn."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.chart import Chart as NativeChart
from xlsxwriter.worksheet import Worksheet

from outbrief.render import colours, words
from outbrief.render.book import Book, number_format, print_setup, write_cell, write_text
from outbrief.terms.document import Chart, Series
from outbrief.terms.look import Brand
from outbrief.terms.table import Cell, Kind

WIDTH = 860
Value = str | int | float | bool | Sequence["Value"] | dict[str, "Value"]
_LABEL: dict[str, Value] = {"color": colours.MUTED, "size": 9, "bold": False}
_OTHERS = ("#0f7a55", "#9a5b00", "#7a4fd0", "#1f7f96")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A chart ready to be put on a sheet; `height` is in pixels."""

    native: NativeChart
    height: int
    alt: str


def draw_charts(book: Book, sheet: Worksheet, charts: Sequence[Chart], brand: Brand) -> list[Drawn]:
    """Write the data of each chart on `sheet`, side by side, and make native charts that refer to it."""
    drawn = []
    column = 0
    for chart in charts:
        _write_data(book, sheet, chart, column)
        drawn.append(_draw(book, sheet, chart, column, colours.readable(colours.accent(brand), "#ffffff", 3.0)))
        column += len(chart.series) + 2
    print_setup(sheet, landscape=True)
    return drawn


def _write_data(book: Book, sheet: Worksheet, chart: Chart, column: int) -> None:
    write_text(sheet, 0, column, words.printable(chart.title, 200), book.format(bold=True))
    by_day = any(isinstance(x, dt.date) for x in chart.x)
    kind = Kind.DATE if by_day else Kind.TEXT
    write_text(sheet, 1, column, "Day" if by_day else "Name", book.header())
    sheet.set_column(column, column, 14 if by_day else 40)
    names: Sequence[Cell] = chart.x
    for row, x in enumerate(names, start=2):
        write_cell(book, sheet, row, column, x, book.format(**number_format(kind)))
    for index, series in enumerate(chart.series, start=column + 1):
        style = book.format(**number_format(chart.kind, series.values))
        write_text(sheet, 1, index, words.printable(series.name, 200), book.header(figures=True))
        sheet.set_column(index, index, 16)
        for row, value in enumerate(series.values[: len(chart.x)], start=2):
            write_cell(book, sheet, row, index, value, style)


def _draw(book: Book, sheet: Worksheet, chart: Chart, column: int, accent: str) -> Drawn:
    bars = chart.form == "bar"
    native = book.file.add_chart({"type": "bar" if bars else "line"})
    free = iter((accent, *_OTHERS * len(chart.series)))
    last = len(chart.x) + 1
    for index, series in enumerate(chart.series, start=column + 1):
        colour = colours.GREY if series.role == "previous" else next(free)
        native.add_series(
            {
                "name": [sheet.name, 1, index],
                "categories": [sheet.name, 2, column, last, column],
                "values": [sheet.name, 2, index, last, index],
                **(_bar(chart, series, colour) if bars else _line(series, colour)),
            }
        )
    native.set_title(
        {
            "name": [sheet.name, 0, column],
            "name_font": {"size": 12, "bold": True, "color": colours.INK},
            "overlay": False,
            "layout": {"x": 0.02, "y": 0.03},
        }
    )
    native.set_legend({"position": "top", "font": _LABEL} if len(chart.series) > 1 else {"none": True})
    native.set_chartarea({"border": {"none": True}})
    _axes(native, chart, bars=bars)
    height = 110 + 26 * len(chart.x) * (1 + (len(chart.series) > 1) // 2) if bars else 300
    height = min(height, 900)
    native.set_size({"width": WIDTH, "height": height})
    native.show_blanks_as("gap")
    return Drawn(native=native, height=height, alt=words.printable(chart.alt, 1000))


def _line(series: Series, colour: str) -> dict[str, Value]:
    before = series.role == "previous"
    line: dict[str, Value] = {"color": colour, "width": 1.5 if before else 2.25}
    if before:
        line["dash_type"] = "dash"
    lone = sum(value is not None for value in series.values) == 1
    marker: dict[str, Value] = {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": colour}}
    return {"line": line, "marker": marker if lone else {"type": "none"}}


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

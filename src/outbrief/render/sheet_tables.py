"""The sheet of one table: an Excel table with totals that follow its filter, marked rates, bars, print set-up."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from outbrief.render import colours, words
from outbrief.render.book import (
    Book,
    Property,
    is_figures,
    letters,
    lines,
    needed_decimals,
    number_format,
    print_setup,
    write_cell,
    write_text,
)
from outbrief.terms.question import LIMITS, SHOWN_RATE_PARTS, camel
from outbrief.terms.table import Cell, Column, Kind, Table

_SAMPLE = 500
_WIDEST, _NARROWEST = 50, 9
_MOST_LINES = 8
_LINE, _BUTTON = 15, 14  # points
_UPRIGHT = 100  # digits across a page before it is laid on its side
# Excel names columns in formulas by their headings; these need no marks of escape there.
_PLAIN_HEADING = re.compile("[A-Za-z][A-Za-z0-9 ]*")


_PARTS = {camel(rate): (camel(part), camel(whole)) for rate, (part, whole) in SHOWN_RATE_PARTS.items()}
_GROWTHS = {"sentChange": ("sent", "sentBefore")}
_LIMITS = {camel(rate): limit for rate, limit in LIMITS.items()}


@dataclass(frozen=True, kw_only=True)
class _Closing:
    """A cell of the closing row: Excel's `function` of the column, a `formula` over several, or the value alone."""

    value: Cell
    function: str = ""
    formula: str = ""


def write_table(book: Book, sheet: Worksheet, table: Table, name: str) -> None:
    """Write a table from the first cell on: Excel's own table under this `name`, its closing row, then remarks."""
    headings = _headings(table.columns)
    heads = [
        book.header(figures=is_figures(column.kind), indent=_indent(table.columns, index))
        for index, column in enumerate(table.columns)
    ]
    widths = [
        _width(column, heading, [row[index] for row in table.rows[:_SAMPLE]], book.timezone)
        for index, (column, heading) in enumerate(zip(table.columns, headings, strict=True))
    ]
    styles = [_style(table, index) for index in range(len(table.columns))]
    for index in range(len(table.columns)):
        sheet.set_column(index, index, widths[index])
        _write_column(book, sheet, index, table.rows, styles[index], widths[index])
    closing = _closing(table, headings, name) if table.total and table.rows else []
    if table.rows:
        _make_table(sheet, table, headings, heads, closing, name)
        _write_closing(book, sheet, len(table.rows) + 1, closing, styles)
        _mark(book, sheet, table)
    else:
        for index, (heading, head) in enumerate(zip(headings, heads, strict=True)):
            write_text(sheet, 0, index, heading, head)
    _set_heights(sheet, table.rows, headings, widths)
    down = len(table.rows) + (2 if closing else 1)
    for remark in _remarks(table, headings, closing):
        down += 1
        _write_remark(book, sheet, down, remark, widths)
    sheet.freeze_panes(1, 1 if len(table.columns) > 6 else 0)
    sheet.repeat_rows(0)
    print_setup(book, sheet, landscape=sum(widths) > _UPRIGHT)
    # A name such as "12" is text on purpose.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _write_column(
    book: Book,
    sheet: Worksheet,
    index: int,
    rows: Sequence[tuple[Cell, ...]],
    shown: dict[str, Property],
    width: float,
) -> None:
    plain = book.format(valign="top", bottom=1, bottom_color=colours.LINE, **shown)
    wrapped = book.format(valign="top", bottom=1, bottom_color=colours.LINE, text_wrap=True, **shown)
    for row, cells in enumerate(rows, start=1):
        value = cells[index]
        style = wrapped if _wrapped_lines(value, width) > 1 else plain
        if value is None:
            sheet.write_blank(row, index, None, style)
        write_cell(book, sheet, row, index, value, style)


def _wrapped_lines(value: Cell, width: float) -> int:
    """Count the lines of a cell; what would take very many stays on one, where the next cell cuts it off."""
    if not isinstance(value, str) or not width < letters(value) <= _MOST_LINES * width:
        return 1
    return lines(value, width)


def _set_heights(
    sheet: Worksheet, rows: Sequence[tuple[Cell, ...]], headings: Sequence[str], widths: Sequence[float]
) -> None:
    """Make rows as high as their wrapped text, and the header as its words and the filter's buttons."""
    heading_lines = (lines(heading, width) for heading, width in zip(headings, widths, strict=True))
    sheet.set_row(0, _LINE * min(max(heading_lines, default=1), 4) + _BUTTON)
    for row, cells in enumerate(rows, start=1):
        high = max((_wrapped_lines(value, width) for value, width in zip(cells, widths, strict=True)), default=1)
        if high > 1:
            sheet.set_row(row, _LINE * high)


def _write_remark(book: Book, sheet: Worksheet, row: int, text: str, widths: Sequence[float]) -> None:
    """Write a remark under the table, no wider than the table is, or the page would be made to show it."""
    style = book.format(font_color=colours.MUTED, align="left", valign="top", text_wrap=True)
    room = sum(widths)
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
    sheet.set_row(row, min(_LINE * lines(text, room), 400))
    write_text(sheet, row, 0, text, style)


def _make_table(
    sheet: Worksheet,
    table: Table,
    headings: Sequence[str],
    heads: Sequence[Format],
    closing: Sequence[_Closing],
    name: str,
) -> None:
    columns: list[dict[str, object]] = [
        {"header": heading, "header_format": head} for heading, head in zip(headings, heads, strict=True)
    ]
    for told, cell in zip(columns, closing, strict=False):
        if cell.formula:
            told["total_function"] = cell.function or "=" + cell.formula
        elif isinstance(cell.value, str):
            told["total_string"] = _label(cell.value)
    options = {"columns": columns, "style": "Table Style Light 1", "total_row": bool(closing), "name": name}
    sheet.add_table(0, 0, len(table.rows) + bool(closing), len(headings) - 1, {**options, "banded_rows": False})


# Closing row ---------------------------------------------------------------------------------------------------------


def _closing(table: Table, headings: Sequence[str], name: str) -> list[_Closing]:
    """Give the closing row; what the rows here add up to is a formula over them, everything else stays a value.

    A formula is written only where it comes to what the document says: a table that holds the first rows of many, or
    an average of what is not here, keeps the values of all.
    """
    at = {column.key: index for index, column in enumerate(table.columns)}
    cells = []
    for index, (column, said) in enumerate(zip(table.columns, table.total or (), strict=True)):
        known = isinstance(said, int | float) and not isinstance(said, bool) and table.total_rows <= len(table.rows)
        closing = _Closing(value="Total" if said is None and index == 0 else said)
        if known and (column.kind is Kind.INTEGER or column.key == "share"):
            if _PLAIN_HEADING.fullmatch(headings[index]) and _same(_sum(table, index), said):
                formula = f"SUBTOTAL(109,{name}[{headings[index]}])"
                closing = _Closing(value=said, function="sum", formula=formula)
        elif known and (parts := _PARTS.get(column.key) or _GROWTHS.get(column.key)):
            closing = _ratio(table, headings, name, said, [at.get(part) for part in parts], column.key in _GROWTHS)
        cells.append(closing)
    return cells


def _ratio(
    table: Table, headings: Sequence[str], name: str, said: Cell, parts: Sequence[int | None], growth: bool
) -> _Closing:
    """Give a rate as the ratio of the sums of its parts, or how a sum grew, when both parts are in the table."""
    places = [part for part in parts if part is not None and _PLAIN_HEADING.fullmatch(headings[part])]
    if len(places) < 2 or not (below := _sum(table, places[1])):
        return _Closing(value=said)
    less = 1 if growth else 0
    if not _same(_sum(table, places[0]) / below - less, said):
        return _Closing(value=said)
    top, bottom = (f"SUBTOTAL(109,{name}[{headings[place]}])" for place in places)
    return _Closing(value=said, formula=f'IFERROR({top}/{bottom}{"-1" if growth else ""},"")')


def _sum(table: Table, index: int) -> float:
    values = (row[index] for row in table.rows)
    return math.fsum(value for value in values if isinstance(value, int | float) and math.isfinite(value))


def _same(found: float, said: Cell) -> bool:
    return isinstance(said, int | float) and math.isclose(found, said, rel_tol=1e-9, abs_tol=1e-12)


def _write_closing(
    book: Book, sheet: Worksheet, row: int, closing: Sequence[_Closing], styles: Sequence[dict[str, Property]]
) -> None:
    for index, cell in enumerate(closing):
        style = book.format(bold=True, top=1, top_color=colours.MUTED, **styles[index])
        if cell.formula:
            sheet.write_formula(row, index, "=" + cell.formula, style, cell.value)
            continue
        sheet.write_blank(row, index, None, style)
        write_cell(book, sheet, row, index, _label(cell.value) if isinstance(cell.value, str) else cell.value, style)


def _label(text: str) -> str:
    return words.printable(text, 250)


def _remarks(table: Table, headings: Sequence[str], closing: Sequence[_Closing]) -> list[str]:
    """Say what is not here, what the totals are of, and which cells are marked."""
    figures = [
        (heading, cell)
        for heading, column, cell in zip(headings, table.columns, closing, strict=False)
        if is_figures(column.kind) and cell.value is not None
    ]
    fixed = [heading for heading, cell in figures if not cell.formula]
    totals = ""
    if fixed and len(fixed) == len(figures):
        totals = "The totals are of all rows and do not follow the filter."
    elif fixed:
        totals = f"The totals follow the filter; of all rows whatever it shows: {', '.join(fixed)}."
    limited = [
        f"{heading} above {words.percent(limit, needed_decimals(limit))} of {words.number(round(1 / limit))} messages"
        for heading, column in zip(headings, table.columns, strict=True)
        if (limit := _LIMITS.get(column.key))
    ]
    said = (
        "" if table.rows else "No rows in this period.",
        words.rows_left_out(table, len(table.rows), main=False),
        words.printable(table.note),
        totals,
        f"Marked: {' or more, '.join(limited)} or more." if limited and table.rows else "",
    )
    return [one for one in said if one]


# Looks ---------------------------------------------------------------------------------------------------------------


def _mark(book: Book, sheet: Worksheet, table: Table) -> None:
    """Mark rates above their usual limits, and draw bars behind the first count and shares of a whole."""
    at = {column.key: index for index, column in enumerate(table.columns)}
    last = len(table.rows)
    bad = book.format(font_color=colours.BAD, bg_color=colours.mix(colours.BAD, "#ffffff", 0.88), bold=True)
    counted = False
    for index, column in enumerate(table.columns):
        if limit := _LIMITS.get(column.key):
            test = f"{_cell(index)}>{limit}"
            # Of fewer messages than that a single case is past the limit: 50 for 2 %, 1,000 for 0.1 %.
            whole = at.get(_PARTS[column.key][1])
            rule = test if whole is None else f"AND({test},{_cell(whole)}>={round(1 / limit)})"
            told = {"type": "formula", "criteria": "=" + rule, "format": bad}
            sheet.conditional_format(1, index, last, index, told)
        elif column.key == "share" or (column.kind is Kind.INTEGER and not counted and last > 1):
            counted = counted or column.kind is Kind.INTEGER
            sheet.conditional_format(1, index, last, index, _bar(book))


def _bar(book: Book) -> dict[str, Property]:
    return {
        "type": "data_bar",
        "bar_color": colours.mix(book.accent, "#ffffff", 0.72),
        "bar_solid": True,
        "bar_no_border": True,
        "min_type": "num",
        "min_value": 0,
    }


def _cell(column: int) -> str:
    """Name the first cell of a column under the header, whichever the row: `$H2`."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(65 + rest) + name, column - 1
    return f"${name}2"


def _style(table: Table, index: int) -> dict[str, Property]:
    column = table.columns[index]
    if not is_figures(column.kind):
        # Without it, text of some scripts would stand at the right.
        return {"align": "left", "indent": _indent(table.columns, index)}
    if _LIMITS.get(column.key, 1) < 0.01:
        return {"num_format": "0.00%"}
    return number_format(column.kind, [row[index] for row in table.rows])


def _indent(columns: Sequence[Column], index: int) -> int:
    """Keep text away from figures to the left of it, which end where it begins."""
    return int(index > 0 and is_figures(columns[index - 1].kind) and not is_figures(columns[index].kind))


def _headings(columns: Sequence[Column]) -> list[str]:
    """Give headings that differ in any case, as an Excel table wants them; minutes say that they are minutes."""
    headings: list[str] = []
    for column in columns:
        base = words.printable(column.label, 200) or column.key
        if column.kind is Kind.MINUTES and "minute" not in base.lower():
            base += " (minutes)"
        heading, number = base, 1
        while heading.lower() in {other.lower() for other in headings}:
            number += 1
            heading = f"{base} {number}"
        headings.append(heading)
    return headings


def _width(column: Column, heading: str, values: Sequence[Cell], timezone: str) -> float:
    """Choose a width in digits for most of the cells, and for each word of the heading."""
    shown = (words.cell(value, column.kind, timezone) for value in values)
    word = max((letters(word) for word in heading.split()), default=1)
    line = math.ceil(letters(heading) / 3)
    return min(_WIDEST, max(word + 2, line + 2, *(letters(text) + 2 for text in shown), _NARROWEST))

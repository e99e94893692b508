"""A small workbook being written: formats made once, cells typed by their kind, names that Excel takes."""

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from outbrief.render import words
from outbrief.terms.table import Cell, Kind

HEADER_COLOUR = "#4472C4"
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_CUT = " … [cut: a cell holds 32,767 characters]"
_MOST_EXACT = 2**53
_FIRST_YEAR = 1900
_NUMBER_FORMATS: dict[Kind, str] = {
    Kind.INTEGER: "#,##0",
    Kind.NUMBER: "#,##0.0",
    Kind.RATE: "0.0%",
    Kind.MINUTES: "#,##0.0",
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIMESTAMP: "yyyy-mm-dd hh:mm",
}

Property = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Book:
    """A workbook being written; instants are shown on the clock of `timezone`."""

    file: xlsxwriter.Workbook
    timezone: str
    formats: dict[tuple[tuple[str, Property], ...], Format] = field(default_factory=dict)

    def format(self, **properties: Property) -> Format:
        """Give the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(properties)
        return self.formats[key]

    def header(self, *, figures: bool = False, indent: int = 0) -> Format:
        """Give the format of header cells, over `figures` at the right as these are."""
        align = "right" if figures else "left"
        return self.format(
            bold=True, font_color="#FFFFFF", bg_color=HEADER_COLOUR, valign="vcenter", align=align, indent=indent
        )


def print_setup(sheet: Worksheet, *, landscape: bool, pages_high: int = 0) -> None:
    """Print a sheet one page wide, and `pages_high` pages high or as many as it takes."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, pages_high)
    sheet.set_footer("&L&A&RPage &P of &N")


def is_figures(kind: Kind) -> bool:
    """Tell whether cells of this kind stand at the right."""
    return kind in _NUMBER_FORMATS


def number_format(kind: Kind, values: Sequence[Cell] = ()) -> dict[str, Property]:
    """Give the number format of a kind; rates that are all below 1 % get a second decimal."""
    if kind is Kind.RATE and words.column_decimals(kind, values) == 2:
        return {"num_format": "0.00%"}
    return {"num_format": _NUMBER_FORMATS[kind]} if kind in _NUMBER_FORMATS else {}


def write_cell(book: Book, sheet: Worksheet, row: int, column: int, value: Cell, style: Format) -> None:
    """Write a value as what it is: number, date, time, boolean or text; nothing for None and what is no number."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value, style)
        case int() | float():
            if not math.isfinite(value):
                return
            if abs(value) > _MOST_EXACT:
                write_text(sheet, row, column, str(value), style)
            else:
                sheet.write_number(row, column, value, style)
        case dt.date():
            _write_date(book, sheet, row, column, value, style)
        case _:
            write_text(sheet, row, column, value, style)


def _write_date(book: Book, sheet: Worksheet, row: int, column: int, value: dt.date, style: Format) -> None:
    if isinstance(value, dt.datetime) and value.tzinfo:
        value = words.local(value, book.timezone).replace(tzinfo=None)
    if value.year < _FIRST_YEAR:
        write_text(sheet, row, column, value.isoformat(), style)
    else:
        sheet.write_datetime(row, column, value, style)


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write text as text, never a formula or link; what is longer than a cell holds is cut and says so."""
    text = words.clean(text)
    if _units(text) > _LONGEST_CELL:
        text = _short(text, _LONGEST_CELL - _units(_CUT)) + _CUT
    if text:
        sheet.write_string(row, column, text, style)


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Turn titles into sheet names that Excel takes: up to 31 characters, no `[]:*?/` or backslash, each its own."""
    names: list[str] = []
    taken = {"history"}  # Excel keeps this name for itself
    for title in titles:
        base = re.sub(r"[\[\]:*?/\\]+", " ", words.printable(title)).strip("' ") or "Table"
        name, number = _short(base, _LONGEST_SHEET_NAME).strip("' "), 1
        while name.lower() in taken:
            number += 1
            name = f"{_short(base, _LONGEST_SHEET_NAME - len(str(number)) - 1).strip()} {number}"
        taken.add(name.lower())
        names.append(name)
    return names


def _units(text: str) -> int:
    """Count UTF-16 units, which is how Excel measures text."""
    return len(text.encode("utf-16-le")) // 2


def _short(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")

"""A small workbook being written: formats made once, cells typed by their kind, names that Excel takes."""

import datetime as dt
import math
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from outbrief.render import colours, words
from outbrief.terms.look import Paper
from outbrief.terms.table import Cell, Kind

HEADER_COLOUR = "#4472C4"
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_CUT = " … [cut: a cell holds 32,767 characters]"
_MOST_EXACT = 2**53
_FIRST_YEAR = 1900
# Those of dates are Excel's own, which each reader's Excel writes in the manner of its country.
_NUMBER_FORMATS: dict[Kind, str | int] = {
    Kind.INTEGER: "#,##0",
    Kind.NUMBER: "#,##0.0",
    Kind.RATE: "0.0%",
    Kind.MINUTES: "#,##0.0",
    Kind.DATE: 14,
    Kind.TIMESTAMP: 22,
}
_PAPERS: dict[Paper, tuple[int, float, float]] = {Paper.A4: (9, 8.27, 11.69), Paper.LETTER: (1, 8.5, 11.0)}
_SIDES, _TOP, _BOTTOM = 0.5, 0.55, 0.7

Property = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Book:
    """A workbook being written; instants are shown on the clock of `timezone`, bars and links in `accent`."""

    file: xlsxwriter.Workbook
    timezone: str
    accent: str
    paper: Paper
    formats: dict[tuple[tuple[str, Property], ...], Format] = field(default_factory=dict)

    def format(self, **properties: Property) -> Format:
        """Give the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(properties)
        return self.formats[key]

    def header(self, *, figures: bool = False, indent: int = 0) -> Format:
        """Give the format of header cells, over `figures` at the right as these are.

        The words stand at the top, for Excel puts the button of the filter over the lower right corner.
        """
        align = "right" if figures else "left"
        return self.format(
            bold=True,
            font_color="#FFFFFF",
            bg_color=HEADER_COLOUR,
            valign="top",
            align=align,
            text_wrap=True,
            indent=indent,
        )

    def remark(self) -> Format:
        """Give the format of what is said beside the figures."""
        return self.format(font_color=colours.MUTED)


def print_setup(book: Book, sheet: Worksheet, *, landscape: bool, pages_high: int = 0) -> None:
    """Print a sheet on the paper of the report, one page wide, and `pages_high` pages high or as many as it takes."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(_PAPERS[book.paper][0])
    sheet.set_margins(left=_SIDES, right=_SIDES, top=_TOP, bottom=_BOTTOM)
    sheet.fit_to_pages(1, pages_high)
    sheet.set_footer("&L&9&A&R&9Page &P of &N")


def page_height(book: Book, across: int) -> float:
    """Give how many points of rows fit on an upright page that is made to show `across` pixels."""
    _, wide, high = _PAPERS[book.paper]
    return (high - _TOP - _BOTTOM) * across * 0.75 / (wide - 2 * _SIDES)


def needed_decimals(fraction: float) -> int:
    """Count the decimals that a limit needs as a percentage: 0.02 needs none, 0.001 one."""
    return next((places for places in (0, 1, 2) if math.isclose(fraction * 100, round(fraction * 100, places))), 3)


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
        name, number = _at_word(base).strip("' "), 1
        while name.lower() in taken:
            number += 1
            name = f"{_short(base, _LONGEST_SHEET_NAME - len(str(number)) - 1).strip()} {number}"
        taken.add(name.lower())
        names.append(name)
    return names


def reference(sheet_name: str) -> str:
    """Write the name of a sheet as formulas and links want it."""
    return "'" + sheet_name.replace("'", "''") + "'"


def lines(text: str, room: float) -> int:
    """Count the lines, one at least, that wrapped text takes where `room` digits fit on a line."""
    return max(1, len(textwrap.wrap(text, max(4, int(room * len(text) / max(letters(text), 1))))))


def letters(text: str) -> int:
    """Count how many digits wide text is, about: letters of East Asia take the room of two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _at_word(text: str) -> str:
    """Cut text to what a sheet's name holds, at a space if one is near the end."""
    cut = _short(text, _LONGEST_SHEET_NAME)
    return cut if cut == text else cut[: max(cut.rfind(" "), 0) if cut.rfind(" ") > _LONGEST_SHEET_NAME // 2 else None]


def _units(text: str) -> int:
    """Count UTF-16 units, which is how Excel measures text."""
    return len(text.encode("utf-16-le")) // 2


def _short(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")

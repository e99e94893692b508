"""Rows as the XML of an Excel sheet, made by Polars expressions on whole columns, with a tally of what did not fit."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import polars as pl

from outbrief.render.frame import instant, tags_text
from outbrief.terms.table import Column, Kind

MAX_CELL_UNITS: Final = 32_767  # UTF-16 code units, as Excel counts

_TEXTUAL: Final = (Kind.TEXT, Kind.JSON, Kind.TAGS)
_UNIX_EPOCH: Final = 25_569  # as a serial day
_FIRST_DAY: Final = 61  # 1900-03-01: Excel counts a day before it that never was
_AFTER_LAST_DAY: Final = 2_958_466  # the day after 9999-12-31
_DAY: Final = 86_400_000_000  # in microseconds
_LARGEST_INTEGER: Final = 10**15 - 1
_LARGEST_NUMBER: Final = 9.99999999999999e307

_NOT_XML: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
# Excel reads `_x0041_` as an A, and `_x005F_` as the underscore itself. The pattern leaves out the closing underscore
# because two such texts may share it (`_x0041_x0042_`).
_LOOKALIKE: Final = r"_(x[0-9A-Fa-f]{4})"
_XML_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}  # a bare CR would be read as LF

_ROW: Final = "<row>"


class Style(IntEnum):
    """The cell formats, by their place in the workbook's style sheet."""

    GENERAL = 0
    HEADER = 1
    TEXT = 2
    PERCENT = 3
    MINUTES = 4
    DATE = 5
    TIMESTAMP = 6
    NOTE = 7


_STYLES: Final = {
    Kind.RATE: Style.PERCENT,
    Kind.MINUTES: Style.MINUTES,
    Kind.DATE: Style.DATE,
    Kind.TIMESTAMP: Style.TIMESTAMP,
}


@dataclass(kw_only=True)
class Tally:
    """What the sheets could not hold as it was: cells cut, characters removed from cells, numbers kept as text."""

    cut: int = 0
    removed: int = 0
    cleaned: int = 0
    numbers: int = 0

    def sentences(self) -> tuple[str, ...]:
        """Say it for people, one sentence each."""
        said = []
        if self.cut:
            said.append(
                f"{_many(self.cut, 'cell was', 'cells were')} longer than {MAX_CELL_UNITS:,} characters, the most that "
                "an Excel cell holds, and had to be cut there."
            )
        if self.removed:
            said.append(
                f"{_many(self.removed, 'control character', 'control characters')}, which an Excel file cannot hold, "
                f"had to be removed from {_many(self.cleaned, 'cell', 'cells')}."
            )
        if self.numbers:
            said.append(
                f"{_many(self.numbers, 'number or date is', 'numbers or dates are')} beyond what Excel holds exactly, "
                "and kept as text."
            )
        return tuple(said)


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def letters(place: int) -> str:
    """Name the column at this place, counted from 0, as Excel does: A to Z, AA and on."""
    name = ""
    while place >= 0:
        name = chr(ord("A") + place % 26) + name
        place = place // 26 - 1
    return name


def area(columns: int, rows: int, mark: str = "") -> str:
    """Name the range from A1 over so many columns and data rows; the mark `$` makes it absolute."""
    return f"{mark}A{mark}1:{mark}{letters(columns - 1)}{mark}{rows + 1}"


def sheet_rows(frame: pl.DataFrame, columns: Sequence[Column], first: int, tally: Tally) -> bytes:
    """Give the `<row>` elements of a frame, numbered from `first` (row 1 is the header), and add to the tally."""
    frame = frame.with_columns(
        pl.int_range(first, first + frame.height).cast(pl.String).alias(_ROW),
        *[tags_text(column.key) for column in columns if column.kind is Kind.TAGS],
    )
    frame = _fitted(frame, [column.key for column in columns if column.kind in _TEXTUAL], tally)
    numeric = [column for column in columns if column.kind not in _TEXTUAL]
    strays = frame.select(~_exact(column) for column in numeric).sum()
    tally.numbers += sum(series.item() or 0 for series in strays)
    astray = {series.name for series in strays if series.item()}
    cells = [_cell(column, letters(place), astray=column.key in astray) for place, column in enumerate(columns)]
    start = pl.concat_str(pl.lit('<row r="'), _ROW, pl.lit('">')).alias(_ROW)
    rows = frame.select(start, *cells, pl.lit("</row>").alias("</row>"))
    out = io.BytesIO()
    # Polars' CSV encoder, told never to quote, is the quickest way to join text columns.
    rows.write_csv(out, include_header=False, quote_style="never", separator="\n")
    return out.getvalue()


def _fitted(frame: pl.DataFrame, keys: list[str], tally: Tally) -> pl.DataFrame:
    """Make every text one that a cell can hold, at no cost for columns that need nothing."""
    texts = pl.col(keys)
    dirty = _where(frame, texts.str.contains(_NOT_XML))
    for key in dirty:
        found = frame[key].str.count_matches(_NOT_XML)
        tally.removed += int(found.sum())
        tally.cleaned += int((found > 0).sum())
    frame = frame.with_columns(pl.col(dirty).str.replace_all(_NOT_XML, ""))
    long = _where(frame, texts.str.len_bytes() > MAX_CELL_UNITS)
    frame = frame.with_columns(_cut(frame[key], tally) for key in long)
    alike = _where(frame, texts.str.contains("_x", literal=True))
    return frame.with_columns(pl.col(alike).str.replace_all(_LOOKALIKE, "_x005F_${1}"))


def _where(frame: pl.DataFrame, condition: pl.Expr) -> list[str]:
    """Name the columns in which the condition holds for any row."""
    return [series.name for series in frame.select(condition.any()) if series.item()]


def _cut(texts: pl.Series, tally: Tally) -> pl.Series:
    places = (texts.str.len_bytes() > MAX_CELL_UNITS).arg_true()
    kept = []
    for text in texts.gather(places):
        units = text.encode("utf-16-le")
        # Half of a surrogate pair at the end is ignored: a character is never split.
        kept.append(units[: 2 * MAX_CELL_UNITS].decode("utf-16-le", "ignore"))
        tally.cut += len(units) > 2 * MAX_CELL_UNITS
    return texts.scatter(places, kept)


def _cell(column: Column, letter: str, *, astray: bool) -> pl.Expr:
    """Make the `<c>` elements of a column; a null cell is left out."""
    key = column.key
    if column.kind in _TEXTUAL:
        return _text_cell(pl.col(key).str.replace_many(_XML_ESCAPES), letter).alias(key)
    if column.kind is Kind.BOOLEAN:
        return _element(letter, ' t="b"><v>', pl.col(key).cast(pl.Int8), "</v></c>").alias(key)
    style = _STYLES.get(column.kind, Style.GENERAL)
    cell = _element(letter, f' s="{style}"><v>' if style else "><v>", _number(column), "</v></c>")
    if astray:
        text = instant(key) if column.kind is Kind.TIMESTAMP else pl.col(key).cast(pl.String)
        cell = pl.when(_exact(column)).then(cell).otherwise(_text_cell(text, letter))
    return cell.alias(key)


def _text_cell(text: pl.Expr, letter: str) -> pl.Expr:
    opening = f' s="{Style.TEXT}" t="inlineStr"><is><t xml:space="preserve">'
    return _element(letter, opening, text, "</t></is></c>")


def _element(letter: str, opening: str, content: pl.Expr, closing: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f'<c r="{letter}'), _ROW, pl.lit('"' + opening), content, pl.lit(closing))


def _number(column: Column) -> pl.Expr:
    """Give the number that Excel keeps: for dates and times the serial day."""
    cell = pl.col(column.key)
    match column.kind:
        case Kind.DATE:
            return cell.to_physical() + _UNIX_EPOCH
        case Kind.TIMESTAMP:
            return cell.dt.epoch("us") / _DAY + _UNIX_EPOCH
        case _:
            return cell


def _exact(column: Column) -> pl.Expr:
    """Tell whether Excel can hold the number as it is; null for null."""
    number = _number(column)
    match column.kind:
        case Kind.DATE | Kind.TIMESTAMP:
            return number.is_between(_FIRST_DAY, _AFTER_LAST_DAY, closed="left")
        case Kind.INTEGER:
            return number.is_between(-_LARGEST_INTEGER, _LARGEST_INTEGER)
        case Kind.BOOLEAN:
            return number.is_null() | True
        case _:
            return number.is_between(-_LARGEST_NUMBER, _LARGEST_NUMBER)

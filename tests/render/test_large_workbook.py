"""A workbook of 50,000 rows with the nastiest cells: each one as LibreOffice and openpyxl find it."""

import datetime as dt
import io
import json
import math
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise, zip_longest
from pathlib import Path

import openpyxl
import pytest

from outbrief.render.writer import WriteSummary
from outbrief.render.xlsx import XlsxWriter
from outbrief.terms.table import Kind
from tests.render.libreoffice import converted, lines_alike
from tests.render.nasty import LONGEST, nasty_rows
from tests.render.written import EVERY_KIND, MemorySink, Row, batch, drive, held_by_excel

ROWS = 50_000
PER_SHEET = 20_000
SHEETS = ["Data", "Data 2", "Data 3"]
# Batches as they come, and some that are empty or end where a sheet does.
BOUNDS = (0, 1, 1, 19_999, 20_000, 20_001, 33_333, 49_999, ROWS)
FIRST_DAY, FIRST_INSTANT = dt.date(1900, 3, 1), dt.datetime(1900, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return nasty_rows(ROWS)


@pytest.fixture(scope="module")
def written(rows: list[Row]) -> tuple[bytes, WriteSummary]:
    sink = MemorySink()
    writer = XlsxWriter(sink, EVERY_KIND, rows_per_sheet=PER_SHEET)
    summary = drive(writer, (batch(EVERY_KIND, rows[start:end]) for start, end in pairwise(BOUNDS)))
    return sink.content, summary


def fits(kind: Kind, cell: object) -> bool:
    """Tell, by Excel's own limits, whether a number, date or time can stand in a sheet as such."""
    match kind:
        case Kind.INTEGER:
            return len(str(abs(cell))) <= 15
        case Kind.DATE:
            return cell >= FIRST_DAY
        case Kind.TIMESTAMP:
            return cell >= FIRST_INSTANT
        case _:
            return math.isfinite(cell)


def as_text(kind: Kind, cell: object) -> str:
    """Say which text stands for a cell: texts, and what does not fit."""
    if kind is Kind.TAGS:
        return json.dumps(cell, ensure_ascii=False, separators=(",", ":"))
    if isinstance(cell, dt.datetime):
        fraction = "microseconds" if cell.microsecond % 1000 else "milliseconds" if cell.microsecond else "seconds"
        return cell.isoformat(timespec=fraction)
    if isinstance(cell, float):
        return "NaN" if math.isnan(cell) else str(cell)
    return str(cell)


def cut(text: str) -> str:
    """Cut a text where Excel does: after so many UTF-16 units, but not within a character."""
    units = 0
    for place, character in enumerate(text):
        units += 1 + (character > "\uffff")
        if units > LONGEST:
            return text[:place]
    return text


def shown(kind: Kind, cell: object) -> str:
    """Say how LibreOffice shows a cell."""
    if cell is None:
        return ""
    if kind in (Kind.TEXT, Kind.JSON, Kind.TAGS) or not fits(kind, cell):
        return lines_alike(cut(without_controls(as_text(kind, cell))))
    match kind:
        case Kind.NUMBER:
            return f"{cell:.15g}"
        case Kind.RATE:
            return f"{rounded(f'{Decimal(repr(cell)) * 100:f}', '0.01')}%"
        case Kind.MINUTES:
            return rounded(f"{cell:.15g}", "0.1")
        case Kind.BOOLEAN:
            return str(cell).upper()
        case Kind.TIMESTAMP:
            return f"{cell:%Y-%m-%d %H:%M:%S} UTC"
        case _:
            return str(cell)


def rounded(number: str, unit: str) -> str:
    return str(Decimal(number).quantize(Decimal(unit), ROUND_HALF_UP))


def without_controls(text: str) -> str:
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def same(kind: Kind, found: str, wanted: str, value: object) -> bool:
    """Compare; a plain number is shown in as many digits as there is room for, a time to the second, up or down."""
    if found == wanted or value is None:
        return found == wanted
    if kind is Kind.NUMBER:
        return math.isclose(float(found), value, rel_tol=1e-11)
    if kind is Kind.TIMESTAMP and fits(kind, value):
        there = dt.datetime.strptime(found, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=dt.UTC)
        return abs(there - value) < dt.timedelta(seconds=1)
    return False


def test_libreoffice_shows_every_cell_as_it_went_in(
    rows: list[Row], written: tuple[bytes, WriteSummary], tmp_path: Path
):
    sheets = converted(written[0], tmp_path)
    assert sorted(sheets) == [*SHEETS, "Notes"]
    assert [sheets[name][0] for name in SHEETS] == [[column.key for column in EVERY_KIND]] * 3
    found = [row for name in SHEETS for row in sheets[name][1:]]
    assert len(found) == ROWS
    wrong = [
        (place, column.kind, cell, want)
        for place, (row, meant) in enumerate(zip(found, rows, strict=True))
        for column, cell, value in zip(EVERY_KIND, row, meant, strict=True)
        if not same(column.kind, cell, want := shown(column.kind, value), value)
    ]
    assert wrong[:5] == []


def test_openpyxl_reads_every_cell_as_it_went_in(rows: list[Row], written: tuple[bytes, WriteSummary]):
    workbook = openpyxl.load_workbook(io.BytesIO(written[0]), read_only=True)
    assert workbook.sheetnames == [*SHEETS, "Notes"]
    place = 0
    for name in SHEETS:
        for row in workbook[name].iter_rows(min_row=2, values_only=True):
            # It leaves out the empty cells at the end of a row.
            for column, cell, value in zip_longest(EVERY_KIND, row, rows[place]):
                assert_read(column.kind, cell, value, place)
            place += 1
    assert place == ROWS


def assert_read(kind: Kind, cell: object, value: object, place: int) -> None:
    if value is None:
        assert cell is None, (place, kind)
    elif kind in (Kind.TEXT, Kind.JSON, Kind.TAGS) or not fits(kind, value):
        assert (cell or "") == held_by_excel(cut(without_controls(as_text(kind, value)))), (place, kind)
    elif kind is Kind.TIMESTAMP:
        assert isinstance(cell, dt.datetime), (place, kind)
        assert abs(cell.replace(tzinfo=dt.UTC) - value) <= dt.timedelta(milliseconds=1), (place, kind)
    elif kind is Kind.DATE:
        assert cell == dt.datetime.combine(value, dt.time()), (place, kind)
    else:
        assert cell == value, (place, kind)
        assert isinstance(cell, bool) == (kind is Kind.BOOLEAN), (place, kind)


def test_what_excel_cannot_hold_is_counted_to_the_cell(rows: list[Row], written: tuple[bytes, WriteSummary]):
    texts = [
        as_text(column.kind, value)
        for row in rows
        for column, value in zip(EVERY_KIND, row, strict=True)
        if value is not None and column.kind in (Kind.TEXT, Kind.JSON, Kind.TAGS)
    ]
    removed = [len(text) - len(without_controls(text)) for text in texts]
    long = sum(cut(text) != text for text in map(without_controls, texts))
    strays = sum(
        not fits(column.kind, value)
        for row in rows
        for column, value in zip(EVERY_KIND, row, strict=True)
        if value is not None and column.kind not in (Kind.TEXT, Kind.JSON, Kind.TAGS)
    )
    spread, cut_short, cleaned, kept = written[1].notes
    assert min(long, sum(removed), strays) > 10
    assert spread == "One sheet cannot hold all 50,000 rows: they go on through 3 sheets."
    assert cut_short.startswith(f"{long:,} cells were longer")
    assert cleaned.startswith(f"{sum(removed):,} control characters")
    assert cleaned.endswith(f"removed from {sum(map(bool, removed)):,} cells.")
    assert kept.startswith(f"{strays:,} numbers or dates")

"""Excel: what openpyxl finds in the workbook, and what the workbook says it could not hold."""

import datetime as dt
import io
import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from outbrief.render.formats import open_writer
from outbrief.render.sheet import letters
from outbrief.render.writer import WriteSummary
from outbrief.render.xlsx import XlsxWriter
from outbrief.terms.export import ExportFormat, WriteOptions
from outbrief.terms.table import Kind
from tests.render.written import (
    EVERY_KIND,
    FULL_ROW,
    NAMES,
    NO_ROW,
    MemorySink,
    Row,
    batch,
    column,
    drive,
    held_by_excel,
    read_excel,
    text_columns,
    written,
)
from tests.shared import shared

ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


def sheet(content: bytes, name: str = "Data") -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))[name]


def texts(*values: str) -> tuple[list[object], WriteSummary]:
    """Write each text as a cell; give what openpyxl reads, and the summary."""
    sink = MemorySink()
    columns = text_columns("a")
    summary = drive(open_writer(ExportFormat.EXCEL, sink, columns), [batch(columns, [(value,) for value in values])])
    return [row[0] for row in read_excel(sink.content)[1:]], summary


def in_sheets_of(rows_per_sheet: int, rows: int) -> tuple[bytes, WriteSummary]:
    sink = MemorySink()
    writer = XlsxWriter(sink, NAMES, rows_per_sheet=rows_per_sheet)
    summary = drive(writer, [batch(NAMES, [(f"Ann {number}", "Acme") for number in range(rows)])])
    return sink.content, summary


def test_every_kind_is_a_real_value_in_its_format() -> None:
    found = sheet(written(ExportFormat.EXCEL, EVERY_KIND, [FULL_ROW, NO_ROW]))
    assert [(cell.value, cell.number_format) for cell in found[2]] == [
        ("Zoë", "@"),
        (42, "General"),
        (12.25, "General"),
        (0.4217, "0.00%"),
        (83.5, "0.0"),
        (True, "General"),
        (dt.datetime(2025, 10, 1), r"yyyy\-mm\-dd"),
        (dt.datetime(2025, 10, 1, 9, 0, 0, 120000), r'yyyy\-mm\-dd\ hh:mm:ss" UTC"'),
        ('{"plan": "pro", "seats": [1, 2]}', "@"),
        ('["vip","say \\"hi\\""]', "@"),
    ]
    assert [cell.value for cell in found[3]] == [None] * len(EVERY_KIND)
    assert {cell.data_type for cell in found[2]} == {"s", "n", "b", "d"}


def test_the_header_is_bold_white_on_blue_frozen_and_filtered() -> None:
    found = sheet(written(ExportFormat.EXCEL, NAMES, [("a", "b")] * 5))
    for cell in found[1]:
        assert cell.font.bold
        assert cell.font.color.rgb == "FFFFFFFF"
        assert cell.fill.fill_type == "solid"
        assert cell.fill.fgColor.rgb == "FF4472C4"
    assert not found["A2"].font.bold
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:B6"


def test_widths_fit_the_header_the_kind_and_the_first_texts() -> None:
    columns = [
        column("a", Kind.TEXT), column("b", Kind.TEXT), column("aRatherLongHeader", Kind.INTEGER),
        column("at", Kind.TIMESTAMP), column("long", Kind.TEXT),
    ]  # fmt: skip
    found = sheet(written(ExportFormat.EXCEL, columns, [("x", "x" * 30, 1, None, "x" * 500)]))
    sizes = [found.column_dimensions[letter].width for letter in "ABCDE"]
    assert sizes == [9, 31, 21, 25, 60]


def test_the_file_names_its_title_and_creator() -> None:
    content = written(ExportFormat.EXCEL, NAMES, [], WriteOptions(title="Leads <of> Acme & Söhne\x07"))
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert (properties.title, properties.creator) == ("Leads <of> Acme & Söhne", "Outbrief")


def test_text_is_never_a_formula() -> None:
    payloads = shared("data", "csv-injection", "payloads.txt").read_text().splitlines()
    content = written(ExportFormat.EXCEL, text_columns("a"), [(text,) for text in payloads])
    assert [row[0] for row in read_excel(content)[1:]] == payloads
    assert {cell.data_type for (cell,) in sheet(content)["A2:A8"]} == {"s"}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_rows_past_the_last_of_a_sheet_go_on_in_the_next() -> None:
    content, summary = in_sheets_of(1000, 2500)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    assert workbook.sheetnames == ["Data", "Data 2", "Data 3", "Notes"]
    rows = [[row[0].value for row in workbook[name].iter_rows()] for name in workbook.sheetnames[:3]]
    assert [len(each) for each in rows] == [1001, 1001, 501]
    assert {each[0] for each in rows} == {"name"}
    assert [name for each in rows for name in each[1:]] == [f"Ann {number}" for number in range(2500)]
    assert [workbook[name].auto_filter.ref for name in workbook.sheetnames[:3]] == ["A1:B1001", "A1:B1001", "A1:B501"]
    assert summary.rows == 2500
    assert summary.notes == ("One sheet cannot hold all 2,500 rows: they go on through 3 sheets.",)


def test_a_sheet_that_is_just_full_has_no_empty_one_after_it() -> None:
    content, summary = in_sheets_of(1000, 2000)
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Data", "Data 2", "Notes"]
    content, summary = in_sheets_of(1000, 1000)
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Data"]
    assert summary.notes == ()


def test_a_sheet_also_ends_before_its_xml_is_too_large_for_the_archive() -> None:
    sink = MemorySink()
    rows = [(f"Ann {number}", "Acme") for number in range(100)]
    summary = drive(XlsxWriter(sink, NAMES, bytes_per_sheet=10_000), [batch(NAMES, [row]) for row in rows])
    workbook = openpyxl.load_workbook(io.BytesIO(sink.content))
    found = [row for name in workbook.sheetnames[:-1] for row in workbook[name].iter_rows(min_row=2, values_only=True)]
    assert found == rows
    assert len(workbook.sheetnames) > 2
    assert summary.rows == 100


def test_a_cell_that_is_too_long_is_cut_and_counted_in_utf_16() -> None:
    found, summary = texts("x" * 32_767, "x" * 32_768, "é" * 20_000, "😀" * 16_383, "😀" * 16_384, "😀" * 40_000)
    assert [len(str(cell)) for cell in found] == [32_767, 32_767, 20_000, 16_383, 16_383, 16_383]
    (note,) = summary.notes
    assert note.startswith("3 cells were longer than 32,767 characters")


def test_characters_that_xml_cannot_hold_are_removed_and_counted() -> None:
    found, summary = texts("a\x07b\x1bc", "\ufffe\uffff", "fine\t\n", "\x0b", "\x7f\x80\u2028")
    assert [cell or "" for cell in found] == ["abc", "", "fine\t\n", "", "\x7f\x80\u2028"]
    (note,) = summary.notes
    assert note.startswith("5 control characters")
    assert note.endswith("removed from 3 cells.")


def test_a_text_that_looks_like_an_escape_is_escaped_even_where_two_share_an_underscore() -> None:
    found, _ = texts("_x0041_x0042_", "my_xylophone", "_x004")
    assert found == ["_x005F_x0041_x005F_x0042_", "my_xylophone", "_x004"]


def test_the_file_says_itself_what_it_could_not_hold() -> None:
    content = written(ExportFormat.EXCEL, text_columns("a"), [("x" * 40_000,), ("a\x07",)])
    said = [row[0] for row in read_excel(content, "Notes")]
    assert said[0] == "Notes"
    assert re.match("1 cell was longer", str(said[1]))
    assert re.match("1 control character.*removed from 1 cell", str(said[2]))


def test_numbers_and_dates_that_excel_cannot_hold_stand_as_text() -> None:
    columns = [column("n", Kind.INTEGER), column("x", Kind.NUMBER), column("d", Kind.DATE), column("t", Kind.TIMESTAMP)]
    rows: list[Row] = [
        (10**15, float("nan"), dt.date(1900, 2, 28), dt.datetime(1899, 1, 1, 12, tzinfo=dt.UTC)),
        (-(2**63), float("-inf"), None, None),
        (10**15 - 1, -1.5e300, dt.date(1900, 3, 1), dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)),
        (None, None, dt.date(9999, 12, 31), dt.datetime(1900, 3, 1, tzinfo=dt.UTC)),
    ]
    sink = MemorySink()
    summary = drive(open_writer(ExportFormat.EXCEL, sink, columns), [batch(columns, rows)])
    assert read_excel(sink.content)[1:] == [
        ("1000000000000000", "NaN", "1900-02-28", "1899-01-01T12:00:00+00:00"),
        ("-9223372036854775808", "-inf", None, None),
        (10**15 - 1, -1.5e300, dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31, 23, 59)),
        (None, None, dt.datetime(9999, 12, 31), dt.datetime(1900, 3, 1)),
    ]
    assert summary.notes == ("6 numbers or dates are beyond what Excel holds exactly, and kept as text.",)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1, max_size=6))
def test_any_text_comes_back_but_for_what_xml_cannot_hold(rows: list[Row]) -> None:
    found = read_excel(written(ExportFormat.EXCEL, NAMES, rows))[1:]
    assert [[cell or "" for cell in row] for row in found] == [
        [held_by_excel(str(cell)) for cell in row] for row in rows
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(min_value=dt.datetime(1900, 3, 1), max_value=dt.datetime(9999, 12, 31, 23, 59)),
    st.floats(min_value=-1e300, max_value=1e300),
)
def test_any_time_and_number_comes_back(time: dt.datetime, number: float) -> None:
    columns = [column("t", Kind.TIMESTAMP), column("x", Kind.NUMBER)]
    ((found, x),) = read_excel(written(ExportFormat.EXCEL, columns, [(time.replace(tzinfo=dt.UTC), number)]))[1:]
    assert isinstance(found, dt.datetime)
    assert abs(found - time) <= dt.timedelta(milliseconds=1)
    assert x == number


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_are_lettered_as_excel_does(place: int, name: str) -> None:
    assert letters(place) == name


def test_every_part_is_well_formed_and_named() -> None:
    content, _ = in_sheets_of(3, 8)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    types = archive.read("[Content_Types].xml").decode()
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
        assert f'PartName="/{name}"' in types or name.endswith(".rels") or name == "[Content_Types].xml"

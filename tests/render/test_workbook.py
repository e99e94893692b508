import dataclasses
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from outbrief.render import words
from outbrief.render.book import sheet_names
from outbrief.render.workbook import write_workbook
from outbrief.terms.document import Document
from outbrief.terms.locale import THIN
from outbrief.terms.table import Column, Kind, Table
from tests.render import documents


def read(document: Document) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(document)))


def summary_rows(sheet: Worksheet) -> dict[str, int]:
    return {str(row[0].value): row[0].row for row in sheet.iter_rows() if row[0].value is not None}


@pytest.fixture(scope="module")
def normal() -> Workbook:
    return read(documents.NORMAL)


def test_the_summary_comes_first_with_title_period_and_freshness(normal: Workbook) -> None:
    assert normal.sheetnames == ["Summary", "Campaigns", "Chart data"]
    assert normal.active.title == "Summary"
    sheet = normal["Summary"]
    assert sheet["A1"].value == "Weekly campaign performance"
    assert sheet["A2"].value == "Campaign report · Acme Outreach · North America"
    assert sheet["A4"].value == "Data as of 23 Nov 2026, 09:00 (New York)"


def test_figures_are_numbers_with_their_formats_and_their_change(normal: Workbook) -> None:
    sheet = normal["Summary"]
    at = summary_rows(sheet)
    sent, opened, bounced = at["Sent"], at["Open rate"], at["Bounce rate"]
    assert (sheet.cell(sent, 2).value, sheet.cell(sent, 2).number_format) == (48210, "#,##0")
    assert sheet.cell(sent, 3).value == 45395
    assert (sheet.cell(opened, 2).value, sheet.cell(opened, 2).number_format) == (0.413, "0.0%")
    assert sheet.cell(opened, 4).value == pytest.approx(2.1)
    assert sheet.cell(opened, 4).number_format == '+0.0" pt";-0.0" pt"'
    assert sheet.cell(opened, 4).font.color.rgb == "FF0F7A55"
    assert sheet.cell(bounced, 4).font.color.rgb == "FFB93815"
    assert sheet.cell(at["Click rate"], 4).value == "no change"
    assert sheet.cell(at["Complaints"], 2).number_format == "0.00%"
    assert sheet.cell(at["Time to open (minutes)"], 2).value == 200


def test_the_summary_has_native_charts_that_refer_to_their_data(normal: Workbook) -> None:
    charts = normal["Summary"]._charts
    assert [type(chart).__name__ for chart in charts] == ["LineChart", "BarChart"]
    assert charts[0].series[0].val.numRef.f == "'Chart data'!$B$3:$B$9"
    data = normal["Chart data"]
    assert [row[0].value.date() for row in data["A3:A9"]] == list(documents.WEEK)
    assert [row[0].value for row in data["B3:B9"]] == list(documents.LINE.series[0].values)
    dashes = [series.graphicalProperties.line.prstDash for series in charts[0].series]
    assert dashes == ["solid", "dash"]


def test_charts_have_their_text_alternative() -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook(documents.NORMAL))) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    assert f'descr="{documents.LINE.alt}"' in drawing


def test_a_table_is_an_excel_table_with_typed_cells(normal: Workbook) -> None:
    sheet = normal["Campaigns"]
    (table,) = sheet.tables.values()
    assert table.ref == "A1:H7"
    assert table.autoFilter is not None
    assert sheet.freeze_panes == "B2"
    assert [cell.value for cell in sheet[1]] == [
        "Campaign", "Sent", "Delivered", "Opened", "Clicked", "Replied", "Time to open (minutes)", "Launched",
    ]  # fmt: skip
    first = sheet[2]
    assert [cell.value for cell in first[:7]] == list(documents.ROWS[0][:7])
    assert first[7].value == dt.datetime(2026, 11, 2)
    assert [cell.number_format for cell in first] == [
        "General", "#,##0", "0.0%", "0.0%", "0.0%", "0.0%", "#,##0.0", "yyyy-mm-dd",
    ]  # fmt: skip
    assert sheet["G6"].value is None


def test_headers_are_bold_white_on_blue(normal: Workbook) -> None:
    for cell in normal["Campaigns"][1]:
        assert cell.font.bold
        assert cell.font.color.rgb == "FFFFFFFF"
        assert cell.fill.fgColor.rgb == "FF4472C4"


def test_the_closing_row_stands_under_the_table(normal: Workbook) -> None:
    closing = normal["Campaigns"][8]
    assert [cell.value for cell in closing] == list(documents.TOTAL)
    assert closing[1].font.bold


def test_properties_name_the_report_and_when_its_facts_were_read(normal: Workbook) -> None:
    assert normal.properties.title == "Weekly campaign performance"
    assert normal.properties.creator == "Acme Outreach"
    assert normal.properties.created == documents.AS_OF.replace(tzinfo=None)


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write_workbook(documents.NORMAL) == write_workbook(documents.NORMAL)


def test_text_is_never_a_formula_or_a_link() -> None:
    names = ("=1+1", '=HYPERLINK("http://x")', "http://example.test/", "+cmd|' /C calc'!A0", "@SUM(A1)", "12")
    book = read(documents.with_names(names))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"=1+1", "http://example.test/"} <= {cell.value for cell in cells}
    assert all(cell.data_type == "s" for cell in cells if cell.value in names)
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(io.BytesIO(write_workbook(documents.with_names(names)))) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert not any("<f>" in sheet for sheet in sheets)
    assert not any("<c:f>1+1" in chart for chart in charts)


def test_naughty_strings_come_back_as_they_went_in() -> None:
    names = documents.naughty()
    sheet = read(documents.with_names(names)).worksheets[1]
    back = [sheet.cell(row, 1).value for row in range(2, len(names) + 2)]
    unescaped = [openpyxl.utils.escape.unescape(text) if text else "" for text in back]
    assert unescaped == [words.clean(name).replace("\r\n", "\n") for name in names]


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    rows = (("😀" * 20_000, *documents.ROWS[0][1:]), ("x" * 32_767, *documents.ROWS[1][1:]))
    table = dataclasses.replace(documents.TABLE, rows=rows, total_rows=2)
    sheet = read(dataclasses.replace(documents.NORMAL, sections=(table,)))["Campaigns"]
    cut = sheet["A2"].value
    assert cut.endswith("[cut: a cell holds 32,767 characters]")
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert sheet["A3"].value == "x" * 32_767


def test_instants_are_shown_on_the_documents_clock_and_odd_numbers_stay_readable() -> None:
    columns = (
        Column(key="at", label="At", kind=Kind.TIMESTAMP),
        Column(key="big", label="Big", kind=Kind.INTEGER),
        Column(key="no", label="No", kind=Kind.NUMBER),
        Column(key="yes", label="Yes", kind=Kind.BOOLEAN),
        Column(key="old", label="Old", kind=Kind.DATE),
    )
    rows = ((documents.AS_OF, 2**60 + 1, float("nan"), True, dt.date(1850, 1, 2)),)
    table = Table(key="odd", title="Odd", columns=columns, rows=rows, total_rows=1)
    sheet = read(dataclasses.replace(documents.NORMAL, sections=(table,)))["Odd"]
    assert sheet["A2"].value == dt.datetime(2026, 11, 23, 9, 0, 5)
    assert sheet["B2"].value == str(2**60 + 1)
    assert sheet["C2"].value is None
    assert sheet["D2"].value is True
    assert sheet["E2"].value == "1850-01-02"


def test_rows_that_the_document_does_not_hold_are_told() -> None:
    sheet = read(documents.with_rows(20, total_rows=5000))["Campaigns"]
    said = str(sheet.cell(sheet.max_row, 1).value).replace(THIN, " ")
    assert said == "Rows 1–20 of 5 000; an export holds them all."
    assert next(iter(sheet.tables.values())).ref == "A1:H21"


def test_an_empty_period_says_so_and_draws_nothing() -> None:
    book = read(documents.EMPTY)
    assert book.sheetnames == ["Summary", "Campaigns"]
    assert words.NO_ACTIVITY in summary_rows(book["Summary"])
    assert book["Summary"]._charts == []
    assert book["Campaigns"]["A1"].value == "Campaign"
    assert "No rows in this period." in summary_rows(book["Campaigns"])


def test_headings_of_the_same_name_are_told_apart() -> None:
    columns = (*documents.COLUMNS[:2], dataclasses.replace(documents.COLUMNS[1], label="SENT"))
    rows = tuple((row[0], row[1], row[1]) for row in documents.ROWS)
    table = Table(key="t", title="T", columns=columns, rows=rows, total_rows=6)
    assert [cell.value for cell in read(dataclasses.replace(documents.NORMAL, sections=(table,)))["T"][1]] == [
        "Campaign", "Sent", "SENT 2",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=60), max_size=8))
@settings(max_examples=60)
def test_sheet_names_are_ones_that_excel_takes(titles: list[str]) -> None:
    names = sheet_names(titles)
    assert len({name.lower() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.lower() != "history"


def test_tables_of_the_same_title_get_sheets_of_their_own() -> None:
    other = dataclasses.replace(documents.TABLE, key="other", title="Campaigns")
    third = dataclasses.replace(documents.TABLE, key="third", title="summary")
    book = read(dataclasses.replace(documents.NORMAL, sections=(documents.TABLE, other, third)))
    assert book.sheetnames == ["Summary", "Campaigns", "Campaigns 2", "summary 2"]

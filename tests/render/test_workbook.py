import dataclasses
import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from outbrief.render import words
from outbrief.render.book import sheet_names
from outbrief.render.workbook import write_workbook
from outbrief.terms.document import Block, Chart, Document, Figures, Section, Series, Span, Text
from outbrief.terms.locale import THIN, Locale
from outbrief.terms.look import Brand, Look, Paper
from outbrief.terms.table import Column, Kind, Table
from tests.render import documents
from tests.render.libreoffice import converted


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


def chart_parts(document: Document) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(write_workbook(document))) as parts:
        names = sorted(name for name in parts.namelist() if name.startswith("xl/charts/chart"))
        return [parts.read(name).decode() for name in names]


def lines_ending(*ends: float) -> Chart:
    series = tuple(Series(name=f"Line {place}", values=(5.0, end)) for place, end in enumerate(ends))
    return dataclasses.replace(documents.LINE, x=documents.WEEK[:2], series=series)


def test_lines_are_named_where_they_end_unless_they_end_too_near() -> None:
    apart, near = chart_parts(with_sections(lines_ending(10, 5), lines_ending(10, 9.9), documents.TABLE))
    assert apart.count('<c:showSerName val="1"/>') >= 2
    assert "<c:legend>" not in apart
    assert "showSerName" not in near
    assert "<c:legend>" in near


def test_lines_differ_in_their_dashes_as_well_as_in_colour() -> None:
    (drawn,) = chart_parts(with_sections(lines_ending(10, 8, 6, 4), documents.TABLE))
    lines = re.findall(r'<a:ln w="28575">.*?</a:ln>', drawn)
    assert len(set(lines)) == 4
    assert len({re.sub("<a:solidFill>.*?</a:solidFill>", "", line) for line in lines}) == 4


def test_a_single_day_is_drawn_as_columns() -> None:
    one = dataclasses.replace(documents.LINE, x=documents.WEEK[:1], series=(Series(name="Sent", values=(5.0,)),))
    assert "<c:barChart>" in chart_parts(with_sections(one, documents.TABLE))[0]


def test_the_summary_keeps_the_order_of_the_sections() -> None:
    said = Text(key="said", title="Outlook", blocks=documents.blocks("More to come."))
    sheet = read(with_sections(said, documents.FINDINGS, Figures(figures=documents.FIGURES), documents.TABLE))[
        "Summary"
    ]
    at = summary_rows(sheet)
    assert at["Outlook"] < at["More to come."] < at["Findings"] < at["Figure"] < at["In this workbook"]


def test_charts_have_their_text_alternative() -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook(documents.NORMAL))) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    assert f'descr="{documents.LINE.alt}"' in drawing


def test_a_table_is_an_excel_table_with_typed_cells(normal: Workbook) -> None:
    sheet = normal["Campaigns"]
    (table,) = sheet.tables.values()
    assert (table.name, table.ref, table.totalsRowCount) == ("table_campaigns", "A1:H8", 1)
    assert table.autoFilter is not None
    assert sheet.freeze_panes == "B2"
    assert [cell.value for cell in sheet[1]] == [
        "Campaign", "Sent", "Delivered", "Opened", "Clicked", "Replied", "Time to open (minutes)", "Launched",
    ]  # fmt: skip
    first = sheet[2]
    assert [cell.value for cell in first[:7]] == list(documents.ROWS[0][:7])
    assert first[7].value == dt.datetime(2026, 11, 2)
    assert [cell.number_format for cell in first] == [
        "General", "#,##0", "0.0%", "0.0%", "0.0%", "0.0%", "#,##0.0", "mm-dd-yy",
    ]  # fmt: skip
    assert sheet["G6"].value is None


def test_headers_are_bold_white_on_blue(normal: Workbook) -> None:
    for cell in normal["Campaigns"][1]:
        assert cell.font.bold
        assert cell.font.color.rgb == "FFFFFFFF"
        assert cell.fill.fgColor.rgb == "FF4472C4"


def test_the_closing_row_adds_up_what_the_filter_shows_and_keeps_what_the_rows_do_not_tell(normal: Workbook) -> None:
    sheet = normal["Campaigns"]
    closing = sheet[8]
    assert [cell.value for cell in closing] == [
        "All campaigns", "=SUBTOTAL(109,table_campaigns[Sent])", *documents.TOTAL[2:],
    ]  # fmt: skip
    assert closing[1].font.bold
    assert sheet["A10"].value == (
        "The totals follow the filter; of all rows whatever it shows: "
        "Delivered, Opened, Clicked, Replied, Time to open (minutes)."
    )


def test_a_total_shows_its_figure_to_programs_that_do_not_calculate() -> None:
    cached = openpyxl.load_workbook(io.BytesIO(write_workbook(documents.NORMAL)), data_only=True)
    assert [cell.value for cell in cached["Campaigns"][8]] == list(documents.TOTAL)


def rates_table(total_rows: int = 3) -> Table:
    """Give a table of three senders with counts and rates, one of them of few messages, and the row of all."""
    counts = ((9000, 8900, 90), (1000, 960, 40), (40, 39, 1))
    rows = tuple(
        (f"mail{place}.test", sent, delivered, bounced, bounced / sent, delivered / sent, sent / 10_040, 0.001 * place)
        for place, (sent, delivered, bounced) in enumerate(counts)
    )
    kinds = {
        "domain": Kind.TEXT, "sent": Kind.INTEGER, "delivered": Kind.INTEGER, "bounced": Kind.INTEGER,
        "bounceRate": Kind.RATE, "deliveryRate": Kind.RATE, "share": Kind.RATE, "complaintRate": Kind.RATE,
    }  # fmt: skip
    return Table(
        key="senders",
        title="Senders",
        columns=tuple(Column(key=key, label=key.capitalize(), kind=kind) for key, kind in kinds.items()),
        rows=rows,
        total_rows=total_rows,
        total=("Total", 10_040, 9_899, 131, 131 / 10_040, 9_899 / 10_040, 1.0, 0.0015),
    )


def with_sections(*sections: Section, **changed: object) -> Document:
    return dataclasses.replace(documents.NORMAL, sections=sections, **changed)  # type: ignore[arg-type]


def test_rates_of_a_closing_row_are_ratios_of_sums_where_the_parts_are_in_the_table() -> None:
    closing = read(with_sections(rates_table()))["Senders"][5]
    sums = {name: f"SUBTOTAL(109,table_senders[{name}])" for name in ("Sent", "Delivered", "Bounced", "Share")}
    assert [cell.value for cell in closing] == [
        "Total", f"={sums['Sent']}", f"={sums['Delivered']}", f"={sums['Bounced']}",
        f'=IFERROR({sums["Bounced"]}/{sums["Sent"]},"")', f'=IFERROR({sums["Delivered"]}/{sums["Sent"]},"")',
        f"={sums['Share']}", 0.0015,
    ]  # fmt: skip


def test_the_totals_of_a_table_that_is_cut_stay_those_of_all_rows() -> None:
    sheet = read(with_sections(rates_table(total_rows=5000)))["Senders"]
    label, *figures = (cell.value for cell in sheet[5])
    assert label == "Total"
    assert figures == pytest.approx(list(rates_table().total or ())[1:])
    said = [sheet.cell(row, 1).value for row in range(6, sheet.max_row + 1)]
    assert "The totals are of all rows and do not follow the filter." in said


def test_libreoffice_calculates_the_totals_that_the_report_states(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook(with_sections(rates_table())))) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    # What the file remembers of each formula is spoilt, so that only a calculation can give the right figures.
    sheet, spoilt = re.subn(rb"(</f><v>)[^<]*", rb"\g<1>7", parts["xl/worksheets/sheet2.xml"])
    assert spoilt == 6
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as copy:
        for name, content in parts.items():
            copy.writestr(name, sheet if name == "xl/worksheets/sheet2.xml" else content)
    shown = converted(book.getvalue(), tmp_path, calculate=True)["Senders"]
    assert shown[4] == ["Total", "10,040", "9,899", "131", "1.3%", "98.6%", "100.0%", "0.15%"]


def test_a_closing_row_without_a_name_is_called_total() -> None:
    columns = (Column(key="day", label="Day", kind=Kind.DATE), Column(key="sent", label="Sent", kind=Kind.INTEGER))
    rows = tuple((day, 5) for day in documents.WEEK)
    table = Table(key="days", title="Days", columns=columns, rows=rows, total_rows=7, total=(None, 35))
    closing = read(with_sections(table))["Days"][9]
    assert [cell.value for cell in closing] == ["Total", "=SUBTOTAL(109,table_days[Sent])"]


def test_remarks_are_no_wider_than_their_table() -> None:
    sheet = read(with_sections(dataclasses.replace(documents.TABLE, note="A long remark. " * 40)))["Campaigns"]
    assert "A10:H10" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet.row_dimensions[10].height > 60


def test_rates_above_their_usual_limits_are_marked_unless_of_few_messages() -> None:
    sheet = read(with_sections(rates_table()))["Senders"]
    rules = {str(at.sqref): rule for at in sheet.conditional_formatting for rule in at.rules}
    assert rules["E2:E4"].formula == ["AND($E2>0.02,$B2>=50)"]
    assert rules["H2:H4"].formula == ["AND($H2>0.001,$C2>=1000)"]
    assert rules["E2:E4"].dxf.font.color.rgb == "FFB93815"
    assert {at for at, rule in rules.items() if rule.type == "dataBar"} == {"B2:B4", "G2:G4"}


def test_properties_name_the_report_and_when_its_facts_were_read(normal: Workbook) -> None:
    assert normal.properties.title == "Weekly campaign performance"
    assert normal.properties.subject == "16 – 22 November 2026, compared with 9 – 15 November 2026"
    assert normal.properties.creator == "Acme Outreach"
    assert normal.properties.category == "Campaign report"
    assert normal.properties.keywords == "Campaign report, North America, 16 – 22 November 2026"
    assert normal.properties.created == documents.AS_OF.replace(tzinfo=None)


def test_sheets_print_one_page_wide_with_their_header_and_page_numbers(normal: Workbook) -> None:
    for sheet in normal:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.fitToWidth or 1) == (9, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P of &N" in f"&{sheet.oddFooter.right.text}"
    campaigns = normal["Campaigns"]
    assert campaigns.page_setup.orientation == "landscape"
    assert campaigns.page_setup.fitToHeight == 0
    assert campaigns.print_title_rows == "$1:$1"


def test_the_paper_is_that_of_the_look() -> None:
    letter = dataclasses.replace(documents.NORMAL, look=Look(paper=Paper.LETTER))
    assert {int(sheet.page_setup.paperSize) for sheet in read(letter)} == {1}


def test_the_summary_names_its_figures_for_formulas_and_links_to_every_sheet(normal: Workbook) -> None:
    at = summary_rows(normal["Summary"])
    assert normal.defined_names["figure_bounce_rate"].attr_text == f"Summary!$B${at['Bounce rate']}"
    links = {cell.value: cell.hyperlink.location for row in normal["Summary"] for cell in row if cell.hyperlink}
    assert links == {"Campaigns": "'Campaigns'!A1", "Chart data": "'Chart data'!A1"}


def test_a_figure_past_its_limit_says_so_in_words_and_its_limit_is_a_number(normal: Workbook) -> None:
    sheet = normal["Summary"]
    at = summary_rows(sheet)
    bounced, complained, delivered = at["Bounce rate"], at["Complaints"], at["Delivery rate"]
    assert [sheet.cell(row, 6).value for row in (bounced, complained, delivered)] == [0.02, 0.001, 0.98]
    assert sheet.cell(bounced, 6).number_format == '"above limit "0%'
    assert sheet.cell(complained, 6).number_format == '"limit "0.0%'
    assert sheet.cell(delivered, 6).number_format == '"usual: above "0%'
    assert [sheet.cell(row, 5).value for row in (bounced, at["Open rate"], at["Sent"])] == ["worse", "better", None]


def test_text_within_cells_is_written_for_the_locale_and_figures_stay_numbers() -> None:
    sheet = read(dataclasses.replace(documents.NORMAL, look=Look(locale=Locale.DE)))["Summary"]
    assert sheet["A4"].value == "Data as of 23. Nov. 2026, 09:00 (New York)"
    assert sheet.cell(summary_rows(sheet)["Open rate"], 2).value == 0.413


def test_text_blocks_keep_their_emphasis_lists_and_addresses() -> None:
    said = (
        Block(form="heading", spans=(Span(text="What we do next"),)),
        Block(form="paragraph", spans=(Span(text="We "), Span(text="pause", strong=True), Span(text=" two of them."))),
        Block(form="bullet", spans=(Span(text="=1+1"),)),
        Block(form="number", place=2, spans=(Span(text="the guide", href="https://example.test/a"),)),
    )
    content = write_workbook(with_sections(Text(key="said", title="Outlook", blocks=said), documents.TABLE))
    sheet = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)["Summary"]
    at = summary_rows(sheet)
    assert sheet.cell(at["Outlook"], 1).font.bold
    assert sheet.cell(at["What we do next"], 1).font.bold
    paragraph = sheet.cell(at["We pause two of them."], 1).value
    assert [part.text for part in paragraph if part.font.b] == ["pause"]
    assert {"•  =1+1", "2.  the guide (https://example.test/a)"} <= set(at)


def test_a_paragraph_longer_than_a_row_can_be_high_goes_on_in_the_next() -> None:
    text = " ".join(f"word{place}" for place in range(3_000))
    sheet = read(with_sections(Text(key="said", title="", blocks=documents.blocks(text)), documents.TABLE))["Summary"]
    parts = [str(row[0].value) for row in sheet.iter_rows() if str(row[0].value).startswith("word")]
    assert len(parts) > 1
    assert "".join(parts) == text
    assert all((sheet.row_dimensions[row].height or 15) <= 409 for row in range(1, sheet.max_row + 1))


def test_the_logo_stands_on_the_summary_with_the_brands_name() -> None:
    buffer = io.BytesIO()
    PIL.Image.new("RGB", (480, 160), "#2f5fde").save(buffer, "PNG", dpi=(300, 300))
    branded = dataclasses.replace(documents.NORMAL, brand=Brand(name="Acme & Söhne", logo=buffer.getvalue()))
    with zipfile.ZipFile(io.BytesIO(write_workbook(branded))) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        (picture,) = [name for name in parts.namelist() if name.startswith("xl/media/")]
        assert parts.read(picture) == buffer.getvalue()
    assert 'descr="Acme &amp; Söhne"' in drawing
    (wide, high), *_ = re.findall(r'<a:xfrm><a:off [^>]*/><a:ext cx="([0-9]+)" cy="([0-9]+)"', drawing)
    assert int(high) // 9525 == 44
    assert round(int(wide) / int(high), 1) == 3.0


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write_workbook(documents.NORMAL) == write_workbook(documents.NORMAL)


def test_text_is_never_a_formula_or_a_link() -> None:
    names = ("=1+1", '=HYPERLINK("http://x")', "http://example.test/", "+cmd|' /C calc'!A0", "@SUM(A1)", "12")
    book = read(documents.with_names(names))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"=1+1", "http://example.test/"} <= {cell.value for cell in cells}
    assert all(cell.data_type == "s" for cell in cells if cell.value in names)
    links = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert links == {"'=1+1'!A1", "'Chart data'!A1"}
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink)
    with zipfile.ZipFile(io.BytesIO(write_workbook(documents.with_names(names)))) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert set(re.findall("<f>(.*?)</f>", " ".join(sheets))) == {"SUBTOTAL(109,table_campaigns[Sent])"}
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
    said = [str(row[0].value).replace(THIN, " ") for row in sheet.iter_rows(min_row=23)]
    assert "Rows 1–20 of 5 000; an export holds them all." in said
    assert next(iter(sheet.tables.values())).ref == "A1:H22"


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

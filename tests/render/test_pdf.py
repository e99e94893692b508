import dataclasses
import datetime as dt
import io
import re
import threading
import unicodedata

import pikepdf
import pypdf
import pytest

from outbrief.render import words
from outbrief.render.pdf import write_pdf
from outbrief.terms.document import Document, Figure, Figures, Text
from outbrief.terms.look import Brand, Look, Paper
from outbrief.terms.table import Column, Kind, Table
from tests.render import documents


def pages(pdf: bytes) -> list[str]:
    """Read the text of each page, with plain spaces and without the breaks we allow inside long words."""
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return [re.sub(r"[\u00a0\u202f]", " ", text).replace("\u200b", "") for text in texts]


def tags(pdf: bytes) -> dict[str, int]:
    """Count the tags of the structure tree."""
    counts: dict[str, int] = {}

    def walk(node: pikepdf.Object) -> None:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                walk(kid)
        elif isinstance(node, pikepdf.Dictionary) and "/K" in node:
            if "/S" in node:
                name = str(node["/S"])
                counts[name] = counts.get(name, 0) + 1
            walk(node["/K"])

    with pikepdf.open(io.BytesIO(pdf)) as file:
        walk(file.Root.StructTreeRoot.K)
    return counts


@pytest.fixture(scope="module")
def normal() -> bytes:
    return write_pdf(documents.NORMAL)


def test_a_report_says_everything_that_the_document_holds(normal: bytes) -> None:
    text = " ".join(" ".join(pages(normal)).split())
    assert "CAMPAIGN REPORT" in text
    assert "Weekly campaign performance" in text
    assert "16 – 22 November 2026, compared with 9 – 15 November 2026" in text
    for said in ("48 210", "97.6 %", "0.4 pt", "no change", "limit 2 %", "usual: above 98 %", "3 h 20 min"):
        assert said in text
    assert "Bounce rate 2.4 % is above the 2 % limit." in text
    for row in documents.ROWS:
        assert str(row[0]) in text
    assert "35 210" in text
    assert "rather than a count" in text


def test_every_page_has_the_running_footer(normal: bytes) -> None:
    told = pages(normal)
    assert len(told) > 1
    for number, text in enumerate(told, start=1):
        assert ("Weekly campaign performance · 16 – 22 November 2026 Acme Outreach\n" in text) == (number > 1)
        assert "Acme Outreach · Weekly campaign performance · data as of 23 Nov 2026, 09:00 (New York)" in text
        assert f"Page {number} of {len(told)}" in text


def test_the_file_is_pdf_ua_with_title_language_and_date(normal: bytes) -> None:
    with pikepdf.open(io.BytesIO(normal)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang).startswith("en")
        assert file.Root.ViewerPreferences.DisplayDocTitle
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Weekly campaign performance"
            assert metadata["dc:creator"] == ["Acme Outreach"]
    created = pypdf.PdfReader(io.BytesIO(normal)).metadata.creation_date
    assert created == documents.AS_OF


def test_tables_headings_and_charts_are_tagged(normal: bytes) -> None:
    found = tags(normal)
    assert found["/Table"] == 1
    assert found["/TH"] >= len(documents.COLUMNS)
    assert found["/TR"] >= len(documents.ROWS) + 2
    assert found["/Figure"] == 2
    assert found["/H1"] == 3


def test_charts_have_their_text_alternative_and_keep_their_text(normal: bytes) -> None:
    with pikepdf.open(io.BytesIO(normal)) as file:
        alts = {str(item.Alt) for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}
    assert {documents.LINE.alt, documents.BARS.alt} <= alts
    assert "20 Nov" in pages(normal)[0]


def test_headings_are_bookmarks(normal: bytes) -> None:
    outline = pypdf.PdfReader(io.BytesIO(normal)).outline
    assert [entry.title for entry in outline] == ["Sent per day", "Reply rate by campaign", "Campaigns"]


def test_fonts_are_embedded(normal: bytes) -> None:
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(normal)).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(font.get_object()["/BaseFont"].split("+")[1])
    assert any(name.startswith("HankenGrotesk") for name in names)


def test_the_same_document_gives_the_same_bytes(normal: bytes) -> None:
    write_pdf(documents.EMPTY)
    assert write_pdf(documents.NORMAL) == normal


def test_an_empty_period_is_one_calm_page_that_says_so() -> None:
    (text,) = pages(write_pdf(documents.EMPTY))
    assert "There was no activity in this period." in text
    assert "Weekly campaign performance" in text
    assert "Campaigns" not in text


def test_a_long_table_is_cut_where_it_says() -> None:
    pdf = write_pdf(documents.with_rows(3000), max_table_rows=1000)
    text = "\n".join(pages(pdf))
    assert text.count("Campaign 0") == 1000
    assert "Campaign 01000" in text
    assert "Campaign 01001" not in text
    assert "Rows 1–1 000 of 3 000; all are in the Excel and CSV files." in text


def test_each_page_of_a_long_table_repeats_its_header_and_none_is_empty() -> None:
    told = pages(write_pdf(documents.with_rows(300)))
    assert len(told) > 4
    for text in told[1:-1]:
        assert "Delivered" in text
        assert "Campaign 00" in text
    assert "of 300" not in told[-1]


def test_a_table_that_the_document_holds_in_part_says_where_the_rest_is() -> None:
    text = " ".join(pages(write_pdf(documents.with_rows(20, total_rows=5000))))
    assert "Rows 1–20 of 5 000; an export holds them all." in text


def test_columns_left_to_the_other_files_are_counted() -> None:
    table = dataclasses.replace(documents.TABLE, page_columns=("campaignName", "sent", "openRate"))
    text = " ".join(pages(write_pdf(dataclasses.replace(documents.NORMAL, sections=(table,)))))
    assert "Opened" in text
    assert "Launched" not in text
    assert "35 210" in text
    assert "5 more columns are in the Excel and CSV files." in text


def test_a_table_without_rows_says_so() -> None:
    table = dataclasses.replace(documents.TABLE, rows=(), total_rows=0, total=None)
    text = " ".join(pages(write_pdf(dataclasses.replace(documents.NORMAL, sections=(table,)))))
    assert "No rows in this period." in text


def test_many_columns_are_set_on_a_lying_page_inside_its_edges() -> None:
    columns = tuple(Column(key=f"c{i}", label=f"Measure {i}", kind=Kind.INTEGER) for i in range(14))
    rows = tuple(tuple(1_000_000 + i for i in range(14)) for _ in range(3))
    wide = Table(key="wide", title="Wide", columns=columns, rows=rows, total_rows=3)
    pdf = pypdf.PdfReader(
        io.BytesIO(write_pdf(dataclasses.replace(documents.NORMAL, sections=(wide, documents.TABLE))))
    )
    boxes = [(page.mediabox.width, page.mediabox.height) for page in pdf.pages]
    assert any(width > height for width, height in boxes)
    assert len(pdf.pages) == 3
    assert all("Measure" in page.extract_text() or "Founders" in page.extract_text() for page in pdf.pages[1:])


@pytest.mark.parametrize(("paper", "width"), [(Paper.A4, 595.28), (Paper.LETTER, 612)])
def test_the_paper_is_the_one_asked_for(paper: Paper, width: float) -> None:
    document = dataclasses.replace(documents.NORMAL, look=Look(paper=paper))
    pdf = pypdf.PdfReader(io.BytesIO(write_pdf(document)))
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(width, abs=0.5)


def test_very_long_names_stay_inside_the_page() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(write_pdf(documents.LONG)))
    furthest = 0.0

    def seen(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        nonlocal furthest
        if text.strip():
            furthest = max(furthest, tm[4] * cm[0] + cm[4])

    for page in pdf.pages:
        page.extract_text(visitor_text=seen)
    assert 0 < furthest < 595 - 51
    assert "Texts that end in … are whole in the Excel and CSV files." in " ".join(pages(write_pdf(documents.LONG)))


def test_names_in_other_scripts_never_stop_a_report() -> None:
    pdf = write_pdf(documents.FOREIGN)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.Root.MarkInfo.Marked
    assert "Привет, Ελλάδα, Ærøskøbing" in " ".join(pages(pdf))


def test_naughty_strings_are_set_as_they_are() -> None:
    names = documents.naughty()
    told = unicodedata.normalize("NFD", "".join(pages(write_pdf(documents.with_names(names)))))
    # Where a letter comes first with marks piled on it, programs that read the file see those marks on all its kin.
    text = "".join(letter for letter in told if not letter.isspace() and unicodedata.category(letter) != "Mn")
    plain = [re.sub(r"\s", "", words.printable(name, 200)).rstrip("…") for name in names if name.isascii()]
    assert len(plain) > 300
    assert [name for name in plain if name not in text] == []


@pytest.mark.parametrize(
    "markup", ["#panic()", "= Heading", "$ x^2 $", "*bold* _it_", '#include "/etc/passwd"', "\\u{41}", "[x](y)", "// z"]
)
def test_typst_markup_in_names_stays_text(markup: str) -> None:
    pdf = write_pdf(documents.with_names((markup, "last")))
    assert re.sub(r"\s", "", markup) in re.sub(r"\s", "", " ".join(pages(pdf)))


def test_control_characters_do_not_stop_a_report() -> None:
    write_pdf(documents.with_names(("\x00\x01\x1b[31m\ufeff\ufffe\ud800\u2028", "\u202eabc\u0085")))


@pytest.mark.parametrize("colour", ["#ffdd00", "#000000", "#ffffff", "red", "", '#12345"'])
def test_any_brand_colour_gives_a_report(colour: str) -> None:
    document = dataclasses.replace(documents.NORMAL, brand=Brand(name="Acme", colour=colour))
    assert b"%PDF" in write_pdf(document)[:10]


def test_a_document_without_sections_is_one_page_with_its_notes() -> None:
    (text,) = pages(write_pdf(dataclasses.replace(documents.NORMAL, sections=())))
    assert "rather than a count" in text


@pytest.mark.parametrize("count", range(1, 11))
def test_any_number_of_figures_is_shown_whole(count: int) -> None:
    figures = tuple(
        Figure(key=f"f{i}", label=f"Label{i}", kind=Kind.NUMBER, value=i + 0.5, previous=None) for i in range(count)
    )
    sections = (Figures(figures=figures), Text(key="said", title="", blocks=documents.blocks("Said.")))
    (text,) = pages(write_pdf(dataclasses.replace(documents.NORMAL, sections=sections)))
    assert all(f"Label{i}" in text and f"{i}.5" in text for i in range(count))


def test_reports_are_set_side_by_side_in_threads() -> None:
    documents_now = [dataclasses.replace(documents.NORMAL, title=f"Report {i}") for i in range(4)]
    told: dict[str, str] = {}

    def write(document: Document) -> None:
        told[document.title] = pages(write_pdf(document))[0]

    threads = [threading.Thread(target=write, args=(document,)) for document in documents_now]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(document.title in told[document.title] for document in documents_now)


def test_the_instant_of_the_facts_is_told_on_the_documents_clock() -> None:
    there = dataclasses.replace(documents.NORMAL, timezone="Asia/Kolkata")
    assert "23 Nov 2026, 19:30 (Kolkata)" in pages(write_pdf(there))[0]
    assert documents.AS_OF.tzinfo is dt.UTC

"""Long tables in PDFs: set apart in parts and joined, they must read as one."""

import dataclasses
import io
import re
from collections.abc import Iterator

import pikepdf
import pypdf
import pytest

from outbrief.render.pdf import write_pdf
from outbrief.terms.document import Document, Figures, Text
from outbrief.terms.look import Look, Paper
from outbrief.terms.table import Column, Kind, Table
from tests.render import documents
from tests.render.test_pdf import pages

ROWS = 700


def long_document() -> Document:
    """Give a document with a short table, a long one with a closing row, a chart and one more short table after it."""
    (table,) = documents.with_rows(ROWS).tables()
    before = dataclasses.replace(documents.TABLE, key="before", title="Before: 5 0 R (or \\ 6 0 obj)")
    after = dataclasses.replace(documents.TABLE, key="after", title="After: 7 0 R (and \\) 8 0 obj")
    sections = (Figures(figures=documents.FIGURES), before, table, documents.LINE, after)
    return dataclasses.replace(documents.NORMAL, sections=sections)


@pytest.fixture(scope="module")
def long() -> bytes:
    return write_pdf(long_document())


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for kid in node.K if isinstance(node.K, pikepdf.Array) else [node.K]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def role(file: pikepdf.Pdf, element: pikepdf.Object) -> str:
    roles = file.Root.StructTreeRoot.RoleMap
    return str(roles.get(element.S, element.S))


def rows_of(file: pikepdf.Pdf, table: pikepdf.Object) -> list[list[str]]:
    rows = [element for element in elements(table) if role(file, element) == "/TR"]
    return [[role(file, cell) for cell in row.K] for row in rows]


def tables(file: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [element for element in elements(file.Root.StructTreeRoot) if role(file, element) == "/Table"]


def test_pages_are_numbered_through_and_all_have_the_footer(long: bytes) -> None:
    told = pages(long)
    assert len(told) > 15
    for number, text in enumerate(told, start=1):
        assert f"Page {number} of {len(told)}" in text
        assert "Acme Outreach · Weekly campaign performance" in text


def test_every_row_is_there_once_and_in_order(long: bytes) -> None:
    found = re.findall(r"Campaign (\d{5})", "\n".join(pages(long)))
    assert [int(number) for number in found] == list(range(1, ROWS + 1))


def test_every_page_of_the_table_repeats_its_header_and_is_full(long: bytes) -> None:
    of_table = [text for text in pages(long) if "Campaign 0" in text]
    assert all("Time to open" in text for text in of_table)
    assert all(text.count("Campaign 0") >= 40 for text in of_table[:-1])


def test_what_follows_a_long_table_follows_it(long: bytes) -> None:
    told = pages(long)
    assert "All campaigns" in next(text for text in told if f"Campaign {ROWS:05d}" in text)
    assert "Sent per day" in told[-1]
    assert "rather than a count" in told[-1]
    assert all("rather than a count" not in text for text in told[:-1])
    assert all("CAMPAIGN REPORT" not in text for text in told[1:])


def test_bookmarks_of_all_parts_lead_to_their_pages(long: bytes) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(long))
    found = {entry.title: pdf.get_destination_page_number(entry) for entry in pdf.outline}
    last = len(pdf.pages) - 1
    assert list(found) == [
        "Before: 5 0 R (or \\ 6 0 obj)", "Campaigns", "Sent per day", "After: 7 0 R (and \\) 8 0 obj",
    ]  # fmt: skip
    assert list(found.values()) == [0, 1, last, last]


def test_the_joined_file_is_pdf_ua_and_knows_its_pages(long: bytes) -> None:
    with pikepdf.open(io.BytesIO(long)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang).startswith("en")
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert file.check_pdf_syntax() == []
        assert b"<xmpTPg:NPages>%d<" % len(file.pages) in file.Root.Metadata.read_bytes()
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Weekly campaign performance"


def test_a_long_table_is_one_table_of_equal_rows_to_a_reading_program(long: bytes) -> None:
    with pikepdf.open(io.BytesIO(long)) as file:
        _, table, _ = tables(file)
        header, *rows = rows_of(file, table)
        assert header == ["/TH"] * len(documents.COLUMNS)
        assert len(rows) == ROWS + 1
        assert all(row == ["/TD"] * len(documents.COLUMNS) for row in rows)
        heads = [element for element in elements(table) if role(file, element) == "/TH"]
        assert all(head.A[0].Scope == "/Column" for head in heads)


def test_the_order_of_the_tags_is_the_order_of_reading(long: bytes) -> None:
    with pikepdf.open(io.BytesIO(long)) as file:
        (body,) = file.Root.StructTreeRoot.K
        told = [role(file, kid) for kid in body.K]
        assert [name for name in told if name in ("/Table", "/H1")] == [
            "/H1",
            "/Table",
            "/H1",
            "/Table",
            "/H1",
            "/H1",
            "/Table",
        ]
        headings = [str(kid.T) for kid in body.K if role(file, kid) == "/H1"]
        assert headings[1:3] == ["Campaigns", "Sent per day"]


def test_tags_and_pages_agree_on_each_other(long: bytes) -> None:
    """Hold the tree to what readers rely on: parents, the page of each tag, and the tag of each mark on a page."""
    with pikepdf.open(io.BytesIO(long)) as file:
        root = file.Root.StructTreeRoot
        numbers = list(root.ParentTree.Nums)
        owners = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
        assert list(owners) == sorted(owners)
        assert int(root.ParentTreeNextKey) > max(owners)
        keys = [int(page.obj.StructParents) for page in file.pages]
        assert len(set(keys)) == len(keys)
        owned: dict[tuple[int, int], tuple[int, int]] = {}
        for element in elements(root):
            for kid in element.K:
                if isinstance(kid, int):
                    owned[int(element.Pg.StructParents), kid] = element.objgen
                elif "/S" in kid:
                    assert kid.P.objgen == element.objgen
                else:
                    page = kid.get("/Pg", element.get("/Pg"))
                    owned[int(page.StructParents), int(kid.MCID)] = element.objgen
        for page in file.pages:
            key = int(page.obj.StructParents)
            marks = {int(mark) for mark in re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())}
            assert marks == set(range(len(owners[key])))
            assert all(owned[key, mark] == owners[key][mark].objgen for mark in marks)


def test_ids_are_unlike_and_header_cells_are_found_by_them(long: bytes) -> None:
    with pikepdf.open(io.BytesIO(long)) as file:
        names = list(file.Root.StructTreeRoot.IDTree.Names)
        ids = [str(name) for name in names[::2]]
        assert len(set(ids)) == len(ids) == 2 * len(documents.COLUMNS)
        assert ids == sorted(ids)
        assert all(str(element.ID) == name for name, element in zip(ids, names[1::2], strict=True))
        for table in (tables(file)[0], tables(file)[2]):
            own = {str(cell.ID) for cell in elements(table) if "/ID" in cell}
            told = {
                str(name)
                for cell in elements(table)
                for item in cell.get("/A", ())
                for name in item.get("/Headers", ())
            }
            assert told == own


def test_the_same_long_document_gives_the_same_bytes(long: bytes) -> None:
    assert write_pdf(long_document()) == long


def test_a_long_table_alone_and_two_in_a_row_are_reports() -> None:
    table = documents.with_rows(310).tables()[0]
    second = dataclasses.replace(table, key="second", title="Second", total=None)
    alone = pages(write_pdf(dataclasses.replace(documents.NORMAL, sections=(table,))))
    both = write_pdf(
        dataclasses.replace(documents.NORMAL, sections=(table, second, Text(key="end", title="End", blocks=())))
    )
    assert "CAMPAIGN REPORT" in alone[0]
    with pikepdf.open(io.BytesIO(both)) as file:
        assert [len(rows_of(file, each)) for each in tables(file)] == [312, 311]


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("columns", [3, 9, 14])
def test_rows_stay_inside_the_edges_of_their_pages(paper: Paper, columns: int) -> None:
    names = [documents.LONG_NAME, *documents.SCRIPTS, "An ordinary name", "Wide WWWWWWWWWWWWWWWW MMMMMMMMM"]
    rows = tuple((names[i % len(names)], *(1_000_000 + i * 7 for _ in range(columns - 1))) for i in range(320))
    kinds = [Kind.TEXT, *[Kind.INTEGER] * (columns - 1)]
    made = tuple(Column(key=f"c{i}", label=f"Measure {i}", kind=kind) for i, kind in enumerate(kinds))
    table = Table(key="campaigns", title="Wide", columns=made, rows=rows, total_rows=320)
    document = dataclasses.replace(documents.NORMAL, sections=(table,), look=Look(paper=paper))
    pdf = pypdf.PdfReader(io.BytesIO(write_pdf(document)))
    count = 0
    for page in pdf.pages[1:]:
        places: list[tuple[float, float]] = []

        def seen(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
            if text.strip():
                places.append((tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]))  # noqa: B023

        text = page.extract_text(visitor_text=seen)
        assert "Measure 0" in text
        count += len(re.findall(r"Measure 1\b", text))
        assert min(x for x, _ in places) >= 50
        assert max(x for x, _ in places) <= float(page.mediabox.width) - 51
        rows_above_footer = [y for _, y in places if y > 50]
        assert min(rows_above_footer) >= 61
    assert count == len(pdf.pages) - 1


def test_naughty_strings_keep_the_rows_of_a_long_table_equal() -> None:
    names = documents.naughty()
    table = dataclasses.replace(
        documents.TABLE,
        rows=tuple((name, *documents.ROWS[0][1:]) for name in ("", "\u200b", "\u00ad", *names)),
        total_rows=len(names) + 3,
        total=None,
    )
    pdf = write_pdf(dataclasses.replace(documents.NORMAL, sections=(table,)))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        (found,) = tables(file)
        header, *rows = rows_of(file, found)
        assert {len(row) for row in rows} == {len(header)}
        assert len(rows) == len(names) + 3


def test_text_without_a_font_anywhere_in_a_long_table_takes_the_claim_to_pdf_ua_away() -> None:
    document = documents.with_rows(400)
    (table,) = document.tables()
    rows = (*table.rows[:390], ("\U00012000 \U00013000", *table.rows[0][1:]), *table.rows[391:])
    sections = (*document.sections[:-1], dataclasses.replace(table, rows=rows))
    pdf = write_pdf(dataclasses.replace(document, sections=sections))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(rows_of(file, tables(file)[0])) == 402
        with file.open_metadata() as metadata:
            assert "pdfuaid:part" not in metadata

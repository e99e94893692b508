"""Every workbook against the rules of the format, as a validator after Microsoft's own checks them."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator
from openxml_audit.errors import ValidationSeverity

from outbrief.render.workbook import write_workbook
from outbrief.render.xlsx import XlsxWriter
from outbrief.terms.document import Document
from outbrief.terms.report import ReportType
from outbrief.terms.table import Column
from tests.compose.facts import Fact, document_of
from tests.render import documents
from tests.render.nasty import nasty_rows
from tests.render.written import EVERY_KIND, FULL_ROW, NAMES, NO_ROW, MemorySink, Row, batch, drive

# Text stands in the cells and not in a table of shared strings, which would have to be held until the end. Excel reads
# both, and writes the table when it saves the file.
ON_PURPOSE = {"Excel_InlineStrCells"}
FACTS = [
    Fact(day="2026-11-16", sent=1000, delivered=970, hard_bounced=20, soft_bounced=10, opened=400, replied=30),
    Fact(day="2026-11-18", campaign="c-2", campaign_name="=Q4 <renewal> & Söhne", sending_domain="mail2.acme.test",
         recipient_domain="gmail.com", sent=500, delivered=450, hard_bounced=50, opened=100, complained=3,
         reason="550 blocked"),
    Fact(day="2026-11-10", sent=900, delivered=880, hard_bounced=10, soft_bounced=10, opened=390, replied=20),
]  # fmt: skip
DOCUMENTS = {
    "a plain week": documents.NORMAL,
    "nothing": documents.EMPTY,
    "long names": documents.LONG,
    "other scripts": documents.FOREIGN,
    "many rows": documents.with_rows(3_000),
}


def found(content: bytes, folder: Path) -> tuple[list[str], set[str]]:
    """Audit a workbook; give what is wrong with it, and the names of what the validator would rather see otherwise."""
    (folder / "book.xlsx").write_bytes(content)
    said = OpenXmlValidator(max_errors=0).validate(folder / "book.xlsx").errors
    wrong = [f"{one.part_uri} {one.description}" for one in said if one.severity is ValidationSeverity.ERROR]
    return wrong, {one.id for one in said if one.severity is not ValidationSeverity.ERROR}


def streamed(columns: Sequence[Column], rows: Sequence[Row], rows_per_sheet: int) -> bytes:
    sink = MemorySink()
    drive(XlsxWriter(sink, columns, title="A & B", rows_per_sheet=rows_per_sheet), [batch(columns, rows)])
    return sink.content


def test_a_streamed_workbook_of_nasty_rows_in_several_sheets_breaks_no_rule(tmp_path: Path):
    content = streamed(EVERY_KIND, nasty_rows(1_500), 400)
    assert zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml").count(b"<sheet ") == 5
    assert found(content, tmp_path) == ([], ON_PURPOSE)


@pytest.mark.parametrize(
    ("columns", "rows"),
    [(EVERY_KIND, [FULL_ROW, NO_ROW]), (NAMES, []), (EVERY_KIND * 3, [(*FULL_ROW, *FULL_ROW, *FULL_ROW)])],
    ids=["one sheet", "no rows", "columns past Z"],
)
def test_a_streamed_workbook_of_one_sheet_breaks_no_rule(
    columns: Sequence[Column], rows: Sequence[Row], tmp_path: Path
):
    columns = [Column(key=f"{one.key}{n}", label=one.label, kind=one.kind) for n, one in enumerate(columns)]
    assert found(streamed(columns, rows, 400), tmp_path) == ([], ON_PURPOSE)


@pytest.mark.parametrize("report_type", [one.value for one in ReportType])
@pytest.mark.parametrize("facts", [FACTS, []], ids=["a week", "no facts"])
def test_the_workbook_of_every_report_breaks_no_rule(report_type: str, facts: list[Fact], tmp_path: Path):
    assert found(write_workbook(document_of(report_type, facts)), tmp_path) == ([], set())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_workbook_of_any_document_breaks_no_rule(name: str, tmp_path: Path):
    document: Document = DOCUMENTS[name]
    assert found(write_workbook(document), tmp_path) == ([], set())


def test_a_report_full_of_naughty_strings_breaks_no_rule(tmp_path: Path):
    assert found(write_workbook(documents.with_names(documents.naughty())), tmp_path) == ([], set())


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", 't="inlineStr"', 't="inlineString"'),
        ("xl/worksheets/sheet1.xml", "<cols>", '<autoFilter ref="A1:B2"/><cols>'),
        ("xl/styles.xml", '<fonts count="2">', '<fonts count="two">'),
        ("xl/workbook.xml", 'r:id="rId1"', 'r:id="rId99"'),
        ("[Content_Types].xml", "sheet.main+xml", "sheet.other+xml"),
    ],
)
def test_the_validator_finds_what_is_broken(part: str, before: str, after: str, tmp_path: Path):
    broken = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(streamed(EVERY_KIND, [FULL_ROW], 400))) as whole,
        zipfile.ZipFile(broken, "w") as copy,
    ):
        for name in whole.namelist():
            content = whole.read(name).decode()
            if name == part:
                content, changed = re.subn(re.escape(before), after, content)
                assert changed
            copy.writestr(name, content)
    assert found(broken.getvalue(), tmp_path)[0]

"""`outbrief export` and `outbrief report`: the file that was asked for, or none."""

import csv
import datetime as dt
import gzip
import io
from pathlib import Path

import openpyxl
import pypdf
import pytest

from outbrief.facts.models import Lead
from outbrief.record.models import Workspace
from outbrief.record.scope import tenant_scope
from tests.activity import add_activity
from tests.cli.commands import Outbrief
from tests.people import People

LEADS = [("l1", "ann@a.test", "Fool's; Gold", "active"), ("l2", "ben@b.test", "Größe", "paused")]


@pytest.fixture
def leads(people: People) -> None:
    for person, rows in ((people.alice, LEADS), (people.charlie, [("z1", "zoe@z.test", "Z", "active")])):
        with tenant_scope(person.tenant_id):
            workspace = Workspace.objects.get()
            for external_id, email, company, status in rows:
                Lead.objects.create(
                    tenant_id=person.tenant_id,
                    workspace=workspace,
                    external_id=external_id,
                    email=email,
                    company=company,
                    status=status,
                )


@pytest.mark.usefixtures("leads")
def test_an_export_holds_the_fields_in_the_order_asked_and_this_tenant_alone(outbrief_here: Outbrief, tmp_path: Path):
    ran = outbrief_here(
        "export", "leads", "--tenant", "acme", "--fields", "company,email", "-o", "leads.xlsx", "--json"
    )
    assert ran.code == 0, ran.err
    assert ran.json["format"] == "excel"
    assert (ran.json["rowCount"], ran.json["fileSize"]) == (2, (tmp_path / "leads.xlsx").stat().st_size)
    rows = list(openpyxl.load_workbook(tmp_path / "leads.xlsx").active.values)
    assert rows[0] == ("company", "email")
    assert sorted(rows[1:]) == sorted((company, email) for _, email, company, _ in LEADS)


@pytest.mark.usefixtures("leads")
def test_standard_output_takes_the_rows_that_match_and_nothing_else(outbrief: Outbrief):
    words = ("export", "leads", "--tenant", "acme", "--fields", "email,company", "--filter", "status=active")
    ran = outbrief(*words, "--delimiter", ";", "-o", "-")
    assert ran.code == 0, ran.err
    assert list(csv.reader(io.StringIO(ran.out), delimiter=";")) == [
        ["email", "company"],
        ["ann@a.test", "Fool's; Gold"],
    ]


@pytest.mark.usefixtures("leads")
def test_a_csv_file_is_marked_and_compressed_on_request(outbrief_here: Outbrief, tmp_path: Path):
    ran = outbrief_here("export", "leads", "--tenant", "acme", "--fields", "company", "--bom", "--gzip")
    assert ran.code == 0, ran.err
    assert gzip.decompress((tmp_path / "leads.csv.gz").read_bytes()).startswith("\ufeffcompany".encode())


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("export", "lead"), 2, "exportType"),
        (("export", "leads", "--format", "xls"), 2, "format"),
        (("export", "leads", "--fields", "emial"), 2, "fields"),
        (("export", "leads", "--filter", "status~active"), 2, "filter"),
        (("export", "leads", "--filter", "leadScore>=many"), 2, "filters.leadScore"),
        (("export", "leads", "--range", "2025-10-31..2025-10-01"), 2, "dateRange"),
        (("export", "leads", "--format", "excel", "--delimiter", ";"), 2, "delimiter"),
        (("report", "campaigns"), 2, "reportType"),
        (("report", "campaign", "--format", "docx"), 2, "format"),
        (("report", "campaign", "--range", "last_decade"), 2, "dateRange"),
        (("report", "campaign", "--workspace", "Mian"), 2, "workspaceId"),
        (("report", "campaign", "--template", "Montly"), 2, "config.template"),
        (("report", "campaign", "--measure", "opnRate"), 2, "config.measures[0]"),
        (("report", "campaign", "--paper", "a5"), 2, "config.paper"),
        (("report", "campaign", "--locale", "it"), 2, "config.locale"),
    ],
)
def test_what_is_wrong_is_named_and_an_earlier_file_stays(
    outbrief_here: Outbrief, people: People, tmp_path: Path, words: tuple[str, ...], code: int, field: str
):
    (tmp_path / "out").write_text("the old one")
    ran = outbrief_here(*words, "--tenant", "acme", "-o", "out", "--json")
    assert (ran.code, ran.json["field"]) == (code, field)
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir() if found.is_file()] == [
        ("out", "the old one")
    ]


def test_a_tenant_that_is_none_ends_with_one_and_names_those_there_are(outbrief_here: Outbrief, people: People):
    ran = outbrief_here("export", "leads", "--tenant", "acne", "--json")
    assert (ran.code, ran.json["field"]) == (1, "tenant")
    assert "acme" in ran.json["hint"]


def test_a_report_is_written_in_the_format_of_its_name(outbrief: Outbrief, people: People, tmp_path: Path):
    words = ("report", "campaign", "--tenant", "acme", "--range", "2025-10-01..2025-10-31", "--workspace", "Main")
    ran = outbrief(*words, "--title", "October & us", "-o", "out.pdf", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["format"], ran.json["period"]) == ("pdf", {"from": "2025-10-01", "to": "2025-10-31"})
    assert "October & us" in pypdf.PdfReader(tmp_path / "out.pdf").pages[0].extract_text()
    assert outbrief(*words, "-o", "out.xlsx").code == 0
    assert "Summary" in openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames


def test_several_formats_make_several_files_of_one_name(outbrief_here: Outbrief, people: People, tmp_path: Path):
    words = ("report", "overall", "--tenant", "acme", "--format", "pdf", "--format", "excel", "--format", "csv")
    ran = outbrief_here(*words, "-o", "october.pdf", "--json")
    assert ran.code == 0, ran.err
    assert [(Path(file["file"]).name, file["format"]) for file in ran.json["files"]] == [
        ("october.pdf", "pdf"),
        ("october.xlsx", "excel"),
        ("october.csv", "csv"),
    ]
    assert ran.json["file"] == str(tmp_path / "october.pdf")
    for file in ran.json["files"]:
        assert Path(file["file"]).stat().st_size == file["bytes"]
    assert "Summary" in openpyxl.load_workbook(tmp_path / "october.xlsx").sheetnames
    ran = outbrief_here(*words, "-o", "Q4.2025")
    assert ran.code == 0, ran.err
    assert {file.name for file in tmp_path.iterdir() if file.name.startswith("Q4")} == {
        "Q4.2025.pdf",
        "Q4.2025.xlsx",
        "Q4.2025.csv",
    }


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "report.doc"),
        ("-o", "report.xlsx", "--format", "pdf"),
        ("-o", "-", "--format", "pdf", "--format", "csv"),
    ],
)
def test_a_name_that_fits_no_report_is_refused_before_anything_is_made(
    outbrief_here: Outbrief, people: People, tmp_path: Path, words: tuple[str, ...]
):
    ran = outbrief_here("report", "campaign", "--tenant", "acme", *words)
    assert ran.code == 2
    assert "--output" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_any_ending_is_taken_when_the_format_is_said(outbrief_here: Outbrief, people: People, tmp_path: Path):
    ran = outbrief_here("report", "campaign", "--tenant", "acme", "--format", "pdf", "-o", "report.2025")
    assert ran.code == 0, ran.err
    assert (tmp_path / "report.2025").read_bytes().startswith(b"%PDF")


def test_a_report_is_set_on_the_paper_and_for_the_measures_asked(
    outbrief_here: Outbrief, people: People, tmp_path: Path
):
    with tenant_scope(people.alice.tenant_id):
        today = dt.datetime.now(dt.UTC).date()
        add_activity(
            people.alice.tenant_id,
            days={today - dt.timedelta(days=3): {"sent": 1234, "delivered": 1000, "replied": 56}},
        )
    words = ("report", "overall", "--tenant", "acme", "--paper", "letter", "--locale", "de")
    ran = outbrief_here(*words, "--measure", "replied", "--measure", "replyRate", "-o", "out.pdf")
    assert ran.code == 0, ran.err
    page = pypdf.PdfReader(tmp_path / "out.pdf").pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [612, 792]
    text = page.extract_text()
    assert "5,6" in text
    assert "Reply rate" in text

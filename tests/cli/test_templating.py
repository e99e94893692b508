"""`outbrief template` and `outbrief branding`."""

import re
from pathlib import Path

import pypdf
import pytest
import yaml
from PIL import Image

from outbrief.compose import section_keys
from outbrief.record.models import AuditEvent, ReportTemplate, Tenant
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.terms.layout_check import check_measures
from outbrief.terms.question import MEASURES
from outbrief.terms.report import ReportType
from tests.cli.commands import Outbrief
from tests.people import People
from tests.pictures import png

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "report-templates.md"
EXAMPLE = re.search(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)[1]
ACME = ("--tenant", "acme")
SMALL = {"name": "Small", "reportType": "overall", "sections": ["figures"]}


@pytest.fixture
def write(tmp_path: Path):
    def written(content: object) -> str:
        (tmp_path / "t.yaml").write_text(content if isinstance(content, str) else yaml.safe_dump(content), "utf-8")
        return "t.yaml"

    return written


def test_the_example_of_the_how_to_is_imported_exported_and_imported_again(
    outbrief_here: Outbrief, people: People, write, tmp_path: Path
):
    made = outbrief_here("template", "import", write(EXAMPLE), *ACME, "--json")
    assert made.code == 0, made.err
    assert (made.json["name"], made.json["created"]) == ("Client review", True)
    exported = outbrief_here("template", "export", "Client review", *ACME)
    assert yaml.safe_load(exported.out) == yaml.safe_load(EXAMPLE)
    again = outbrief_here("template", "import", write(exported.out), *ACME, "--json")
    assert again.json == {**made.json, "created": False}
    assert outbrief_here("template", "export", "Client review", *ACME, "-o", "out.yaml").code == 0
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == exported.out


def test_the_how_to_names_every_section_and_measure():
    page = HOW_TO.read_text(encoding="utf-8")
    for report_type in ReportType:
        row = re.search(rf"^\| `{report_type}` \| (.*) \|$", page, re.MULTILINE)[1]
        assert tuple(re.findall("`(\\w+)`", row)) == section_keys(report_type)
    measures = re.search("^Measures: (.*)\\.$", page, re.MULTILINE)[1]
    assert check_measures(re.findall("`(\\w+)`", measures), field="page", most=99) == MEASURES


def test_markdown_with_all_its_lines_survives(outbrief_here: Outbrief, people: People, write):
    text = "# Größe\n\n  indented: yes\n\ttab \u2028 separator, \u65e5\u672c\u8a9e, 'quotes' \"both\" # no\n\n- one\n"
    template = {**SMALL, "sections": [{"type": "text", "markdown": text}], "description": "yes"}
    assert outbrief_here("template", "import", write(template), *ACME).code == 0
    out = outbrief_here("template", "export", "Small", *ACME).out
    assert outbrief_here("template", "import", write(out), *ACME).code == 0
    with tenant_scope(people.alice.tenant_id):
        kept = ReportTemplate.objects.get()
        assert kept.sections == [{"type": "text", "markdown": text}]
        assert kept.description == "yes"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("a: [", "file"),
        ("- figures", "file"),
        ("", "file"),
        ({**SMALL, "colour": "red"}, "colour"),
        ({"name": "Small"}, "reportType"),
        ({**SMALL, "name": None}, "name"),
        ({**SMALL, "name": 7}, "name"),
        ({**SMALL, "reportType": "overal"}, "reportType"),
        ({**SMALL, "sections": {"figures": 1}}, "sections"),
        ({**SMALL, "sections": ["figures", "toCopy"]}, "sections[1]"),
        ({**SMALL, "sections": ["figures", {"type": "chart", "measures": ["opend"]}]}, "sections[1].measures[0]"),
        ({**SMALL, "styling": ["red"]}, "styling"),
        ({**SMALL, "styling": {"locale": "no"}}, "styling.locale"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_by_its_place_and_nothing_is_made(
    outbrief_here: Outbrief, people: People, write, content: object, field: str
):
    ran = outbrief_here("template", "import", write(content), *ACME, "--json")
    assert (ran.code, ran.json["field"]) == (2, field), ran.err
    with tenant_scope(people.alice.tenant_id):
        assert not ReportTemplate.objects.exists()


def test_a_file_that_cannot_be_read_is_named(outbrief_here: Outbrief, people: People, tmp_path: Path):
    assert outbrief_here("template", "import", "none.yaml", *ACME, "--json").json["field"] == "file"
    (tmp_path / "latin.yaml").write_bytes(b"name: Gr\xf6\xdfe")
    assert "not UTF-8" in outbrief_here("template", "import", "latin.yaml", *ACME).err


def test_templates_are_listed_shown_and_deleted(outbrief_here: Outbrief, people: People, write):
    assert "no templates yet" in outbrief_here("template", "list", *ACME).out
    outbrief_here("template", "import", write(SMALL), *ACME)
    listed = outbrief_here("template", "list", *ACME, "--json")
    assert listed.json == [{"name": "Small", "reportType": "overall", "schedules": 0}]
    assert outbrief_here("template", "list", *ACME).out == "Small  overall, used by 0 schedules\n"
    shown = outbrief_here("template", "show", "Small", *ACME, "--json").json
    assert {**SMALL, "description": "", "styling": {}, "schedules": []}.items() <= shown.items()
    assert "Sections     figures" in outbrief_here("template", "show", "Small", *ACME).out
    assert outbrief_here("template", "list", "--tenant", "zenith", "--json").json == []
    assert outbrief_here("template", "delete", "Small", *ACME).code == 0
    missing = outbrief_here("template", "show", "Small", *ACME, "--json")
    assert (missing.code, missing.json["field"]) == (1, "name")
    with tenant_scope(people.alice.tenant_id):
        events = AuditEvent.objects.filter(action__startswith="template.").order_by("created_at")
        assert [(event.action, event.actor) for event in events] == [
            ("template.created", "operator"),
            ("template.deleted", "operator"),
        ]


def test_a_preview_is_written_in_the_format_of_its_name(outbrief_here: Outbrief, people: People, write, tmp_path: Path):
    outbrief_here("template", "import", write(EXAMPLE), *ACME)
    for name in ("page.png", "whole.pdf"):
        ran = outbrief_here("template", "preview", "Client review", *ACME, "-o", name)
        assert ran.code == 0, ran.err
    assert Image.open(tmp_path / "page.png").format == "PNG"
    assert "Client review" in pypdf.PdfReader(tmp_path / "whole.pdf").pages[0].extract_text()
    wrong = outbrief_here("template", "preview", "Client review", *ACME, "-o", "page.doc", "--json")
    assert (wrong.code, "--output" in wrong.err) == (2, True)
    far = outbrief_here("template", "preview", "Client review", *ACME, "-o", "far.png", "--page", "99")
    assert (far.code, "--page" in far.err, (tmp_path / "far.png").exists()) == (2, True, False)


def test_branding_is_set_bit_by_bit_and_taken_back(outbrief_here: Outbrief, people: People):
    assert outbrief_here("branding", "set", *ACME, "--colour", "#FF8800", "--cover", "--json").code == 0
    ran = outbrief_here("branding", "set", *ACME, "--font", "manrope", "--locale", "de", "--no-cover", "--json")
    assert ran.json == {
        "colour": "#ff8800", "font": "manrope", "paper": None, "locale": "de", "cover": False, "logo": None,
    }  # fmt: skip
    assert outbrief_here("branding", "set", *ACME, "--colour", "", "--json").json["colour"] is None
    wrong = outbrief_here("branding", "set", *ACME, "--font", "arial", "--json")
    assert (wrong.code, wrong.json["field"]) == (2, "font")
    assert "Typeface  manrope" in outbrief_here("branding", "show", *ACME).out


def test_a_logo_is_taken_from_a_file(outbrief: Outbrief, people: People, tmp_path: Path):
    (tmp_path / "logo.png").write_bytes(png(300, 100))
    made = outbrief("branding", "logo", "logo.png", *ACME, "--json")
    assert made.code == 0, made.err
    assert (made.json["logo"]["width"], made.json["logo"]["height"]) == (300, 100)
    (tmp_path / "logo.txt").write_text("no logo")
    wrong = outbrief("branding", "logo", "logo.txt", *ACME, "--json")
    assert (wrong.code, wrong.json["field"]) == (2, "logo")
    assert outbrief("branding", "logo", *ACME).code == 2
    assert outbrief("branding", "logo", "--delete", *ACME, "--json").json["logo"] is None
    with unscoped():
        assert Tenant.objects.get(slug="acme").branding == {}


def test_no_text_of_a_tenant_steers_the_terminal(outbrief_here: Outbrief, people: People, write):
    sections = [{"type": "recommendations", "title": "a\x1b[2Jb"}]
    made = {**SMALL, "description": "red\x1b[31m\nline", "sections": sections}
    assert outbrief_here("template", "import", write(made), *ACME).code == 0
    shown = outbrief_here("template", "show", "Small", *ACME).out
    assert "\x1b" not in shown
    assert "red\ufffd[31m line" in shown

"""What a report is made with: its own config, its template, the tenant's branding, our choice, in this order."""

import datetime as dt
import io
import itertools
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from outbrief.record.models import ReportTemplate
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import branding, preview, template_files, templates
from outbrief.run.preview import PreviewFormat
from outbrief.run.templates import TemplateAsked
from outbrief.terms.errors import Conflict, InvalidInput, StoreUnavailable
from outbrief.terms.layout import Standard
from outbrief.terms.locale import Locale
from outbrief.terms.look import Font, Paper
from outbrief.terms.report import ReportType
from outbrief.terms.report_config import ReportConfig, check_report_config
from tests.people import People, Person
from tests.pictures import png
from tests.run.conftest import NOW

CAMPAIGN = ReportType.CAMPAIGN


def make(person: Person, **changes: object) -> ReportTemplate:
    asked = TemplateAsked(**{"name": "Mine", "report_type": "campaign", **changes})
    with tenant_scope(person.tenant_id):
        return templates.create(person.tenant_id, asked, actor="test")


def brand(person: Person, **styling: object) -> None:
    with tenant_scope(person.tenant_id):
        branding.change(person.tenant_id, styling, actor="test")


def give_logo(person: Person, *, width: int = 30, height: int = 10) -> None:
    with branding.uploaded_logo(person.tenant_id, png(width, height)) as logo, tenant_scope(person.tenant_id):
        branding.set_logo(person.tenant_id, logo, actor="test")


def facts(person: Person) -> TenantFacts:
    return tenant_facts(person.tenant_id)


def chosen(person: Person, **config: object) -> templates.Chosen:
    return templates.resolve(facts(person), check_report_config(config), CAMPAIGN)


@pytest.mark.parametrize(("asked", "styled", "branded"), itertools.product((True, False), repeat=3))
def test_what_is_nearer_to_the_report_goes_first(people: People, home: Path, asked: bool, styled: bool, branded: bool):
    values = [
        {"locale": "de", "paper": "letter", "cover": True},
        {"locale": "fr", "paper": "a4", "cover": False},
        {"locale": "es", "paper": "letter", "cover": True},
    ]
    if branded:
        brand(people.alice, **values[2])
    make(people.alice, styling=values[1] if styled else {})
    found = chosen(people.alice, template="Mine", **(values[0] if asked else {})).look
    usual = {"locale": "en", "paper": "a4", "cover": False}
    expected = values[0] if asked else values[1] if styled else values[2] if branded else usual
    assert (found.locale, found.paper, found.cover) == (
        Locale(expected["locale"]),
        Paper(expected["paper"]),
        expected["cover"],
    )


def test_colour_and_typeface_come_from_the_template_before_the_tenant(people: People, home: Path):
    assert (chosen(people.alice).brand.colour, chosen(people.alice).brand.font) == ("#2f5fde", Font.HANKEN_GROTESK)
    brand(people.alice, colour="#111111", font="manrope")
    make(people.alice, styling={"colour": "#222222"})
    assert chosen(people.alice).brand.colour == "#111111"
    found = chosen(people.alice, template="Mine").brand
    assert (found.name, found.colour, found.font) == ("Acme", "#222222", Font.MANROPE)


def test_a_reports_own_sections_go_before_those_of_its_template(people: People, home: Path):
    make(people.alice, sections=["findings"])
    assert chosen(people.alice).sections == ()
    assert chosen(people.alice, template="Mine").sections == (Standard(key="findings"),)
    assert chosen(people.alice, template="Mine", sections=["figures"]).sections == (Standard(key="figures"),)
    assert chosen(people.alice, template="Mine", measures=["sent"]).measures == ("sent",)


def test_the_logo_is_the_tenants_unless_the_template_wants_none(people: People, home: Path):
    assert chosen(people.alice).brand.logo is None
    give_logo(people.alice)
    for name, styling in (("With", {"logo": True}), ("Open", {}), ("Without", {"logo": False})):
        make(people.alice, name=name, styling=styling)
    logo = chosen(people.alice).brand.logo
    assert Image.open(io.BytesIO(logo)).size == (30, 10)
    assert chosen(people.alice, template="With").brand.logo == chosen(people.alice, template="Open").brand.logo == logo
    assert chosen(people.alice, template="Without").brand.logo is None
    assert chosen(people.charlie).brand.logo is None


def test_a_logo_that_the_store_has_lost_is_left_out(people: People, home: Path):
    give_logo(people.alice)
    for file in home.rglob("*.png"):
        file.unlink()
    assert chosen(people.alice).brand.logo is None


def test_a_template_that_is_missing_or_of_another_type_is_named(people: People, home: Path):
    for wanted in ("Mine", "\x1b[31m", "x" * 300):
        with pytest.raises(InvalidInput) as refused:
            templates.resolve(facts(people.alice), ReportConfig(template=wanted), CAMPAIGN)
        assert refused.value.field == "config.template"
        assert "\x1b" not in str(refused.value)
    make(people.charlie)
    make(people.alice, name="Other", report_type="overall")
    with pytest.raises(InvalidInput, match="Other"):
        chosen(people.alice, template="Mine")
    with pytest.raises(InvalidInput, match="overall") as refused:
        chosen(people.alice, template="Other")
    assert refused.value.field == "config.template"


def test_a_report_of_a_template_holds_its_sections_in_order(acme: People):
    give_logo(acme.alice)
    sections = [
        {"type": "text", "title": "Third things first", "markdown": "Hello *world*, <b>no tags</b>."},
        {"type": "table", "title": "Where from", "by": "workspace", "measures": ["sent", "openRate"]},
        {"type": "summary_metrics", "measures": ["sent"]},
    ]
    template = make(acme.alice, sections=sections, styling={"colour": "#ff8800", "paper": "letter"})
    tenant = facts(acme.alice)
    order = templates.order_for(template, tenant, "last_7d")
    made = preview.make(order, tenant, now=NOW, shown_as=PreviewFormat.PDF)
    pages = pypdf.PdfReader(io.BytesIO(made.content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    places = [text.index(words) for words in ("Third things first", "<b>no tags</b>", "Where from")]
    assert places == sorted(places)
    assert "Bounce rate" not in text
    assert round(float(pages[0].mediabox.width)) == 612
    assert made.filename.endswith(".pdf")


def test_the_template_of_the_demo_can_be_taken_in(people: People):
    from importlib import resources

    written = (resources.files("outbrief.cli.demo") / "client_report.yaml").read_text(encoding="utf-8")
    asked = template_files.read(written, what="client_report.yaml")
    with tenant_scope(people.alice.tenant_id):
        kept = templates.create(people.alice.tenant_id, asked, actor="test")
    assert kept.name == "Monthly client report"


def test_keeping_a_template_of_a_known_name_replaces_it(people: People):
    first = make(people.alice, sections=["figures"])
    asked = TemplateAsked(name=" Mine ", report_type="campaign", sections=["findings"])
    with tenant_scope(people.alice.tenant_id):
        second, is_new = templates.keep(people.alice.tenant_id, asked, actor="test", now=NOW)
    assert (second.id, is_new, second.sections) == (first.id, False, ["findings"])


def test_a_template_in_use_is_kept_and_the_schedules_are_named(acme: People, make_schedule):
    template = make(acme.alice)
    for number in range(7):
        make_schedule(name=f"Report {number}", config={"template": "Mine"})
    with tenant_scope(acme.alice.tenant_id):
        with pytest.raises(Conflict, match='"Report 4" and others'):
            templates.delete(template, actor="test")
        changed = TemplateAsked(name="New name", report_type="campaign")
        templates.change(template, changed, actor="test", now=NOW + dt.timedelta(hours=1))
    with tenant_scope(acme.alice.tenant_id), pytest.raises(Conflict):
        templates.delete(ReportTemplate.objects.get(), actor="test")


def test_a_notice_goes_out_without_the_logo_when_the_store_is_away(people: People, home: Path, monkeypatch):
    class Away:
        def read(self, key: str) -> bytes:
            raise StoreUnavailable("away")

    brand(people.alice, colour="#ff8800")
    give_logo(people.alice)
    with monkeypatch.context() as patched:
        patched.setattr(branding.parts, "store", Away)
        with pytest.raises(StoreUnavailable):
            branding.brand_of(facts(people.alice))
        found = branding.brand_for_notice(facts(people.alice))
    assert (found.colour, found.logo) == ("#ff8800", None)
    # What could not be read once is read again.
    assert branding.brand_for_notice(facts(people.alice)).logo is not None

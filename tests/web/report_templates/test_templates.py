"""Templates on the pages: listed, shown, written, copied, deleted, handed out and taken in."""

import re
from html import escape, unescape
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from outbrief.record.models import ReportTemplate, ScheduledReport
from outbrief.record.scope import tenant_scope
from outbrief.run import templates
from outbrief.run.templates import TemplateAsked
from tests.people import People, Person
from tests.web.conftest import TITLE, Acme
from tests.web.visits import HTMX, visitor

CHART = {"type": "chart", "measures": ["openRate", "clickRate"], "by": "day", "title": "How they read"}
NAME = 'Клиент "A" <b>& co</b>'


def make(person: Person, **changes: object) -> UUID:
    asked = TemplateAsked(
        **{"name": NAME, "report_type": "campaign", "sections": ["figures", CHART, "campaigns"], **changes}
    )
    with tenant_scope(person.tenant_id):
        return templates.create(person.tenant_id, asked, actor="test").id


def kept(person: Person) -> list[ReportTemplate]:
    with tenant_scope(person.tenant_id):
        return list(ReportTemplate.objects.exclude(name=f"Template {TITLE}").order_by("created_at"))


def use(acme: Acme, name: str) -> None:
    with tenant_scope(acme.tenant_id):
        ScheduledReport.objects.filter(id=acme.schedule_id).update(config={"template": name})


def fields(client: Client, address: str) -> dict[str, object]:
    """Give what the form at an address would post, as a browser gathers it."""
    return gathered(client.get(address).content.decode())


def gathered(page: str) -> dict[str, object]:
    form = page[page.index('<form method="post" id="editor"') :]
    given: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        ticked = told.get("type") != "checkbox" or re.search(r"\schecked[\s>]", tag)
        if told.get("name") and ticked:
            given.setdefault(told["name"], []).append(unescape(told.get("value", "")))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        given.setdefault(name, []).append(unescape(text).removeprefix("\r\n"))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        given.setdefault(name, []).append(chosen[1])
    return given


def test_the_list_says_type_sections_and_who_uses_each(people: People, acme: Acme):
    make(people.alice, description="For <i>them</i>")
    use(acme, NAME)
    page = visitor(people.bob).get("/templates").content.decode()
    assert "Headline figures, Chart: How they read, Campaigns" in page
    assert "1 schedule" in page
    assert "&lt;b&gt;&amp; co" in page
    assert "<b>&" not in page
    assert "New template" not in page
    assert "No template is for this type" in visitor(people.bob).get("/templates?type=overall").content.decode()


def test_an_empty_list_says_what_to_do_first(people: People):
    assert "Make the first one" in visitor(people.alice).get("/templates").content.decode()
    assert "There are none yet" in visitor(people.bob).get("/templates").content.decode()


def test_a_template_says_its_sections_its_look_and_its_schedules(people: People, acme: Acme):
    one = make(people.alice, styling={"colour": "#aa3300", "paper": "letter", "cover": True, "logo": False})
    use(acme, NAME)
    page = visitor(people.bob).get(f"/templates/{one}").content.decode()
    for text in ("#aa3300", "US Letter", "With a title page", "Left out", "Chart: How they read"):
        assert text in page
    assert escape(TITLE) in page
    assert "Delete" not in page


def test_a_new_template_begins_with_the_sections_of_its_type_and_is_kept(people: People):
    client = visitor(people.alice)
    given = fields(client, "/templates/new?report_type=overall")
    assert given["report_type"] == ["overall"]
    answer = client.post("/templates/new", {**given, "name": "Board", "save": "1"})
    [one] = kept(people.alice)
    assert answer["Location"] == f"/templates/{one.id}"
    assert (one.name, one.report_type) == ("Board", "overall")
    assert one.sections[:2] == ["figures", "findings"]


def test_saving_what_was_opened_changes_nothing(people: People):
    every = [
        "figures",
        {"type": "summary_metrics", "measures": ["replyRate", "sent"]},
        CHART,
        {"type": "table", "by": "sendingDomain", "measures": ["sent", "bounceRate"], "title": "<i>T</i>",
         "orderBy": "bounceRate", "order": "ascending", "limit": 7},
        {"type": "text", "markdown": "\n\n**Hi** & <b>you</b>", "title": "Note"},
        {"type": "recommendations", "title": "Do"},
    ]  # fmt: skip
    styling = {"colour": "#aa3300", "font": "manrope", "paper": "letter", "locale": "de", "cover": False, "logo": False}
    one = make(people.alice, sections=every, styling=styling, description="Two\nlines")
    client = visitor(people.alice)
    given = fields(client, f"/templates/{one}/edit")
    assert client.post(f"/templates/{one}/edit", {**given, "save": "1"}).status_code == 302
    [after] = kept(people.alice)
    every[4] = {**every[4], "markdown": "**Hi** & <b>you</b>"}
    assert after.sections == every
    assert after.styling == styling
    assert after.description.split() == ["Two", "lines"]


def test_without_script_the_buttons_add_move_and_remove_and_keep_what_was_typed(people: People, acme: Acme):
    client = visitor(people.alice)
    one = make(people.alice)
    address = f"/templates/{one}/edit"
    given = {**fields(client, address), "name": "Half <typed>", "s2-title": "Half a title"}
    for button in ({"add": "1", "kind": "text"}, {"move": "up:s4"}, {"move": "up:s4"}, {"remove": "s1"}):
        page = client.post(address, {**given, **button})
        assert page.status_code == 200
        given = gathered(page.content.decode())
        assert given["name"] == ["Half <typed>"]
        assert given["s2-title"] == ["Half a title"]
    assert given["section"] == ["s4", "s2", "s3"]
    given = gathered(client.post(address, {**given, "move": "up:s2.clickRate"}).content.decode())
    assert given["s2-measures"] == ["clickRate", "openRate"]
    assert "data:image/png" in client.post(address, {**given, "preview": "1"}).content.decode()
    assert kept(people.alice)[0].name == NAME
    client.post(address, {**given, "save": "1"})
    [after] = kept(people.alice)
    assert [one if isinstance(one, str) else one["type"] for one in after.sections] == ["text", "chart", "campaigns"]


def test_another_type_of_report_brings_its_own_sections_unless_some_were_chosen(people: People, acme: Acme):
    client = visitor(people.alice)
    given = fields(client, "/templates/new")
    page = client.post("/templates/new", {**given, "report_type": "domain_health", "use_type": "1"}).content.decode()
    assert "Bounce rate by domain" in page
    assert "Campaigns to copy" not in page
    own = gathered(client.post("/templates/new", {**given, "remove": "s1"}).content.decode())
    page = client.post("/templates/new", {**own, "report_type": "domain_health", "use_type": "1"}).content.decode()
    assert "This type of report has no such section" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"s2-measures": []}, "Measures: Choose at least one."),
        ({"s2-measures": ["sent", "openRate"]}, "Measures: Counts, rates and times do not share an axis."),
        ({"s2-by": "campaign"}, "Measures: Bars show one measure."),
        ({"name": " "}, "This field is required."),
        ({"colour": "red"}, "is no colour"),
        ({"colour": "", "name": "x" * 300}, "at most 255"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(people: People, wrong: dict[str, object], said: str):
    client = visitor(people.alice)
    address = f"/templates/{make(people.alice)}/edit"
    given = {**fields(client, address), "description": "typed meanwhile", **wrong, "save": "1"}
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "typed meanwhile" in answer.content.decode()
    assert kept(people.alice)[0].description == ""


def test_a_name_that_is_taken_and_a_type_that_is_in_use_are_said_at_their_fields(people: People, acme: Acme):
    client = visitor(people.alice)
    one = make(people.alice)
    make(people.alice, name="Other")
    use(acme, NAME)
    given = fields(client, f"/templates/{one}/edit")
    taken = client.post(f"/templates/{one}/edit", {**given, "name": "Other", "save": "1"})
    assert taken.status_code == 422
    assert "There is a template of this name already" in taken.content.decode()
    plain = {key: value for key, value in given.items() if key != "section"}
    used = client.post(f"/templates/{one}/edit", {**plain, "report_type": "overall", "save": "1"})
    assert used.status_code == 422
    assert "is used by the schedules" in used.content.decode()


def test_the_preview_shows_the_rest_and_says_which_section_is_wrong(people: People, acme: Acme):
    client = visitor(people.alice)
    address = f"/templates/{make(people.alice)}/edit"
    given = {**fields(client, address), "s2-measures": [], "colour": "#ffee00"}
    page = client.post(address, given, headers={**HTMX, "HX-Target": "preview"}).content.decode()
    assert "data:image/png;base64," in page
    assert 'id="problem-s2" hx-swap-oob="true"><p>Measures: Choose at least one.' in page
    assert "use the darker" in page
    assert "<html" not in page


def test_htmx_gets_the_new_section_alone(people: People):
    client = visitor(people.alice)
    given = fields(client, "/templates/new")
    answer = client.post(
        "/templates/new", {**given, "add": "1", "kind": "table"}, headers={**HTMX, "HX-Target": "section-list"}
    )
    assert answer.content.decode().count("<li data-key") > 1
    assert 'data-key="s9"' in answer.content.decode()
    assert answer["HX-Trigger-After-Swap"] == "sections-changed"


def test_the_key_of_a_section_that_may_be_put_back_is_not_given_to_another(people: People):
    client = visitor(people.alice)
    given = {**fields(client, "/templates/new"), "gone": "s40", "add": "1", "kind": "text"}
    answer = client.post("/templates/new", given, headers={**HTMX, "HX-Target": "section-list"})
    assert 'data-key="s41"' in answer.content.decode()


def test_a_copy_is_written_as_a_new_template(people: People):
    client = visitor(people.alice)
    one = make(people.alice)
    given = fields(client, f"/templates/new?from={one}")
    assert given["name"] == [f"{NAME} (copy)"]
    client.post(f"/templates/new?from={one}", {**given, "save": "1"})
    first, second = kept(people.alice)
    assert first.sections == second.sections
    assert client.get("/templates/new?from=nothing").status_code == 200


def test_one_in_use_is_not_deleted_and_the_page_names_the_schedules(people: People, acme: Acme):
    one = make(people.alice)
    use(acme, NAME)
    answer = visitor(people.alice).post(f"/templates/{one}/delete")
    assert answer.status_code == 409
    assert "Let them use another template first" in answer.content.decode()
    assert len(kept(people.alice)) == 1


def test_one_that_was_deleted_can_be_brought_back(people: People):
    client = visitor(people.alice)
    one = make(people.alice, styling={"colour": "#aa3300"})
    listed = client.post(f"/templates/{one}/delete", follow=True).content.decode()
    assert kept(people.alice) == []
    assert 'action="/templates/restore"' in listed
    client.post("/templates/restore")
    [again] = kept(people.alice)
    assert (again.name, again.sections, again.styling) == (NAME, ["figures", CHART, "campaigns"], {"colour": "#aa3300"})
    assert "nothing to bring back" in client.post("/templates/restore", follow=True).content.decode()


def test_a_template_goes_out_as_yaml_and_comes_back(people: People):
    one = make(people.alice)
    answer = visitor(people.bob).get(f"/templates/{one}/file")
    assert answer["Content-Disposition"].startswith("attachment")
    client = visitor(people.charlie)
    uploaded = SimpleUploadedFile("t.yaml", answer.content)
    assert client.post("/templates/import", {"file": uploaded}).status_code == 302
    [theirs] = kept(people.charlie)
    assert (theirs.name, theirs.sections) == (NAME, ["figures", CHART, "campaigns"])
    text = answer.content.decode()
    again = client.post("/templates/import", {"text": text})
    assert again.status_code == 422
    assert "There is a template of this name already" in again.content.decode()
    assert client.post("/templates/import", {"text": text, "replace": "on"}).status_code == 302


def test_a_file_that_is_wrong_is_shown_to_be_mended(people: People):
    uploaded = SimpleUploadedFile("t.yaml", b"name: A\nreportType: campaign\nsections: [figurs]\n")
    answer = visitor(people.alice).post("/templates/import", {"file": uploaded})
    assert answer.status_code == 422
    assert "Did you mean figures?" in answer.content.decode()
    assert "sections: [figurs]" in answer.content.decode()
    assert (
        "no text in UTF-8"
        in visitor(people.alice)
        .post("/templates/import", {"file": SimpleUploadedFile("t.yaml", b"\xff\xfe\x00")})
        .content.decode()
    )


def test_bob_reads_and_writes_nothing_and_charlie_sees_nothing(people: People, acme: Acme):
    one = make(people.alice)
    bob, charlie = visitor(people.bob), visitor(people.charlie)
    assert bob.post(f"/templates/{one}/preview").status_code == 200
    for address in ("/templates/new", "/templates/import", f"/templates/{one}/edit"):
        assert bob.get(address).status_code == 403
        assert bob.post(address, {"name": "x", "save": "1"}).status_code == 403
    for address in (f"/templates/{one}/delete", "/templates/restore"):
        assert bob.post(address).status_code == 403
    for address in (
        f"/templates/{one}",
        f"/templates/{one}/edit",
        f"/templates/{one}/file",
        f"/templates/new?from={one}",
    ):
        assert charlie.get(address).status_code == 403
    for address in (f"/templates/{one}/preview", f"/templates/{one}/delete", f"/templates/{one}/edit"):
        assert charlie.post(address).status_code == 403
    assert "co&lt;/b&gt;" not in charlie.get("/templates").content.decode()
    assert [row.id for row in kept(people.alice)] == [one]

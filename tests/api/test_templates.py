"""Report templates and previews, as programs use them."""

import io

import openpyxl
import pypdf
import pytest
from PIL import Image

from outbrief.record.models import AuditEvent, ReportGeneration
from outbrief.record.scope import tenant_scope
from tests.api.caller import REPORT, SCHEDULE, TEMPLATE, Caller, as_person, template_of
from tests.people import People

TEMPLATES = "/api/report-templates"
WITH_IT = {**SCHEDULE, "reportType": "overall", "config": {"template": TEMPLATE["name"]}}


@pytest.fixture
def alice(people: People) -> Caller:
    return as_person(people.alice)


def test_a_template_is_given_back_as_it_was_written(alice: Caller, people: People):
    made = alice.post(TEMPLATES, {**TEMPLATE, "description": "For clients."}, status=201)
    assert made["styling"] == {
        "colour": "#0f7a55", "font": None, "paper": "letter", "locale": None, "cover": None, "logo": None,
    }  # fmt: skip
    assert made["sections"] == TEMPLATE["sections"]
    assert (made["description"], made["schedules"]) == ("For clients.", [])
    assert alice.get(f"{TEMPLATES}/{made['id']}") == made
    assert alice.get(TEMPLATES) == {"items": [made], "next": None}
    assert as_person(people.charlie).get(TEMPLATES) == {"items": [], "next": None}


def test_only_what_is_given_changes(alice: Caller, people: People):
    before = alice.get(f"{TEMPLATES}/{template_of(people.alice)}")
    response = alice("PATCH", f"{TEMPLATES}/{before['id']}", {"sections": ["figures"]})
    after = response.json()
    assert after["updatedAt"] > before["updatedAt"]
    assert after == {**before, "sections": ["figures"], "updatedAt": after["updatedAt"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"description": "a" * 2001}, "description"),
        ({"reportType": "weekly"}, "reportType"),
        ({"sections": "figures"}, "sections"),
        ({"sections": [7]}, "sections"),
        ({"sections": ["figures"] * 31}, "sections"),
        ({"sections": ["figures", "nothingLikeIt"]}, "sections[1]"),
        # A section of another type of report.
        ({"sections": ["toCopy"]}, "sections[0]"),
        ({"sections": [{"type": "chat"}]}, "sections[0].type"),
        ({"sections": [{"type": "chart", "measures": ["sent"], "colour": "red"}]}, "sections[0].colour"),
        ({"sections": ["figures", {"type": "chart", "measures": ["sent", "opend"]}]}, "sections[1].measures[1]"),
        ({"sections": [{"type": "table", "by": "planet", "measures": ["sent"]}]}, "sections[0].by"),
        ({"sections": [{"type": "text", "markdown": ""}]}, "sections[0].markdown"),
        ({"styling": {"color": "#123456"}}, "styling.color"),
        ({"styling": {"colour": "blue"}}, "styling.colour"),
        ({"styling": {"cover": "yes"}}, "styling.cover"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(alice: Caller, people: People, changes: dict, field: str):
    template = template_of(people.alice, name="Other")
    before = alice.get(TEMPLATES)
    for response in (
        alice("POST", TEMPLATES, {**TEMPLATE, **changes}),
        alice("PATCH", f"{TEMPLATES}/{template}", changes),
    ):
        assert (response.status_code, response.json()["details"]["field"]) == (422, field), response.content
    assert alice.get(TEMPLATES) == before


def test_a_name_is_taken_once_in_each_tenant(alice: Caller, people: People):
    template_of(people.alice)
    other = template_of(people.alice, name="Other")
    template_of(people.charlie)
    taken = alice("POST", TEMPLATES, TEMPLATE)
    assert (taken.status_code, taken.json()["details"]["field"]) == (409, "name")
    assert alice("PATCH", f"{TEMPLATES}/{other}", {"name": TEMPLATE["name"]}).status_code == 409
    assert alice.get(f"{TEMPLATES}/{other}")["name"] == "Other"


def test_a_schedule_names_a_template_that_there_is(alice: Caller, people: People):
    nothing = alice("POST", "/api/scheduled-reports", WITH_IT)
    assert (nothing.status_code, nothing.json()["details"]["field"]) == (422, "config.template")
    # Charlie's template of this name is not Alice's.
    template_of(people.charlie)
    assert alice("POST", "/api/scheduled-reports", WITH_IT).status_code == 422
    template = template_of(people.alice)
    schedule = alice.post("/api/scheduled-reports", WITH_IT, status=201)
    assert alice.get(f"{TEMPLATES}/{template}")["schedules"] == [SCHEDULE["name"]]
    near = alice("PATCH", f"/api/scheduled-reports/{schedule['id']}", {"config": {"template": "Monthly client reprot"}})
    assert near.json()["details"] == {"field": "config.template", "hint": "Did you mean Monthly client report?"}


def test_a_template_is_for_one_type_of_report(alice: Caller, people: People):
    template_of(people.alice)
    wrong = alice("POST", "/api/scheduled-reports", {**WITH_IT, "reportType": "campaign"})
    assert (wrong.status_code, wrong.json()["details"]["field"]) == (422, "config.template")
    once = {**REPORT, "reportType": "campaign", "config": {"template": TEMPLATE["name"]}}
    assert alice("POST", "/api/reports", once).status_code == 422
    assert alice("POST", "/api/reports/preview", once).status_code == 422


def test_a_template_in_use_stays_and_keeps_its_type(alice: Caller, people: People):
    template = template_of(people.alice)
    schedule = alice.post("/api/scheduled-reports", WITH_IT, status=201)
    kept = alice("DELETE", f"{TEMPLATES}/{template}")
    assert kept.status_code == 409
    assert f'"{SCHEDULE["name"]}"' in kept.json()["error"]
    assert alice("PATCH", f"{TEMPLATES}/{template}", {"reportType": "campaign"}).status_code == 409
    assert alice("DELETE", f"/api/scheduled-reports/{schedule['id']}").status_code == 204
    assert alice("PATCH", f"{TEMPLATES}/{template}", {"reportType": "campaign"}).status_code == 200
    assert alice("DELETE", f"{TEMPLATES}/{template}").status_code == 204
    assert alice.get(TEMPLATES)["items"] == []


def test_schedules_follow_a_new_name_and_those_of_others_do_not(alice: Caller, people: People):
    template = template_of(people.alice)
    template_of(people.charlie)
    hers = alice.post("/api/scheduled-reports", WITH_IT, status=201)
    his = as_person(people.charlie).post("/api/scheduled-reports", WITH_IT, status=201)
    assert alice("PATCH", f"{TEMPLATES}/{template}", {"name": "Clients, monthly"}).status_code == 200
    assert alice.get(f"/api/scheduled-reports/{hers['id']}")["config"]["template"] == "Clients, monthly"
    theirs = as_person(people.charlie).get(f"/api/scheduled-reports/{his['id']}")
    assert theirs["config"]["template"] == TEMPLATE["name"]


def test_every_change_leaves_an_audit_event(alice: Caller, people: People):
    template = template_of(people.alice)
    alice("PATCH", f"{TEMPLATES}/{template}", {"name": "Other"})
    alice("DELETE", f"{TEMPLATES}/{template}")
    with tenant_scope(people.alice.tenant_id):
        events = AuditEvent.objects.filter(object_id=template).order_by("created_at")
        assert [event.action for event in events] == ["template.created", "template.changed", "template.deleted"]
        assert events[1].detail == {"name": "Other", "former_name": TEMPLATE["name"]}


def previewed(response, kind: str) -> bytes:
    assert (response.status_code, response["Content-Type"]) == (200, kind), response.content
    return response.content


def test_a_template_is_previewed_as_the_picture_of_a_page(alice: Caller, people: People):
    template = template_of(people.alice)
    picture = Image.open(io.BytesIO(previewed(alice("POST", f"{TEMPLATES}/{template}/preview"), "image/png")))
    # Letter, as the template says.
    assert abs(picture.height / picture.width - 11 / 8.5) < 0.01
    far = alice("POST", f"{TEMPLATES}/{template}/preview?page=99")
    assert (far.status_code, far.json()["details"]["field"]) == (422, "page")
    when = alice("POST", f"{TEMPLATES}/{template}/preview?dateRange=soon")
    assert (when.status_code, when.json()["details"]["field"]) == (422, "dateRange")


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "application/pdf", "application/pdf"),
        ("", "text/html, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("", "*/*", "image/png"),
        ("", "image/webp", "image/png"),
        ("?format=csv", "application/pdf", "text/csv; charset=utf-8"),
    ],
)
def test_a_template_is_previewed_as_asked_and_else_as_a_picture(
    alice: Caller, people: People, query: str, accept: str, kind: str
):
    previewed(alice("POST", f"{TEMPLATES}/{template_of(people.alice)}/preview{query}", Accept=accept), kind)


def test_every_preview_tells_in_its_description_what_it_gives_unasked():
    from outbrief.api.urls import api

    told = {
        path: parameter["description"].split("else ")[1]
        for path, methods in api.get_openapi_schema(path_prefix="/api/")["paths"].items()
        if path.endswith("/preview")
        for parameter in methods["post"]["parameters"]
        if parameter["name"] == "format"
    }
    assert told == {
        "/api/reports/preview": "the report's own.",
        "/api/scheduled-reports/{schedule_id}/preview": "the report's own.",
        "/api/report-templates/{template_id}/preview": "png.",
    }


def test_a_report_is_previewed_in_the_format_that_is_asked_for(alice: Caller, people: People):
    path, excel = "/api/reports/preview", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    csv = previewed(alice("POST", path, REPORT), "text/csv; charset=utf-8")
    assert previewed(alice("POST", path, REPORT, Accept="*/*"), "text/csv; charset=utf-8") == csv
    assert previewed(alice("POST", path, REPORT, Accept="image/webp"), "text/csv; charset=utf-8") == csv
    picture = previewed(alice("POST", path, REPORT, Accept="text/html, image/png;q=0.9"), "image/png")
    assert previewed(alice("POST", f"{path}?format=png", REPORT, Accept="text/csv"), "image/png")[:8] == picture[:8]
    pdf = previewed(alice("POST", f"{path}?format=pdf", REPORT), "application/pdf")
    assert "Overall" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert openpyxl.load_workbook(io.BytesIO(previewed(alice("POST", f"{path}?format=excel", REPORT), excel)))
    wrong = alice("POST", f"{path}?format=docx", REPORT)
    assert (wrong.status_code, wrong.json()["details"]["field"]) == (422, "format")


def test_a_preview_keeps_and_sends_nothing(alice: Caller, people: People, tmp_path):
    template = template_of(people.alice)
    alice("POST", f"{TEMPLATES}/{template}/preview")
    alice("POST", "/api/reports/preview", {**REPORT, "recipients": ["ann@acme.test"]})
    with tenant_scope(people.alice.tenant_id):
        assert not ReportGeneration.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_scheduled_report_is_previewed_as_a_picture_too(alice: Caller, people: People):
    template_of(people.alice)
    schedule = alice.post("/api/scheduled-reports", WITH_IT, status=201)
    path = f"/api/scheduled-reports/{schedule['id']}/preview"
    assert previewed(alice("POST", f"{path}?format=png"), "image/png")
    assert previewed(alice("POST", path, Accept="image/png"), "image/png")
    assert previewed(alice("POST", path), "text/csv; charset=utf-8")

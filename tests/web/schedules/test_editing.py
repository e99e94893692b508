"""Schedules made and changed on their page, with script and without."""

import re

import pytest

from outbrief.record import suppressions
from outbrief.record.models import ReportGeneration, ReportTemplate, ScheduledReport
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import HTMX, visitor

NEW = {
    "do": "save",
    "name": "Board",
    "report_type": "campaign",
    "date_range": "last_week",
    "formats": ["pdf", "csv"],
    "frequency": "monthly",
    "day_of_week": "1",
    "day_of_month": "31",
    "time": "07:45",
    "timezone": "Europe/Paris",
    "recipients": "ann@example.test\nBen <ben@example.test>",
    "attach": "yes",
}


def named(acme: Acme, name: str) -> ScheduledReport:
    with tenant_scope(acme.tenant_id):
        return ScheduledReport.objects.get(name=name)


def test_a_new_schedule_is_everything_that_was_typed(people: People, acme: Acme):
    more = {
        "date_range": "custom",
        "from_day": "2026-01-01",
        "to_day": "2026-01-31",
        "subject": "For {tenant}",
        "message": "Hello",
        "attach": "no",
        "measure_0": "bounce_rate",
        "side_0": "above",
        "bound_0": "2,5 %",
        "measures": ["sent", "open_rate"],
        "sections": ["figures"],
        "domains": "x.test",
        "skip_empty": "on",
        "locale": "de",
        "cover": "yes",
        "description": "For the board",
    }
    response = visitor(people.alice).post("/schedules/new", {**NEW, **more})
    made = named(acme, "Board")
    assert response["Location"] == f"/schedules/{made.id}"
    assert (made.format, made.date_range, made.time.isoformat("minutes")) == ("pdf", "2026-01-01..2026-01-31", "07:45")
    assert (made.frequency, made.day_of_week, made.day_of_month) == ("monthly", None, 31)
    assert made.recipients == ["ann@example.test", "ben@example.test"]
    assert made.description == "For the board"
    assert made.config == {
        "formats": ["csv"],
        "subject": "For {tenant}",
        "message": "Hello",
        "attach": False,
        "onlyWhen": [{"measure": "bounceRate", "above": 2.5}],
        "measures": ["sent", "openRate"],
        "sections": ["figures"],
        "domains": ["x.test"],
        "skipEmpty": True,
        "locale": "de",
        "cover": True,
    }


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "required"),
        ({"time": "25:00"}, "time", "not a time of day"),
        ({"timezone": "Europe/Pari"}, "timezone", "Did you mean Europe/Paris?"),
        ({"recipients": "ann"}, "recipients", "not an e-mail address"),
        ({"date_range": "custom", "from_day": "2026-02-01", "to_day": "2026-01-01"}, "date_range", "before it starts"),
        ({"subject": "{nothing}"}, "subject", "is not one of"),
        ({"measure_1": "sent", "bound_1": "many"}, "bound_1", "as a number"),
        ({"notify": "x"}, "notify", "not an e-mail address"),
        ({"formats": []}, "formats", "required"),
        ({"workspace": "00000000-0000-0000-0000-000000000000"}, "workspace", "no workspace"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_kept(
    people: People, acme: Acme, typed: dict, field: str, said: str
):
    response = visitor(people.alice).post("/schedules/new", {**NEW, "message": "Typed <b>", **typed})
    page = response.content.decode()
    assert response.status_code == 422
    (errors,) = re.findall(rf'<div class="errors" id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    assert said in errors.replace("&quot;", '"')
    assert "Typed &lt;b&gt;" in page
    with tenant_scope(acme.tenant_id):
        assert ScheduledReport.objects.count() == 1


def test_without_script_preview_and_check_show_what_would_come_and_keep_the_form(people: People, acme: Acme):
    client = visitor(people.alice)
    with tenant_scope(acme.tenant_id):
        suppressions.suppress(acme.tenant_id, "ben@example.test", reason="bounced")
    shown = client.post("/schedules/new", {**NEW, "do": "preview"}).content.decode()
    assert re.search(r'<img class="preview-page" src="data:image/png;base64,[^"]+" alt="Page 1 of \d+ of Board', shown)
    checked = client.post(
        "/schedules/new", {**NEW, "do": "check", "measure_0": "sent", "bound_0": "1"}
    ).content.decode()
    assert checked.count("<time ") == 5
    assert "It gets no mail: its mails bounced." in checked
    assert 'name="measure_1"' in checked
    for page in (shown, checked):
        assert 'value="Board"' in page
    with tenant_scope(acme.tenant_id):
        assert ScheduledReport.objects.count() == 1


def test_with_script_only_what_changed_is_sent(people: People, acme: Acme):
    client = visitor(people.alice)

    def answer(do: str, **typed: str) -> str:
        return client.post("/schedules/new", {**NEW, "do": do, **typed}, headers=HTMX).content.decode()

    assert "<html" not in answer("dates") + answer("recipients") + answer("sections") + answer("preview")
    assert "Time zone: &quot;Nowhere&quot; is not a known time zone" in answer("dates", timezone="Nowhere")
    assert "Sentbyday" not in answer("sections")
    assert "Period: " in answer("preview", date_range="custom", from_day="x")
    assert "Page 1 of" in answer("preview", name="")


def test_a_change_keeps_what_the_form_does_not_show_and_who_is_told_can_be_left_to_the_owner(
    people: People, acme: Acme
):
    with tenant_scope(acme.tenant_id):
        own = [{"type": "text", "markdown": "Mine"}]
        ScheduledReport.objects.update(config={"notify": "alice@acme.test", "sections": own, "workspaceIds": []})
    client = visitor(people.alice)
    page = client.get(f"/schedules/{acme.schedule_id}/edit").content.decode()
    assert "lays its sections out itself" in page
    client.post(f"/schedules/{acme.schedule_id}/edit", {**NEW, "formats": "csv"})
    changed = named(acme, "Board")
    assert changed.config == {"sections": own, "workspaceIds": []}
    assert changed.id == acme.schedule_id


def test_another_schedule_or_an_address_can_be_where_a_new_one_begins(people: People, acme: Acme):
    client = visitor(people.alice)
    with tenant_scope(acme.tenant_id):
        ReportTemplate.objects.create(tenant_id=acme.tenant_id, name="Mine", report_type="campaign")
    copied = client.get(f"/schedules/new?from={acme.schedule_id}").content.decode()
    assert 'value="Copy of ' in copied
    assert "ben@example.test" in copied
    given = client.get(
        "/schedules/new?report_type=overall&date_range=2026-01-01..2026-01-31&template=Mine"
    ).content.decode()
    for chosen in ("overall", "custom", "Mine"):
        assert f'<option value="{chosen}" selected>' in given
    assert 'value="2026-01-31"' in given
    assert client.get("/schedules/new?report_type=x&date_range=y").status_code == 200
    assert client.get("/schedules/new?from=x").status_code == 404


def test_a_test_is_of_what_is_typed_goes_to_oneself_and_saves_nothing(people: People, acme: Acme):
    response = visitor(people.alice).post("/schedules/new", {**NEW, "do": "test", "subject": "Look"})
    assert response.status_code == 200
    assert "alice@acme.test alone" in response.content.decode()
    with tenant_scope(acme.tenant_id):
        test = ReportGeneration.objects.get(scheduled_report_id=None)
        assert ScheduledReport.objects.count() == 1
    order = test.metadata["order"]
    assert (order["recipients"], order["config"]["subject"]) == (["alice@acme.test"], "Test: Look")


def test_a_viewer_and_a_stranger_are_refused(people: People, acme: Acme):
    for address in ("/schedules/new", f"/schedules/{acme.schedule_id}/edit"):
        assert visitor(people.bob).get(address).status_code == 403
        assert visitor(people.bob).post(address, NEW).status_code == 403
    charlie = visitor(people.charlie)
    for do in ("save", "preview", "dates", "test"):
        assert charlie.post(f"/schedules/{acme.schedule_id}/edit", {**NEW, "do": do}).status_code == 403
    assert charlie.get(f"/schedules/new?from={acme.schedule_id}").status_code == 403

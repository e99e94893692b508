"""Scheduled reports through the API."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest

from outbrief.record.models import AuditEvent, ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.run import links, worker
from tests.activity import add_activity
from tests.api.caller import REPORT, SCHEDULE, as_person, schedule_of
from tests.people import People


@pytest.fixture
def acme(people: People) -> People:
    today = dt.datetime.now(dt.UTC).date()
    days = {today - dt.timedelta(days=n): {"sent": 100, "delivered": 97, "opened": 40} for n in range(1, 20)}
    with tenant_scope(people.alice.tenant_id):
        add_activity(people.alice.tenant_id, days=days)
    return people


def test_a_schedule_comes_back_as_it_was_asked_for(people: People):
    alice = as_person(people.alice)
    before = dt.datetime.now(dt.UTC)
    made = alice.post("/api/scheduled-reports", SCHEDULE, status=201)
    assert {key: made[key] for key in SCHEDULE} == SCHEDULE
    assert made["isActive"] is True
    assert made["lastRunAt"] is None
    assert made["dayOfMonth"] is None
    assert made["config"] == {"notify": "alice@acme.test"}
    assert dt.datetime.fromisoformat(made["nextRunAt"]) > before
    assert alice.get(f"/api/scheduled-reports/{made['id']}") == made
    assert alice.get("/api/scheduled-reports") == {"items": [made], "next": None}


def test_without_a_time_zone_a_schedule_follows_the_tenants(people: People):
    asked = {key: value for key, value in SCHEDULE.items() if key != "timezone"}
    made = as_person(people.alice).post("/api/scheduled-reports", asked, status=201)
    assert made["timezone"] == "Europe/Paris"


WRONG: list[tuple[dict[str, object], str]] = [
    ({"name": "  "}, "name"),
    ({"name": "x" * 256}, "name"),
    ({"reportType": "weather"}, "reportType"),
    ({"frequency": "hourly"}, "frequency"),
    ({"time": "25:00"}, "time"),
    ({"timezone": "Mars/Olympus"}, "timezone"),
    ({"dayOfWeek": 7}, "dayOfWeek"),
    ({"dayOfWeek": None}, "dayOfWeek"),
    ({"dayOfWeek": "1"}, "dayOfWeek"),
    ({"frequency": "monthly", "dayOfMonth": 32}, "dayOfMonth"),
    ({"recipients": []}, "recipients"),
    ({"recipients": ["nobody"]}, "recipients"),
    ({"recipients": "ann@acme.test"}, "recipients"),
    ({"workspaceId": "00000000-0000-0000-0000-000000000007"}, "workspaceId"),
    ({"workspaceId": "main"}, "workspaceId"),
    ({"config": {"colour": "red"}}, "config.colour"),
    ({"config": {"notify": "nobody"}}, "config.notify"),
    ({"config": {"workspaceIds": ["00000000-0000-0000-0000-000000000007"]}}, "config.workspaceIds"),
    ({"config": {"sections": ["bounces"]}}, "config.sections[0]"),
    ({"config": {"subject": "{name}"}}, "config.subject"),
    ({"config": {"template": "None such"}}, "config.template"),
    ({"config": {"measures": ["rate"]}}, "config.measures[0]"),
    ({"isActive": "yes"}, "isActive"),
]


def test_a_setting_that_cannot_be_is_refused_by_name_when_made_and_when_changed(people: People):
    alice = as_person(people.alice)
    address = f"/api/scheduled-reports/{schedule_of(people.alice)}"
    before = alice.get(address)
    for changes, field in WRONG:
        refused = alice.post("/api/scheduled-reports", {**SCHEDULE, **changes}, status=422)
        assert refused["details"]["field"] == field, changes
        response = alice("PATCH", address, changes)
        assert (response.status_code, response.json()["details"]["field"]) == (422, field), changes
    assert alice.get("/api/scheduled-reports")["items"] == [before]


def test_a_change_keeps_what_it_does_not_name(people: People):
    alice = as_person(people.alice)
    address = f"/api/scheduled-reports/{schedule_of(people.alice)}"
    before = alice.get(address)
    changed = alice("PATCH", address, {"frequency": "daily", "config": {"domains": ["mail.acme.test"]}}).json()
    expected = {"frequency": "daily", "dayOfWeek": None}
    expected |= {"config": {"notify": "alice@acme.test", "domains": ["mail.acme.test"]}}
    moved = {"updatedAt", "nextRunAt"}
    assert {k: v for k, v in changed.items() if k not in moved} == {
        **{k: v for k, v in before.items() if k not in moved},
        **expected,
    }


def test_a_change_to_a_day_that_the_frequency_does_not_use_is_refused_by_name(people: People):
    alice = as_person(people.alice)
    address = f"/api/scheduled-reports/{schedule_of(people.alice)}"
    before = alice.get(address)
    for changes, field in (
        ({"dayOfMonth": 5}, "dayOfMonth"),
        ({"frequency": "daily", "dayOfMonth": 5}, "dayOfMonth"),
        ({"frequency": "daily", "dayOfWeek": 1}, "dayOfWeek"),
    ):
        response = alice("PATCH", address, changes)
        assert (response.status_code, response.json()["details"]["field"]) == (422, field), changes
    assert alice.get(address) == before
    assert alice("PATCH", address, {"frequency": "monthly", "dayOfMonth": 5}).json()["dayOfWeek"] is None


def test_a_paused_schedule_has_no_next_run_until_it_is_active_again(people: People):
    alice = as_person(people.alice)
    address = f"/api/scheduled-reports/{schedule_of(people.alice)}"
    assert alice("PATCH", address, {"isActive": False}).json()["nextRunAt"] is None
    assert alice("PATCH", address, {"isActive": True}).json()["nextRunAt"] is not None


def test_a_deleted_schedule_leaves_its_generations(people: People):
    alice = as_person(people.alice)
    schedule = schedule_of(people.alice)
    generation = alice.post(f"/api/scheduled-reports/{schedule}/run", status=202)["generationId"]
    assert alice("DELETE", f"/api/scheduled-reports/{schedule}").status_code == 204
    assert alice("GET", f"/api/scheduled-reports/{schedule}").status_code == 404
    assert alice("POST", f"/api/scheduled-reports/{schedule}/run").status_code == 404
    assert alice.get(f"/api/report-generations/{generation}")["name"] == SCHEDULE["name"]


def test_run_now_makes_the_file_and_mails_every_recipient(acme: People):
    alice = as_person(acme.alice)
    schedule = schedule_of(acme.alice)
    taken = alice.post(f"/api/scheduled-reports/{schedule}/run", status=202)
    assert taken["status"] == "pending"
    worker.work(until_empty=True)
    shown = alice.get(f"/api/report-generations/{taken['generationId']}")
    assert (shown["status"], shown["trigger"], shown["format"]) == ("success", "manual", "csv")
    assert shown["sentTo"] == SCHEDULE["recipients"]
    assert [(row["recipient"], row["status"]) for row in shown["deliveries"]] == [
        ("ann@acme.test", "sent"),
        ("ben@acme.test", "sent"),
    ]
    now = dt.datetime.now(dt.UTC)
    link = links.open_token("report", shown["downloadUrl"].rsplit("/", 1)[1], now=now)
    assert str(link.object_id) == taken["generationId"]
    assert dt.datetime.fromisoformat(shown["expiresAt"]) - now <= dt.timedelta(hours=1)
    with tenant_scope(acme.alice.tenant_id):
        assert AuditEvent.objects.filter(action="report.link_given", object_id=taken["generationId"]).exists()
    listed = alice.get(f"/api/scheduled-reports/{schedule}/generations")["items"]
    assert [row["generationId"] for row in listed] == [taken["generationId"]]
    assert alice.get("/api/report-generations")["items"] == listed


def test_resend_goes_to_failed_recipients_only(acme: People):
    alice = as_person(acme.alice)
    taken = alice.post(f"/api/scheduled-reports/{schedule_of(acme.alice)}/run", status=202)
    address = f"/api/report-generations/{taken['generationId']}"
    worker.work(until_empty=True)
    with tenant_scope(acme.alice.tenant_id):
        ReportDelivery.objects.filter(recipient="ben@acme.test").update(status="failed")
        ReportGeneration.objects.update(status="partial")
    resent = alice.post(f"{address}/resend", status=202)
    assert resent == {"generationId": taken["generationId"], "status": "running", "recipients": 1}
    worker.work(until_empty=True)
    deliveries = {row["recipient"]: row for row in alice.get(address)["deliveries"]}
    assert {name: row["status"] for name, row in deliveries.items()} == {
        "ann@acme.test": "sent",
        "ben@acme.test": "sent",
    }
    alice.post(f"{address}/resend", status=409)


def test_a_preview_is_the_file_and_leaves_nothing_behind(acme: People):
    alice = as_person(acme.alice)
    expected = {
        "csv": ("text/csv", b"Date"),
        "excel": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        "pdf": ("application/pdf", b"%PDF-"),
    }
    for fmt, (content_type, begins) in expected.items():
        asked = {**SCHEDULE, "name": "Été & co", "format": fmt}
        schedule = alice.post("/api/scheduled-reports", asked, status=201)["id"]
        response = alice("POST", f"/api/scheduled-reports/{schedule}/preview")
        assert response.status_code == 200
        assert response["Content-Type"].startswith(content_type)
        assert response["Content-Disposition"].startswith("inline; filename")
        assert fmt == "csv" or response.content.startswith(begins)
        assert len(response.content) > 100
    assert alice.get("/api/report-generations")["items"] == []


def test_every_file_of_a_report_is_told_with_a_link_of_its_own(acme: People):
    alice = as_person(acme.alice)
    taken = alice.post("/api/reports", {**REPORT, "config": {"formats": ["pdf", "excel"]}}, status=202)
    worker.work(until_empty=True)
    shown = alice.get(f"/api/report-generations/{taken['generationId']}")
    assert [file["format"] for file in shown["files"]] == ["csv", "pdf", "excel"]
    assert {key: shown[key] for key in ("fileSize", "rowCount", "sha256", "downloadUrl")} == {
        "fileSize": shown["files"][0]["size"],
        **{key: shown["files"][0][key] for key in ("rowCount", "sha256", "downloadUrl")},
    }
    for file in shown["files"]:
        response = alice("GET", "/" + file["downloadUrl"].split("/", 3)[3])
        content = b"".join(response.streaming_content)
        assert response["Content-Type"].startswith(file["contentType"].split(";")[0])
        assert file["filename"] in response["Content-Disposition"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_a_report_that_does_not_go_out_says_why(acme: People):
    alice = as_person(acme.alice)
    config = {"onlyWhen": [{"measure": "complaintRate", "above": 0.1}]}
    taken = alice.post("/api/reports", {**REPORT, "dateRange": "last_7d", "config": config}, status=202)
    worker.work(until_empty=True)
    shown = alice.get(f"/api/report-generations/{taken['generationId']}")
    assert (shown["status"], shown["files"], shown["downloadUrl"]) == ("skipped", [], None)
    assert "is not above 0.1" in shown["error"]


def test_a_report_without_recipients_is_made_and_mailed_to_nobody(acme: People):
    alice = as_person(acme.alice)
    taken = alice.post("/api/reports", REPORT, status=202)
    worker.work(until_empty=True)
    shown = alice.get(f"/api/report-generations/{taken['generationId']}")
    assert (shown["status"], shown["name"], shown["deliveries"]) == ("success", "Overall", [])
    assert shown["downloadUrl"]


def test_a_report_that_cannot_be_made_is_refused_by_name(people: People):
    wrong: list[tuple[dict[str, object], str]] = [
        ({"reportType": "weather"}, "reportType"),
        ({"recipients": ["nobody"]}, "recipients"),
        ({"workspaceId": "00000000-0000-0000-0000-000000000007"}, "workspaceId"),
        ({"config": {"domains": "x"}}, "config.domains"),
        ({"name": ""}, "name"),
    ]
    for changes, field in wrong:
        refused = as_person(people.alice).post("/api/reports", {**REPORT, **changes}, status=422)
        assert refused["details"]["field"] == field, changes


def test_the_example_of_the_guide_is_a_schedule(people: People):
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "report-delivery.md").read_text()
    example = json.loads(guide.split("```json")[1].split("```")[0])
    made = as_person(people.alice).post("/api/scheduled-reports", example, status=201)
    assert {key: made["config"][key] for key in example["config"]} == example["config"]

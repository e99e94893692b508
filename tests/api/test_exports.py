"""Exports from the request to the link."""

import datetime as dt
import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from outbrief.record.models import AuditEvent, ExportJob
from outbrief.record.scope import tenant_scope
from outbrief.run import exports as run
from outbrief.run import links, worker
from tests.activity import add_activity
from tests.api.caller import EXPORT, as_person
from tests.people import People

DAY = dt.date(2026, 11, 2)
METRICS = {"exportType": "metrics", "format": "csv", "fields": ["date", "campaignName", "sent"]}


@pytest.fixture
def acme(people: People) -> People:
    with tenant_scope(people.alice.tenant_id):
        add_activity(people.alice.tenant_id, days={DAY + dt.timedelta(days=n): {"sent": n} for n in range(1, 4)})
    return people


def file_of(export_id: str) -> Path:
    key = ExportJob.objects.get(id=export_id).file_path
    assert key
    return Path(urlsplit(settings.OUTBRIEF.store_url).path) / key


def test_an_export_is_pending_then_complete_with_a_link_of_one_hour(acme: People):
    alice = as_person(acme.alice)
    taken = alice.post("/api/exports", METRICS)
    assert set(taken) == {"exportId", "status", "estimatedTime"}
    assert (taken["status"], taken["estimatedTime"] > 0) == ("pending", True)
    address = f"/api/exports/{taken['exportId']}"
    assert alice.get(address) == {"exportId": taken["exportId"], "status": "pending", "progress": 0}

    worker.work(until_empty=True)

    before = dt.datetime.now(dt.UTC)
    done = alice.get(address)
    assert set(done) == {"exportId", "status", "downloadUrl", "expiresAt", "fileSize", "rowCount", "sha256"}
    assert (done["status"], done["rowCount"]) == ("completed", 3)
    left = dt.datetime.fromisoformat(done["expiresAt"]) - before
    assert dt.timedelta(minutes=50) < left <= dt.timedelta(hours=1)
    with tenant_scope(acme.alice.tenant_id):
        content = file_of(taken["exportId"]).read_bytes()
    assert content.splitlines()[0] == b"date,campaignName,sent"
    assert (len(content), hashlib.sha256(content).hexdigest()) == (done["fileSize"], done["sha256"])
    token = done["downloadUrl"].rsplit("/", 1)[1]
    assert str(links.open_token("export", token, now=before).object_id) == taken["exportId"]


def test_the_link_that_is_given_out_and_the_request_leave_audit_events(acme: People):
    export_id = as_person(acme.alice).post("/api/exports", METRICS)["exportId"]
    worker.work(until_empty=True)
    as_person(acme.bob).get(f"/api/exports/{export_id}")
    with tenant_scope(acme.alice.tenant_id):
        events = set(AuditEvent.objects.values_list("action", "object_id"))
    assert {("export.created", export_id), ("export.link_given", export_id)} <= events


def test_after_its_hour_an_export_is_expired_even_before_the_sweep(acme: People):
    alice = as_person(acme.alice)
    export_id = alice.post("/api/exports", METRICS)["exportId"]
    worker.work(until_empty=True)
    with tenant_scope(acme.alice.tenant_id):
        ExportJob.objects.filter(id=export_id).update(expires_at=dt.datetime.now(dt.UTC))
    shown = alice.get(f"/api/exports/{export_id}")
    assert shown["status"] == "expired"
    assert "downloadUrl" not in shown


def test_a_failed_export_says_why(acme: People):
    alice = as_person(acme.alice)
    export_id = alice.post("/api/exports", METRICS)["exportId"]
    with tenant_scope(acme.alice.tenant_id):
        ExportJob.objects.filter(id=export_id).update(status="failed", error_message="the store is full")
    assert alice.get(f"/api/exports/{export_id}") == {
        "exportId": export_id,
        "status": "failed",
        "error": "the store is full",
    }


def test_the_same_idempotency_key_gives_the_same_export_and_another_body_is_a_conflict(people: People):
    alice = as_person(people.alice)
    headers = {"Idempotency-Key": "monday"}
    first = alice.post("/api/exports", EXPORT, **headers)
    assert alice.post("/api/exports", EXPORT, **headers) == first
    conflict = alice.post("/api/exports", {**EXPORT, "format": "json"}, status=409, **headers)
    assert conflict["details"]["field"] == "Idempotency-Key"
    assert as_person(people.charlie).post("/api/exports", EXPORT, **headers) != first
    assert len(alice.get("/api/exports")["items"]) == 1


def test_an_idempotency_key_that_is_too_long_is_refused_by_name(people: People):
    refused = as_person(people.alice).post("/api/exports", EXPORT, status=422, **{"Idempotency-Key": "x" * 256})
    assert refused["details"]["field"] == "Idempotency-Key"


WRONG: list[tuple[dict[str, object], str]] = [
    ({"exportType": "people"}, "exportType"),
    ({"fields": ["email", "shoeSize"]}, "fields"),
    ({"fields": ["email", "email"]}, "fields"),
    ({"fields": "email"}, "fields"),
    ({"fields": [1]}, "fields"),
    ({"filters": {"shoeSize": 43}}, "filters.shoeSize"),
    ({"filters": {"leadScore": {"gte": 9, "lt": 1}}}, "filters.leadScore"),
    ({"filters": ["email"]}, "filters"),
]


def test_what_cannot_be_exported_is_refused_by_name(people: People):
    for changes, field in WRONG:
        refused = as_person(people.alice).post("/api/exports", {**EXPORT, **changes}, status=422)
        assert refused["details"]["field"] == field, changes
    assert as_person(people.alice).get("/api/exports") == {"items": [], "next": None}


def test_all_fields_at_fault_are_named_at_once(people: People):
    refused = as_person(people.alice).post("/api/exports", {"format": 1, "colour": "red"}, status=422)
    assert {problem["field"] for problem in refused["details"]["problems"]} == {"exportType", "format", "colour"}


def test_the_list_is_newest_first_in_pages_that_hold_still(people: People):
    alice = as_person(people.alice)
    made = [alice.post("/api/exports", EXPORT)["exportId"] for _ in range(5)]
    first = alice.get("/api/exports?limit=2")
    late = alice.post("/api/exports", EXPORT)["exportId"]
    seen = [item["exportId"] for item in first["items"]]
    cursor = first["next"]
    while cursor:
        page = alice.get(f"/api/exports?limit=2&cursor={cursor}")
        seen += [item["exportId"] for item in page["items"]]
        cursor = page["next"]
    assert seen == made[::-1]
    assert late not in seen
    assert as_person(people.charlie).get("/api/exports")["items"] == []


def test_a_wrong_page_is_refused_by_name(people: People):
    for query in ("cursor=nonsense", "cursor=MjAyNi0xMS0wMg", "cursor=%00", "limit=0", "limit=x", "limit=101"):
        response = as_person(people.alice)("GET", f"/api/exports?{query}")
        assert response.status_code == 422, query
        assert response.json()["details"]["field"] == query.partition("=")[0]


def test_a_cancelled_export_makes_no_file_and_cannot_be_cancelled_again(acme: People):
    alice = as_person(acme.alice)
    export_id = alice.post("/api/exports", METRICS)["exportId"]
    assert alice.post(f"/api/exports/{export_id}/cancel") == {"exportId": export_id, "status": "cancelled"}
    alice.post(f"/api/exports/{export_id}/cancel", status=409)
    worker.work(until_empty=True)
    assert alice.get(f"/api/exports/{export_id}")["status"] == "cancelled"


def test_a_deleted_export_is_gone_with_its_file(acme: People):
    alice = as_person(acme.alice)
    export_id = alice.post("/api/exports", METRICS)["exportId"]
    worker.work(until_empty=True)
    with tenant_scope(acme.alice.tenant_id):
        file = file_of(export_id)
    assert file.exists()
    response = alice("DELETE", f"/api/exports/{export_id}")
    assert (response.status_code, response.content) == (204, b"")
    assert not file.exists()
    assert alice("GET", f"/api/exports/{export_id}").status_code == 404


def test_a_viewer_may_cancel_and_delete_what_is_their_own(people: People):
    bob = as_person(people.bob)
    export_id = bob.post("/api/exports", EXPORT)["exportId"]
    bob.post(f"/api/exports/{export_id}/cancel")
    assert bob("DELETE", f"/api/exports/{export_id}").status_code == 204


def test_too_many_exports_under_way_are_put_off(people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run, "MOST_ALIVE", 2)
    alice = as_person(people.alice)
    for _ in range(2):
        alice.post("/api/exports", EXPORT)
    response = alice("POST", "/api/exports", EXPORT)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert response.json()["code"] == "too_many"
    as_person(people.charlie).post("/api/exports", EXPORT)


def test_asking_again_with_the_same_key_is_not_one_more_export_under_way(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run, "MOST_ALIVE", 1)
    alice = as_person(people.alice)
    first = alice.post("/api/exports", EXPORT, **{"Idempotency-Key": "monday"})
    assert alice.post("/api/exports", EXPORT, **{"Idempotency-Key": "monday"}) == first

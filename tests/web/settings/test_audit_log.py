"""The audit log: everything that was done, in words, found again by what, who and when."""

import csv
import datetime as dt
import html
import io
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbrief.record import audit
from outbrief.record.models import AuditEvent
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.run import audit_log as run_audit_log
from outbrief.web.settings.event_words import DID, GROUPS
from tests.people import People
from tests.web.conftest import TITLE, Acme
from tests.web.visits import visitor

SOURCE = Path(__file__).parents[3] / "src" / "outbrief"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def sentences(page: str) -> list[str]:
    cells = re.findall(r'data-label="What"[^>]*>(.*?)</td>', page, re.S)
    return [text(cell).strip() for cell in cells]


def do(acme: Acme, actor: str, action: str, *, at: dt.datetime | None = None, object_id: object = "", **detail: str):
    with tenant_scope(acme.tenant_id):
        audit.note(tenant_id=acme.tenant_id, actor=actor, action=action, object_id=str(object_id), **detail)
    if at:
        with unscoped():
            AuditEvent.objects.filter(action=action, actor=actor).update(created_at=at)


@pytest.fixture
def nothing_yet(acme: Acme) -> Acme:
    with unscoped():
        AuditEvent.objects.all().delete()
    return acme


def test_every_action_that_is_noted_has_words_and_belongs_to_a_group():
    noted = set()
    for path in SOURCE.rglob("*.py"):
        noted |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', path.read_text()))
    noted |= {f"{target}.downloaded" for target in ("export", "report")}
    assert len(noted) > 25
    assert sorted(noted - set(DID)) == []
    things = {thing for _, some in GROUPS.values() for thing in some}
    assert sorted({action.partition(".")[0] for action in noted} - things) == []


def test_events_say_who_did_what_with_a_link_to_what_is_still_there(people: People, nothing_yet: Acme):
    acme = nothing_yet
    do(acme, f"user:{people.alice.user_id}", "schedule.paused", object_id=acme.schedule_id)
    do(acme, f"key:{acme.key_id}", "export.created", object_id=acme.export_id, exportType="campaigns")
    do(acme, "link", "recipient.unsubscribed", object_id=acme.sent_id)
    do(acme, "operator", "schedule.deleted", object_id="0198b6a2-0000-7000-8000-000000000000", name="<b>Gone</b>")
    do(acme, "operator", "facts.imported", object_id=acme.intake_id, rows="2")
    do(acme, "operator", "upload.created", object_id=acme.upload_id, file="x.csv")
    do(acme, "operator", "export.created", object_id="9" * 40)
    do(acme, "user:0198b6a2-0000-7000-8000-000000000000", "thing.done_twice", how="quickly")
    page = visitor(people.alice).get("/settings/audit").content.decode()
    said = sentences(page)
    assert said[7] == f"alice@acme.test paused the schedule {html.escape(TITLE)}"
    assert said[6].startswith("Key “")
    assert said[6].endswith("asked for the export Campaigns, CSV")
    assert said[5] == "Somebody with a signed link unsubscribed ann@example.test"
    assert said[4] == "The operator, by a command deleted the schedule &lt;b&gt;Gone&lt;/b&gt;"
    assert said[0] == "Somebody who is gone done twice thing"
    assert said[3].startswith("The operator, by a command brought data in ")
    for path in (
        f"/data/{acme.intake_id}",
        f"/data/uploads/{acme.upload_id}",
        f"/schedules/{acme.schedule_id}",
        f"/exports/{acme.export_id}",
        f"/generations/{acme.generation_id}",
    ):
        assert f'href="{path}"' in page
    assert "how quickly" in text(page)


def test_names_and_objects_are_looked_up_once_however_many_events_there_are(people: People, nothing_yet: Acme):
    acme, client = nothing_yet, visitor(people.alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/settings/audit")
        return len(asked)

    do(acme, f"user:{people.alice.user_id}", "schedule.changed", object_id=acme.schedule_id)
    few = queries()
    for _ in range(20):
        do(acme, f"user:{people.bob.user_id}", "schedule.run", object_id=acme.schedule_id)
    assert queries() == few


def test_events_are_found_by_what_who_and_day(people: People, nothing_yet: Acme):
    acme, client = nothing_yet, visitor(people.alice)
    alice, bob = f"user:{people.alice.user_id}", f"user:{people.bob.user_id}"
    # In Paris the first is on the 2nd, the second on the 3rd.
    do(acme, alice, "schedule.run", at=dt.datetime(2026, 3, 2, 22, 59, tzinfo=dt.UTC))
    do(acme, bob, "export.created", at=dt.datetime(2026, 3, 2, 23, 0, tzinfo=dt.UTC))
    with tenant_scope(acme.tenant_id):
        from outbrief.record.models import ApiKey

        key = ApiKey.objects.filter(user_id=people.bob.user_id).first()
    assert key
    do(acme, f"key:{key.id}", "export.deleted", at=dt.datetime(2026, 3, 5, 12, 0, tzinfo=dt.UTC))

    def found(**query: str) -> list[str]:
        response = client.get("/settings/audit", query)
        assert response.status_code == 200
        return [
            sentence.split(" ", 1)[1].rsplit("bob@acme.test", 1)[-1]
            for sentence in sentences(response.content.decode())
        ]

    assert len(found()) == 3
    assert len(found(about="reports")) == 1
    assert len(found(about="exports")) == 2
    # A person's keys act for that person.
    assert len(found(by=bob)) == 2
    assert len(found(by="operator")) == 0
    assert len(found(since="2026-03-03")) == 2
    assert len(found(until="2026-03-02")) == 1
    assert len(found(since="2026-03-03", until="2026-03-03")) == 1
    for bad in ({"since": "yesterday"}, {"about": "all"}, {"by": "user:x"}):
        assert client.get("/settings/audit", bad).status_code == 422


def test_long_logs_come_in_pages_and_each_event_once(people: People, nothing_yet: Acme):
    with tenant_scope(nothing_yet.tenant_id):
        AuditEvent.objects.bulk_create(
            AuditEvent(tenant_id=nothing_yet.tenant_id, actor="operator", action="schedule.run", detail={"n": number})
            for number in range(120)
        )
    client, seen, query = visitor(people.alice), [], "?about=reports"
    while query:
        page = client.get(f"/settings/audit{query}").content.decode()
        seen += re.findall(r'<span class="muted">n</span> <span dir="auto">(\d+)<', page)
        older = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = older[1].replace("&amp;", "&") if older else ""
        assert not query or "about=reports" in query
    assert sorted(map(int, seen)) == list(range(120))


def test_the_file_holds_what_the_filters_leave_guarded_against_formulas_and_is_noted_itself(
    people: People, nothing_yet: Acme, monkeypatch
):
    monkeypatch.setattr(run_audit_log, "_AT_ONCE", 3)
    acme = nothing_yet
    for number in range(7):
        do(acme, f"user:{people.alice.user_id}", "schedule.run", object_id=f"=1+{number}", name='Ünï, "x"')
    do(acme, "operator", "export.created")
    response = visitor(people.alice).post("/settings/audit.csv", {"about": "reports"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "audit-log.csv" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode())))  # type: ignore[arg-type]
    assert [row["objectId"] for row in rows] == [f"'=1+{number}" for number in reversed(range(7))]
    assert {row["actor"] for row in rows} == {"alice@acme.test"}
    assert rows[0]["detail"] == '{"name": "Ünï, \\"x\\""}'
    with tenant_scope(acme.tenant_id):
        noted = AuditEvent.objects.get(action="audit.downloaded")
    assert (noted.actor, noted.detail) == (f"user:{people.alice.user_id}", {"about": "reports"})


def test_the_log_is_for_owners_and_of_their_own_tenant(people: People, acme: Acme):
    assert visitor(people.bob).get("/settings/audit").status_code == 403
    assert visitor(people.bob).post("/settings/audit.csv").status_code == 403
    charlie = visitor(people.charlie)
    alice = f"user:{people.alice.user_id}"
    assert charlie.get("/settings/audit", {"by": alice}).status_code == 422
    assert "alice" not in charlie.get("/settings/audit").content.decode()
    rows = b"".join(charlie.post("/settings/audit.csv")).decode().splitlines()  # type: ignore[arg-type]
    assert [row.split(",")[3] for row in rows] == ["action", "audit.downloaded"]

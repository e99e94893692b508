"""The history of exports, and the page of each, in every state it can be in."""

import datetime as dt
import re

import pytest

from outbrief.record import exports as record
from outbrief.record.models import ExportJob
from outbrief.record.scope import tenant_scope
from outbrief.run import pipeline
from outbrief.run.attempts import PRODUCING
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor

NOW = dt.datetime.now(dt.UTC)


def change(acme: Acme, **values: object) -> None:
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.pending_export_id).update(**values)


def page(person, acme: Acme) -> str:
    return visitor(person).get(f"/exports/{acme.pending_export_id}").content.decode()


def test_a_finished_export_shows_its_file_and_when_it_goes(people: People, acme: Acme):
    client = visitor(people.bob)
    text = client.get(f"/exports/{acme.export_id}").content.decode()
    with tenant_scope(acme.tenant_id):
        job = record.get(acme.export_id)
    assert job.sha256 in text
    assert re.search(r"Expires in 5\d minutes, at ", text)
    assert "hx-trigger" not in text
    [link] = re.findall(r'href="(/downloads/[^"]+)"', text)
    answer = client.get(link)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert len(content) == job.file_size_bytes


def test_an_export_under_way_shows_how_far_it_is_and_asks_again_until_it_is_over(people: People, acme: Acme):
    began = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=10)
    change(acme, status="processing", progress=25, row_count=250_000, expected_rows=1_000_000, started_at=began)
    text = page(people.alice, acme)
    assert "250\u202f000 of about 1\u202f000\u202f000 rows · about 30 minutes left" in text
    assert 'hx-trigger="every 1500ms"' in text
    part = visitor(people.alice).get(f"/exports/{acme.pending_export_id}", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="export" hx-get=')
    change(acme, status="cancelled")
    over = visitor(people.alice).get(f"/exports/{acme.pending_export_id}", headers={"HX-Request": "true"})
    assert "hx-trigger" not in over.content.decode()
    assert 'hx-swap-oob="innerHTML">Leads, CSV: Cancelled</p>' in over.content.decode()


def test_the_rows_of_an_export_are_counted_while_it_is_made(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        record.claim(acme.pending_export_id, now=NOW)
        record.advance(acme.pending_export_id, progress=5, rows=1234)
        assert record.get(acme.pending_export_id).row_count == 1234
        assert record.claim(acme.pending_export_id, now=NOW).row_count is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"status": "failed", "error_message": "The <disk> is full."}, "The &lt;disk&gt; is full."),
        ({"status": "pending", "error_message": "No answer."}, "is tried again by itself: No answer."),
        ({"status": "cancelled"}, "There is no file: the export was cancelled."),
        (
            {"status": "completed", "file_size_bytes": 5, "row_count": 1, "sha256": "ab", "expires_at": NOW},
            "The file was deleted when its hour was over.",
        ),
        ({"status": "expired", "file_size_bytes": 5, "row_count": 1, "sha256": "ab", "expires_at": NOW}, "Expired"),
    ],
)
def test_an_export_without_a_file_says_why_and_can_be_made_again(
    people: People, acme: Acme, values: dict[str, object], said: str
):
    change(acme, **values)
    text = page(people.alice, acme)
    assert said in text
    assert "/downloads/" not in text
    assert ("Make it again" in text) == (values["status"] != "pending")


def test_making_again_asks_for_the_same_once_and_the_form_opens_as_it_was(people: People, acme: Acme):
    asked = {"leadScore": {"gte": 1}, "status": ["active", None]}
    change(acme, status="failed", filters=asked, fields=["email", "status"], date_range="last_30d", format="json")
    text = page(people.bob, acme)
    [once] = re.findall(r'name="once" value="([^"]+)"', text)
    client, address = visitor(people.bob), f"/exports/{acme.pending_export_id}/again"
    first, second = (client.post(address, {"once": once})["Location"] for _ in range(2))
    assert first == second
    with tenant_scope(acme.tenant_id):
        job = record.newest_first().first()
    assert (job.filters, job.fields, job.date_range, job.format) == (asked, ["email", "status"], "last_30d", "json")
    [form] = re.findall(r'href="(/exports/new\?[^"]+)"', text)
    filled = client.get(form.replace("&amp;", "&")).content.decode()
    assert 'value="active,"' in filled
    assert re.findall(r'name="fields" id="[^"]*" value="([^"]*)" checked', filled) == ["email", "status"]


def test_a_viewer_cancels_and_deletes_only_what_is_their_own(people: People, acme: Acme):
    bob, address = visitor(people.bob), f"/exports/{acme.pending_export_id}"
    assert "/cancel" not in page(people.bob, acme)
    for action in ("cancel", "delete"):
        assert bob.post(f"{address}/{action}").status_code == 403
    change(acme, user_id=people.bob.user_id)
    assert "/cancel" in page(people.bob, acme)
    assert bob.post(f"{address}/cancel").status_code == 302
    with tenant_scope(acme.tenant_id):
        assert record.get(acme.pending_export_id).status == "cancelled"
    assert bob.post(f"{address}/cancel").status_code == 409
    assert bob.post(f"{address}/delete")["Location"] == "/exports"
    assert bob.get(address).status_code == 404


def test_deleting_a_finished_export_deletes_its_file(people: People, acme: Acme, home):
    before = {path for path in (home / "files").rglob("*.csv") if "exports" in path.parts}
    assert before
    visitor(people.alice).post(f"/exports/{acme.export_id}/delete")
    assert not [path for path in before if path.exists()]


def test_the_history_is_of_every_member_by_state_and_dataset_page_by_page(people: People, acme: Acme):
    change(acme, user_id=people.alice.user_id)
    with tenant_scope(acme.tenant_id):
        for number in range(30):
            job = ExportJob.objects.create(
                tenant_id=acme.tenant_id, export_type="domains", format="json", status="failed"
            )
            ExportJob.objects.filter(id=job.id).update(created_at=NOW - dt.timedelta(days=number + 1))
    client = visitor(people.bob)
    text = client.get("/exports").content.decode()
    assert "alice@acme.test" in text
    assert len(listed(text)) == 25
    assert 'hx-trigger="every 2s"' in text
    [following] = re.findall(r'href="([^"]*cursor=[^"]*)" rel="next"', text)
    assert len(listed(client.get("/exports" + following).content.decode())) == 7
    assert listed(client.get("/exports?state=completed").content.decode()) == [str(acme.export_id)]
    assert listed(client.get("/exports?dataset=leads").content.decode()) == [str(acme.pending_export_id)]
    assert "No export is like this" in client.get("/exports?dataset=leads&state=expired").content.decode()
    assert len(listed(client.get("/exports?state=%00&dataset=none").content.decode())) == 25
    assert "Make the first one" in visitor(people.charlie).get("/exports").content.decode()


def test_an_export_that_was_made_is_said_in_words(people: People, acme: Acme):
    change(
        acme,
        export_type="campaigns",
        filters={"openRate": {"gt": 20}, "campaignName": ["a", "b"], "launchedAt": None},
        fields=["campaignName", "openRate"],
        date_range={"from": "2026-10-01", "to": "2026-10-31"},
    )
    text = page(people.alice, acme)
    for said in ("Open rate is more than 20 %", "Campaign name is any of a, b", "Launched at is empty"):
        assert said in text
    assert "2 of 27: Campaign name, Open rate" in text
    assert "1 – 31 October 2026 (days of sending)" in text


def test_an_export_is_made_and_found_as_promised(people: People, acme: Acme):
    pipeline.produce_export(
        acme.tenant_id, acme.pending_export_id, clock=lambda: dt.datetime.now(dt.UTC), attempt=PRODUCING.attempt(0)
    )
    assert "Download" in page(people.alice, acme)


def listed(text: str) -> list[str]:
    return re.findall(r'<td role="cell" class="lead"><a href="/exports/([^"]+)"', text)

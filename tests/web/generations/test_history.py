"""The history of runs: narrowed, in pages, with every file."""

import datetime as dt
import html
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbrief.record.models import ReportGeneration
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def shown(page: str) -> list[str]:
    return re.findall(r'<a class="name"[^>]*>([^<]+)</a>', page)


@pytest.fixture
def many(acme: Acme) -> Acme:
    """Add runs of an hour each, of every type, state and trigger, back from the end of 20 November in Paris."""
    types = ("campaign", "overall", "deliverability", "workspace_summary", "domain_health")
    with tenant_scope(acme.tenant_id):
        order = ReportGeneration.objects.get(id=acme.generation_id).metadata["order"]
        rows = ReportGeneration.objects.bulk_create(
            ReportGeneration(
                tenant_id=acme.tenant_id,
                status=("success", "failed", "partial", "skipped")[i % 4],
                trigger=("schedule", "api")[i % 2],
                metadata={"order": {**order, "title": f"Run {i:03d}", "report_type": types[i % 5]}},
            )
            for i in range(130)
        )
        for i, row in enumerate(rows):
            row.generated_at = dt.datetime(2025, 11, 20, 22, 30, tzinfo=dt.UTC) - dt.timedelta(hours=i)
        ReportGeneration.objects.bulk_update(rows, ["generated_at"])
    return acme


def test_every_run_is_found_once_page_by_page_newest_first(people: People, many: Acme):
    client, address, seen = visitor(people.bob), "/generations", []
    while address:
        page = client.get(address).content.decode()
        seen += shown(page)
        following = re.findall(r'href="([^"]*)" rel="next"', page)
        address = f"/generations{html.unescape(following[0])}" if following else ""
    assert seen[1:] == [f"Run {i:03d}" for i in range(130)]


def test_the_list_is_narrowed_by_what_the_address_asks_for(people: People, many: Acme):
    client = visitor(people.bob)

    def asked(query: str) -> list[int]:
        return [
            int(name[4:]) for name in shown(client.get(f"/generations?{query}").content.decode()) if name[:3] == "Run"
        ]

    assert asked("state=failed") == list(range(1, 130, 4))
    assert asked("type=domain_health") == list(range(4, 130, 5))
    assert asked("trigger=api&state=failed") == list(range(1, 130, 4))
    assert asked("trigger=schedule&state=failed") == []
    # The days are those of the person who asks: 20 November ends at 23:00 UTC in Paris.
    assert asked("since=2025-11-20&until=2025-11-20") == list(range(24))
    assert asked("until=2025-11-15&type=campaign")[:1] == [120]
    only = shown(client.get(f"/generations?schedule={many.schedule_id}").content.decode())
    assert len(only) == 1


def test_the_cursor_keeps_what_was_asked_for(people: People, many: Acme):
    page = visitor(people.bob).get("/generations?trigger=schedule").content.decode()
    following = html.unescape(re.findall(r'href="([^"]*)" rel="next"', page)[0])
    assert "trigger=schedule" in following
    older = shown(visitor(people.bob).get(f"/generations{following}").content.decode())
    assert len(older) == 15
    assert {int(name[4:]) % 2 for name in older} == {0}


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "since=yesterday", "type=x", "schedule=x", "until=9999-12-31", f"schedule={uuid.UUID(int=1)}"],
)
def test_what_makes_no_sense_is_said_and_is_no_error(people: People, acme: Acme, query: str):
    assert visitor(people.bob).get(f"/generations?{query}").status_code == 200


def test_nothing_found_leads_back_to_everything(people: People, acme: Acme):
    page = visitor(people.bob).get("/generations?state=skipped").content.decode()
    assert "No run is so." in page
    assert not shown(page)


def test_an_empty_history_says_what_to_do_next(people: People, acme: Acme):
    page = visitor(people.charlie).get("/generations").content.decode()
    assert "No report has been made yet." in page
    assert "/schedules/new" in page


def test_every_file_of_a_run_can_be_fetched_from_the_list(people: People, acme: Acme):
    client = visitor(people.bob)
    links = re.findall(r'href="(/downloads/report/[^"]+)"', client.get("/generations").content.decode())
    assert len(links) == 1
    assert client.get(links[0]).status_code == 200


def test_a_page_asks_the_database_as_often_for_fifty_runs_as_for_one(people: People, many: Acme):
    client = visitor(people.bob)
    counts = []
    for query in (f"schedule={many.schedule_id}", ""):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/generations?{query}")
        counts.append(len(asked))
    assert counts[0] == counts[1]

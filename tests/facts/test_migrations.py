"""Updating a database that has messages fills the rollups that come new."""

from django.db import connection

from outbrief.facts import FactKind
from outbrief.record import schema
from outbrief.record.scope import unscoped
from tests.facts.loading import bounces, load_rows, rows
from tests.people import People

DAY = "2026-03-07T12:00:00Z"


def test_the_rollup_of_bounces_is_filled_as_imports_would_have_and_serves_each_tenant_its_own(people: People):
    told = [("hard", "550 " + "x" * 3_000), ("hard", "gone"), ("hard", "gone"), ("soft", "gone"), (None, None)]
    for person, taken in ((people.alice, told), (people.charlie, told[:2])):
        messages = [
            {"external_id": f"m{n}", "campaign": "c", "sent_at": DAY, "bounced_at": DAY, "bounce_type": kind,
             "bounce_reason": reason} for n, (kind, reason) in enumerate(taken)
        ]  # fmt: skip
        load_rows(person, FactKind.MESSAGES, *messages, {"external_id": "ok", "campaign": "c", "sent_at": DAY})
    everything = "SELECT tenant_id::text, digest, bounced FROM bounce_activity ORDER BY digest"
    imported = [(bounces(person), rows(person, everything)) for person in (people.alice, people.charlie)]
    assert [len(counted) for counted, _ in imported] == [4, 2]

    schema.migrate(target=("facts", "0003_sending_activity"))
    schema.migrate()

    assert [(bounces(person), rows(person, everything)) for person in (people.alice, people.charlie)] == imported


def test_an_index_that_only_some_databases_have_goes(people: People):
    there = "SELECT count(*) FROM pg_indexes WHERE indexname = 'messages_bounced_by_day'"
    schema.migrate(target=("facts", "0003_sending_activity"))
    with unscoped(), connection.cursor() as cursor:
        cursor.execute("CREATE INDEX messages_bounced_by_day ON messages (tenant_id, sent_day)")
    assert rows(people.alice, there) == [(1,)]
    schema.migrate()
    assert rows(people.alice, there) == [(0,)]

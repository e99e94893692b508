"""The sample: large enough to look real, and the same every time."""

import datetime as dt

from outbrief.facts import IntakeResult, sample_facts
from outbrief.record.scope import tenant_scope
from tests.facts.loading import rollups, row, rows, versions
from tests.people import People, Person

NOW = dt.datetime(2026, 11, 25, 15, 30, tzinfo=dt.UTC)


def load_sample(person: Person) -> tuple[IntakeResult, ...]:
    with tenant_scope(person.tenant_id):
        return sample_facts(tenant_id=person.tenant_id, timezone="Europe/Paris", now=NOW)


def test_the_sample_looks_like_the_work_of_a_hundred_and_twenty_days(people: People):
    load_sample(people.alice)
    assert row(
        people.alice,
        "SELECT min(sent_day)::text, max(sent_day)::text, max(sent_at) <= %s, max(last_opened_at) <= %s FROM messages",
        NOW,
        NOW,
    ) == ("2026-07-29", "2026-11-25", True, True)
    by_weekday = dict(
        rows(people.alice, "SELECT extract(isodow FROM day)::int, sum(sent)::int FROM daily_activity GROUP BY 1")
    )
    assert by_weekday[2] > 10 * by_weekday[6] > 0  # type: ignore[operator]
    bounces = dict(
        rows(
            people.alice,
            "SELECT sending_domain, sum(bounced) / sum(sent) FROM daily_activity"
            " WHERE day > date '2026-11-25' - 28 GROUP BY 1",
        )
    )
    worst = max(bounces, key=lambda domain: bounces[domain])  # type: ignore[arg-type, return-value]
    assert worst == "go.brightpath-offers.example"
    assert all(bounces[worst] > 3 * rate for domain, rate in bounces.items() if domain != worst)  # type: ignore[operator]
    opened = [
        rate
        for (rate,) in rows(
            people.alice, "SELECT sum(opened)::float / sum(delivered) FROM daily_activity GROUP BY campaign_id"
        )
    ]
    assert len(opened) == 24
    assert max(opened) > 1.5 * min(opened)  # type: ignore[type-var, operator]
    assert row(people.alice, "SELECT count(*) FROM leads WHERE first_name ~ '[^\\u0001-\\u024f]'")[0] > 5_000  # type: ignore[operator]


def test_the_sample_has_the_size_it_says_and_is_the_same_again_and_for_another_tenant(people: People):
    first = load_sample(people.alice)
    before = versions(people.alice)
    again = load_sample(people.alice)
    assert [result.created for result in first] == [24, 20_000, 60_000]
    assert [result.unchanged for result in again] == [24, 20_000, 60_000]
    assert versions(people.alice) == before
    assert row(people.alice, "SELECT count(*) FROM workspaces WHERE name <> 'Main'") == (3,)

    load_sample(people.charlie)
    assert rollups(people.alice) == rollups(people.charlie)

"""Events: each counts once, in whatever order they come."""

import itertools
from pathlib import Path

import pytest

from outbrief.facts import ColumnMap, FactKind
from tests.facts.loading import load_rows, load_text, row, rows, versions
from tests.people import People

MESSAGE = {"externalId": "m", "campaign": "c", "lead": "L", "sentAt": "2026-01-05T10:00:00Z"}
ASSUMED = ColumnMap(assume_delivered=True)


def event(kind: str, time: str, **more: object) -> dict[str, object]:
    return {"message": "m", "kind": kind, "at": f"2026-01-05T{time}Z", **more}


@pytest.fixture
def sent(people: People) -> People:
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE, mapping=ASSUMED)
    return people


def test_late_events_update_the_message_and_the_day_it_was_sent_on(sent: People):
    load_rows(
        sent.alice,
        FactKind.EVENTS,
        event("open", "12:00:00"),
        event("open", "11:00:00"),
        {"message": "m", "kind": "click", "at": "2026-03-01T00:00:00Z"},
        event("reply", "13:00:00"),
        event("unsubscribe", "14:00:00"),
        event("complaint", "15:00:00"),
    )
    assert row(
        sent.alice,
        "SELECT open_count, opened_at::time(0)::text, last_opened_at::time(0)::text, click_count,"
        " clicked_at::date::text FROM messages",
    ) == (2, "11:00:00", "12:00:00", 1, "2026-03-01")
    assert row(
        sent.alice,
        "SELECT day::text, sent, opened, opens, clicked, replied, unsubscribed, complained FROM daily_activity",
    ) == ("2026-01-05", 1, 1, 2, 1, 1, 1, 1)
    assert row(sent.alice, "SELECT emails_opened, emails_clicked, last_clicked_at::date::text FROM lead_activity") == (
        1, 1, "2026-03-01",
    )  # fmt: skip


def test_an_event_counts_once_within_a_batch_and_ever_after(sent: People):
    again = [event("open", "12:00:00"), event("open", "12:00:00"), event("open", "12:00:01")]
    first = load_rows(sent.alice, FactKind.EVENTS, *again)
    before = versions(sent.alice)
    second = load_rows(sent.alice, FactKind.EVENTS, *again)
    assert (first.created, first.unchanged, second.created, second.unchanged) == (2, 1, 0, 3)
    assert versions(sent.alice) == before
    assert row(sent.alice, "SELECT open_count FROM messages") == (2,)


def test_events_with_ids_of_their_own_are_told_apart_by_them(sent: People):
    load_rows(
        sent.alice,
        FactKind.EVENTS,
        event("click", "12:00:00", externalId="1"),
        event("click", "12:00:00", externalId="2"),
        event("click", "12:00:07", externalId="2"),
    )
    assert row(sent.alice, "SELECT click_count FROM messages") == (2,)


def test_an_event_of_an_unknown_message_is_refused_and_the_others_kept(sent: People, tmp_path: Path):
    text = "message,kind,at\nm,open,2026-01-06T00:00:00Z\nx,open,2026-01-06T00:00:00Z\nm,wave,2026-01-06T00:00:00Z\n"
    result = load_text(sent.alice, FactKind.EVENTS, tmp_path, text)
    assert [(r.line, r.field, r.value) for r in result.refusals] == [(3, "message", "x"), (4, "kind", "wave")]
    assert (result.created, result.rows_refused) == (1, 2)


BOUNCES = (
    event("bounce", "11:00:00", bounceType="soft", bounceReason="full"),
    event("bounce", "12:00:00", bounceType="hard", bounceReason="gone"),
    event("bounce", "13:00:00", bounceType="hard", bounceReason="still gone"),
    event("bounce", "10:30:00"),
)


@pytest.mark.parametrize("order", list(itertools.permutations(BOUNCES, 4))[::5])
def test_the_bounce_that_stands_is_the_first_hard_one_whatever_the_order(
    sent: People, order: tuple[dict[str, object], ...]
):
    for bounce in order:
        load_rows(sent.alice, FactKind.EVENTS, bounce)
    assert row(
        sent.alice,
        "SELECT bounce_type, bounce_reason, bounced_at::time(0)::text, delivered_at, delivery_assumed FROM messages",
    ) == ("hard", "gone", "12:00:00", None, False)
    assert row(sent.alice, "SELECT sent, delivered, bounced, hard_bounced, soft_bounced FROM daily_activity") == (
        1, 0, 1, 1, 0,
    )  # fmt: skip


def test_a_reported_delivery_replaces_the_assumed_one_and_survives_a_bounce(sent: People):
    load_rows(sent.alice, FactKind.EVENTS, event("delivered", "10:00:09"))
    load_rows(sent.alice, FactKind.EVENTS, event("bounce", "10:01:00", bounceType="soft"))
    assert row(sent.alice, "SELECT delivered_at::time(0)::text, delivery_assumed FROM messages") == ("10:00:09", False)


def test_events_stay_when_the_file_of_messages_comes_again_and_give_way_when_it_tells_otherwise(people: People):
    told = {**MESSAGE, "openCount": 0}
    load_rows(people.alice, FactKind.MESSAGES, told)
    load_rows(people.alice, FactKind.EVENTS, event("open", "12:00:00"))
    before = versions(people.alice)
    load_rows(people.alice, FactKind.MESSAGES, told)
    assert versions(people.alice) == before
    load_rows(people.alice, FactKind.MESSAGES, {**told, "openCount": 5})
    assert row(people.alice, "SELECT open_count, opened_at IS NOT NULL FROM messages") == (5, True)


def test_rows_of_events_are_kept_with_their_message(sent: People):
    load_rows(sent.alice, FactKind.EVENTS, event("open", "12:00:00"), event("reply", "12:30:00"))
    assert rows(
        sent.alice,
        "SELECT m.external_id, e.kind FROM message_events e JOIN messages m ON m.id = e.message_id ORDER BY e.at",
    ) == [("m", "open"), ("m", "reply")]

"""What a message is made of, and what a later file makes of it."""

from pathlib import Path

import pytest

from outbrief.facts import ColumnMap, FactKind
from tests.facts.loading import load_rows, load_text, row, rows
from tests.people import People

SENT = "2026-01-05T10:00:00+00:00"
MESSAGE = {"externalId": "m", "campaign": "c", "sentAt": SENT}
ASSUMED = ColumnMap(assume_delivered=True)


def message(people: People, columns: str) -> tuple[object, ...]:
    return row(people.alice, f"SELECT {columns} FROM messages")


def test_campaigns_workspaces_and_leads_that_only_messages_name_are_created(people: People):
    load_rows(
        people.alice,
        FactKind.MESSAGES,
        {**MESSAGE, "campaignName": "Spring", "lead": "L1", "leadEmail": "Ann@Example.org", "workspace": "Sales"},
        {**MESSAGE, "externalId": "n", "lead": "L1"},
    )
    assert row(people.alice, "SELECT c.name, w.name FROM campaigns c JOIN workspaces w ON w.id = c.workspace_id") == (
        "Spring",
        "Sales",
    )
    assert row(people.alice, "SELECT external_id, email FROM leads") == ("L1", "Ann@Example.org")
    assert rows(
        people.alice,
        "SELECT m.recipient_domain, w.name FROM messages m JOIN workspaces w ON w.id = m.workspace_id ORDER BY m.id",
    ) == [("example.org", "Sales"), ("example.org", "Sales")]


def test_what_names_no_workspace_lies_in_main(people: People):
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE)
    assert row(
        people.alice, "SELECT w.name FROM messages m JOIN workspaces w ON w.id = m.workspace_id, campaigns c"
        " WHERE c.workspace_id = w.id"
    ) == ("Main",)  # fmt: skip


def test_a_lead_named_by_address_is_the_lead_that_has_it(people: People):
    load_rows(people.alice, FactKind.LEADS, {"externalId": "L1", "email": "Ann@Example.org"})
    load_rows(
        people.alice,
        FactKind.MESSAGES,
        {**MESSAGE, "leadEmail": "ANN@example.ORG"},
        {**MESSAGE, "externalId": "n", "lead": "ann@example.org"},
    )
    assert row(people.alice, "SELECT l.external_id, emails_sent FROM lead_activity JOIN leads l ON l.id = lead_id") == (
        "L1",
        2,
    )


def test_a_lead_that_was_known_by_its_address_takes_its_id_when_that_is_told(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "leadEmail": "Ann@Example.org"})
    load_rows(people.alice, FactKind.LEADS, {"externalId": "L1", "email": "ann@example.org", "company": "Blue"})
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "externalId": "n", "leadEmail": "ann@example.org"})
    assert row(
        people.alice, "SELECT external_id, company, emails_sent FROM leads l JOIN lead_activity ON lead_id = l.id"
    ) == ("L1", "Blue", 2)


def test_the_time_of_sending_may_be_that_of_the_campaign(people: People):
    load_rows(people.alice, FactKind.CAMPAIGNS, {"externalId": "c", "launchedAt": SENT})
    load_rows(people.alice, FactKind.MESSAGES, {"externalId": "m", "campaign": "c"})
    assert message(people, "sent_at::text, sent_day::text") == ("2026-01-05 10:00:00+00", "2026-01-05")


def test_a_message_counts_under_the_day_of_sending_in_the_tenants_zone(people: People):
    late = {**MESSAGE, "sentAt": "2026-01-05T23:30:00Z", "openedAt": "2026-02-01T00:00:00Z"}
    for person in (people.alice, people.charlie):
        load_rows(person, FactKind.MESSAGES, late)
    assert row(people.alice, "SELECT day::text, opened FROM daily_activity") == ("2026-01-06", 1)
    assert row(people.charlie, "SELECT day::text, opened FROM daily_activity") == ("2026-01-05", 1)


def test_a_mailbox_tells_the_sending_domain(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "mailbox": "Ada@Mail.Example"})
    assert message(people, "mailbox, sending_domain") == ("Ada@Mail.Example", "mail.example")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"openedAt": SENT}, (SENT, SENT, 1)),
        ({"lastOpenedAt": SENT}, (SENT, SENT, 1)),
        ({"openCount": 3}, (None, None, 3)),
        ({"openedAt": SENT, "openCount": 4}, (SENT, SENT, 4)),
        ({}, (None, None, 0)),
    ],
)
def test_first_time_last_time_and_count_of_opens_stand_in_for_each_other(
    people: People, cells: dict[str, object], expected: tuple[object, ...]
):
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, **cells})
    first, last, count = message(people, "opened_at, last_opened_at, open_count")
    assert (first and first.isoformat(), last and last.isoformat(), count) == expected
    opened = int(bool(expected[2]))
    assert row(people.alice, "SELECT opened, opens, timed_opens FROM daily_activity") == (
        opened, expected[2], int(expected[0] is not None),
    )  # fmt: skip


def test_a_bounce_of_which_only_the_type_is_told_counts(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "bounceType": "Soft"})
    assert row(people.alice, "SELECT bounced, soft_bounced, hard_bounced FROM daily_activity") == (1, 1, 0)


def test_average_times_cover_the_messages_that_have_both_instants(people: People):
    load_rows(
        people.alice,
        FactKind.MESSAGES,
        {**MESSAGE, "openedAt": "2026-01-05T10:10:00Z", "clickedAt": "2026-01-05T10:10:00.5Z"},
        {**MESSAGE, "externalId": "n", "openedAt": "2026-01-05T11:00:00Z"},
        {**MESSAGE, "externalId": "o", "openCount": 1},
    )
    assert row(people.alice, "SELECT open_seconds, timed_opens, click_seconds, timed_clicks FROM daily_activity") == (
        4_200.0, 2, 600.5, 1,
    )  # fmt: skip


def test_an_assumed_delivery_stands_until_a_bounce(people: People):
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE, mapping=ASSUMED)
    assert message(people, "delivered_at = sent_at, delivery_assumed") == (True, True)
    load_rows(people.alice, FactKind.MESSAGES, {"externalId": "m", "bouncedAt": SENT, "bounceType": "hard"})
    assert message(people, "delivered_at, delivery_assumed") == (None, False)
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE, mapping=ASSUMED)
    assert message(people, "delivered_at, delivery_assumed") == (None, False)
    assert row(people.alice, "SELECT sent, delivered, bounced FROM daily_activity") == (1, 0, 1)


def test_an_assumed_delivery_gives_way_to_a_reported_one_and_not_the_other_way_round(people: People):
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE, mapping=ASSUMED)
    load_rows(people.alice, FactKind.MESSAGES, {"externalId": "m", "deliveredAt": "2026-01-05T10:00:07Z"})
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "mailbox": "x"}, mapping=ASSUMED)
    assert message(people, "delivered_at::text, delivery_assumed, mailbox") == ("2026-01-05 10:00:07+00", False, "x")


def test_nothing_is_assumed_of_a_message_that_bounced_in_the_same_row(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "bounceType": "hard"}, mapping=ASSUMED)
    assert message(people, "delivered_at, delivery_assumed") == (None, False)


def test_a_file_that_lacks_a_column_leaves_it_and_one_that_has_it_empty_clears_it(people: People, tmp_path: Path):
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "lead": "L", "repliedAt": SENT, "mailbox": "x"})
    load_text(people.alice, FactKind.MESSAGES, tmp_path, f"external_id,campaign,sent_at,lead\nm,c,{SENT},L\n")
    assert message(people, "replied_at IS NOT NULL, lead_id IS NOT NULL, mailbox") == (True, True, "x")
    load_text(
        people.alice, FactKind.MESSAGES, tmp_path, f"external_id,campaign,sent_at,lead,replied_at\nm,c,{SENT},,\n"
    )
    assert message(people, "replied_at, lead_id, mailbox") == (None, None, "x")
    assert rows(people.alice, "SELECT 1 FROM lead_activity") == []


def test_a_refused_message_creates_no_lead(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {"externalId": "m", "campaign": "c", "lead": "L"})
    assert rows(people.alice, "SELECT 1 FROM leads UNION ALL SELECT 1 FROM campaigns") == []

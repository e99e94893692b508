"""Campaigns and leads, and what their changes mean for the messages that came before them."""

from outbrief.facts import FactKind
from tests.facts.loading import load_rows, row, rows, versions
from tests.people import People

MESSAGE = {"externalId": "m", "campaign": "c", "lead": "L", "sentAt": "2026-01-05T10:00:00Z"}


def test_a_campaign_takes_its_messages_and_totals_along_to_another_workspace(people: People):
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE, {**MESSAGE, "externalId": "n", "workspace": "Elsewhere"})
    load_rows(people.alice, FactKind.TOTALS, {"date": "2026-01-09", "campaignId": "c", "sent": 5})
    load_rows(people.alice, FactKind.CAMPAIGNS, {"externalId": "c", "name": "Spring", "workspace": "Sales"})
    assert rows(
        people.alice,
        "SELECT w.name, d.day::text, d.sent FROM daily_activity d JOIN workspaces w ON w.id = d.workspace_id"
        " ORDER BY 1, 2",
    ) == [("Elsewhere", "2026-01-05", 1), ("Sales", "2026-01-05", 1), ("Sales", "2026-01-09", 5)]


def test_messages_learn_their_recipients_domain_when_the_lead_gets_its_address(people: People):
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE)
    load_rows(people.alice, FactKind.LEADS, {"externalId": "L", "email": "ann@Example.org"})
    assert row(people.alice, "SELECT recipient_domain, sent FROM daily_activity") == ("example.org", 1)


def test_a_campaign_without_a_name_is_called_by_its_id_until_it_has_one(people: People):
    load_rows(people.alice, FactKind.MESSAGES, MESSAGE)
    assert row(people.alice, "SELECT name, status FROM campaigns") == ("c", "")
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "campaignName": "Spring"})
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "campaignName": "Summer"})
    assert row(people.alice, "SELECT name FROM campaigns") == ("Spring",)
    load_rows(people.alice, FactKind.CAMPAIGNS, {"externalId": "c", "name": "Autumn", "status": "active"})
    assert row(people.alice, "SELECT name, status FROM campaigns") == ("Autumn", "active")


def test_two_leads_may_share_an_address_and_a_message_to_it_goes_to_the_older_one(people: People):
    load_rows(
        people.alice,
        FactKind.LEADS,
        {"externalId": "L1", "email": "a@x.example"},
        {"externalId": "L2", "email": "A@x.example"},
    )
    load_rows(people.alice, FactKind.MESSAGES, {**MESSAGE, "lead": None, "leadEmail": "a@x.example"})
    assert row(people.alice, "SELECT l.external_id FROM messages m JOIN leads l ON l.id = m.lead_id") == ("L1",)


def test_tags_are_a_list_or_text_with_separators_and_may_be_none_or_empty(people: People):
    load_rows(
        people.alice,
        FactKind.LEADS,
        {"externalId": "1", "tags": ["a b", "c,d"]},
        {"externalId": "2", "tags": "x; y,,z "},
        {"externalId": "3", "tags": []},
        {"externalId": "4", "tags": None},
    )
    assert rows(people.alice, "SELECT tags FROM leads ORDER BY external_id") == [
        (["a b", "c,d"],), (["x", "y", "z"],), ([],), (None,),
    ]  # fmt: skip


def test_the_same_leads_and_campaigns_again_change_nothing(people: People):
    leads = {"externalId": "L", "email": "a@x.example", "tags": ["a"], "customFields": {"b": 1, "a": 2.50}}
    campaigns = {"externalId": "c", "name": "Spring", "workspace": "Sales", "launchedAt": "2026-01-01T00:00:00Z"}
    for _ in range(2):
        load_rows(people.alice, FactKind.LEADS, leads)
        load_rows(people.alice, FactKind.CAMPAIGNS, campaigns)
        before = versions(people.alice)
    load_rows(people.alice, FactKind.LEADS, leads)
    load_rows(people.alice, FactKind.CAMPAIGNS, campaigns)
    assert versions(people.alice) == before

"""Mailchimp's tables through the map files of the how-to, against DuckDB over the same files."""

from pathlib import Path

import duckdb
import pytest

from outbrief.facts import FactKind
from tests.facts.loading import load, map_section, row, rows, versions
from tests.people import People, Person
from tests.shared import shared

FILES = (
    ("mailchimp.yaml", FactKind.CAMPAIGNS, "campaign.csv"),
    ("mailchimp.yaml", FactKind.LEADS, "member.csv"),
    ("mailchimp.yaml", FactKind.MESSAGES, "campaign_recipient.csv"),
    ("mailchimp.yaml", FactKind.EVENTS, "campaign_recipient_activity.csv"),
    ("mailchimp-automations.yaml", FactKind.CAMPAIGNS, "automation_email.csv"),
    ("mailchimp-automations.yaml", FactKind.MESSAGES, "automation_recipient.csv"),
    ("mailchimp-automations.yaml", FactKind.EVENTS, "automation_recipient_activity.csv"),
    ("mailchimp-unsubscribes.yaml", FactKind.EVENTS, "unsubscribe.csv"),
)


@pytest.fixture
def seeds() -> Path:
    return shared("data", "fivetran-mailchimp-seeds")


def load_all(person: Person, seeds: Path) -> None:
    for map_name, kind, name in FILES:
        result = load(person, kind, seeds / name, mapping=map_section(map_name, kind))
        assert result.rows_refused == 0, (name, result.refusals)


def oracle(seeds: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as duck:
        duck.execute(f"SET file_search_path = '{seeds}'")
        return duck.execute(sql).fetchall()


def test_opens_clicks_and_bounces_of_each_campaign_are_those_of_the_activity(people: People, seeds: Path):
    load_all(people.alice, seeds)
    activity = (
        "(SELECT action, campaign_id AS campaign, member_id FROM 'campaign_recipient_activity.csv' UNION ALL"
        " SELECT action, automation_email_id, member_id FROM 'automation_recipient_activity.csv')"
    )
    assert rows(
        people.alice,
        "SELECT c.external_id, sum(sent)::int, sum(opens)::int, sum(opened)::int, sum(clicks)::int, sum(clicked)::int,"
        " sum(bounced)::int FROM daily_activity d JOIN campaigns c ON c.id = d.campaign_id GROUP BY 1 ORDER BY 1",
    ) == oracle(
        seeds,
        "WITH recipients AS (SELECT campaign_id AS campaign, member_id FROM 'campaign_recipient.csv' UNION ALL"
        " SELECT automation_email_id::text, member_id FROM 'automation_recipient.csv')"
        f" SELECT r.campaign, count(*), sum(opens), count(*) FILTER (opens > 0), sum(clicks),"
        " count(*) FILTER (clicks > 0), sum(bounces) FROM (SELECT r.campaign,"
        " count(*) FILTER (action = 'open') AS opens, count(*) FILTER (action = 'click') AS clicks,"
        " count(*) FILTER (action = 'bounce') AS bounces"
        f" FROM recipients r LEFT JOIN {activity} a USING (campaign, member_id) GROUP BY r.campaign, member_id) r"
        " GROUP BY 1 ORDER BY 1",
    )


def test_what_did_not_bounce_is_taken_as_delivered_when_its_campaign_was_sent(people: People, seeds: Path):
    load_all(people.alice, seeds)
    assert row(
        people.alice,
        "SELECT count(*), bool_and(delivery_assumed), bool_and(delivered_at = sent_at), min(sent_at)::text,"
        " min(sent_day)::text FROM messages m JOIN campaigns c ON c.id = m.campaign_id WHERE c.name = 'Release 0.1.1'",
    ) == (10, True, True, "2019-11-27 16:59:27+00", "2019-11-27")


def test_members_are_leads_once_and_their_addresses_give_the_recipients_domains(people: People, seeds: Path):
    load_all(people.alice, seeds)
    assert oracle(seeds, "SELECT count(DISTINCT id) FROM 'member.csv'") == rows(
        people.alice, "SELECT count(*) FROM leads WHERE source = 'Mailchimp'"
    )
    assert rows(
        people.alice,
        "SELECT DISTINCT m.recipient_domain FROM messages m JOIN leads l ON l.id = m.lead_id WHERE l.email IS NOT NULL"
        " ORDER BY 1",
    ) == [("example.co",), ("example.com",)]


def test_an_unsubscription_goes_to_the_message_it_followed(people: People, seeds: Path):
    load_all(people.alice, seeds)
    assert rows(
        people.alice, "SELECT external_id, unsubscribed_at::text FROM messages WHERE unsubscribed_at IS NOT NULL"
    ) == [("b63e7b8aff:4d1bf0aa67690a2b483771ce00cfb6a7", "2020-04-17 16:32:51+00")]


def test_the_same_files_again_change_nothing(people: People, seeds: Path):
    load_all(people.alice, seeds)
    before = versions(people.alice)
    load_all(people.alice, seeds)
    assert versions(people.alice) == before

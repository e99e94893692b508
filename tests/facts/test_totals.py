"""Totals of platforms that do not tell single messages."""

from pathlib import Path

from outbrief.facts import ColumnMap, FactKind
from tests.facts.loading import load, load_rows, load_text, map_section, row, rows, versions
from tests.people import People

DAY = {"date": "2026-01-05", "campaignId": "c", "sent": 100}


def test_totals_become_days_of_a_campaign_that_is_created(people: People, tmp_path: Path):
    text = (
        "date,campaign_id,campaign_name,workspace,sending_domain,sent,delivered,soft_bounced,hard_bounced,opened,opens,"
        "clicked,clicks,replied,unsubscribed,complained\n2026-01-05,c,Spring,Sales,x.example,100,95,2,3,40,60,10,12,4,1,0\n"
    )
    assert load_text(people.alice, FactKind.TOTALS, tmp_path, text).created == 1
    assert row(
        people.alice,
        "SELECT c.name, w.name, d.day::text, d.origin, sending_domain, sent, delivered, bounced, soft_bounced,"
        " hard_bounced, opened, opens, clicked, clicks, replied, unsubscribed, complained FROM daily_activity d"
        " JOIN campaigns c ON c.id = d.campaign_id JOIN workspaces w ON w.id = d.workspace_id",
    ) == (
        "Spring", "Sales", "2026-01-05", "totals", "x.example", 100, 95, 5, 2, 3, 40, 60, 10, 12, 4, 1, 0,
    )  # fmt: skip
    before = versions(people.alice)
    assert load_text(people.alice, FactKind.TOTALS, tmp_path, text).unchanged == 1
    assert versions(people.alice) == before


def test_a_row_replaces_the_one_of_its_day_domain_and_workspace_alone(people: People):
    load_rows(people.alice, FactKind.TOTALS, DAY, {**DAY, "sendingDomain": "x.example"}, {**DAY, "date": "2026-01-06"})
    result = load_rows(people.alice, FactKind.TOTALS, {**DAY, "sent": 7})
    assert (result.created, result.updated) == (0, 1)
    assert rows(people.alice, "SELECT day::text, sending_domain, sent FROM daily_activity ORDER BY 1, 2") == [
        ("2026-01-05", "", 7), ("2026-01-05", "x.example", 100), ("2026-01-06", "", 100),
    ]  # fmt: skip


def test_of_two_rows_of_one_day_the_last_counts_and_the_result_says_so(people: People):
    result = load_rows(people.alice, FactKind.TOTALS, DAY, {**DAY, "sent": 7})
    assert row(people.alice, "SELECT sent FROM daily_activity") == (7,)
    assert result.notes == (
        "1 rows were of a campaign, day, domain and workspace that a later row tells again; it counts.",
    )


def test_opens_that_are_not_told_are_the_unique_ones_and_deliveries_may_be_assumed(people: People):
    load_rows(
        people.alice,
        FactKind.TOTALS,
        {**DAY, "softBounced": 2, "hardBounced": 3, "opened": 40, "clicked": 5},
        mapping=ColumnMap(assume_delivered=True),
    )
    assert row(people.alice, "SELECT delivered, opens, clicks FROM daily_activity") == (95, 40, 5)


def test_totals_of_a_day_that_has_messages_are_refused(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {"externalId": "m", "campaign": "c", "sentAt": "2026-01-05T10:00:00Z"})
    result = load_rows(people.alice, FactKind.TOTALS, DAY, {**DAY, "date": "2026-01-06"})
    assert [(r.line, r.field, r.reason, r.value) for r in result.refusals] == [
        (1, "date", "has messages of this campaign, which tell its totals themselves", "2026-01-05")
    ]
    assert rows(people.alice, "SELECT day::text, origin, sent FROM daily_activity ORDER BY 1") == [
        ("2026-01-05", "messages", 1), ("2026-01-06", "totals", 100),
    ]  # fmt: skip


def test_totals_give_way_to_messages_of_the_same_campaign_and_day(people: People):
    load_rows(people.alice, FactKind.TOTALS, DAY, {**DAY, "sendingDomain": "x.example"}, {**DAY, "date": "2026-01-06"})
    result = load_rows(
        people.alice, FactKind.MESSAGES, {"externalId": "m", "campaign": "c", "sentAt": "2026-01-05T10:00:00Z"}
    )
    assert result.notes == ("2 imported totals gave way to messages of the same campaign and day.",)
    assert rows(people.alice, "SELECT day::text, origin, sent FROM daily_activity ORDER BY 1") == [
        ("2026-01-05", "messages", 1), ("2026-01-06", "totals", 100),
    ]  # fmt: skip


def test_a_report_with_readable_titles_comes_in_through_its_map(people: People, tmp_path: Path):
    path = tmp_path / "report.csv"
    path.write_text(
        "Title,List,Send Date,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,Unique Opens,"
        "Total Opens,Unique Clicks,Total Clicks,Unsubscribes,Abuse Complaints,Unique Id\n"
        'News,Readers,"Oct 26, 2025 11:30 PM",1000,980,15,5,400,700,90,120,3,1,abc\n'
    )
    load(people.charlie, FactKind.TOTALS, path, mapping=map_section("daily-totals.yaml", FactKind.TOTALS))
    assert row(
        people.charlie,
        "SELECT c.external_id, c.name, w.name, day::text, sending_domain, sent, delivered, bounced, opens, complained"
        " FROM daily_activity d JOIN campaigns c ON c.id = d.campaign_id JOIN workspaces w ON w.id = d.workspace_id",
    ) == ("abc", "News", "Readers", "2025-10-26", "example.com", 1000, 980, 20, 700, 1)

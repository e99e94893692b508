"""What each kind of report says about its own subject."""

import datetime as dt
import random

import pytest

from outbrief.compose.chance import interval
from outbrief.compose.measures import moved
from outbrief.terms.calendar import Period
from outbrief.terms.document import Finding, Findings
from tests.compose.facts import Fact, column, document_of, total


def findings(name: str, facts: list[Fact]) -> tuple[Finding, ...]:
    sections = [section for section in document_of(name, facts).sections if isinstance(section, Findings)]
    return sections[0].findings if sections else ()


def plain(text: str) -> str:
    """Read narrow spaces as spaces."""
    return text.replace("\u202f", " ")


def healthy(**changed: object) -> Fact:
    usual = {"day": "2026-11-16", "sent": 1000, "delivered": 995, "hard_bounced": 5, "opened": 400, "replied": 20}
    return Fact(**(usual | changed))  # type: ignore[arg-type]


def bad(**changed: object) -> Fact:
    return healthy(
        **({"campaign": "c-9", "campaign_name": "Cold list B", "delivered": 900, "hard_bounced": 100} | changed)
    )


# --- findings ------------------------------------------------------------------------------------------------------


def test_a_bounce_rate_above_the_limit_names_the_campaign_that_carries_most():
    finding = findings("campaign", [healthy(), bad()])[0]
    assert finding.verdict == "bad"
    assert plain(finding.headline) == "Bounce rate 5.2 % is above the 2 % limit."
    assert plain(finding.detail) == (
        "105 of 2 000 messages bounced (95 % interval 4.4 – 6.3 %). "
        "“Cold list B” carries 95.2 % of them: 100 of its own 1 000 (10.0 %)."
    )
    assert finding.advice.startswith("Pause “Cold list B”, verify")


def test_deliverability_names_the_sending_domain_instead():
    [finding] = findings("deliverability", [healthy(), bad(sending_domain="mail9.acme.test")])
    assert "mail9.acme.test carries 95.2" in plain(finding.detail)


def test_complaints_above_the_limit_are_a_finding_of_their_own():
    finding = findings("campaign", [healthy(complained=5)])[0]
    assert plain(finding.headline) == "Complaint rate 0.50 % is above the 0.1 % limit."
    assert "carries all of them: 5 of its own 995 (0.50 %)" in plain(finding.detail)


def test_a_rate_just_above_its_limit_is_written_so_that_it_looks_above():
    [finding] = findings("campaign", [healthy(sent=100_000, delivered=97_999, hard_bounced=2001)])
    assert plain(finding.headline).startswith("Bounce rate 2.001 % is above the 2 % limit")


def test_rates_within_their_limits_are_said_to_be():
    [finding] = findings("overall", [healthy()])
    assert (finding.verdict, finding.headline) == ("good", "Bounces and complaints are within their limits.")
    assert plain(finding.detail) == (
        "Bounce rate 0.50 %, limit 2 %: 5 of 1 000 (95 % interval 0.2 – 1.2 %). "
        "Complaint rate 0.0 %, limit 0.1 %: 0 of 995 (95 % interval 0.00 – 0.38 %)."
    )


def test_a_reply_rate_that_moved_by_more_than_chance_is_told():
    now, before = healthy(replied=60), healthy(day="2026-11-09", replied=20)
    told = findings("campaign", [now, before])[-1]
    assert plain(told.headline) == "Reply rate rose from 2.0 % to 6.0 %."
    assert told.verdict == "good"
    assert plain(told.detail) == (
        "60 replies to 995 delivered messages, after 20 of 995: +2.3 to +5.8 pt, more than chance explains."
    )
    told = findings("campaign", [healthy(replied=20), healthy(day="2026-11-09", replied=60)])[0]
    assert (plain(told.headline), told.verdict) == ("Reply rate fell from 6.0 % to 2.0 %.", "bad")


def test_a_complaint_rate_that_moved_by_more_than_chance_is_told():
    big = {"sent": 100_000, "delivered": 100_000, "hard_bounced": 0}
    told = findings("campaign", [healthy(**big, complained=60), healthy(**big, complained=20, day="2026-11-09")])[0]
    assert (plain(told.headline), told.verdict) == ("Complaint rate rose from 0.02 % to 0.06 %.", "bad")
    assert plain(told.detail) == (
        "60 complaints about 100 000 delivered messages, after 20 of 100 000: +0.02 to +0.06 pt, "
        "more than chance explains."
    )
    assert told.advice


def test_a_reply_rate_that_moved_within_chance_is_not_told():
    assert len(findings("campaign", [healthy(replied=22), healthy(day="2026-11-09", replied=20)])) == 1


def test_intervals_are_wilsons():
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for part, whole, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        assert interval(part, whole) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert interval(0, 0) == (0, 1)


def test_a_rate_moves_only_beyond_chance():
    assert moved("reply_rate", {"replied": 60, "delivered": 1000}, {"replied": 20, "delivered": 1000}) == 1
    assert moved("reply_rate", {"replied": 20, "delivered": 1000}, {"replied": 60, "delivered": 1000}) == -1
    assert moved("reply_rate", {"replied": 3, "delivered": 10}, {"replied": 1, "delivered": 10}) == 0
    assert moved("reply_rate", {"replied": 3, "delivered": 10}, {}) == 0


# --- campaign ------------------------------------------------------------------------------------------------------


def test_the_campaign_table_has_every_count_and_rate_largest_first():
    document = document_of("campaign", [healthy(sent=200, delivered=199, clicked=10, clicks=30), bad()])
    table = document.table("campaigns")
    assert column(document, "campaigns", "campaignId") == ["c-9", "c-1"]
    assert column(document, "campaigns", "clicks") == [0, 30]
    assert column(document, "campaigns", "clickToOpenRate") == [0, pytest.approx(10 / 400)]
    assert column(document, "campaigns", "avgTimeToOpen") == [12.5, 12.5]
    assert [one.key for one in table.columns][:4] == ["campaignName", "campaignId", "status", "sent"]
    assert len(table.columns) == 3 + 12 + 8 + 3


def test_campaigns_too_small_to_judge_are_neither_copied_nor_stopped():
    tiny = healthy(campaign="c-3", campaign_name="Tiny", sent=20, delivered=5, hard_bounced=15, replied=5)
    document = document_of("campaign", [healthy(replied=90), bad(replied=1), tiny])
    assert column(document, "toCopy", "campaignId") == ["c-1"]
    assert column(document, "toStop", "campaignId") == ["c-9"]
    assert "2 campaigns with 50 delivered messages or more" in plain(document.table("toCopy").note)


def test_a_campaign_to_stop_is_not_one_to_copy_however_well_it_is_answered():
    facts = [healthy(replied=10), bad(replied=90)]
    document = document_of("campaign", facts)
    assert "toCopy" not in {table.key for table in document.tables()}
    assert column(document, "toStop", "campaignId") == ["c-9"]
    told = findings("campaign", facts)
    assert not [finding for finding in told if finding.headline.startswith("Copy") or "stands out" in finding.headline]
    stop = next(finding for finding in told if finding.headline.startswith("Stop"))
    assert "are above all others" in stop.detail
    assert stop.advice.endswith("Its message is worth keeping.")


def test_one_campaign_is_not_compared_with_itself():
    assert [table.key for table in document_of("campaign", [healthy(replied=90)]).tables()] == ["campaigns"]


def test_campaigns_apart_by_chance_alone_are_said_not_to_stand_out():
    facts = [healthy(replied=20), healthy(campaign="c-2", replied=25)]
    document = document_of("campaign", facts)
    assert [table.key for table in document.tables()] == ["campaigns"]
    told = findings("campaign", facts)[-1]
    assert told.headline == "No campaign stands out by its replies."
    assert "from 2.0 % to 2.5 %" in plain(told.detail)


def test_of_many_like_campaigns_none_is_praised_or_stopped_for_its_luck():
    dice = random.Random(7)
    facts = [
        healthy(
            campaign=f"c-{i}",
            replied=sum(dice.random() < 0.02 for _ in range(300)),
            sent=306,
            delivered=300,
            hard_bounced=sum(dice.random() < 0.015 for _ in range(306)),
        )
        for i in range(1000)
    ]
    assert [table.key for table in document_of("campaign", facts).tables()] == ["campaigns"]


def test_campaigns_of_one_name_are_told_apart_in_charts():
    document = document_of("campaign", [healthy(), healthy(campaign="c-2", sent=900)])
    bars = next(chart for chart in document.charts() if chart.form == "bar")
    assert bars.x == ("Founders: intro (c-1)", "Founders: intro (c-2)")


def test_a_campaign_without_a_name_is_shown_by_its_id():
    bars = next(
        chart for chart in document_of("campaign", [healthy(campaign_name=None)]).charts() if chart.form == "bar"
    )
    assert bars.x == ("c-1",)


# --- overall -------------------------------------------------------------------------------------------------------


def test_workspaces_have_their_share_of_all_messages():
    document = document_of("overall", [healthy(), healthy(workspace="South", sent=3000)])
    assert column(document, "workspaces", "workspaceName") == ["South", "North"]
    assert column(document, "workspaces", "share") == [0.75, 0.25]
    assert total(document, "workspaces", "share") == 1


def test_months_are_sums_of_days_up_to_the_end_of_the_period():
    facts = [
        healthy(day="2026-05-31", sent=5, delivered=5),  # seven months back
        healthy(day="2026-06-01", sent=100, delivered=90, hard_bounced=10),
        healthy(day="2026-10-31", sent=300, delivered=300, hard_bounced=0),
        healthy(day="2026-11-02", sent=100, delivered=80, hard_bounced=20),
        healthy(day="2026-11-22", sent=300, delivered=290, hard_bounced=10),
        healthy(day="2026-11-23", sent=999),
    ]
    document = document_of("overall", facts)
    assert column(document, "months", "month") == ["June 2026", "October 2026", "November 2026"]
    assert column(document, "months", "sent") == [100, 300, 400]
    assert column(document, "months", "bounceRate") == [0.1, 0, pytest.approx(30 / 400)]
    assert document.table("months").note == "The last month runs to 22 November 2026."


def test_months_over_the_turn_of_the_year_keep_their_order():
    period = Period(start=dt.date(2026, 1, 1), end=dt.date(2026, 2, 1))
    before = Period(start=dt.date(2025, 12, 1), end=dt.date(2026, 1, 1))
    facts = [healthy(day="2026-01-05"), healthy(day="2025-08-05"), healthy(day="2025-12-05"), healthy(day="2025-07-31")]
    document = document_of("overall", facts, period=period, comparison=before)
    assert column(document, "months", "month") == ["August 2025", "December 2025", "January 2026"]
    assert document.table("months").note == ""


def test_only_the_largest_campaigns_are_shown_and_all_are_counted():
    facts = [healthy(campaign=f"c-{i:02}", campaign_name=f"C {i}", sent=1000 + i) for i in range(15)]
    table = document_of("overall", facts).table("campaigns")
    assert (len(table.rows), table.total_rows) == (10, 15)
    assert table.rows[0][0] == "C 14"


# --- deliverability ------------------------------------------------------------------------------------------------


def test_bounces_are_split_into_hard_and_soft():
    document = document_of("deliverability", [healthy(sent=1000, delivered=960, hard_bounced=30, soft_bounced=10)])
    figures = {figure.key: figure.value for figure in document.figures()}
    assert (figures["hard_bounce_rate"], figures["soft_bounce_rate"]) == (0.03, 0.01)
    chart = next(one for one in document.charts() if one.key == "bouncesByDay")
    assert [series.values[0] for series in chart.series] == [30, 10]


def test_reasons_have_their_share_of_all_bounces_and_the_rest_is_said():
    facts = [
        healthy(delivered=960, hard_bounced=30, reason="550 no such user"),
        healthy(delivered=990, hard_bounced=0, soft_bounced=10, reason="452 mailbox full"),
        healthy(delivered=960, hard_bounced=40, reason=None),
    ]
    document = document_of("deliverability", facts)
    assert column(document, "bounceReasons", "reason") == ["550 no such user", "452 mailbox full"]
    assert column(document, "bounceReasons", "bounceType") == ["hard", "soft"]
    assert column(document, "bounceReasons", "share") == [30 / 80, 10 / 80]
    assert "other 40 bounces" in plain(document.table("bounceReasons").note)


def test_both_sides_have_a_table_of_domains():
    facts = [healthy(), healthy(recipient_domain="gmail.com", sending_domain="mail2.acme.test", sent=400, complained=4)]
    document = document_of("deliverability", facts)
    assert column(document, "recipientDomains", "recipientDomain") == ["example.com", "gmail.com"]
    assert column(document, "sendingDomains", "complained") == [0, 4]
    assert total(document, "recipientDomains", "complained") == 4


# --- workspace summary ---------------------------------------------------------------------------------------------


def test_workspaces_stand_against_the_period_before():
    facts = [
        healthy(),
        healthy(day="2026-11-09", sent=800, delivered=800, replied=8),
        healthy(workspace="New", campaign="c-2", sent=100),
    ]
    document = document_of("workspace_summary", facts)
    assert column(document, "workspaces", "workspaceName") == ["North", "New"]
    assert column(document, "workspaces", "sentBefore") == [800, 0]
    assert column(document, "workspaces", "sentChange") == [0.25, None]
    assert column(document, "workspaces", "replyRateBefore") == [0.01, None]
    assert total(document, "workspaces", "sentChange") == pytest.approx(300 / 800)


def test_campaigns_stand_together_by_workspace():
    facts = [
        healthy(workspace="Small", campaign="c-1", sent=100),
        healthy(workspace="Large", campaign="c-2", sent=50),
        healthy(workspace="Large", campaign="c-3", sent=900),
        healthy(workspace="Small", campaign="c-4", sent=300),
    ]
    document = document_of("workspace_summary", facts)
    assert column(document, "campaigns", "campaignId") == ["c-3", "c-2", "c-4", "c-1"]


# --- domain health -------------------------------------------------------------------------------------------------


def verdicts(*facts: Fact) -> dict[str, tuple[str, str]]:
    document = document_of("domain_health", list(facts))
    return dict(
        zip(
            column(document, "domains", "domain"),
            zip(column(document, "domains", "verdict"), column(document, "domains", "trend"), strict=True),
            strict=True,
        )
    )


def test_a_domain_surely_above_a_limit_asks_to_act():
    assert verdicts(bad())["mail1.acme.test"] == ("act", "new")
    assert (
        verdicts(healthy(sent=10_000, delivered=10_000, hard_bounced=0, complained=30))["mail1.acme.test"][0] == "act"
    )


def test_a_domain_above_a_limit_by_chance_asks_to_watch():
    assert verdicts(healthy(sent=90, delivered=88, hard_bounced=2))["mail1.acme.test"][0] == "watch"


def test_a_domain_with_few_messages_is_not_judged():
    assert verdicts(healthy(sent=40, delivered=20, hard_bounced=20))["mail1.acme.test"] == ("too few to tell", "new")


def test_a_domain_whose_opens_fell_by_a_third_asks_to_watch():
    before = healthy(day="2026-11-09", opened=400)
    assert verdicts(before, healthy(opened=260))["mail1.acme.test"] == ("watch", "steady")
    assert verdicts(before, healthy(opened=300))["mail1.acme.test"] == ("healthy", "steady")


def test_trends_follow_the_bounce_rate_beyond_chance():
    assert verdicts(healthy(day="2026-11-09"), bad())["mail1.acme.test"][1] == "worse"
    assert verdicts(bad(day="2026-11-09"), healthy())["mail1.acme.test"] == ("healthy", "better")


def test_domains_that_need_somebody_are_findings_and_the_rules_are_stated():
    document = document_of("domain_health", [healthy(), bad(sending_domain="mail9.acme.test")])
    section = next(section for section in document.sections if isinstance(section, Findings))
    [finding] = section.findings
    assert finding.headline == "mail9.acme.test needs action."
    assert plain(finding.detail) == "Bounce rate 10.0 %, limit 2 %, with 1 000 messages sent."
    assert any(note.startswith("Verdict: act when") for note in document.notes)


def test_many_domains_that_need_somebody_are_counted():
    told = findings("domain_health", [bad(sending_domain=f"mail{i}.acme.test") for i in range(9)])
    assert len(told) == 5
    assert told[-1].headline == "5 more domains need somebody."


def test_healthy_domains_are_said_to_be():
    [finding] = findings("domain_health", [healthy()])
    assert (plain(finding.headline), finding.verdict) == ("1 sending domain is healthy.", "good")

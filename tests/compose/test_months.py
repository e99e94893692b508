"""Periods and months that are not over yet, and rates of too few messages, beside whole ones."""

import datetime as dt

import pytest

from outbrief.compose.months import move
from outbrief.terms.calendar import Period
from outbrief.terms.document import Document, Findings
from tests.compose.facts import Fact, column, document_of, total

NOVEMBER = Period(start=dt.date(2026, 11, 1), end=dt.date(2026, 12, 1))
OCTOBER = Period(start=dt.date(2026, 10, 1), end=dt.date(2026, 11, 1))
FACTS = [
    Fact(day="2026-09-10", sent=2000, delivered=1990, hard_bounced=10),
    Fact(day="2026-10-10", sent=10_000, delivered=9950, hard_bounced=50),
    Fact(day="2026-11-05", sent=2900, delivered=2880, hard_bounced=20),
]


def report(name: str, as_of: dt.datetime, period: Period = NOVEMBER, comparison: Period = OCTOBER) -> Document:
    return document_of(name, FACTS, as_of=as_of, period=period, comparison=comparison)


def told(document: Document) -> list[str]:
    return [
        finding.headline.replace("\u202f", " ")
        for section in document.sections
        if isinstance(section, Findings)
        for finding in section.findings
    ]


def test_while_the_period_runs_its_counts_are_not_compared():
    # In New York, where the days of the report are, November still lasts an hour.
    for running in (dt.datetime(2026, 11, 10, 14, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC)):
        document = report("overall", running)
        assert not [headline for headline in told(document) if headline.startswith("Sending")]
        assert column(document, "months", "sentChange") == [None, 4.0, None]
        assert column(document, "workspaces", "sentChange") == [None]
        assert total(document, "workspaces", "sentChange") is None
        assert column(document, "workspaces", "replyRateChange") == ["no change"]
        summary = report("workspace_summary", running)
        assert column(summary, "workspaces", "sentChange") == [None]
        assert total(summary, "workspaces", "sentChange") is None
        assert column(summary, "workspaces", "sentBefore") == [10_000]


def test_once_the_period_is_over_its_counts_are_compared():
    over = dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)
    document = report("overall", over)
    assert "Sending fell by 71.0 %." in told(document)
    assert column(document, "months", "sentChange") == [None, 4.0, pytest.approx(-0.71)]
    assert column(document, "workspaces", "sentChange") == [pytest.approx(-0.71)]
    assert column(report("workspace_summary", over), "workspaces", "sentChange") == [pytest.approx(-0.71)]


def test_a_month_that_the_period_cuts_has_no_change_of_its_counts():
    period = Period(start=dt.date(2026, 11, 1), end=dt.date(2026, 11, 8))
    before = Period(start=dt.date(2026, 10, 25), end=dt.date(2026, 11, 1))
    document = report("overall", dt.datetime(2026, 12, 24, tzinfo=dt.UTC), period, before)
    assert column(document, "months", "sentChange") == [None, 4.0, None]


def test_a_rate_of_too_few_messages_on_either_side_is_too_few_to_tell():
    few, many = {"replied": 10, "delivered": 20}, {"replied": 10, "delivered": 1000}
    none = {"replied": 0, "delivered": 20}
    for now, before in ((few, none), (few, many), (many, few)):
        assert move("reply_rate", dict(now), dict(before)) == "too few to tell"
    assert move("reply_rate", dict(many), dict(many)) == "no change"
    assert move("reply_rate", dict(many), {}) == ""

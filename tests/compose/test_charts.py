"""Charts draw what was there: one day is no line, and bars left out are said."""

import datetime as dt

from outbrief.terms.calendar import Period
from outbrief.terms.document import Chart
from tests.compose.facts import Fact, document_of


def chart(key: str, facts: list[Fact], name: str = "campaign", **changed: object) -> Chart | None:
    return next((one for one in document_of(name, facts, **changed).charts() if one.key == key), None)


def fact(**changed: object) -> Fact:
    usual = {"day": "2026-11-18", "sent": 1000, "delivered": 995, "hard_bounced": 5, "opened": 400, "replied": 20}
    return Fact(**(usual | changed))  # type: ignore[arg-type]


def test_activity_of_one_day_is_a_bar():
    found = chart("sentByDay", [fact(), fact(day="2026-11-10")])
    assert found is not None
    assert (found.form, found.x, [series.values for series in found.series]) == (
        "bar",
        ("18 November 2026",),
        [(1000,)],
    )
    assert found.alt.replace("\u202f", " ") == "Sent per day. Sent, 18 November 2026: 1 000."


def test_rates_of_one_day_are_bars_side_by_side():
    found = chart("ratesByDay", [fact()])
    assert found is not None
    assert (found.form, len(found.x)) == ("bar", 1)
    assert [series.name for series in found.series] == ["Open rate", "Click rate", "Reply rate"]


def test_a_period_of_one_day_stands_beside_the_day_before():
    day = Period(start=dt.date(2026, 11, 18), end=dt.date(2026, 11, 19))
    eve = Period(start=dt.date(2026, 11, 17), end=dt.date(2026, 11, 18))
    found = chart("sentByDay", [fact(), fact(day="2026-11-17", sent=700)], period=day, comparison=eve)
    assert found is not None
    assert [(series.role, series.values) for series in found.series] == [("current", (1000,)), ("previous", (700,))]


def test_activity_of_two_days_is_a_line():
    found = chart("sentByDay", [fact(), fact(day="2026-11-20")])
    assert found is not None
    assert (found.form, len(found.x)) == ("line", 7)


def test_a_rate_of_zero_throughout_is_drawn_and_a_count_of_zero_is_not():
    facts = [fact(hard_bounced=0), fact(day="2026-11-19", hard_bounced=0)]
    assert chart("bounceRateByDay", facts, "deliverability") is not None
    assert chart("bouncesByDay", facts, "deliverability") is None


def test_bars_that_are_left_out_are_said():
    facts = [fact(campaign=f"c-{i}", campaign_name=f"C {i}") for i in range(12)]
    found = chart("replyRateByCampaign", facts)
    assert found is not None
    assert (found.title, len(found.x)) == ("Reply rate of the largest campaigns, 10 of 12", 10)
    few = chart("replyRateByCampaign", facts[:10])
    assert few is not None
    assert few.title == "Reply rate of the largest campaigns"


def test_lines_that_are_left_out_are_said():
    facts = [fact(day=f"2026-11-{16 + i % 3}", sending_domain=f"m{i % 6}.test", sent=900 + i) for i in range(18)]
    found = chart("bounceRateByDomainAndDay", facts, "domain_health")
    assert found is not None
    assert found.title == "Bounce rate by day of sending, the 4 largest of 6 domains"
    assert len(found.series) == 4


def test_the_days_of_many_domains_are_all_read():
    names = [f"m{i:03}.test" for i in range(1500)]
    facts = [fact(day=f"2026-11-{16 + d}", sending_domain=name, sent=100) for d in range(7) for name in names]
    facts += [fact(day="2026-11-22", sending_domain="zz.test", sent=9000), fact(sending_domain="zz.test", sent=9000)]
    found = chart("bounceRateByDomainAndDay", facts, "domain_health")
    assert found is not None
    largest = next(series for series in found.series if series.name == "zz.test")
    assert [value is not None for value in largest.values] == [False, False, True, False, False, False, True]

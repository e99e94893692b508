import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.terms.calendar import (
    DateRange,
    Period,
    bounds,
    comparison_of,
    local_today,
    period_label,
    resolve_period,
)
from outbrief.terms.errors import InvalidInput

ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory", "posixrules"})
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))


def on(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def days(period: Period) -> tuple[str, str]:
    """Give the first and last day of a period."""
    return str(period.start), str(period.end - dt.timedelta(days=1))


# Wednesday 18 November 2026.
@pytest.mark.parametrize(
    ("name", "expected", "before"),
    [
        ("today", ("2026-11-18", "2026-11-18"), ("2026-11-17", "2026-11-17")),
        ("yesterday", ("2026-11-17", "2026-11-17"), ("2026-11-16", "2026-11-16")),
        ("last_7d", ("2026-11-11", "2026-11-17"), ("2026-11-04", "2026-11-10")),
        ("last_30d", ("2026-10-19", "2026-11-17"), ("2026-09-19", "2026-10-18")),
        ("last_90d", ("2026-08-20", "2026-11-17"), ("2026-05-22", "2026-08-19")),
        ("this_week", ("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15")),
        ("last_week", ("2026-11-09", "2026-11-15"), ("2026-11-02", "2026-11-08")),
        ("this_month", ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        ("last_month", ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        ("week_to_date", ("2026-11-16", "2026-11-18"), ("2026-11-09", "2026-11-11")),
        ("month_to_date", ("2026-11-01", "2026-11-18"), ("2026-10-01", "2026-10-18")),
        ("quarter_to_date", ("2026-10-01", "2026-11-18"), ("2026-07-01", "2026-08-18")),
        ("year_to_date", ("2026-01-01", "2026-11-18"), ("2025-01-01", "2025-11-18")),
        ("2026-11-03..2026-11-09", ("2026-11-03", "2026-11-09"), ("2026-10-27", "2026-11-02")),
        ("2025-10-01..2025-10-31", ("2025-10-01", "2025-10-31"), ("2025-09-01", "2025-09-30")),
        ("2025-04-01..2025-06-30", ("2025-04-01", "2025-06-30"), ("2025-01-01", "2025-03-31")),
    ],
)
def test_periods_and_their_comparison(name: str, expected: tuple[str, str], before: tuple[str, str]):
    period = resolve_period(name, at=on("2026-11-18"), timezone="UTC")
    assert days(period) == expected
    assert days(comparison_of(period, name)) == before


def test_every_named_period_is_known():
    for name in DateRange:
        assert resolve_period(name.value, at=on("2026-11-18"), timezone="UTC").days > 0


def test_thirty_days_that_fill_a_month_are_still_compared_with_thirty_days():
    period = resolve_period("last_30d", at=on("2026-05-01"), timezone="UTC")
    assert days(period) == ("2026-04-01", "2026-04-30")
    assert days(comparison_of(period, "last_30d")) == ("2026-03-02", "2026-03-31")


def test_a_month_to_date_longer_than_the_month_before_is_compared_with_all_of_it():
    period = resolve_period("month_to_date", at=on("2026-03-31"), timezone="UTC")
    assert days(comparison_of(period, "month_to_date")) == ("2026-02-01", "2026-02-28")


def test_a_leap_day_to_date_is_compared_with_the_28th_of_the_year_before():
    period = resolve_period("year_to_date", at=on("2028-02-29"), timezone="UTC")
    assert days(comparison_of(period, "year_to_date")) == ("2027-01-01", "2027-02-28")


def test_january_is_compared_with_december():
    period = resolve_period("this_month", at=on("2026-01-10"), timezone="UTC")
    assert days(comparison_of(period, "this_month")) == ("2025-12-01", "2025-12-31")


def test_the_day_is_the_one_of_the_zone():
    at = dt.datetime(2026, 11, 18, 3, tzinfo=dt.UTC)
    assert local_today(at, "America/New_York") == dt.date(2026, 11, 17)
    assert days(resolve_period("yesterday", at=at, timezone="America/New_York")) == ("2026-11-16", "2026-11-16")


def test_given_days_are_both_included():
    given_days = {"from": "2025-10-01", "to": dt.date(2025, 10, 1)}
    period = resolve_period(given_days, at=on("2026-01-01"), timezone="UTC")
    assert (period.days, period.last) == (1, dt.date(2025, 10, 1))
    assert days(comparison_of(period, given_days)) == ("2025-09-30", "2025-09-30")


@pytest.mark.parametrize(
    "wrong",
    [
        "last_fortnight", "", "2025-10-31..2025-10-01", "2025-10-01..", "2025-13-01..2025-13-02",
        "2025-02-29..2025-03-01",
        {"from": "2025-10-31", "to": "2025-10-01"}, {"from": "2025-10-01"}, {}, {"from": "2025-10-01", "to": None},
        {"from": "2025-10-01", "to": "2025-10-02", "zone": "UTC"}, {"from": 20251001, "to": 20251002},
        {"from": "0001-01-01", "to": "2025-01-01"}, {"from": "2025-01-01", "to": "9999-12-31"},
        {"from": "2025-10-01T00:00:00Z", "to": "2025-10-02"}, None, 7, ["last_week"],
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_by_its_field(wrong: object):
    with pytest.raises(InvalidInput) as caught:
        resolve_period(wrong, at=on("2026-01-01"), timezone="UTC")  # type: ignore[arg-type]
    assert caught.value.field == "dateRange"


@settings(max_examples=300)
@given(DAYS, st.sampled_from(list(DateRange)))
def test_a_comparison_ends_before_its_period_starts(today: dt.date, name: DateRange):
    period = resolve_period(name.value, at=on(str(today)), timezone="UTC")
    before = comparison_of(period, name.value)
    assert before.start < before.end <= period.start
    if name.value.startswith(("last_7d", "last_30d", "last_90d", "today", "yesterday", "this_week", "last_week")):
        assert (before.end, before.days) == (period.start, period.days)


def test_bounds_are_midnights_of_the_zone():
    october = Period(start=dt.date(2025, 10, 26), end=dt.date(2025, 10, 27))
    start, end = bounds(october, "Europe/Paris")
    assert (start.isoformat(), end.isoformat()) == ("2025-10-25T22:00:00+00:00", "2025-10-26T23:00:00+00:00")


def test_bounds_start_with_the_first_valid_instant():
    start, _ = bounds(Period(start=dt.date(2018, 11, 4), end=dt.date(2018, 11, 5)), "America/Sao_Paulo")
    assert start.astimezone(zoneinfo.ZoneInfo("America/Sao_Paulo")).isoformat() == "2018-11-04T01:00:00-02:00"


def test_bounds_of_a_date_that_the_zone_skipped_are_empty():
    start, end = bounds(Period(start=dt.date(2011, 12, 30), end=dt.date(2011, 12, 31)), "Pacific/Apia")
    assert start == end


@settings(max_examples=200)
@given(st.sampled_from(ZONES), st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)), st.integers(1, 60))
def test_bounds_hold_exactly_the_days_of_the_period(zone: str, first: dt.date, length: int):
    period = Period(start=first, end=first + dt.timedelta(days=length))
    start, end = bounds(period, zone)
    second = dt.timedelta(seconds=1)
    place = zoneinfo.ZoneInfo(zone)
    assert start.astimezone(place).date() == period.start
    assert (start - second).astimezone(place).date() == period.start - dt.timedelta(days=1)
    assert (end - second).astimezone(place).date() == period.last
    assert end.astimezone(place).date() == period.end


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2026-11-16", "2026-11-22", "16 – 22 November 2026"),
        ("2026-10-01", "2026-10-31", "1 – 31 October 2026"),
        ("2026-09-28", "2026-10-04", "28 September – 4 October 2026"),
        ("2025-12-29", "2026-01-04", "29 December 2025 – 4 January 2026"),
        ("2026-11-16", "2026-11-16", "16 November 2026"),
        ("2025-11-16", "2026-11-16", "16 November 2025 – 16 November 2026"),
    ],
)
def test_labels_say_the_days_for_people(first: str, last: str, label: str):
    period = Period(start=dt.date.fromisoformat(first), end=dt.date.fromisoformat(last) + dt.timedelta(days=1))
    assert period_label(period) == label

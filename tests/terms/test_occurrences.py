import calendar
import csv
import datetime as dt
import functools
import zoneinfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outbrief.terms.calendar import (
    Frequency,
    Recurrence,
    check_recurrence,
    check_timezone,
    next_occurrence,
    occurrences,
)
from outbrief.terms.errors import InvalidInput
from tests.shared import shared

ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory", "posixrules"})


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


def recurrence(frequency: str, time: str, timezone: str, week: int | None = None, month: int | None = None):
    return check_recurrence(
        frequency=frequency, time=time, timezone=timezone, day_of_week=week, day_of_month=month
    )  # fmt: skip


def local(rule: Recurrence, after: dt.datetime, number: int) -> list[str]:
    zone = zoneinfo.ZoneInfo(rule.timezone)
    found = []
    for _ in range(number):
        after = next_occurrence(rule, after)
        found.append(after.astimezone(zone).isoformat())
    return found


# --- the oracle: the minutes of the zone's own clock, read forwards one by one ------------------------------------


@functools.lru_cache(maxsize=64)
def offsets(zone_name: str, year: int) -> tuple[tuple[int, int], ...]:
    """Give the (instant, offset) changes of a zone in a year and a few days round it, to the minute, in seconds."""
    zone = zoneinfo.ZoneInfo(zone_name)
    start, end = int(utc(year - 1, 12, 25).timestamp()), int(utc(year + 1, 1, 8).timestamp())

    def offset(second: int) -> int:
        return int(dt.datetime.fromtimestamp(second, zone).utcoffset().total_seconds())

    changes = [(start, offset(start))]
    for quarter in range(start, end, 900):
        if offset(quarter + 900) != changes[-1][1]:
            second = next(s for s in range(quarter, quarter + 901) if offset(s) != changes[-1][1])
            changes.append((second, offset(second)))
    return tuple(changes)


def by_walking(zone_name: str, year: int, time: dt.time) -> dict[dt.date, dt.datetime]:
    """Give the one occurrence of each local date of the year by following the wall clock through its changes."""
    found: dict[dt.date, dt.datetime] = {}
    changes = offsets(zone_name, year)
    epoch = dt.datetime(1970, 1, 1)
    seconds = int(dt.timedelta(hours=time.hour, minutes=time.minute).total_seconds())
    exists: set[dt.date] = set()
    for index, (start, offset) in enumerate(changes):
        end = changes[index + 1][0] if index + 1 < len(changes) else start + 400 * 86400
        first, last = start + offset, end + offset  # the wall shows [first, last) during this stretch
        for number in range(first // 86400, (last - 1) // 86400 + 1):
            day = (epoch + dt.timedelta(days=number)).date()
            exists.add(day)
            wall = number * 86400 + seconds
            if first <= wall < last:
                found.setdefault(day, dt.datetime.fromtimestamp(wall - offset, dt.UTC))
        if index + 1 < len(changes):
            jump_from, jump_to = last, end + changes[index + 1][1]
            for number in range(jump_from // 86400, jump_to // 86400 + 1):
                wall = number * 86400 + seconds
                if jump_from <= wall < jump_to:
                    found.setdefault((epoch + dt.timedelta(days=number)).date(), dt.datetime.fromtimestamp(end, dt.UTC))
    return {day: instant for day, instant in found.items() if day in exists and day.year == year}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ZONES), st.integers(2020, 2040), st.integers(0, 1439))
def test_a_daily_schedule_runs_exactly_once_on_every_local_date_in_every_zone(zone: str, year: int, minute: int):
    time = dt.time(minute // 60, minute % 60)
    rule = Recurrence(frequency=Frequency.DAILY, time=time, timezone=zone)
    expected = sorted(by_walking(zone, year, time).values())
    got = list(occurrences(rule, expected[0] - dt.timedelta(seconds=1), expected[-1]))
    assert got == expected


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.integers(2020, 2040), st.integers(0, 1439), st.integers(0, 6))
def test_a_weekly_schedule_runs_on_its_weekday_alone(zone: str, year: int, minute: int, week: int):
    time = dt.time(minute // 60, minute % 60)
    rule = Recurrence(frequency=Frequency.WEEKLY, time=time, timezone=zone, day_of_week=week)
    every = sorted(by_walking(zone, year, time).items())
    expected = [instant for day, instant in every if day.isoweekday() % 7 == week]
    assert list(occurrences(rule, every[0][1] - dt.timedelta(seconds=1), every[-1][1])) == expected


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.integers(2020, 2040), st.integers(0, 1439), st.integers(1, 31))
def test_a_monthly_schedule_runs_twelve_times_a_year(zone: str, year: int, minute: int, month: int):
    time = dt.time(minute // 60, minute % 60)
    rule = Recurrence(frequency=Frequency.MONTHLY, time=time, timezone=zone, day_of_month=month)
    every = by_walking(zone, year, time)
    days = [dt.date(year, m, min(month, calendar.monthrange(year, m)[1])) for m in range(1, 13)]
    expected = [every[day] for day in days]
    assert list(occurrences(rule, expected[0] - dt.timedelta(seconds=1), expected[-1])) == expected


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 12, 31), timezones=st.just(dt.UTC)),
    st.times(),
)
def test_the_next_occurrence_is_later_and_nothing_lies_between(zone: str, after: dt.datetime, time: dt.time):
    rule = Recurrence(frequency=Frequency.DAILY, time=time.replace(fold=0), timezone=zone)
    following = next_occurrence(rule, after)
    assert following > after
    assert following - after <= dt.timedelta(hours=50)
    assume(following - after > dt.timedelta(seconds=2))
    assert next_occurrence(rule, following - dt.timedelta(seconds=1)) == following
    assert following.tzinfo is dt.UTC


# --- cases worked out by others ------------------------------------------------------------------------------------


def fixed_times() -> list[dict[str, str]]:
    """Give the cron cases with one minute and one hour."""
    with shared("data", "dst", "cronsim_dst_cases.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(part.isdigit() for part in row["expr"].split()[:2])]


def test_cron_cases_with_a_fixed_time_give_the_same_runs():
    cases = fixed_times()
    assert len(cases) >= 8
    for case in cases:
        minute, hour, month_day, month, week_day = case["expr"].split()
        assert month == "*", "a yearly case is none of ours"
        frequency = "weekly" if week_day != "*" else "monthly" if month_day != "*" else "daily"
        rule = recurrence(
            frequency,
            f"{int(hour):02}:{int(minute):02}",
            case["tz"],
            int(week_day) % 7 if week_day != "*" else None,
            int(month_day) if month_day != "*" else None,
        )
        start = dt.datetime.fromisoformat(case["start_local"]).replace(tzinfo=zoneinfo.ZoneInfo(case["tz"]))
        expected = case["expected_next_runs"].split()
        # Cron runs a job of the lost hour at once when it ends: that is also our rule.
        assert local(rule, start, len(expected)) == expected, case["test"]


def test_a_time_in_the_spring_gap_moves_to_the_end_of_the_gap():
    rule = recurrence("daily", "02:30", "America/New_York")
    assert local(rule, utc(2026, 3, 7, 12), 2) == ["2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"]


def test_a_time_in_the_autumn_overlap_runs_once_at_the_first_of_the_two():
    rule = recurrence("daily", "01:30", "America/New_York")
    assert local(rule, utc(2026, 10, 31, 12), 2) == ["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"]


def test_a_change_of_half_an_hour_is_handled():
    rule = recurrence("daily", "02:10", "Australia/Lord_Howe")
    assert local(rule, utc(2026, 10, 2, 20), 2) == ["2026-10-04T02:30:00+11:00", "2026-10-05T02:10:00+11:00"]
    rule = recurrence("daily", "01:45", "Australia/Lord_Howe")
    assert local(rule, utc(2026, 4, 3, 20), 2) == ["2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"]


def test_a_midnight_that_does_not_exist_runs_at_the_first_instant_of_the_day():
    rule = recurrence("daily", "00:00", "America/Sao_Paulo")
    assert local(rule, utc(2018, 11, 3, 12), 2) == ["2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"]


def test_a_day_that_ends_twice_runs_once_before_midnight():
    rule = recurrence("daily", "23:30", "America/Sao_Paulo")
    assert local(rule, utc(2018, 2, 17, 12), 2) == ["2018-02-17T23:30:00-02:00", "2018-02-18T23:30:00-03:00"]


def test_a_gap_that_ends_the_day_carries_the_run_to_midnight_and_keeps_the_next_one():
    rule = recurrence("daily", "23:30", "America/Nuuk")
    assert local(rule, utc(2024, 3, 30, 20), 2) == ["2024-03-31T00:00:00-01:00", "2024-03-31T23:30:00-01:00"]
    weekly = recurrence("weekly", "23:30", "America/Nuuk", week=6)
    assert local(weekly, utc(2024, 3, 31, 0, 30), 1) == ["2024-03-31T00:00:00-01:00"]


def test_a_date_that_the_zone_skipped_has_no_run():
    rule = recurrence("daily", "09:00", "Pacific/Apia")
    assert local(rule, utc(2011, 12, 29, 0), 3) == [
        "2011-12-29T09:00:00-10:00",
        "2011-12-31T09:00:00+14:00",
        "2012-01-01T09:00:00+14:00",
    ]
    friday = recurrence("weekly", "09:00", "Pacific/Apia", week=5)
    assert local(friday, utc(2011, 12, 25), 1) == ["2012-01-06T09:00:00+14:00"]


def test_a_date_that_the_zone_had_twice_has_one_run():
    rule = recurrence("daily", "09:00", "Pacific/Kwajalein")
    found = local(rule, utc(1969, 9, 28, 12), 3)
    assert [text[:10] for text in found] == ["1969-09-29", "1969-09-30", "1969-10-01"]


def test_day_31_means_the_last_day_of_shorter_months_and_leap_years():
    rule = recurrence("monthly", "08:00", "UTC", month=31)
    days = [text[:10] for text in local(rule, utc(2027, 12, 31, 9), 4)]
    assert days == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]
    thirtieth = recurrence("monthly", "08:00", "UTC", month=30)
    assert [text[:10] for text in local(thirtieth, utc(2027, 1, 31), 2)] == ["2027-02-28", "2027-03-30"]


def test_the_instant_itself_is_not_after_itself():
    rule = recurrence("daily", "08:00", "UTC")
    assert next_occurrence(rule, utc(2026, 5, 1, 8)) == utc(2026, 5, 2, 8)
    assert next_occurrence(rule, utc(2026, 5, 1, 7, 59, 59)) == utc(2026, 5, 1, 8)


def test_occurrences_exclude_the_start_and_include_the_end():
    rule = recurrence("weekly", "08:00", "UTC", week=1)
    assert list(occurrences(rule, utc(2026, 5, 4, 8), utc(2026, 5, 18, 8))) == [
        utc(2026, 5, 11, 8),
        utc(2026, 5, 18, 8),
    ]


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["", "Europe/Pari", "localtime", "../../etc/passwd", "/etc/localtime", "Europe", "europe/paris", "UTC\x00"],
)  # fmt: skip
def test_a_name_that_is_no_zone_is_refused_by_its_field(name: str):
    with pytest.raises(InvalidInput) as caught:
        check_timezone(name, field="zone")
    assert caught.value.field == "zone"


def test_a_misspelt_zone_gets_a_suggestion():
    with pytest.raises(InvalidInput, match="Europe/Paris"):
        check_timezone("Europe/Pari")


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("frequency", {"frequency": "hourly"}),
        ("time", {"time": "25:00"}),
        ("time", {"time": "9"}),
        ("time", {"time": "09:00+02:00"}),
        ("time", {"time": dt.time(9, tzinfo=dt.UTC)}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("dayOfWeek", {"frequency": "weekly"}),
        ("dayOfWeek", {"frequency": "weekly", "day_of_week": 7}),
        ("dayOfWeek", {"frequency": "weekly", "day_of_week": True}),
        ("dayOfMonth", {"frequency": "monthly"}),
        ("dayOfMonth", {"frequency": "monthly", "day_of_month": 32}),
        ("dayOfMonth", {"frequency": "monthly", "day_of_month": 0}),
        ("dayOfMonth", {"frequency": "daily", "day_of_month": 32}),
    ],
)
def test_a_wrong_part_of_a_schedule_is_refused_by_its_field(field: str, changed: dict):
    asked = {"frequency": "daily", "time": "09:00", "timezone": "UTC", "day_of_week": None, "day_of_month": None}
    with pytest.raises(InvalidInput) as caught:
        check_recurrence(**(asked | changed))
    assert caught.value.field == field


def test_a_day_that_the_frequency_does_not_use_is_dropped():
    rule = recurrence("monthly", "9:05:30", "UTC", week=3, month=4)
    assert (rule.time, rule.day_of_week, rule.day_of_month) == (dt.time(9, 5, 30), None, 4)

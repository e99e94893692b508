"""The next dates of a schedule, on days on which clocks change too."""

import datetime as dt

import pytest

from outbrief.terms.calendar import Frequency, Recurrence
from outbrief.web import words
from outbrief.web.schedules.dates import next_dates


def daily(time: str, timezone: str) -> Recurrence:
    return Recurrence(frequency=Frequency.DAILY, time=dt.time.fromisoformat(time), timezone=timezone)


def test_there_are_five_dates_on_the_clock_of_the_schedule():
    monthly = Recurrence(frequency=Frequency.MONTHLY, time=dt.time(8), timezone="America/New_York", day_of_month=31)
    shown = next_dates(monthly, now=dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)).occurrences
    assert [date.at.replace("\u00a0", " ") for date in shown] == [
        "Mon 30 Nov 08:00",
        "Thu 31 Dec 08:00",
        "Sun 31 Jan 2027 08:00",
        "Sun 28 Feb 2027 08:00",
        "Wed 31 Mar 2027 08:00",
    ]
    assert not any(date.change for date in shown)


SKIPPED = "{} does not exist on {}: clocks go forward, and it runs at {}."
TWICE = "{} comes twice on {}: clocks go back, and it runs the first time."


@pytest.mark.parametrize(
    ("time", "timezone", "day", "said"),
    [
        ("02:30", "Europe/Paris", "2026-03-28", SKIPPED.format("02:30", "29 Mar", "03:00")),
        ("02:30", "Europe/Paris", "2026-10-24", TWICE.format("02:30", "25 Oct")),
        ("02:30", "America/New_York", "2026-03-07", SKIPPED.format("02:30", "8 Mar", "03:00")),
        ("03:00", "Europe/Paris", "2026-03-28", ""),
        ("01:59", "Europe/Paris", "2026-10-24", ""),
        ("00:30", "Africa/Cairo", "2026-04-23", SKIPPED.format("00:30", "24 Apr", "01:00")),
    ],
)
def test_a_change_of_the_clock_is_said_at_its_date(time: str, timezone: str, day: str, said: str):
    shown = next_dates(daily(time, timezone), now=dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")).occurrences
    assert [date.change for date in shown] == [said, "", "", "", ""]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "now"),
        (5, "in 5 min"),
        (-125, "2 h 5 min ago"),
        (-120, "2 h ago"),
        (6 * 1440 + 21 * 60 + 3, "in 6 d 21 h"),
        (40 * 1440 + 60, "in 40 d"),
    ],
)
def test_how_far_away_is_said_in_two_units_that_never_part(minutes: int, said: str):
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    assert words.away(now + dt.timedelta(minutes=minutes), now=now) == said.replace(" ", "\u00a0")

"""Times, numbers and states in words."""

import datetime as dt

import pytest

from outbrief.terms.calendar import Frequency, Recurrence
from outbrief.web import words

NOW = dt.datetime(2025, 11, 27, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("frequency", "day", "said"),
    [
        ("daily", None, "Daily 06:30"),
        ("weekly", 0, "Sundays 06:30"),
        ("weekly", 6, "Saturdays 06:30"),
        ("monthly", 1, "1st of the month 06:30"),
        ("monthly", 12, "12th of the month 06:30"),
        ("monthly", 23, "23rd of the month 06:30"),
        ("monthly", 30, "30th or last of the month 06:30"),
        ("monthly", 31, "Last day of the month 06:30"),
    ],
)
def test_a_recurrence_in_words(frequency: str, day: int | None, said: str):
    recurrence = Recurrence(
        frequency=Frequency(frequency), time=dt.time(6, 30), timezone="UTC", day_of_week=day, day_of_month=day
    )
    assert words.when(recurrence) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [("America/New_York", "New York"), ("America/Indiana/Indianapolis", "Indianapolis"), ("UTC", "UTC")],
)
def test_a_zone_in_words(name: str, said: str):
    assert words.zone(name) == said


def test_a_moment_is_on_the_wall_clock_of_the_zone_and_names_another_year():
    spoken = words.moment(dt.datetime(2025, 11, 30, 23, 30, tzinfo=dt.UTC), "Europe/Paris", now=NOW)
    assert spoken.replace("\u00a0", " ") == "Mon 1 Dec 00:30"
    later = words.moment(dt.datetime(2026, 1, 5, 14, tzinfo=dt.UTC), "America/New_York", now=NOW)
    assert later.replace("\u00a0", " ") == "Mon 5 Jan 2026 09:00"
    assert words.moment(None, "UTC", now=NOW) == ""


def test_how_far_off_an_instant_is_stays_on_one_line():
    def ahead(**off: int) -> str:
        return words.ahead(NOW + dt.timedelta(**off), now=NOW).replace("\N{NO-BREAK SPACE}", " ")

    assert ahead(days=6, hours=21, minutes=40) == "in 6 d 21 h"
    assert ahead(days=2) == "in 2 d"
    assert ahead(hours=14, minutes=5) == "in 14 h 5 min"
    assert ahead(seconds=61) == "in 1 min"
    assert ahead(seconds=-5) == ahead(seconds=5) == "now"
    assert " " not in words.ahead(NOW + dt.timedelta(days=1, hours=1), now=NOW)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 bytes"),
        (998, "998 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (99_951, "100 kB"),
        (999_999, "1.0 MB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_a_size_in_words(amount: int, said: str):
    assert words.size(amount).replace("\u00a0", " ") == said


def test_numbers_are_grouped_thinly():
    assert words.counted(1, "row", "rows") == "1 row"
    assert words.counted(1_234_567, "row", "rows") == "1\u202f234\u202f567 rows"


def test_a_state_that_nobody_named_a_tone_for_is_quiet():
    assert words.state("skipped") == words.State(word="Skipped", tone="quiet")
    assert words.state("failed").tone == "bad"

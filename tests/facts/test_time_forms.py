"""How the times of a column are written is found from the values."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.facts.instants import read_instants, understands
from outbrief.facts.time_forms import TimeForm, form_words, is_ambiguous, time_forms


def forms(*values: str, timezone: str = "Europe/Paris") -> tuple[TimeForm, ...]:
    return time_forms(pl.Series(values), timezone=timezone)


@pytest.mark.parametrize(
    ("value", "form", "reads"),
    [
        ("2026-04-03T09:05:00Z", "iso", "2026-04-03 11:05:00"),
        ("2026-04-03", "iso", "2026-04-03 00:00:00"),
        ("13/04/2026 09:05", "%d/%m/%Y %H:%M", "2026-04-13 09:05:00"),
        ("04/13/2026 9:05 PM", "%m/%d/%Y %I:%M %p", "2026-04-13 21:05:00"),
        ("Apr 03, 2026 09:05 am", "%B %d, %Y %I:%M %p", "2026-04-03 09:05:00"),
        ("13.04.26", "%d.%m.%y", "2026-04-13 00:00:00"),
        ("2026-04-03 09:05 PM", "%Y-%m-%d %I:%M %p", "2026-04-03 21:05:00"),
        ("20260403", "%Y%m%d", "2026-04-03 00:00:00"),
        ("1775200000", "epoch", "2026-04-03 09:06:40"),
        ("1775200000000", "epoch_ms", "2026-04-03 09:06:40"),
        ("Fri, 03 Apr 2026 09:05:00 +0200", "%a, %d %B %Y %H:%M:%S %z", "2026-04-03 09:05:00"),
    ],
)
def test_a_time_that_can_be_read_in_one_way_is_read_so(value: str, form: str, reads: str):
    found = forms(value)
    assert (found[0].form, str(found[0].reads)) == (form, reads)
    assert not is_ambiguous(found)


@pytest.mark.parametrize("value", ["hello", "1.2.3.4", "43.67", "7", "in may 5", "+33 6 12 34 56 78", "a" * 500, ""])
def test_what_is_no_time_is_taken_for_none(value: str):
    assert forms(value) == ()


def test_day_and_month_that_could_be_either_follow_the_zone_and_are_said_to_be_unclear():
    paris, york = forms("03/04/2026", "05/06/2026"), forms("03/04/2026", "05/06/2026", timezone="America/New_York")
    assert [one.form for one in paris] == ["%d/%m/%Y", "%m/%d/%Y"]
    assert [one.form for one in york] == ["%m/%d/%Y", "%d/%m/%Y"]
    assert is_ambiguous(paris)


def test_one_value_that_tells_decides_for_the_column():
    found = forms("03/04/2026", "05/16/2026", "05/17/2026", "05/18/2026", "05/19/2026")
    assert found[0].form == "%m/%d/%Y"
    assert not is_ambiguous(found)


def test_the_value_that_is_shown_is_one_that_tells():
    assert forms("04/04/2026", "05/04/2026")[0].value == "05/04/2026"


def test_words_say_a_format():
    assert form_words("%d/%m/%Y %I:%M %p") == "day/month/year hour:minute am/pm"


MOMENTS = st.datetimes(min_value=dt.datetime(1990, 1, 1), max_value=dt.datetime(2068, 1, 1))
FORMS = st.sampled_from(["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y", "%B %d, %Y %I:%M %p", "%d-%b-%y"])


@given(st.lists(MOMENTS, min_size=1, max_size=5), FORMS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_found_reads_the_first_value_as_the_import_will(times: list[dt.datetime], form: str):
    values = [f"{at:{form}}" for at in times]
    for found in forms(*values):
        assert found.form in ("iso", "epoch", "epoch_ms") or understands(found.form)
        assert read_instants(pl.Series([found.value]), form=found.form, timezone="Europe/Paris")[0] is not None

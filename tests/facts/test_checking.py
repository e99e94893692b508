"""What a cell may hold, and the reason when it may not."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbrief.facts import FactKind
from outbrief.facts.instants import read_days, read_instants
from outbrief.terms.calendar import check_timezone, instant_of
from tests.facts.loading import load_rows, row
from tests.people import People

NO_TIME = "is not a time such as 2025-10-31T09:00:00Z between 1970 and 2199"
GOOD = {"external_id": "m", "campaign": "c", "sent_at": "2026-01-05T10:00:00Z"}


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"external_id": " "}, "external_id", "is missing"),
        ({"external_id": "x" * 501}, "external_id", "is longer than 500 characters"),
        ({"campaign": ""}, "campaign", "is missing, and the message is not known yet"),
        ({"sent_at": None}, "sent_at", "is missing, and its campaign has no launched_at"),
        ({"sent_at": "31/12/2025"}, "sent_at", NO_TIME),
        ({"sent_at": "2026-02-30"}, "sent_at", NO_TIME),
        ({"sent_at": "1969-12-31T23:59:59Z"}, "sent_at", NO_TIME),
        ({"open_count": -1}, "open_count", "is negative"),
        ({"open_count": "many"}, "open_count", "is not a whole number"),
        ({"open_count": 1.5}, "open_count", "is not a whole number"),
        ({"click_count": 2**31}, "click_count", "is larger than 2,147,483,647"),
        ({"bounce_type": "blocked"}, "bounce_type", "is not one of hard, soft"),
        ({"lead_email": "nobody"}, "lead_email", "is not an e-mail address"),
        ({"mailbox": "a\x00b"}, "mailbox", "holds a NUL character, which no database keeps"),
        ({"sending_domain": "https://x.example"}, "sending_domain", "is not a domain"),
        ({"workspace": "w" * 256}, "workspace", "is longer than 255 characters"),
    ],
)  # fmt: skip
def test_a_message_with_a_bad_cell_is_refused_with_the_reason(
    people: People, cells: dict[str, object], field: str, reason: str
):
    result = load_rows(people.alice, FactKind.MESSAGES, {**GOOD, "external_id": "ok"}, {**GOOD, **cells})
    assert [(r.line, r.field, r.reason) for r in result.refusals] == [(2, field, reason)]
    assert result.created == 1


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"lead_score": "high"}, "lead_score", "is not a number"),
        ({"lead_score": "nan"}, "lead_score", "is not a number"),
        ({"custom_fields": "[1]"}, "custom_fields", "is not a JSON object"),
        ({"custom_fields": "{"}, "custom_fields", "is not a JSON object"),
        ({"custom_fields": {"a": "\x00"}}, "custom_fields", "is not a JSON object"),
        ({"custom_fields": {"a": float("nan")}}, "custom_fields", "is not a JSON object"),
        ({"custom_fields": {"a": "\ud800"}}, "custom_fields", "is not a JSON object"),
        ({"custom_fields": "[" * 100_000}, "custom_fields", "is not a JSON object"),
        ({"tags": [1, 2]}, "tags", "is not a list of tags"),
    ],
)  # fmt: skip
def test_a_lead_with_a_bad_cell_is_refused_with_the_reason(
    people: People, cells: dict[str, object], field: str, reason: str
):
    result = load_rows(people.alice, FactKind.LEADS, {"external_id": "ok"}, {"external_id": "x", **cells})
    assert [(r.line, r.field, r.reason) for r in result.refusals] == [(2, field, reason)]
    assert result.created == 1


def test_an_event_before_the_sending_is_taken_for_clocks_disagree(people: People):
    load_rows(people.alice, FactKind.MESSAGES, {**GOOD, "opened_at": "2026-01-05T09:59:58Z"})
    assert row(people.alice, "SELECT opened, open_seconds, timed_opens FROM daily_activity") == (1, 0.0, 1)


def test_the_value_shown_is_short_and_can_be_shown(people: People):
    result = load_rows(people.alice, FactKind.LEADS, {"external_id": "a\x00" + "b" * 5_000})
    assert result.refusals[0].value == "a␀" + "b" * 98 + "…"


def instants(*texts: str | None, form: str = "iso", timezone: str = "Europe/Paris") -> list[str | None]:
    read = read_instants(pl.Series(texts, dtype=pl.String), form=form, timezone=timezone)
    return [None if moment is None else moment.isoformat() for moment in read]


def test_iso_times_are_read_in_every_usual_spelling():
    spellings = (
        "2026-01-05T10:00:00Z", "2026-01-05T10:00:00.000Z", "2026-01-05 11:00:00", "2026-01-05T11:00",
        "2026-01-05 10:00Z", "2026-01-05T12:00:00+02:00", "2026-01-05 12:00:00+0200", "2026-01-05 04:30:00 -05:30",
        " 2026-01-05T10:00:00UTC ", "2026-01-05T12:00:00+02",
    )  # fmt: skip
    assert set(instants(*spellings)) == {"2026-01-05T10:00:00+00:00"}
    assert instants("2026-01-05", "2026-01-05T10:00:00.123456Z", "", None, "2026-13-01", "x", "10:00", "20260105") == [
        "2026-01-04T23:00:00+00:00", "2026-01-05T10:00:00.123456+00:00", None, None, None, None, None, None,
    ]  # fmt: skip


def test_wall_clock_times_follow_the_rules_of_the_calendar_in_gaps_and_overlaps():
    texts = ["2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-10-25T02:30"]
    zone = check_timezone("Europe/Paris")
    assert instants(*texts) == [
        instant_of(dt.date.fromisoformat(text[:10]), dt.time(2, 30), zone).isoformat() for text in texts
    ]


def test_epochs_are_seconds_or_milliseconds_and_a_mix_up_is_noticed():
    assert instants("1767607200", "1767607200.5", "-5", "1767607200000", "x", form="epoch") == [
        "2026-01-05T10:00:00+00:00", "2026-01-05T10:00:00.500000+00:00", None, None, None,
    ]  # fmt: skip
    assert instants("1767607200000", "99999999999999999999", form="epoch_ms") == ["2026-01-05T10:00:00+00:00", None]


def test_formats_of_ones_own_are_read():
    assert instants("Jan 05, 2026 11:00 AM", "Jan 5, 2026 11:00 am", "5 Jan", form="%b %d, %Y %I:%M %p") == [
        "2026-01-05T10:00:00+00:00", "2026-01-05T10:00:00+00:00", None,
    ]  # fmt: skip
    assert instants("05.01.2026", form="%d.%m.%Y") == ["2026-01-04T23:00:00+00:00"]
    assert instants("05/01/2026 10:00 -0100", form="%d/%m/%Y %H:%M %z") == ["2026-01-05T11:00:00+00:00"]


def days(*texts: str, form: str = "iso") -> list[str | None]:
    read = read_days(pl.Series(texts), form=form, timezone="UTC", days_of="Asia/Tokyo")
    return [None if day is None else day.isoformat() for day in read]


def test_a_date_stands_for_itself_and_an_instant_for_its_day_in_the_tenants_zone():
    assert days("2026-01-05", "2026-01-05T20:00:00Z", "5 Jan") == ["2026-01-05", "2026-01-06", None]
    assert days("Jan 05, 2026 08:00 PM", form="%b %d, %Y %I:%M %p") == ["2026-01-05"]
    assert days("1767643200", form="epoch") == ["2026-01-06"]


@given(
    st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2099, 12, 30)),
    st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_any_wall_clock_time_is_the_instant_that_the_calendar_gives(wall: dt.datetime, name: str):
    expected = instant_of(wall.date(), wall.time(), check_timezone(name))
    assert instants(wall.isoformat(sep=" "), timezone=name) == [expected.isoformat()]

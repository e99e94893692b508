"""The next dates of a schedule in its own zone, and what changes of the clock do to them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from outbrief.terms.calendar import Recurrence, occurrences
from outbrief.web import words

_SHOWN = 5
# Five months hold the next five dates of every schedule there can be; the sixth is for those of today.
_AHEAD = dt.timedelta(days=190)


@dataclass(frozen=True, kw_only=True)
class NextDate:
    """One date: `at` on the schedule's clock, and what a change of that clock does to it, if it does."""

    at: str
    iso: str
    away: str
    change: str


@dataclass(frozen=True, kw_only=True)
class NextDates:
    """The next dates, or why there are none."""

    occurrences: Sequence[NextDate] = ()
    problem: str = ""


def next_dates(recurrence: Recurrence, *, now: dt.datetime) -> NextDates:
    """Say the next five dates of a schedule."""
    coming = islice(occurrences(recurrence, now, now + _AHEAD), _SHOWN)
    return NextDates(
        occurrences=[
            NextDate(
                at=words.moment(instant, recurrence.timezone, now=now),
                iso=instant.isoformat(),
                away=words.away(instant, now=now),
                change=_change(recurrence, instant),
            )
            for instant in coming
        ]
    )


def _change(recurrence: Recurrence, instant: dt.datetime) -> str:
    """Say that the wall clock skips the time of a schedule on this day, or shows it twice; empty when it does not."""
    zone = ZoneInfo(recurrence.timezone)
    local = instant.astimezone(zone)
    asked = recurrence.time
    if local.time() != asked:
        # A gap before midnight carries the run into the next day.
        day = local.date() if local.time() > asked else local.date() - dt.timedelta(days=1)
        return f"{asked:%H:%M} does not exist on {_day(day)}: clocks go forward, and it runs at {local:%H:%M}."
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return f"{asked:%H:%M} comes twice on {_day(local.date())}: clocks go back, and it runs the first time."
    return ""


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"

"""The period that the overview shows: chosen by name or by two days, and named in the address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from outbrief.terms.calendar import DateRange, Period, period_label, resolve_period
from outbrief.terms.errors import InvalidInput
from outbrief.web import words

USUAL = DateRange.LAST_30D
_CHOICES = {
    "Full days": (DateRange.YESTERDAY, DateRange.LAST_7D, DateRange.LAST_30D, DateRange.LAST_90D),
    "Up to today": (DateRange.WEEK_TO_DATE, DateRange.MONTH_TO_DATE, DateRange.QUARTER_TO_DATE),
    "Whole": (DateRange.LAST_WEEK, DateRange.LAST_MONTH),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A period on offer."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the address asks for: `asked` is a period that there is, and the `problem`, if any, why it is the usual one.

    `first` and `last` are the days as they were typed; `typed` tells that they were.
    """

    asked: str
    first: str = ""
    last: str = ""
    typed: bool = False
    problem: str = ""


def chosen(query: Mapping[str, str], *, now: dt.datetime, timezone: str) -> Chosen:
    """Read the period from the address: `date_range`, or `from` and `to`, both days included."""
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    typed = bool(first or last)
    asked = f"{first}..{last}" if typed else query.get("date_range", "") or USUAL.value
    if typed and not (first and last):
        return Chosen(asked=USUAL.value, first=first, last=last, typed=True, problem="Give both days.")
    try:
        resolve_period(asked, at=now, timezone=timezone)
    except InvalidInput as error:
        return Chosen(asked=USUAL.value, first=first, last=last, typed=typed, problem=error.said)
    return Chosen(asked=asked, first=first, last=last, typed=typed)


def choices(asked: str, period: Period) -> list[tuple[str, list[Choice]]]:
    """Give the periods on offer in their groups, with the one asked for even when it is none of them."""
    offered = [
        (group, [_choice(value, label, asked) for value, label in words.choices(values)])
        for group, values in _CHOICES.items()
    ]
    if not any(choice.is_chosen for _, group in offered for choice in group):
        named = words.name(asked).capitalize() if asked in list(DateRange) else period_label(period)
        offered.insert(0, ("Chosen", [_choice(asked, named, asked)]))
    return offered


def _choice(value: str, label: str, asked: str) -> Choice:
    return Choice(value=value, label=label, is_chosen=value == asked)

"""What each measure is called and made of, and how answers become rows."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeGuard

import pyarrow as pa

from outbrief.compose import chance
from outbrief.terms.question import AVERAGES, COUNTS, LIMITS, SHOWN_RATE_PARTS, camel
from outbrief.terms.table import Cell, Column, Kind

Row = dict[str, Cell]

# What is asked of the facts: sums and averages. Rates are then made from the sums, also those of the parts of bounces.
ASKED = COUNTS + AVERAGES

LABELS: dict[str, str] = {
    "sent": "Sent",
    "delivered": "Delivered",
    "bounced": "Bounced",
    "hard_bounced": "Hard bounces",
    "soft_bounced": "Soft bounces",
    "opened": "Opened",
    "clicked": "Clicked",
    "replied": "Replied",
    "complained": "Complaints",
    "unsubscribed": "Unsubscribed",
    "opens": "All opens",
    "clicks": "All clicks",
    "delivery_rate": "Delivery rate",
    "bounce_rate": "Bounce rate",
    "hard_bounce_rate": "Hard bounce rate",
    "soft_bounce_rate": "Soft bounce rate",
    "open_rate": "Open rate",
    "click_rate": "Click rate",
    "reply_rate": "Reply rate",
    "unsubscribe_rate": "Unsubscribe rate",
    "complaint_rate": "Complaint rate",
    "click_to_open_rate": "Click to open rate",
    "avg_time_to_open": "Minutes to open",
    "avg_time_to_click": "Minutes to click",
    "emails_sent_per_day": "Sent per day",
}


def kind_of(measure: str) -> Kind:
    """Give the kind of a measure's values."""
    if measure in COUNTS:
        return Kind.INTEGER
    if measure in SHOWN_RATE_PARTS:
        return Kind.RATE
    return Kind.NUMBER if measure == "emails_sent_per_day" else Kind.MINUTES


def measure_columns(measures: Sequence[str]) -> dict[str, Column]:
    """Give a table column for each measure, by the measure's name."""
    return {name: Column(key=camel(name), label=LABELS[name], kind=kind_of(name)) for name in measures}


def rows_of(answer: pa.Table, limit: int | None = None) -> list[Row]:
    """Give the rows of an answer, or its first `limit` rows, by column name."""
    table = answer if limit is None else answer.slice(0, limit)
    return list(table.to_pylist())


def picked(answer: pa.Table, places: Sequence[int]) -> list[Row]:
    """Give the rows at these places of an answer, in this order."""
    # Table.take would load pyarrow.compute, which takes a new process two seconds.
    columns = {name: answer[name].to_pylist() for name in answer.column_names}
    return [{name: values[place] for name, values in columns.items()} for place in places]


def only_row(answer: pa.Table) -> Row:
    """Give the one row of an answer without dimensions; an empty one when there were no facts at all."""
    rows = rows_of(answer)
    return rows[0] if rows else {}


def count(row: Mapping[str, Cell], name: str) -> int:
    """Give a count; a missing one is 0."""
    value = row.get(name)
    return int(value) if _is_number(value) else 0


def ratio(row: Mapping[str, Cell], rate: str) -> float | None:
    """Give a rate as a fraction of the row's own sums; None for 0/0."""
    numerator, denominator = SHOWN_RATE_PARTS[rate]
    below = count(row, denominator)
    return count(row, numerator) / below if below else None


def number(row: Mapping[str, Cell], name: str) -> float | None:
    """Give a measure as a number: counts are 0 when missing, rates come from their sums, others may be None."""
    if name in COUNTS:
        return float(count(row, name))
    if name in SHOWN_RATE_PARTS:
        return ratio(row, name)
    value = row.get(name)
    return float(value) if _is_number(value) else None


def measure_of(answers: Mapping[str, pa.Table], measure: str) -> float | None:
    """Give a measure of the whole period from the answers to a report's questions: rates are fractions, 0/0 is None."""
    return number(only_row(answers["totals"]), measure)


def _is_number(value: Cell) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and math.isfinite(value)


def sums_of(rows: Sequence[Row]) -> Row:
    """Add up the counts of rows."""
    return {name: sum(count(row, name) for row in rows) for name in COUNTS}


class Standing(StrEnum):
    """Where a rate stands against its usual limit."""

    FEW = "too few to tell"
    WITHIN = "within"
    PERHAPS = "perhaps above"
    ABOVE = "above"


def parts_of(row: Mapping[str, Cell], rate: str) -> tuple[int, int]:
    """Give the two sums that a rate is made of."""
    part, whole = SHOWN_RATE_PARTS[rate]
    return count(row, part), count(row, whole)


def standing(rate: str, row: Mapping[str, Cell], *, alike: int = 1) -> Standing:
    """Hold a rate against its limit; `alike` is how many rows are looked at to find those above."""
    part, whole = parts_of(row, rate)
    if whole < chance.ENOUGH:
        return Standing.FEW
    if part / whole <= LIMITS[rate]:
        return Standing.WITHIN
    return Standing.ABOVE if chance.surely_above(part, whole, LIMITS[rate], alike=alike) else Standing.PERHAPS


def worst_standing(row: Mapping[str, Cell], *, alike: int) -> Standing:
    """Give the worse of a row's standings against all limits; of too few messages only when all are.

    `alike` is how many rows are looked at, this one included.
    """
    found = [standing(rate, row, alike=alike) for rate in LIMITS]
    return max(found, key=list(Standing).index)


def rates_that_stand(where: Standing, row: Mapping[str, Cell], *, alike: int) -> list[str]:
    """Give the rates of a row, one of `alike`, that stand so against their limits, farthest above first."""
    found = [rate for rate in LIMITS if standing(rate, row, alike=alike) is where]
    return sorted(found, key=lambda rate: -times_limit(rate, row))


def times_limit(rate: str, row: Mapping[str, Cell]) -> float:
    """Give a rate as a multiple of its limit; 0 for 0/0."""
    return (ratio(row, rate) or 0) / LIMITS[rate]


def moved(rate: str, now: Mapping[str, Cell], before: Mapping[str, Cell]) -> int:
    """Tell whether a rate rose (1) or fell (-1) by more than chance explains; 0 otherwise, and of too few messages."""
    return chance.moved(*parts_of(now, rate), *parts_of(before, rate))

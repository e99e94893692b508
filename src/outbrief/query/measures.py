"""The measures, each defined once as a count or as a sum over a sum (DESIGN, section 5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import Table, Value

from outbrief.terms.question import COUNTS, MEASURES, RATE_PARTS

SENDING_DAYS = "sending_days"
_SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One sum over another; `unit` is how many of the numerator's units make one of the measure's."""

    numerator: str
    denominator: str
    unit: int = 1


RATIOS: dict[str, Ratio] = {
    **{rate: Ratio(numerator=above, denominator=below) for rate, (above, below) in RATE_PARTS.items()},
    "avg_time_to_open": Ratio(numerator="open_seconds", denominator="timed_opens", unit=_SECONDS_PER_MINUTE),
    "avg_time_to_click": Ratio(numerator="click_seconds", denominator="timed_clicks", unit=_SECONDS_PER_MINUTE),
    "emails_sent_per_day": Ratio(numerator="sent", denominator=SENDING_DAYS),
}
# Holds for every name in MEASURES, or a measure would have no definition.
assert set(COUNTS) | set(RATIOS) == set(MEASURES)  # noqa: S101


def parts_of(measures: Iterable[str]) -> tuple[str, ...]:
    """Give the sums that the measures are made of, each once."""
    parts: dict[str, None] = {}
    for measure in measures:
        ratio = RATIOS.get(measure)
        parts.update(dict.fromkeys((ratio.numerator, ratio.denominator) if ratio else (measure,)))
    return tuple(parts)


def totals(activity: Table, by: Sequence[str], measures: Iterable[str]) -> Table:
    """Group daily activity by the columns `by` and add up the parts of the measures.

    The answer has the columns `by` and one column per part, int64 or float64; without `by` it is one row, its sums
    null when there is no activity.
    """
    parts = parts_of(measures)
    if SENDING_DAYS not in parts:
        return _grouped(activity, by, {part: _total(activity, part) for part in parts})
    # Days are counted over rows of one day each; a COUNT(DISTINCT) over all rows would sort them.
    needed = dict.fromkeys([*parts, "sent"])
    del needed[SENDING_DAYS]
    daily = _grouped(activity, list(dict.fromkeys([*by, "day"])), {part: _total(activity, part) for part in needed})
    days = daily.count(where=daily.sent > 0)
    return _grouped(daily, by, {part: days if part == SENDING_DAYS else _total(daily, part) for part in parts})


def measured(totalled: Table, measure: str) -> Value:
    """Give the measure over a table of its parts: counts 0 where nothing is known, ratios null for 0/0."""
    ratio = RATIOS.get(measure)
    if ratio is None:
        return ibis.coalesce(totalled[measure], 0)
    value = totalled[ratio.numerator].cast("float64") / totalled[ratio.denominator].nullif(0)
    return value if ratio.unit == 1 else value / ratio.unit


def _total(table: Table, part: str) -> Value:
    column = table[part]
    # Whole numbers are added up as floats, exactly below 2^53 of them: sums of bigint are numerics in PostgreSQL, and
    # many groups of those take twice as long.
    return column.sum() if column.type().is_floating() else column.cast("float64").sum().cast("int64")


def _grouped(table: Table, by: Sequence[str], sums: dict[str, Value]) -> Table:
    return table.group_by(list(by)).aggregate(**sums) if by else table.aggregate(**sums)

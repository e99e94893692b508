"""Months, added up from their days, each against the month before."""

import datetime as dt
from collections.abc import Sequence

from outbrief.compose import chance, wording
from outbrief.compose.measures import Row, Standing, count, moved, parts_of, ratio, sums_of
from outbrief.compose.parts import Given
from outbrief.compose.questions import months_of
from outbrief.compose.tables import MONTH, measures_table
from outbrief.terms.calendar import month_label
from outbrief.terms.table import Column, Kind, Table

CHANGES = {
    "sent_change": Column(key="sentChange", label="Sent, change", kind=Kind.RATE),
    "reply_move": Column(key="replyRateChange", label="Replies, change", kind=Kind.TEXT),
    "bounce_move": Column(key="bounceRateChange", label="Bounces, change", kind=Kind.TEXT),
}


def months_shown(given: Given) -> list[Row]:
    """Give the months of the report, oldest first, each with its change against the month just before it.

    Months without a message are left out. A month that is not over, or that the period cuts
    short, has no change of its counts.
    """
    sums = _by_month(given.rows("months"))
    period = given.request.period
    start, end = months_of(period).start, min(period.end, given.today)
    rows: list[Row] = []
    for first, row in sums.items():
        if first < start or not count(row, "sent"):
            continue
        before = sums.get((first - dt.timedelta(days=1)).replace(day=1), {})
        whole = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) <= end
        rows.append({"month": month_label(first), **row, **changes(row, before, whole=whole)})
    return rows


def changes(row: Row, before: Row, *, whole: bool = True) -> Row:
    """Say how one row differs from the same of an earlier period; `whole` is False when one is cut or not over."""
    was = count(before, "sent")
    return {
        "sent_change": (count(row, "sent") - was) / was if was and whole else None,
        "reply_move": move("reply_rate", row, before),
        "bounce_move": move("bounce_rate", row, before),
    }


def move(rate: str, row: Row, before: Row) -> str:
    """Say how a rate moved: `+0.4 pt`, within chance `no change`, of too few messages `too few to tell`.

    Empty when there is nothing to compare.
    """
    now, was = ratio(row, rate), ratio(before, rate)
    if now is None or was is None:
        return ""
    if min(parts_of(row, rate)[1], parts_of(before, rate)[1]) < chance.ENOUGH:
        return Standing.FEW.value
    return f"{wording.points(now - was, signed=True)} pt" if moved(rate, row, before) else "no change"


def months_table(
    given: Given, rows: Sequence[Row], measures: Sequence[str], *, key: str, title: str, page: Sequence[str] = ()
) -> Table:
    """Make a table of months; with `page`, the columns that fit a page, also of their changes."""
    period = given.request.period
    cut = period.end.day != 1 and rows
    return measures_table(
        key=key,
        title=title,
        names=MONTH,
        rows=rows,
        measures=measures,
        last=CHANGES if page else None,
        page=("month", *(page or measures)),
        page_first=True,
        note=f"The last month runs to {wording.day_text(period.last)}." if cut else "",
    )


def _by_month(days: Sequence[Row]) -> dict[dt.date, Row]:
    """Add up days to months by their first days, oldest first."""
    months: dict[dt.date, list[Row]] = {}
    for row in days:
        if isinstance(day := row["day"], dt.date):
            months.setdefault(day.replace(day=1), []).append(row)
    return {first: _summed(months[first]) for first in sorted(months)}


def _summed(rows: Sequence[Row]) -> Row:
    sums = sums_of(rows)
    sending = sum(count(row, "sent") > 0 for row in rows)
    return {**sums, "emails_sent_per_day": count(sums, "sent") / sending if sending else None}

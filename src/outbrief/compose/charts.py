"""The charts that reports share: lines over the days of the period, bars over names and months."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from outbrief.compose import wording
from outbrief.compose.measures import LABELS, Row, kind_of, number
from outbrief.compose.parts import Given
from outbrief.compose.tables import name_of, shown
from outbrief.terms.calendar import Period, local_today, period_label
from outbrief.terms.document import Chart, Series
from outbrief.terms.table import Cell, Kind

_BARS = 10
# So many bars of several series fill half a page.
_MONTH_BARS = 18
# Two days are no line.
_FEWEST_FOR_LINE = 3


def days_chart(
    key: str, title: str, measures: Sequence[str], *, with_before: bool = False
) -> Callable[[Given], Chart | None]:
    """Draw measures per day of the period; with `with_before` the days before lie under them, first to first.

    A day without sending is 0 for a count and a gap for a rate; days still to come are gaps. None when there is
    nothing to draw.
    """

    def make(given: Given) -> Chart | None:
        days = days_of(given.request.period)
        by_day = {row["day"]: row for row in given.rows("days")}
        series = [_days_series(LABELS[name], by_day, days, name, given) for name in measures]
        if with_before:
            before = {row["day"]: row for row in given.rows("days_before")}
            for name in measures:
                series.append(_before_series(f"{LABELS[name]} before", before, name, given))
        return _over_days(key, title, kind_of(measures[0]), series, given)

    return make


def named_days_chart(
    key: str, title: str, rows: Sequence[Row], given: Given, *, dimension: str, names: Sequence[Cell], measure: str
) -> Chart | None:
    """Draw one measure per day with a line for each of `names`; None without any value."""
    days = days_of(given.request.period)
    series = [
        _days_series(shown(name), {row["day"]: row for row in rows if row[dimension] == name}, days, measure, given)
        for name in names
    ]
    return _over_days(key, title, kind_of(measure), series, given)


def days_of(period: Period) -> tuple[dt.date, ...]:
    """Give every day of the period in order."""
    return tuple(period.start + dt.timedelta(days=index) for index in range(period.days))


def _days_series(name: str, by_day: Mapping[Cell, Row], days: Sequence[dt.date], measure: str, given: Given) -> Series:
    today = local_today(given.as_of, given.request.timezone)
    return Series(
        name=name, values=tuple(number(by_day.get(day, {}), measure) if day <= today else None for day in days)
    )


def _before_series(name: str, by_day: Mapping[Cell, Row], measure: str, given: Given) -> Series:
    length = given.request.period.days
    series = _days_series(name, by_day, days_of(given.request.comparison)[:length], measure, given)
    gaps = (None,) * (length - len(series.values))
    return replace(series, values=series.values + gaps, role="previous")


def _over_days(key: str, title: str, kind: Kind, series: Sequence[Series], given: Given) -> Chart | None:
    """Draw lines, or bars where lines would have fewer than three days to go through."""
    days = days_of(given.request.period)
    if not any(_tells(value, kind) for one in series for value in one.values):
        return None
    current = [one for one in series if one.role == "current"]
    active = [i for i in range(len(days)) if any(_tells(one.values[i], kind) for one in current)]
    if len(days) < _FEWEST_FOR_LINE:
        return _as_bars(key, title, kind, series, range(len(days)), days)
    if len(active) == 1:
        return _as_bars(key, title, kind, current, active, days)
    said = " ".join(_line_alt(one, days, kind) for one in series)
    alt = f"{title}, {period_label(given.request.period)}. {said}"
    return Chart(key=key, title=title, form="line", kind=kind, x=days, series=tuple(series), alt=alt)


def _tells(value: float | None, kind: Kind) -> bool:
    """Tell whether a value is worth drawing: a rate of 0 is, beside others; a count of 0 is only an empty place."""
    return value is not None and (value != 0 or kind is Kind.RATE)


def _as_bars(
    key: str, title: str, kind: Kind, series: Sequence[Series], places: Sequence[int], days: Sequence[dt.date]
) -> Chart:
    drawn = tuple(replace(one, values=tuple(one.values[i] for i in places)) for one in series)
    names = tuple(wording.day_text(days[i]) for i in places)
    said = " ".join(
        f"{one.name}, {name}: {wording.value_text(value, kind)}."
        for one in drawn
        for name, value in zip(names, one.values, strict=True)
    )
    return Chart(key=key, title=title, form="bar", kind=kind, x=names, series=drawn, alt=f"{title}. {said}")


def _line_alt(series: Series, days: Sequence[dt.date], kind: Kind) -> str:
    known = [(value, day) for value, day in zip(series.values, days, strict=True) if value is not None]
    if not known:
        return f"{series.name}: nothing."
    low, high = min(known), max(known)
    total = f"{wording.counted(sum(value for value, _ in known))} in all, " if kind is Kind.INTEGER else ""
    if series.role == "previous":
        ends = f"from {wording.value_text(low[0], kind)} to {wording.value_text(high[0], kind)} a day"
        return f"{series.name}: {total}{ends}."
    return (
        f"{series.name}: {total}highest {wording.value_text(high[0], kind)} on {wording.day_text(high[1])}, "
        f"lowest {wording.value_text(low[0], kind)} on {wording.day_text(low[1])}."
    )


def bars_chart(
    key: str, title: str, rows: Sequence[Row], *, dimension: str, measure: str, of: int | None = None
) -> Chart | None:
    """Draw one measure as bars over the names of a dimension, the first ten rows that have it; None if all are 0.

    Where there are more names than bars the title says of how many; `of` counts them when `rows` are not all.
    """
    kind = kind_of(measure)
    known = [row for row in rows if _tells(number(row, measure), kind)]
    drawn = known[:_BARS]
    names = _distinct(drawn, dimension)
    values = tuple(number(row, measure) for row in drawn)
    if not any(values):
        return None
    every = max(len(known), of or 0)
    if every > len(drawn):
        title = f"{title}, {len(drawn)} of {wording.counted(every)}"
    said = "; ".join(f"{name}: {wording.value_text(value, kind)}" for name, value in zip(names, values, strict=True))
    return Chart(
        key=key,
        title=title,
        form="bar",
        kind=kind,
        x=names,
        series=(Series(name=LABELS[measure], values=values),),
        alt=f"{title}. {said}.",
    )


def months_chart(key: str, title: str, months: Sequence[Row], measures: Sequence[str]) -> Chart | None:
    """Draw measures as bars over months, oldest first; of many months the last ones, and the title says so."""
    kind = kind_of(measures[0])
    drawn = months[-max(_MONTH_BARS // len(measures), 6) :]
    series = tuple(Series(name=LABELS[name], values=tuple(number(row, name) for row in drawn)) for name in measures)
    if not any(value for one in series for value in one.values):
        return None
    if len(drawn) < len(months):
        title = f"{title}, the last {len(drawn)} of {len(months)}"
    names = tuple(str(row["month"]) for row in drawn)
    said = " ".join(
        f"{one.name}: "
        + "; ".join(f"{name} {wording.value_text(v, kind)}" for name, v in zip(names, one.values, strict=True))
        + "."
        for one in series
    )
    return Chart(key=key, title=title, form="bar", kind=kind, x=names, series=series, alt=f"{title}. {said}")


def _distinct(rows: Sequence[Row], dimension: str) -> tuple[str, ...]:
    """Name the bars; campaigns of one name are told apart by their ids, or two bars would become one."""
    names = [shown(name_of(row, dimension)) for row in rows]
    times = Counter(names)
    return tuple(
        f"{name} ({row[dimension]})" if times[name] > 1 else name for name, row in zip(names, rows, strict=True)
    )

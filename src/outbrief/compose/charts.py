"""The charts that reports share: lines over the days of the period, bars over names."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from outbrief.compose import wording
from outbrief.compose.measures import LABELS, Row, kind_of, number, rows_of
from outbrief.compose.parts import Answers, name_of
from outbrief.terms.calendar import Period, local_today, period_label
from outbrief.terms.document import Chart, Series
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Cell, Kind

_BARS = 10


def days_chart(
    request: ReportRequest,
    answers: Answers,
    measures: Sequence[str],
    *,
    as_of: dt.datetime,
    title: str,
    with_before: bool = False,
) -> Chart | None:
    """Draw measures per day of the period; with `with_before` the days before lie under them, first to first.

    A day without sending is 0 for a count and a gap for a rate; days still to come are gaps. None when there is
    nothing to draw.
    """
    today = local_today(as_of, request.timezone)
    days = days_of(request.period)
    by_day = {row["day"]: row for row in rows_of(answers["days"])}
    series = [Series(name=LABELS[name], values=_daily(by_day, days, name, today)) for name in measures]
    if with_before:
        before = {row["day"]: row for row in rows_of(answers["days_before"])}
        days_before = days_of(request.comparison)[: len(days)]
        gaps = (None,) * (len(days) - len(days_before))
        for name in measures:
            values = _daily(before, days_before, name, today) + gaps
            series.append(Series(name=f"{LABELS[name]} before", values=values, role="previous"))
    if all(value is None for one in series for value in one.values):
        return None
    kind = kind_of(measures[0])
    return Chart(
        key=f"{'_'.join(measures)}_by_day",
        title=title,
        form="line",
        kind=kind,
        x=days,
        series=tuple(series),
        alt=f"{title}, {period_label(request.period)}. " + " ".join(_line_alt(one, days, kind) for one in series),
    )


def days_of(period: Period) -> tuple[dt.date, ...]:
    """Give every day of the period in order."""
    return tuple(period.start + dt.timedelta(days=index) for index in range(period.days))


def _daily(by_day: Mapping[Cell, Row], days: Sequence[dt.date], name: str, today: dt.date) -> tuple[float | None, ...]:
    return tuple(number(by_day.get(day, {}), name) if day <= today else None for day in days)


def named_days_chart(
    request: ReportRequest,
    rows: Sequence[Row],
    *,
    dimension: str,
    names: Sequence[Cell],
    measure: str,
    as_of: dt.datetime,
    title: str,
) -> Chart | None:
    """Draw one measure per day with a line for each of `names`; None without any value."""
    today, days, kind = local_today(as_of, request.timezone), days_of(request.period), kind_of(measure)
    series = tuple(
        Series(
            name=_shown(name),
            values=_daily({row["day"]: row for row in rows if row[dimension] == name}, days, measure, today),
        )
        for name in names
    )
    if not any(value is not None for one in series for value in one.values):
        return None
    alt = f"{title}, {period_label(request.period)}. " + " ".join(_line_alt(one, days, kind) for one in series)
    key = f"{measure}_by_{dimension}_and_day"
    return Chart(key=key, title=title, form="line", kind=kind, x=days, series=series, alt=alt)


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


def bars_chart(rows: Sequence[Row], *, dimension: str, measure: str, title: str) -> Chart | None:
    """Draw one measure as bars over the names of a dimension, the first ten rows that have it; None if all are 0."""
    kind = kind_of(measure)
    # A rate of 0 is worth seeing beside the others; a count of 0 is only an empty bar.
    known = [row for row in rows if (value := number(row, measure)) is not None and (value or kind is Kind.RATE)]
    drawn = known[:_BARS]
    names = _distinct(drawn, dimension)
    values = tuple(number(row, measure) for row in drawn)
    if not any(values):
        return None
    said = "; ".join(f"{name}: {wording.value_text(value, kind)}" for name, value in zip(names, values, strict=True))
    return Chart(
        key=f"{measure}_by_{dimension}",
        title=title,
        form="bar",
        kind=kind,
        x=names,
        series=(Series(name=LABELS[measure], values=values),),
        alt=f"{title}. {said}.",
    )


def _distinct(rows: Sequence[Row], dimension: str) -> tuple[str, ...]:
    """Name the bars; campaigns of one name are told apart by their ids, or two bars would become one."""
    names = [_shown(name_of(row, dimension)) for row in rows]
    times = Counter(names)
    return tuple(
        f"{name} ({row[dimension]})" if times[name] > 1 else name for name, row in zip(names, rows, strict=True)
    )


def _shown(name: Cell) -> str:
    return "(unknown)" if name is None or name == "" else str(name)

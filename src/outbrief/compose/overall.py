"""The overall report, for those who lead: totals, months, workspaces with their share, top campaigns."""

import datetime as dt
from collections.abc import Sequence

from outbrief.compose import wording
from outbrief.compose.charts import bars_chart, days_chart
from outbrief.compose.findings import usual_findings
from outbrief.compose.measures import Row, count, only_row, rows_of, sums_of
from outbrief.compose.parts import (
    CAMPAIGN,
    FIGURES,
    PAGE_MEASURES,
    SHARE,
    WORKSPACE,
    Answers,
    Body,
    ask,
    common_questions,
    headline,
    measures_table,
    with_share,
)
from outbrief.terms.calendar import Period, month_label
from outbrief.terms.question import COUNTS, RATES, AnyQuestion, Question
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Column, Kind, Table

_MONTHS = 6
_TOP = 10
_MONTH = {"month": Column(key="month", label="Month", kind=Kind.TEXT)}


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Ask for the totals, the days, the days of the last six months, workspaces, campaigns and sending domains."""
    return {
        **common_questions(request),
        "months": Question(
            measures=COUNTS, period=_months_of(request.period), dimensions=("day",), filters=request.filters
        ),
        "workspaces": ask(request, "workspace", order_by="sent"),
        "campaigns": ask(request, "campaign", order_by="sent"),
        "domains": ask(request, "sending_domain", measures=COUNTS, order_by="sent"),
    }


def body(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Body:
    """Compose figures, findings, charts, workspaces, months and the largest campaigns."""
    totals = only_row(answers["totals"])
    workspaces = with_share(rows_of(answers["workspaces"]), totals)
    campaigns = with_share(rows_of(answers["campaigns"], _TOP), totals)
    months = _by_month(rows_of(answers["months"]))
    counted = wording.plural(answers["campaigns"].num_rows, "campaign", "campaigns")
    sections = (
        headline(answers, FIGURES, sent_note=counted),
        usual_findings(answers, rows_of(answers["domains"]), "sending_domain"),
        days_chart(request, answers, ("sent",), as_of=as_of, title="Sent per day", with_before=True),
        days_chart(
            request, answers, ("open_rate", "reply_rate"), as_of=as_of, title="Open and reply rate by day of sending"
        ),
        bars_chart(workspaces, dimension="workspace", measure="sent", title="Messages sent by workspace"),
        measures_table(
            key="workspaces",
            title="Workspaces",
            names=WORKSPACE,
            extra=SHARE,
            rows=workspaces,
            total=totals,
            page=("workspace", "share", *PAGE_MEASURES),
        ),
        bars_chart(months, dimension="month", measure="sent", title="Messages sent by month") if months[1:] else None,
        _months_table(months, request.period),
        measures_table(
            key="campaigns",
            title="Largest campaigns",
            names=CAMPAIGN,
            extra=SHARE,
            rows=campaigns,
            total_rows=answers["campaigns"].num_rows,
            page=("campaign_name", "share", *PAGE_MEASURES),
            note="The campaign report holds all of them.",
        ),
    )
    return Body(sections=tuple(section for section in sections if section), main_table="workspaces")


def _months_of(period: Period) -> Period:
    """Give whole months up to the end of the period: six, or as many as the period touches."""
    index = period.last.year * 12 + period.last.month - 1 - (_MONTHS - 1)
    six_back = dt.date(index // 12, index % 12 + 1, 1)
    return Period(start=min(six_back, period.start.replace(day=1)), end=period.end)


def _by_month(days: Sequence[Row]) -> list[Row]:
    """Add up days to months, oldest first; months without a message are left out."""
    months: dict[str, list[Row]] = {}
    dated = [(day, row) for row in days if isinstance(day := row["day"], dt.date)]
    for day, row in sorted(dated, key=lambda pair: pair[0]):
        months.setdefault(month_label(day), []).append(row)
    summed = [(month, sums_of(rows)) for month, rows in months.items()]
    return [{"month": month, **sums} for month, sums in summed if count(sums, "sent")]


def _months_table(months: Sequence[Row], period: Period) -> Table:
    cut = period.end.day != 1 and months
    return measures_table(
        key="months",
        title="Month by month",
        names=_MONTH,
        rows=months,
        measures=(*COUNTS, *RATES),
        page=("month", *PAGE_MEASURES, "complaint_rate"),
        note=f"The last month runs to {wording.day_text(period.last)}." if cut else "",
    )

"""The workspace summary: each workspace against the period before, and its campaigns."""

import datetime as dt
from collections.abc import Mapping, Sequence

from outbrief.compose import wording
from outbrief.compose.charts import bars_chart, days_chart, named_days_chart
from outbrief.compose.findings import usual_findings
from outbrief.compose.measures import Row, count, only_row, ratio, rows_of
from outbrief.compose.parts import (
    CAMPAIGN,
    MOST_ROWS,
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
from outbrief.terms.question import COUNTS, AnyQuestion
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Cell, Column, Kind

_LINES = 5
_AGAINST = {
    "sent_before": Column(key="sentBefore", label="Sent before", kind=Kind.INTEGER),
    "sent_change": Column(key="sentChange", label="Change of sent", kind=Kind.RATE),
    "reply_rate_before": Column(key="replyRateBefore", label="Reply rate before", kind=Kind.RATE),
}


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Ask for the totals, the days, the workspaces now and before, their days and their campaigns."""
    return {
        **common_questions(request),
        "workspaces": ask(request, "workspace", order_by="sent"),
        "workspaces_before": ask(request, "workspace", measures=COUNTS, before=True),
        "workspace_days": ask(request, "day", "workspace", measures=COUNTS),
        "campaigns": ask(request, "workspace", "campaign", order_by="sent"),
    }


def body(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Body:
    """Compose figures, findings, charts, the workspaces and their campaigns."""
    totals, before = only_row(answers["totals"]), only_row(answers["totals_before"])
    rows = with_share(rows_of(answers["workspaces"]), totals)
    earlier = {row["workspace"]: row for row in rows_of(answers["workspaces_before"])}
    workspaces = [_against(row, earlier.get(row["workspace"], {})) for row in rows]
    names = [row["workspace"] for row in workspaces]
    campaigns = _grouped(rows_of(answers["campaigns"], MOST_ROWS), names)
    days = rows_of(answers["workspace_days"])
    sections = (
        headline(answers, sent_note=wording.plural(len(workspaces), "workspace", "workspaces")),
        usual_findings(answers, campaigns, "campaign"),
        days_chart(request, answers, ("sent",), as_of=as_of, title="Sent per day", with_before=True),
        named_days_chart(
            request,
            days,
            dimension="workspace",
            names=names[:_LINES],
            measure="sent",
            as_of=as_of,
            title="Sent per day and workspace",
        )
        if len(names) > 1
        else None,
        bars_chart(workspaces, dimension="workspace", measure="reply_rate", title="Reply rate by workspace"),
        measures_table(
            key="workspaces",
            title="Workspaces",
            names=WORKSPACE,
            extra=SHARE,
            last=_AGAINST,
            rows=workspaces,
            total=_against(totals, before),
            page=("workspace", "sent", "sent_change", "delivery_rate", "bounce_rate", "open_rate", "reply_rate"),
        ),
        measures_table(
            key="campaigns",
            title="Campaigns by workspace",
            names={**WORKSPACE, **CAMPAIGN},
            rows=campaigns,
            total=totals,
            total_rows=answers["campaigns"].num_rows,
            page=("workspace", "campaign_name", *PAGE_MEASURES),
        ),
    )
    return Body(sections=tuple(section for section in sections if section), main_table="workspaces")


def _against(row: Row, before: Mapping[str, Cell]) -> Row:
    """Add what the same workspace had in the period before."""
    was = count(before, "sent")
    return {
        **row,
        "sent_before": was,
        "sent_change": (count(row, "sent") - was) / was if was else None,
        "reply_rate_before": ratio(before, "reply_rate"),
    }


def _grouped(campaigns: Sequence[Row], workspaces: Sequence[Cell]) -> list[Row]:
    """Put the campaigns of one workspace together, workspaces and campaigns with most messages first."""
    place = {name: index for index, name in enumerate(workspaces)}
    return sorted(campaigns, key=lambda row: (place.get(row["workspace"], len(place)), -count(row, "sent")))

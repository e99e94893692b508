"""The workspace summary: each workspace against the period before, and its campaigns."""

from collections.abc import Mapping, Sequence

from outbrief.compose import figures, findings
from outbrief.compose.charts import bars_chart, days_chart, named_days_chart
from outbrief.compose.measures import Row, count, ratio
from outbrief.compose.months import move
from outbrief.compose.parts import MOST_ROWS, Given, Part, Report
from outbrief.compose.questions import Asked, asks, everything
from outbrief.compose.tables import (
    CAMPAIGN,
    LIMITS_NOTE,
    PAGE_MEASURES,
    SHARE,
    STANDING,
    WORKSPACE,
    measures_table,
    page,
    with_share,
    with_standing,
)
from outbrief.terms.document import Chart, Findings
from outbrief.terms.question import MEASURES
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Cell, Column, Kind, Table

_LINES = 4
_AGAINST = {
    "sent_before": Column(key="sentBefore", label="Sent before", kind=Kind.INTEGER),
    "sent_change": Column(key="sentChange", label="Sent, change", kind=Kind.RATE),
    "reply_rate_before": Column(key="replyRateBefore", label="Reply rate before", kind=Kind.RATE),
    "reply_move": Column(key="replyRateChange", label="Replies, change", kind=Kind.TEXT),
    **STANDING,
}


def _findings(given: Given) -> Findings | None:
    carriers = findings.Carriers(rows=given.rows("workspaces"), dimension="workspace")
    return findings.findings_of([*findings.usual(given, carriers), *findings.rows_above(given, carriers)])


def _days(given: Given) -> Chart | None:
    names = [row["workspace"] for row in given.rows("workspaces")]
    if len(names) < 2:
        return None
    several = len(names) > _LINES
    return named_days_chart(
        "sentByWorkspaceAndDay",
        f"Sent per day, the {_LINES} largest of {len(names)} workspaces" if several else "Sent per day and workspace",
        given.rows("workspace_days"),
        given,
        dimension="workspace",
        names=names[:_LINES],
        measure="sent",
    )


def _bars(given: Given) -> Chart | None:
    rows = given.rows("workspaces")
    if len(rows) < 2:
        return None
    return bars_chart(
        "replyRateByWorkspace", "Reply rate by workspace", rows, dimension="workspace", measure="reply_rate"
    )


def _workspaces(given: Given) -> Table:
    earlier = given.earlier("workspaces_before", "workspace")
    rows = with_standing(with_share(given.rows("workspaces"), given.totals))
    return measures_table(
        key="workspaces",
        title="Workspaces",
        names=WORKSPACE,
        extra=SHARE,
        last=_AGAINST,
        rows=[_against(row, earlier.get(row["workspace"], {}), whole=not given.running) for row in rows],
        measures=given.measures(MEASURES),
        total=_against(given.totals, given.before, whole=not given.running),
        page=(
            "workspace",
            *page(("sent", "sent_change", "bounce_rate", "open_rate", "reply_rate"), given.request.measures),
            "reply_move",
            "standing",
        ),
        page_first=True,
        note=LIMITS_NOTE,
    )


def _against(row: Row, before: Mapping[str, Cell], *, whole: bool) -> Row:
    """Add what the same workspace had in the period before; counts compare with it once the period is `whole`."""
    was = count(before, "sent")
    return {
        **row,
        "sent_before": was,
        "sent_change": (count(row, "sent") - was) / was if was and whole else None,
        "reply_rate_before": ratio(before, "reply_rate"),
        "reply_move": move("reply_rate", row, dict(before)),
    }


def _campaigns(given: Given) -> Table:
    names = [row["workspace"] for row in given.rows("workspaces")]
    return measures_table(
        key="campaigns",
        title="Campaigns by workspace",
        names={**WORKSPACE, **CAMPAIGN},
        rows=_grouped(given.rows("workspace_campaigns", MOST_ROWS), names),
        total=given.totals,
        total_rows=given.counted("workspace_campaigns"),
        page=("workspace", "campaign_name", *PAGE_MEASURES),
    )


def _grouped(campaigns: Sequence[Row], workspaces: Sequence[Cell]) -> list[Row]:
    """Put the campaigns of one workspace together, workspaces and campaigns with most messages first."""
    place = {name: index for index, name in enumerate(workspaces)}
    return sorted(campaigns, key=lambda row: (place.get(row["workspace"], len(place)), -count(row, "sent")))


def _workspaces_asked(request: ReportRequest) -> Asked:
    return {**everything("workspaces")(request), **asks("workspaces_before")(request)}


def _campaigns_asked(request: ReportRequest) -> Asked:
    return {**asks("workspaces")(request), **everything("workspace_campaigns")(request)}


REPORT = Report(
    parts=(
        Part(key="figures", make=figures.headline(figures.USUAL, of=("workspaces", "workspace", "workspaces"))),
        Part(key="findings", make=_findings, needs=asks("workspaces")),
        Part(key="replyRateByWorkspace", make=_bars, needs=asks("workspaces")),
        Part(key="workspaces", make=_workspaces, needs=_workspaces_asked, always=True),
        Part(
            key="sentByDay",
            make=days_chart("sentByDay", "Sent per day", ("sent",), with_before=True),
            needs=asks("days", "days_before"),
        ),
        Part(key="sentByWorkspaceAndDay", make=_days, needs=asks("workspaces", "workspace_days")),
        Part(key="campaigns", make=_campaigns, needs=_campaigns_asked, always=True),
    ),
    main_table="workspaces",
    figures=figures.USUAL,
)

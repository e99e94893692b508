"""The overall report, for those who lead: month over month, workspaces with their share, the largest campaigns."""

from outbrief.compose import figures, findings, wording
from outbrief.compose.charts import bars_chart, days_chart, months_chart
from outbrief.compose.measures import Row, count
from outbrief.compose.months import CHANGES, changes, months_shown, months_table
from outbrief.compose.parts import Given, Part, Report
from outbrief.compose.questions import Needs, asks, everything
from outbrief.compose.tables import CAMPAIGN, PAGE_MEASURES, SHARE, WORKSPACE, measures_table, page, with_share
from outbrief.terms.document import Chart, Finding, Findings
from outbrief.terms.question import COUNTS, MEASURES, RATES
from outbrief.terms.table import Table

_TOP = 10
_FALL = 0.25


def _findings(given: Given) -> Findings | None:
    carriers = findings.Carriers(rows=given.rows("sending_domains"), dimension="sending_domain")
    return findings.findings_of(
        [*findings.usual(given, carriers), *findings.rows_above(given, carriers), *_volume(given)]
    )


def _volume(given: Given) -> list[Finding]:
    """Tell of sending that rose or fell by a quarter or more, once the period is over."""
    now, before = count(given.totals, "sent"), count(given.before, "sent")
    if given.running or not now or not before or abs(now - before) < _FALL * before:
        return []
    verb = "rose" if now > before else "fell"
    return [
        Finding(
            headline=f"Sending {verb} by {wording.percent(abs(now - before) / before)}.",
            detail=f"{wording.counted(now)} messages, after {wording.counted(before)} in the period before.",
            verdict="neutral",
            advice="Check that this was planned; domains that suddenly send more are trusted less.",
        )
    ]


def _months_bars(given: Given) -> Chart | None:
    months = months_shown(given)
    return months_chart("sentByMonth", "Messages sent by month", months, ("sent",)) if len(months) > 1 else None


def _months(given: Given) -> Table:
    page = ("sent", "sent_change", "reply_rate", "reply_move", "bounce_rate", "bounce_move")
    return months_table(given, months_shown(given), (*COUNTS, *RATES), key="months", title="Month by month", page=page)


def _workspaces(given: Given) -> list[Row]:
    earlier = given.earlier("workspaces_before", "workspace")
    return [
        {**row, **changes(row, earlier.get(row["workspace"], {}), whole=not given.running)}
        for row in with_share(given.rows("workspaces"), given.totals)
    ]


def _workspaces_bars(given: Given) -> Chart | None:
    rows = given.rows("workspaces")
    if len(rows) < 2:
        return None
    return bars_chart("sentByWorkspace", "Messages sent by workspace", rows, dimension="workspace", measure="sent")


def _workspaces_table(given: Given) -> Table:
    chosen = given.request.measures
    return measures_table(
        key="workspaces",
        title="Workspaces",
        names=WORKSPACE,
        extra=SHARE,
        rows=_workspaces(given),
        measures=given.measures(MEASURES),
        last=CHANGES,
        total={**given.totals, **changes(given.totals, given.before, whole=not given.running)},
        page=(
            "workspace",
            "share",
            *page(("sent", "sent_change", "bounce_rate", "open_rate", "reply_rate", "reply_move"), chosen),
        ),
        page_first=True,
    )


def _campaigns(given: Given) -> Table:
    return measures_table(
        key="campaigns",
        title="Largest campaigns",
        names=CAMPAIGN,
        extra=SHARE,
        rows=with_share(given.rows("campaigns", _TOP), given.totals),
        total_rows=given.counted("campaigns"),
        page=("campaign_name", "share", *PAGE_MEASURES),
    )


_WORKSPACES: Needs = everything("workspaces")

REPORT = Report(
    parts=(
        Part(key="figures", make=figures.headline(figures.USUAL, of=("campaigns", "campaign", "campaigns"))),
        Part(key="findings", make=_findings, needs=asks("sending_domains")),
        Part(key="sentByMonth", make=_months_bars, needs=asks("months")),
        Part(key="months", make=_months, needs=asks("months"), always=True),
        Part(key="sentByWorkspace", make=_workspaces_bars, needs=asks("workspaces")),
        Part(
            key="workspaces",
            make=_workspaces_table,
            needs=lambda request: {**_WORKSPACES(request), **asks("workspaces_before")(request)},
            always=True,
        ),
        Part(
            key="sentByDay",
            make=days_chart("sentByDay", "Sent per day", ("sent",), with_before=True),
            needs=asks("days", "days_before"),
        ),
        Part(
            key="ratesByDay",
            make=days_chart("ratesByDay", "Open and reply rate by day of sending", ("open_rate", "reply_rate")),
            needs=asks("days"),
        ),
        Part(key="campaigns", make=_campaigns, needs=everything("campaigns"), always=True),
    ),
    main_table="workspaces",
    figures=figures.USUAL,
)

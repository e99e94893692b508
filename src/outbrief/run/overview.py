"""How outreach goes at a glance: the figures, charts, findings and tables of reports, from one set of answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from outbrief.compose import compose, questions
from outbrief.compose.measures import Standing
from outbrief.compose.questions import merged
from outbrief.compose.tables import LIMITS_NOTE
from outbrief.facts.models import SendingActivity
from outbrief.query import answers
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts
from outbrief.run import parts
from outbrief.run.branding import brand_of
from outbrief.terms.calendar import Period, comparison_of, local_today, resolve_period
from outbrief.terms.document import Chart, Figures, Findings
from outbrief.terms.layout import LayoutSection, Standard, TableSection
from outbrief.terms.look import Brand
from outbrief.terms.report import ReportFilters, ReportType
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.styling import Styling
from outbrief.terms.table import Table

_MOST_CAMPAIGNS = 10
_MOST_DOMAINS = 10
_BEYOND = (Standing.ABOVE.value, Standing.PERHAPS.value)
# Nothing here asks by recipient: of ten million messages that alone takes longer than all the rest.
_SECTIONS: dict[ReportType, tuple[LayoutSection, ...]] = {
    ReportType.OVERALL: (
        Standard(key="figures"),
        Standard(key="findings"),
        Standard(key="sentByDay"),
        Standard(key="ratesByDay"),
        TableSection(
            by="campaign",
            measures=("sent", "delivery_rate", "bounce_rate", "open_rate", "click_rate", "reply_rate"),
            title="Top campaigns",
            limit=_MOST_CAMPAIGNS,
        ),
    ),
    ReportType.DELIVERABILITY: (Standard(key="sendingDomains"),),
}


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How outreach goes in a period of days of the tenant's reporting zone.

    `campaigns` holds those that sent most; `beyond` the sending domains above a limit, surely or perhaps, of the
    `domains` that sent. `running` tells that the period is not over. In an `empty` one nothing was sent; `latest` is
    then the last day on which anything was, None when there is none.
    """

    period: Period
    comparison: Period
    running: bool
    brand: Brand
    figures: Figures
    findings: Findings | None
    charts: tuple[Chart, ...]
    campaigns: Table
    beyond: Table
    domains: int
    empty: bool
    latest: dt.date | None


def overview(
    tenant: TenantFacts, *, date_range: str | Mapping[str, object], workspace_id: UUID | None, now: dt.datetime
) -> Overview:
    """Answer what the overview shows of a period, `now` being when it is looked at, from rollups alone.

    InvalidInput(field="dateRange") for what is no period.
    """
    period = resolve_period(date_range, at=now, timezone=tenant.timezone)
    brand = brand_of(tenant, Styling(logo=False))
    asked = [
        ReportRequest(
            report_type=report_type,
            title="",
            brand=brand,
            timezone=tenant.timezone,
            period=period,
            comparison=comparison_of(period, date_range),
            filters=ReportFilters(workspace_ids=(str(workspace_id),) if workspace_id else ()),
            sections=sections,
        )
        for report_type, sections in _SECTIONS.items()
    ]
    named = merged([questions(request) for request in asked])
    answered = dict(zip(named, answers(parts.engine(tenant.id), list(named.values())), strict=True))
    overall, senders = (compose(request, answered, as_of=now) for request in asked)
    domains = senders.table("sendingDomains")
    return Overview(
        period=period,
        comparison=asked[0].comparison,
        running=local_today(now, tenant.timezone) < period.end,
        brand=brand,
        figures=Figures(figures=overall.figures()),
        findings=next((section for section in overall.sections if isinstance(section, Findings)), None),
        charts=overall.charts(),
        campaigns=_on_page(_named(overall.table(overall.main_table))),
        beyond=_on_page(_beyond(domains)),
        domains=domains.total_rows,
        empty=overall.empty,
        latest=_latest(tenant.id, workspace_id) if overall.empty else None,
    )


def _beyond(domains: Table) -> Table:
    """Leave the rows of domains that are above a limit, those that surely are first."""
    place = [column.key for column in domains.columns].index("againstLimits")
    rows = [row for row in domains.rows if row[place] in _BEYOND]
    rows.sort(key=lambda row: _BEYOND.index(str(row[place])))
    return replace(
        domains,
        title="Sending domains beyond limits",
        rows=tuple(rows[:_MOST_DOMAINS]),
        total_rows=len(rows),
        total=None,
        note=LIMITS_NOTE,
        page_columns=("domain", "sent", "bounceRate", "complaintRate", "againstLimits"),
    )


def _named(campaigns: Table) -> Table:
    """Name campaigns that have no name by their ids, which stand beside it."""
    return replace(campaigns, rows=tuple((row[0] or row[1], *row[1:]) for row in campaigns.rows))


def _on_page(table: Table) -> Table:
    """Leave the columns that fit a page, in the order in which the page names them."""
    keys = [column.key for column in table.columns]
    kept = [keys.index(key) for key in table.page_columns]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        total=tuple(table.total[i] for i in kept) if table.total else None,
    )


def _latest(tenant_id: UUID, workspace_id: UUID | None) -> dt.date | None:
    with tenant_scope(tenant_id):
        sent = SendingActivity.objects.filter(tenant_id=tenant_id)
        if workspace_id:
            sent = sent.filter(workspace_id=workspace_id)
        return sent.order_by("-day").values_list("day", flat=True).first()

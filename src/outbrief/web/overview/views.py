"""The first page: how outreach goes, what needs a look, what runs, what was sent lately and what is due next."""

import csv
import datetime as dt
import io
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.compose.tables import shown
from outbrief.record import generations, schedules
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.render.page import chart_html, figures_html, findings_html, table_html
from outbrief.run.overview import Overview
from outbrief.run.overview import overview as look
from outbrief.terms.calendar import period_label
from outbrief.terms.document import Findings
from outbrief.terms.table import Table
from outbrief.web import words
from outbrief.web.frame import page, workspace_chosen
from outbrief.web.members import members
from outbrief.web.overview import periods
from outbrief.web.overview.running import running_now
from outbrief.web.overview.troubles import MOST as MOST_TROUBLES
from outbrief.web.overview.troubles import troubles
from outbrief.web.rows import delivery_counts, generation_row, schedule_row

_LATEST, _NEXT = 6, 6
_LATELY = dt.timedelta(days=90)
# Two stand side by side.
_CHART_WIDTH = 480
# The report that each panel's facts are from.
_REPORTS = {"trend": "overall", "campaigns": "campaign", "senders": "deliverability"}


@require_safe
@members("read")
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how things are in a period, of one workspace or all."""
    now, tenant, workspace = dt.datetime.now(dt.UTC), tenant_facts(actor.tenant_id), workspace_chosen(request)
    workspace_id = workspace.id if workspace else None
    chosen = periods.chosen(request.GET, now=now, timezone=tenant.timezone)
    if chosen.typed and not chosen.problem:
        return redirect(_address(reverse("web:overview"), date_range=chosen.asked, workspace=workspace_id))
    seen = look(tenant, date_range=chosen.asked, workspace_id=workspace_id, now=now)
    found = troubles(actor, workspace_id, now=now)
    context = {
        **_period(seen, chosen, tenant, actor),
        **_facts(seen, chosen, workspace_id),
        "troubles": found[:MOST_TROUBLES],
        "trouble_count": len(found),
        "running": running_now(actor, now=now),
        "latest": _latest(actor, workspace_id, now=now),
        "due": _due(workspace_id, now=now),
    }
    return page(request, actor, "web/overview/overview.html", context, status=422 if chosen.problem else 200)


@require_safe
@members("read")
def running(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what runs now, for the overview that is open already."""
    under_way = running_now(actor, now=dt.datetime.now(dt.UTC))
    response = render(request, "web/overview/_running.html", {"running": under_way})
    were = request.GET.get("were", "")
    if were.isdecimal() and int(were[:9]) > len(under_way):
        response["HX-Trigger"] = "finished"
    return response


def _period(seen: Overview, chosen: periods.Chosen, tenant: TenantFacts, actor: Actor) -> dict[str, object]:
    return {
        "chosen": chosen,
        "choices": periods.choices(chosen.asked, seen.period),
        "first": chosen.first if chosen.typed else seen.period.start.isoformat(),
        "last": chosen.last if chosen.typed else seen.period.last.isoformat(),
        "period_label": period_label(seen.period),
        "comparison_label": period_label(seen.comparison),
        "days_in": tenant.timezone,
        "zones_differ": tenant.timezone != actor.timezone,
    }


def _facts(seen: Overview, chosen: periods.Chosen, workspace_id: UUID | None) -> dict[str, object]:
    new_export, new_schedule = reverse("web:new-export"), reverse("web:new-schedule")
    asked = {"date_range": chosen.asked, "workspace": workspace_id}
    # The dataset of domains counts them for all workspaces together.
    senders = {"dataset": "metrics" if workspace_id else "domains", "filter": _any_of("domain", seen.beyond)}
    datasets = {"trend": {"dataset": "metrics"}, "campaigns": {"dataset": "campaigns"}, "senders": senders}
    return {
        "seen": seen,
        "is_new": seen.empty and seen.latest is None and workspace_id is None,
        "upload": reverse("web:new-upload"),
        "exports": {panel: _address(new_export, **dataset, **asked) for panel, dataset in datasets.items()},
        "schedules": {panel: _address(new_schedule, report_type=kind, **asked) for panel, kind in _REPORTS.items()},
        "figures": _ours(figures_html(seen.figures)),
        "findings": _ours(findings_html(_advised(seen.findings))) if seen.findings else "",
        "charts": [_ours(chart_html(chart, seen.brand, width=_CHART_WIDTH)) for chart in seen.charts],
        "campaigns": _table(seen.campaigns),
        "beyond": _table(seen.beyond) if seen.beyond.rows else "",
        "domains": words.counted(seen.domains, "sending domain is", "sending domains are"),
        "latest_days": _days_up_to(seen.latest, workspace_id) if seen.latest else "",
    }


def _any_of(column: str, table: Table) -> str:
    """Give the filter of an export that leaves just the rows of a table, by their names; empty without any."""
    if not table.rows:
        return ""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([row[0] for row in table.rows])
    return f"{column}={written.getvalue()}"


def _days_up_to(day: dt.date, workspace_id: UUID | None) -> str:
    """Give the address of the thirty days that end with this one."""
    asked = f"{day - dt.timedelta(days=29)}..{day}"
    return _address(reverse("web:overview"), date_range=asked, workspace=workspace_id)


def _latest(actor: Actor, workspace_id: UUID | None, *, now: dt.datetime) -> list[object]:
    runs = list(generations.matching(workspace_id=workspace_id, since=now - _LATELY)[:_LATEST])
    counts = delivery_counts(runs)
    return [generation_row(run, counts.get(run.id, {}), timezone=actor.timezone, now=now) for run in runs]


def _due(workspace_id: UUID | None, *, now: dt.datetime) -> list[dict[str, object]]:
    coming = schedules.newest_first().filter(is_active=True, next_run_at__isnull=False).order_by("next_run_at", "id")
    if workspace_id:
        coming = coming.filter(workspace_id=workspace_id)
    return [
        {
            "row": schedule_row(schedule, now=now),
            "ahead": words.ahead(schedule.next_run_at, now=now) if schedule.next_run_at else "",
            "address": reverse("web:schedule", kwargs={"schedule_id": schedule.id}),
        }
        for schedule in coming[:_NEXT]
    ]


def _advised(findings: Findings) -> Findings:
    """Say what to do beside what was found: a page has no recommendations of its own."""
    return Findings(
        findings=tuple(replace(one, detail=f"{one.detail} {one.advice}".strip()) for one in findings.findings)
    )


def _table(table: Table) -> SafeString:
    rows = tuple((shown(row[0]), *row[1:]) for row in table.rows)
    return _ours(table_html(replace(table, title="", rows=rows)))


def _address(path: str, **query: object) -> str:
    return f"{path}?{urlencode({key: str(value) for key, value in query.items() if value})}"


def _ours(html: str) -> SafeString:
    """Take HTML of `render.page`, in which every text is escaped, as it is."""
    return mark_safe(html)  # noqa: S308 - made by render.page alone

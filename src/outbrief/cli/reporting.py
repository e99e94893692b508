"""`outbrief report`."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outbrief.cli.output import print_json, say
from outbrief.cli.shell import (
    check_json_has_standard_output,
    json_option,
    note_written,
    set_up_with_tables,
    tenant_option,
)
from outbrief.cli.target import STANDARD_OUTPUT, opened
from outbrief.terms.calendar import resolve_period
from outbrief.terms.choices import unknown
from outbrief.terms.report import ReportFormat, ReportType, check_report_format, check_report_type

if TYPE_CHECKING:
    from outbrief.record.tenants import TenantFacts

_FORMATS = {".csv": "csv", ".xlsx": "excel", ".pdf": "pdf"}
_TITLES = {
    ReportType.CAMPAIGN: "Campaign performance",
    ReportType.OVERALL: "Overall performance",
    ReportType.DELIVERABILITY: "Deliverability",
    ReportType.WORKSPACE_SUMMARY: "Workspace summary",
    ReportType.DOMAIN_HEALTH: "Domain health",
}


@click.command()
@click.argument("report_type", metavar="TYPE")
@tenant_option
@click.option("--range", "date_range", default="last_30d", show_default=True, help="Such as last_month or A..B.")
@click.option("--format", "fmt", help=f"{', '.join(ReportFormat)}.  [default: by the name of the output, else pdf]")
@click.option("--workspace", metavar="NAME", help="Only this workspace.  [default: all]")
@click.option("--title", help="What stands on top.  [default: the name of the report]")
@click.option("-o", "--output", metavar="FILE", help="Where to write it; - is standard output.")
@json_option
@click.pass_context
def report(
    ctx: click.Context,
    *,
    report_type: str,
    slug: str,
    date_range: str,
    fmt: str | None,
    workspace: str | None,
    title: str | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Write the report TYPE as a file.

    TYPE is campaign, overall, deliverability, workspace_summary or domain_health. The range means the days of
    sending: last_7d, last_week, last_month, ... or 2025-10-01..2025-10-31, both days included.
    """
    check_json_has_standard_output(output, as_json=as_json)
    checked_type = check_report_type(report_type)
    suffix = Path(output).suffix.lower() if output else ""
    checked_format = check_report_format(fmt or _FORMATS.get(suffix, "pdf"))
    set_up_with_tables(ctx)
    from outbrief.record.generations import Order
    from outbrief.record.tenants import tenant_by_slug
    from outbrief.run import reports

    now = dt.datetime.now(dt.UTC)
    tenant = tenant_by_slug(slug)
    period = resolve_period(date_range, at=now, timezone=tenant.timezone)
    order = Order(
        title=title or _TITLES[checked_type],
        report_type=checked_type,
        format=checked_format,
        date_range=date_range,
        timezone=tenant.timezone,
        workspace_id=_workspace_id(tenant, workspace) if workspace else None,
        config={},
        recipients=(),
        notify=None,
    )
    document = reports.draft(order, tenant, at=now, now=now)
    place = output or reports.filename(document, checked_format)
    with opened(place) as file:
        written = reports.write(document, checked_format, file)
    note_written(tenant.id, action="report.written", kind=checked_type, rows=written.rows)
    if as_json:
        days = {"from": period.start.isoformat(), "to": period.last.isoformat()}
        print_json(
            {
                "file": str(Path(place).resolve()),
                "reportType": checked_type,
                "format": checked_format,
                "period": days,
                "rows": written.rows,
                "bytes": file.size,
                "notes": written.notes,
            }
        )
    elif place != STANDARD_OUTPUT:
        say(f"Wrote {place}: {written.rows:,} rows, {file.size:,} bytes.")


def _workspace_id(tenant: "TenantFacts", name: str) -> str:
    from outbrief.record.schedules import workspace_names
    from outbrief.record.scope import tenant_scope

    with tenant_scope(tenant.id):
        ids = {known: workspace_id for workspace_id, known in workspace_names()}
    if name not in ids:
        raise unknown(name, ids, field="workspaceId")
    return str(ids[name])

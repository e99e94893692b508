"""`outbrief report`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outbrief.cli.output import aside, print_json, say
from outbrief.cli.shell import (
    check_json_has_standard_output,
    json_option,
    note_written,
    set_up_with_tables,
    tenant_option,
)
from outbrief.cli.target import STANDARD_OUTPUT, opened
from outbrief.terms.calendar import resolve_period
from outbrief.terms.choices import shown, unknown
from outbrief.terms.errors import InvalidInput
from outbrief.terms.locale import Locale
from outbrief.terms.look import Paper
from outbrief.terms.report import ReportFormat, ReportType, check_report_format, check_report_type
from outbrief.terms.report_config import check_report_config

if TYPE_CHECKING:
    from outbrief.record.tenants import TenantFacts
    from outbrief.terms.document import Document

_ENDINGS = {".csv": ReportFormat.CSV, ".xlsx": ReportFormat.EXCEL, ".pdf": ReportFormat.PDF}
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
@click.option(
    "--format",
    "formats",
    multiple=True,
    help=f"{', '.join(ReportFormat)}; several times for several files.  [default: by the name of the output, else pdf]",
)
@click.option("--workspace", metavar="NAME", help="Only this workspace.  [default: all]")
@click.option("--title", help="What stands on top.  [default: the name of the report]")
@click.option("--template", metavar="NAME", help="The template to make it by.")
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Such as replyRate; several times for more.")
@click.option("--paper", help=f"Of a PDF: {', '.join(Paper)}.  [default: the template's or tenant's, else a4]")
@click.option("--locale", help=f"{', '.join(Locale)}.  [default: the template's or tenant's, else en]")
@click.option("-o", "--output", metavar="FILE", help="Where to write it; - is standard output.")
@json_option
@click.pass_context
def report(
    ctx: click.Context,
    *,
    report_type: str,
    slug: str,
    date_range: str,
    formats: tuple[str, ...],
    workspace: str | None,
    title: str | None,
    template: str | None,
    measures: tuple[str, ...],
    paper: str | None,
    locale: str | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Write the report TYPE as a file.

    TYPE is campaign, overall, deliverability, workspace_summary or domain_health. The range means the days of
    sending: last_7d, last_week, last_month, ... or 2025-10-01..2025-10-31, both days included. Several formats make
    several files of one name, each with the ending of its format.
    """
    check_json_has_standard_output(output, as_json=as_json)
    checked_type = check_report_type(report_type)
    wanted = _formats(formats, output)
    chosen = {"template": template, "measures": list(measures), "paper": paper, "locale": locale}
    config = {key: value for key, value in chosen.items() if value}
    check_report_config(config)
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
        format=wanted[0],
        date_range=date_range,
        timezone=tenant.timezone,
        workspace_id=_workspace_id(tenant, workspace) if workspace else None,
        config=config,
        recipients=(),
        notify=None,
    )
    document = reports.draft(order, tenant, at=now, now=now)
    several = len(wanted) > 1
    files = [
        _written(document, fmt, _place(output, fmt, several=several) or reports.filename(document, fmt))
        for fmt in wanted
    ]
    note_written(tenant.id, action="report.written", kind=checked_type, rows=files[0].rows)
    if as_json:
        days = {"from": period.start.isoformat(), "to": period.last.isoformat()}
        main = {**files[0].as_json(), "reportType": checked_type, "period": days}
        print_json({**main, "files": [file.as_json() for file in files]})
    else:
        _tell(files)


@dataclass(frozen=True, kw_only=True)
class _Written:
    place: str
    format: ReportFormat
    rows: int
    size: int
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        file = str(Path(self.place).resolve())
        return {"file": file, "format": self.format, "rows": self.rows, "bytes": self.size, "notes": self.notes}


def _written(document: "Document", fmt: ReportFormat, place: str) -> _Written:
    from outbrief.run import reports

    with opened(place) as file:
        written = reports.write(document, fmt, file)
    return _Written(place=place, format=fmt, rows=written.rows, size=file.size, notes=written.notes)


def _tell(files: Sequence[_Written]) -> None:
    for file in files:
        for note in file.notes:
            aside(note)
        if file.place != STANDARD_OUTPUT:
            say(f"Wrote {file.place}: {file.rows:,} rows, {file.size:,} bytes.")


def _formats(asked: tuple[str, ...], output: str | None) -> tuple[ReportFormat, ...]:
    """Tell what to write by what was asked for, else by the output's ending; the two must not contradict."""
    formats = tuple(dict.fromkeys(check_report_format(name) for name in asked))
    suffix = Path(output).suffix.lower() if output else ""
    if len(formats) > 1 and output == STANDARD_OUTPUT:
        raise InvalidInput("Standard output takes one file.", field="output", hint="Name one --format.")
    ending = _ENDINGS.get(suffix)
    if not formats and suffix and ending is None:
        known = ", ".join(_ENDINGS)
        raise InvalidInput(
            f"{shown(suffix)} is not the ending of a report, which is one of {known}.",
            field="output",
            hint="Choose another name, or say --format.",
        )
    if formats and ending is not None and ending not in formats:
        raise InvalidInput(
            f"{shown(suffix)} is the ending of {ending}, and {', '.join(formats)} is asked for.",
            field="output",
            hint="Choose another name, or leave --format out.",
        )
    return formats or (ending or ReportFormat.PDF,)


def _place(output: str | None, fmt: ReportFormat, *, several: bool) -> str | None:
    """Give the name of the file of one format: the output as it is, or, for several, with the format's ending."""
    if output is None or not several:
        return output
    named = Path(output)
    stem = named.with_suffix("") if named.suffix.lower() in _ENDINGS else named
    return f"{stem}{next(ending for ending, known in _ENDINGS.items() if known is fmt)}"


def _workspace_id(tenant: "TenantFacts", name: str) -> str:
    from outbrief.record.schedules import workspace_names
    from outbrief.record.scope import tenant_scope

    with tenant_scope(tenant.id):
        ids = {known: workspace_id for workspace_id, known in workspace_names()}
    if name not in ids:
        raise unknown(name, ids, field="workspaceId")
    return str(ids[name])

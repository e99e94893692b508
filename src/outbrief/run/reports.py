"""One report from question to bytes: query, compose, render."""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from outbrief.compose import compose, questions
from outbrief.query import answers
from outbrief.record import schedules
from outbrief.record.generations import Order
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts
from outbrief.render.batches import table_batches
from outbrief.render.formats import FORMATS, open_writer
from outbrief.render.pdf import write_pdf
from outbrief.render.workbook import write_workbook
from outbrief.render.writer import Sink, WriteSummary
from outbrief.run import parts, templates
from outbrief.run.conditions import held_back
from outbrief.run.contents import check_contents
from outbrief.terms.calendar import comparison_of, resolve_period
from outbrief.terms.document import Document
from outbrief.terms.export import ExportFormat
from outbrief.terms.report import ReportFormat, ReportType, check_report_format, check_report_type
from outbrief.terms.report_config import ReportConfig, check_report_config
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Table

EXTENSIONS = {ReportFormat.CSV: "csv", ReportFormat.EXCEL: "xlsx", ReportFormat.PDF: "pdf"}
CONTENT_TYPES = {
    ReportFormat.CSV: FORMATS[ExportFormat.CSV].content_type,
    ReportFormat.EXCEL: FORMATS[ExportFormat.EXCEL].content_type,
    ReportFormat.PDF: "application/pdf",
}


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A composed report and what was asked. `held_back` says why it shall not go out by itself; empty if it shall."""

    document: Document
    asked: ReportConfig
    held_back: str


def draft(order: Order, tenant: TenantFacts, *, at: dt.datetime, now: dt.datetime) -> Document:
    """Answer the questions of a report and compose them; `at` is the occurrence that the period is resolved against."""
    return weigh(order, tenant, at=at, now=now).document


def weigh(order: Order, tenant: TenantFacts, *, at: dt.datetime, now: dt.datetime) -> Weighed:
    """Compose a report as `draft` does, and hold its conditions against the answers."""
    asked = check_report_config(order.config)
    request = _request(order, asked, tenant, at=at)
    named = questions(request)
    answered = dict(zip(named, answers(parts.engine(tenant.id), list(named.values())), strict=True))
    document = compose(request, answered, as_of=now)
    return Weighed(document=document, asked=asked, held_back=held_back(asked, answered, document))


def check(order: Order, tenant: TenantFacts, *, at: dt.datetime) -> None:
    """Check what a report is asked to be, in the tenant's scope; InvalidInput names the field that is wrong."""
    check_report_format(order.format)
    resolve_period(order.date_range, at=at, timezone=tenant.timezone)
    check_contents(check_report_type(order.report_type), order.config)
    if order.workspace_id:
        schedules.workspace_name(order.workspace_id)


def write(document: Document, fmt: ReportFormat, sink: Sink) -> WriteSummary:
    """Write a document in a format; the rows counted are those of its main table."""
    table = document.table(document.main_table)
    if fmt is ReportFormat.CSV:
        writer = open_writer(ExportFormat.CSV, sink, table.columns)
        writer.begin()
        for batch in table_batches(table):
            writer.write(batch)
        written = writer.finish()
        return replace(written, notes=(*written.notes, *_left_out(table)))
    sink.write(write_pdf(document) if fmt is ReportFormat.PDF else write_workbook(document))
    return WriteSummary(rows=len(table.rows))


def _left_out(table: Table) -> tuple[str, ...]:
    if table.total_rows <= len(table.rows):
        return ()
    return (f"The first {len(table.rows)} of {table.total_rows} rows; an export holds them all.",)


def filename(document: Document, fmt: ReportFormat) -> str:
    """Give the name under which people save a report; the title is text of theirs, cut down to what file names take."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in document.title.lower())
    name = "-".join(part for part in plain.split("-") if part)[:60] or document.report_type
    return f"{name}-{document.as_of:%Y-%m-%d}.{EXTENSIONS[fmt]}"


def _request(order: Order, asked: ReportConfig, tenant: TenantFacts, *, at: dt.datetime) -> ReportRequest:
    period = resolve_period(order.date_range, at=at, timezone=tenant.timezone)
    workspaces = [*([order.workspace_id] if order.workspace_id else []), *asked.filters.workspace_ids]
    filters = replace(asked.filters, workspace_ids=tuple(dict.fromkeys(workspaces)))
    report_type = ReportType(order.report_type)
    chosen = templates.resolve(tenant, asked, report_type)
    return ReportRequest(
        report_type=report_type,
        title=order.title,
        brand=chosen.brand,
        timezone=tenant.timezone,
        period=period,
        comparison=comparison_of(period, order.date_range),
        scope=_scope(tenant.id, filters.workspace_ids),
        filters=filters,
        measures=chosen.measures,
        sections=chosen.sections,
        look=chosen.look,
    )


def _scope(tenant_id: UUID, workspace_ids: tuple[str, ...]) -> str:
    if not workspace_ids:
        return "All workspaces"
    with tenant_scope(tenant_id):
        return ", ".join(schedules.workspace_name(workspace_id) for workspace_id in workspace_ids)

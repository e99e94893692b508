"""Reports: made once, and every run of one with its file and its deliveries."""

import datetime as dt
from itertools import zip_longest
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status

from outbrief import access
from outbrief.api.auth import actor_of
from outbrief.api.schemas import (
    DeliveryOut,
    FileOut,
    GenerationAccepted,
    GenerationDetail,
    GenerationOut,
    GenerationPage,
    ReportAsked,
    Resent,
    answers,
)
from outbrief.record import audit
from outbrief.record import generations as record
from outbrief.record.cursors import page_of
from outbrief.record.models import ReportGeneration
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import plan, report_files
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.report import GenerationStatus, ReportFormat, ReportType, Trigger

LINK_LASTS = dt.timedelta(hours=1)

once = Router(tags=["reports"], by_alias=True)
router = Router(tags=["report generations"], by_alias=True)


@once.post("", response=answers(202, GenerationAccepted, 401, 403, 409, 422, 429, 503), summary="Make a report now")
def create_report(request: HttpRequest, asked: ReportAsked) -> Status[GenerationAccepted]:
    """Make a report once, without a schedule, and mail it to the recipients, if there are any."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "report"):
        tenant = tenant_facts(actor.tenant_id)
        order = order_from(asked, tenant, notify=actor.email or None)
        generation = plan.one_off(tenant, order, actor=actor.name, now=now)
    accepted = GenerationAccepted(generation_id=generation.id, status=GenerationStatus(generation.status))
    return Status(202, accepted)


@router.get("", response=answers(200, GenerationPage, 401, 403, 422, 429, 503), summary="List report generations")
def list_generations(
    request: HttpRequest,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> GenerationPage:
    """Give every run of every report of the tenant, newest first."""
    with access.acting(actor_of(request), "read"):
        rows, following = page_of(record.newest_first(), newest_by="generated_at", cursor=cursor, limit=limit)
    return GenerationPage(items=[generation_out(row) for row in rows], next=following)


@router.get(
    "/{generation_id}",
    response=answers(200, GenerationDetail, 401, 403, 404, 429, 503),
    summary="Look at a report generation",
)
def get_generation(request: HttpRequest, generation_id: UUID) -> GenerationDetail:
    """Give one run of a report: what became of each recipient's mail, and links to its files that last an hour."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "read"):
        generation = access.find(record.get, generation_id)
        deliveries = [
            DeliveryOut(
                recipient=row.recipient,
                status=DeliveryStatus(row.status),
                attempts=row.attempts,
                sent_at=row.sent_at,
                answer=row.provider_answer,
            )
            for row in generation.deliveries.order_by("recipient")
        ]
        links = report_files.links_of(generation, lasts=LINK_LASTS, now=now)
        if links:
            audit.note(tenant_id=actor.tenant_id, actor=actor.name, action="report.link_given", object_id=generation.id)
    return GenerationDetail(
        **dict(generation_out(generation)),
        deliveries=deliveries,
        files=[_file_out(file, link) for file, link in zip_longest(record.files_of(generation), links)],
        download_url=links[0] if links else None,
        expires_at=now + LINK_LASTS if links else None,
    )


@router.post(
    "/{generation_id}/resend",
    response=answers(202, Resent, 401, 403, 404, 409, 429, 503),
    summary="Resend to failed recipients",
)
def resend_generation(request: HttpRequest, generation_id: UUID) -> Status[Resent]:
    """Send the same file again to the recipients whose delivery failed; 409 when there are none."""
    actor = actor_of(request)
    with access.acting(actor, "report"):
        recipients = plan.resend(access.find(record.get, generation_id), actor=actor.name)
        status = GenerationStatus(record.get(generation_id).status)
    return Status(202, Resent(generation_id=generation_id, status=status, recipients=recipients))


def order_from(asked: ReportAsked, tenant: TenantFacts, *, notify: str | None) -> record.Order:
    """Give the order for a report that is made once; `notify` is told when it fails."""
    return record.Order(
        title=asked.name or asked.report_type.replace("_", " ").capitalize(),
        report_type=asked.report_type,
        format=asked.format,
        date_range=asked.date_range,
        timezone=tenant.timezone,
        workspace_id=str(asked.workspace_id) if asked.workspace_id else None,
        config=asked.config,
        recipients=tuple(asked.recipients),
        notify=notify,
    )


def generation_out(generation: ReportGeneration) -> GenerationOut:
    """Show a generation without its deliveries."""
    known, order = generation.metadata or {}, record.order_of(generation)
    return GenerationOut(
        generation_id=generation.id,
        scheduled_report_id=generation.scheduled_report_id,
        name=order.title,
        report_type=ReportType(order.report_type),
        format=ReportFormat(order.format),
        status=GenerationStatus(generation.status),
        trigger=Trigger(generation.trigger),
        generated_at=generation.generated_at,
        scheduled_for=generation.scheduled_for,
        attempt=generation.attempt,
        progress=generation.progress,
        generation_time_ms=generation.generation_time_ms,
        file_size=generation.file_size_bytes,
        row_count=generation.row_count,
        sha256=known.get("sha256"),
        notes=known.get("notes", []),
        sent_to=generation.sent_to or [],
        error=generation.error_message,
    )


def _file_out(file: record.ReportFile, link: str | None) -> FileOut:
    made = file.artifact
    return FileOut(
        format=file.format,
        filename=made.filename,
        content_type=made.content_type,
        size=made.size,
        row_count=made.rows,
        sha256=made.sha256,
        notes=list(made.notes),
        download_url=link,
    )

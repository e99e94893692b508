"""Exports: asked for, looked at, cancelled, deleted."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router
from ninja.responses import Status

from outbrief import access
from outbrief.access import Actor
from outbrief.api.auth import actor_of
from outbrief.api.schemas import ExportAccepted, ExportAsked, ExportListed, ExportOut, ExportPage, answers
from outbrief.record import audit
from outbrief.record import exports as record
from outbrief.record.cursors import page_of
from outbrief.record.exports import ExportOrder
from outbrief.record.models import ExportJob
from outbrief.record.tenants import tenant_facts
from outbrief.run import exports as run
from outbrief.terms.export import ExportStatus

router = Router(tags=["exports"], by_alias=True)


@router.post("", response=answers(200, ExportAccepted, 401, 403, 409, 422, 429, 503), summary="Ask for an export")
def create_export(
    request: HttpRequest,
    asked: ExportAsked,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> ExportAccepted:
    """Defer an export. The same Idempotency-Key gives the same export; with another body it is refused (409)."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    order = ExportOrder(
        export_type=asked.export_type,
        format=asked.format,
        fields=asked.fields or [],
        filters=asked.filters or {},
        date_range=asked.date_range,
    )
    with access.acting(actor, "export"):
        job, seconds = run.request_export(
            tenant_facts(actor.tenant_id),
            order,
            user_id=actor.user_id,
            actor=actor.name,
            idempotency_key=idempotency_key,
            now=now,
        )
    return ExportAccepted(export_id=job.id, status=ExportStatus(job.status), estimated_time=seconds)


@router.get("", response=answers(200, ExportPage, 401, 403, 422, 429, 503), summary="List exports", exclude_unset=True)
def list_exports(
    request: HttpRequest,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ExportPage:
    """Give the tenant's exports, newest first. Their links are given one by one."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "export"):
        jobs, following = page_of(record.newest_first(), newest_by="created_at", cursor=cursor, limit=limit)
    return ExportPage(items=[_listed(job, now=now) for job in jobs], next=following)


@router.get(
    "/{export_id}",
    response=answers(200, ExportOut, 401, 403, 404, 429, 503),
    summary="Look at an export",
    exclude_unset=True,
)
def get_export(request: HttpRequest, export_id: UUID) -> ExportOut:
    """Give the progress of an export and, once it is complete, the link to its file, which lasts an hour."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "export"):
        job = access.find(record.get, export_id)
        known = _known(job, now=now)
        if known["status"] is ExportStatus.COMPLETED:
            known["download_url"] = job.download_url
            audit.note(tenant_id=job.tenant_id, actor=actor.name, action="export.link_given", object_id=job.id)
    return ExportOut.model_validate(known)


@router.post(
    "/{export_id}/cancel",
    response=answers(200, ExportOut, 401, 403, 404, 409, 429, 503),
    summary="Cancel an export",
    exclude_unset=True,
)
def cancel_export(request: HttpRequest, export_id: UUID) -> ExportOut:
    """Stop an export that is pending or processing; one that is over stays as it is (409)."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "export"):
        job = _to_change(actor, export_id)
        run.cancel(job, actor=actor.name, now=now)
        return ExportOut.model_validate(_known(record.get(export_id), now=now))


@router.delete(
    "/{export_id}", response=answers(204, None, 401, 403, 404, 429, 503), summary="Delete an export and its file"
)
def delete_export(request: HttpRequest, export_id: UUID) -> Status[None]:
    """Delete an export and its file; one that is under way is cancelled first."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "export"):
        run.delete(_to_change(actor, export_id), actor=actor.name, now=now)
    return Status(204, None)


def _to_change(actor: Actor, export_id: UUID) -> ExportJob:
    """Find an export that the actor may change."""
    job = access.find(record.get, export_id)
    access.permit_change(actor, maker_id=job.user_id)
    return job


def _listed(job: ExportJob, *, now: dt.datetime) -> ExportListed:
    asked = {"export_type": job.export_type, "format": job.format, "created_at": job.created_at}
    return ExportListed.model_validate({**_known(job, now=now), **asked})


def _known(job: ExportJob, *, now: dt.datetime) -> dict[str, object]:
    """Give what there is to say of a job in its state, but for the link."""
    status = ExportStatus(job.status)
    if status is ExportStatus.COMPLETED and job.expires_at is not None and job.expires_at <= now:
        # The file goes with the next sweep; the link ends at its hour.
        status = ExportStatus.EXPIRED
    known: dict[str, object] = {"export_id": job.id, "status": status}
    if status in record.ALIVE:
        known["progress"] = job.progress
    elif status in (ExportStatus.COMPLETED, ExportStatus.EXPIRED):
        known |= {"expires_at": job.expires_at, "file_size": job.file_size_bytes}
        known |= {"row_count": job.row_count, "sha256": job.sha256}
        if job.error_message:
            known["notes"] = job.error_message
    elif status is ExportStatus.FAILED:
        known["error"] = job.error_message
    return known

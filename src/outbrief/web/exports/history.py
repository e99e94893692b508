"""The history of exports, and the page of each: how far it is, its file, and what can be done."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, find, permit_change
from outbrief.record import audit
from outbrief.record import exports as record
from outbrief.record.cursors import page_of
from outbrief.record.models import ExportJob
from outbrief.record.tenants import tenant_facts
from outbrief.run import exports as run
from outbrief.terms.export import ExportStatus, ExportType
from outbrief.web import notices, words
from outbrief.web.exports.choices import from_export
from outbrief.web.exports.wording import asked_words, filter_words, left
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.rows import FileWords, export_row, rows_so_far, time_left
from outbrief.web.words import State

_ON_A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class ExportShown:
    """One export in words. `progress` is a percentage while it is under way, else None."""

    id: UUID
    title: str
    filters: str
    who: str
    at: str
    at_iso: str
    status: str
    state: State
    progress: int | None
    rows: str
    so_far: str
    time_left: str
    file: FileWords | None
    expires: str
    expires_at: str
    reason: str
    may_change: bool


@require_safe
@members("export")
def exports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the exports of the tenant, newest first; one state or dataset of them when the address says so."""
    now = dt.datetime.now(dt.UTC)
    status = _one_of(ExportStatus, request.GET.get("state", ""))
    dataset = _one_of(ExportType, request.GET.get("dataset", ""))
    found = record.newest_first(status=status, export_type=dataset).select_related("user")
    jobs, following = page_of(found, newest_by="created_at", cursor=request.GET.get("cursor"), limit=_ON_A_PAGE)
    shown = [_shown(job, actor, now=now) for job in jobs]
    context = {
        "exports": shown,
        "following": following or "",
        "busy": any(one.progress is not None for one in shown),
        "statuses": words.choices(ExportStatus),
        "datasets": words.choices(ExportType),
        "chosen_status": status,
        "chosen_dataset": dataset,
        "timezone": words.zone(actor.timezone),
    }
    return page(request, actor, "web/exports/exports.html", context)


@require_safe
@members("export")
def export(request: HttpRequest, actor: Actor, export_id: UUID) -> HttpResponse:
    """Show one export; to the page's own script only what changes while it is made."""
    now = dt.datetime.now(dt.UTC)
    job = find(record.get, export_id)
    tenant = tenant_facts(actor.tenant_id)
    context = {
        "export": _shown(job, actor, now=now),
        "job": job,
        "asked": asked_words(job, timezone=tenant.timezone),
        "took": words.duration(job.processing_time_ms) if job.processing_time_ms is not None else "",
        "similar": f"{reverse('web:new-export')}?{from_export(job).query}",
        "once": str(uuid.uuid4()),
        "timezone": words.zone(actor.timezone),
    }
    if HtmxDetails(request):
        return render(request, "web/exports/_export.html", {**context, "is_fragment": True})
    return page(request, actor, "web/exports/export.html", context)


@require_POST
@members("export")
def cancel_export(request: HttpRequest, actor: Actor, export_id: UUID) -> HttpResponse:
    """Cancel an export that is under way."""
    run.cancel(_to_change(actor, export_id), actor=actor.name, now=dt.datetime.now(dt.UTC))
    notices.say(request, "The export was cancelled.")
    return redirect("web:export", export_id=export_id)


@require_POST
@members("export")
def delete_export(request: HttpRequest, actor: Actor, export_id: UUID) -> HttpResponse:
    """Delete an export and its file."""
    run.delete(_to_change(actor, export_id), actor=actor.name, now=dt.datetime.now(dt.UTC))
    notices.say(request, "The export and its file were deleted.")
    return redirect("web:exports")


@require_POST
@members("export")
def repeat_export(request: HttpRequest, actor: Actor, export_id: UUID) -> HttpResponse:
    """Make an export once more, as it was asked for."""
    job = find(record.get, export_id)
    once = request.POST.get("once", "")[:36]
    again, _ = run.request_export(
        tenant_facts(actor.tenant_id),
        record.order_of(job),
        user_id=actor.user_id,
        actor=actor.name,
        idempotency_key=f"again:{job.id}:{once}" if once else None,
        now=dt.datetime.now(dt.UTC),
    )
    return redirect("web:export", export_id=again.id)


def _one_of(choices: type[StrEnum], name: str) -> str:
    """Give a name that an address chooses, or nothing when there is no such one."""
    return name if name in list(choices) else ""


def _to_change(actor: Actor, export_id: UUID) -> ExportJob:
    job = find(record.get, export_id)
    permit_change(actor, maker_id=job.user_id)
    return job


def _shown(job: ExportJob, actor: Actor, *, now: dt.datetime) -> ExportShown:
    row = export_row(job, timezone=actor.timezone, now=now)
    over = job.status == ExportStatus.COMPLETED and job.expires_at is not None and job.expires_at <= now
    # The file goes with the next sweep; the link ends at its hour.
    status = ExportStatus.EXPIRED.value if over else str(job.status)
    filters = filter_words(ExportType(job.export_type), job.filters or {})
    return ExportShown(
        id=job.id,
        title=row.title,
        filters="; ".join(filters),
        who=audit.person_name(job.user) if job.user else "",
        at=row.at,
        at_iso=row.at_iso,
        status=status,
        state=words.state(status),
        progress=row.progress,
        rows=words.grouped(job.row_count or 0),
        so_far=rows_so_far(job),
        time_left=time_left(job, now=now),
        file=row.file,
        expires=left(job.expires_at, now=now) if row.expires and job.expires_at else "",
        expires_at=row.expires,
        reason=row.reason,
        may_change="report" in actor.verbs or (job.user_id is not None and job.user_id == actor.user_id),
    )

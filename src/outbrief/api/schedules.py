"""Scheduled reports: made, changed, run now, previewed."""

import dataclasses
import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from outbrief import access
from outbrief.api.auth import actor_of
from outbrief.api.previews import FILES, Page, ShownAs, shown
from outbrief.api.reports import generation_out
from outbrief.api.schemas import (
    GenerationAccepted,
    GenerationPage,
    ScheduleAsked,
    ScheduleChanged,
    ScheduleOut,
    SchedulePage,
    answers,
)
from outbrief.record import generations
from outbrief.record import schedules as record
from outbrief.record.cursors import page_of
from outbrief.record.models import ScheduledReport
from outbrief.record.tenants import tenant_facts
from outbrief.run import plan
from outbrief.run import schedules as run
from outbrief.terms.calendar import Frequency
from outbrief.terms.report import GenerationStatus, ReportFormat, ReportType

router = Router(tags=["scheduled reports"], by_alias=True)


@router.get("", response=answers(200, SchedulePage, 401, 403, 422, 429, 503), summary="List scheduled reports")
def list_schedules(
    request: HttpRequest,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> SchedulePage:
    """Give the tenant's scheduled reports, newest first."""
    with access.acting(actor_of(request), "read"):
        rows, following = page_of(record.newest_first(), newest_by="created_at", cursor=cursor, limit=limit)
    return SchedulePage(items=[_shown(row) for row in rows], next=following)


@router.post("", response=answers(201, ScheduleOut, 401, 403, 422, 429, 503), summary="Schedule a report")
def create_schedule(request: HttpRequest, asked: ScheduleAsked) -> Status[ScheduleOut]:
    """Schedule a report; it first runs at its next occurrence."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "report"):
        tenant = tenant_facts(actor.tenant_id)
        settings = run.ScheduleAsked(**{**dict(asked), "timezone": asked.timezone or tenant.timezone})
        schedule = run.create(tenant, settings, actor=actor.name, creator=actor.email, now=now)
        schedule.refresh_from_db()
    return Status(201, _shown(schedule))


@router.get(
    "/{schedule_id}", response=answers(200, ScheduleOut, 401, 403, 404, 429, 503), summary="Look at a scheduled report"
)
def get_schedule(request: HttpRequest, schedule_id: UUID) -> ScheduleOut:
    """Give the settings of a scheduled report, and when it last ran and next runs."""
    with access.acting(actor_of(request), "read"):
        return _shown(access.find(record.get, schedule_id))


@router.patch(
    "/{schedule_id}",
    response=answers(200, ScheduleOut, 401, 403, 404, 422, 429, 503),
    summary="Change a scheduled report",
)
def change_schedule(request: HttpRequest, schedule_id: UUID, changes: ScheduleChanged) -> ScheduleOut:
    """Change the settings that are given; `isActive` false pauses it. What it already sent stays as it was."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    with access.acting(actor, "report"):
        schedule = access.find(record.locked, schedule_id)
        if "config" in given:
            # Who is told of failures stays, unless that is what changes.
            given["config"] = {**_notify_of(schedule), **changes.config}
        settings = dataclasses.replace(run.asked_of(schedule), **given)
        run.check_days(settings, given)
        changed = run.change(tenant_facts(actor.tenant_id), schedule, settings, actor=actor.name, now=now)
        return _shown(changed)


@router.delete(
    "/{schedule_id}", response=answers(204, None, 401, 403, 404, 429, 503), summary="Delete a scheduled report"
)
def delete_schedule(request: HttpRequest, schedule_id: UUID) -> Status[None]:
    """Delete a scheduled report; its generations stay."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "report"):
        run.delete(actor.tenant_id, access.find(record.get, schedule_id), actor=actor.name, now=now)
    return Status(204, None)


@router.post(
    "/{schedule_id}/run",
    response=answers(202, GenerationAccepted, 401, 403, 404, 409, 429, 503),
    summary="Run a scheduled report now",
)
def run_schedule(request: HttpRequest, schedule_id: UUID) -> Status[GenerationAccepted]:
    """Make the report and mail it once more, now; its next occurrence does not change."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "report"):
        generation = plan.run_now(access.find(record.get, schedule_id), actor=actor.name, now=now)
    accepted = GenerationAccepted(generation_id=generation.id, status=GenerationStatus(generation.status))
    return Status(202, accepted)


@router.get(
    "/{schedule_id}/generations",
    response=answers(200, GenerationPage, 401, 403, 404, 422, 429, 503),
    summary="List the generations of a scheduled report",
)
def list_schedule_generations(
    request: HttpRequest,
    schedule_id: UUID,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> GenerationPage:
    """Give the runs of a scheduled report, newest first."""
    with access.acting(actor_of(request), "read"):
        schedule = access.find(record.get, schedule_id)
        theirs = generations.newest_first().filter(scheduled_report_id=schedule.id)
        rows, following = page_of(theirs, newest_by="generated_at", cursor=cursor, limit=limit)
    return GenerationPage(items=[generation_out(row) for row in rows], next=following)


@router.post(
    "/{schedule_id}/preview",
    response=answers(200, None, 401, 403, 404, 422, 429, 503),
    summary="Preview a scheduled report",
    openapi_extra=FILES,
)
def preview_schedule(request: HttpRequest, schedule_id: UUID, shown_as: ShownAs = None, page: Page = 1) -> HttpResponse:
    """Make the report as it would be now, and give the file or a picture of a page; nothing is kept or sent."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "read"):
        tenant = tenant_facts(actor.tenant_id)
        order = plan.order_for(access.find(record.get, schedule_id))
    return shown(request, order, tenant, shown_as=shown_as, page=page, now=now)


def _notify_of(schedule: ScheduledReport) -> dict[str, object]:
    return {key: value for key, value in (schedule.config or {}).items() if key == "notify"}


def _shown(schedule: ScheduledReport) -> ScheduleOut:
    time = schedule.time or dt.time(0)
    return ScheduleOut(
        id=schedule.id,
        name=schedule.name,
        description=schedule.description,
        report_type=ReportType(schedule.report_type),
        format=ReportFormat(schedule.format),
        frequency=Frequency(schedule.frequency),
        time=time.isoformat("seconds" if time.second else "minutes"),
        timezone=schedule.timezone,
        day_of_week=schedule.day_of_week,
        day_of_month=schedule.day_of_month,
        date_range=schedule.date_range or "",
        recipients=schedule.recipients or [],
        workspace_id=schedule.workspace_id,
        config=schedule.config or {},
        is_active=schedule.is_active,
        created_at=schedule.created_at,
        updated_at=schedule.updated_at,
        last_run_at=schedule.last_run_at,
        next_run_at=schedule.next_run_at,
    )

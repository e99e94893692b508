"""Schedules: made, changed, paused, deleted, restored, and claimed when due.

One that is deleted is not found by anything here but `restore` and `forget_deleted`.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from outbrief.record.models import ScheduledReport, Workspace
from outbrief.terms.calendar import Frequency, Recurrence, next_occurrence
from outbrief.terms.errors import InvalidInput, NotFound
from outbrief.terms.report import ReportFormat, ReportType


@dataclass(frozen=True, kw_only=True)
class ScheduleSettings:
    """Everything a person decides about a schedule, checked. `config` is kept as it was given."""

    name: str
    description: str | None
    report_type: ReportType
    format: ReportFormat
    date_range: str
    recurrence: Recurrence
    recipients: tuple[str, ...]
    workspace_id: UUID | None
    config: Mapping[str, object]
    is_active: bool


def create(tenant_id: UUID, settings: ScheduleSettings, *, now: dt.datetime) -> ScheduledReport:
    """Create a schedule whose first occurrence is the next after `now`. To be called in the tenant's scope."""
    schedule = ScheduledReport(tenant_id=tenant_id)
    _apply(schedule, settings, now=now)
    schedule.save(force_insert=True)
    return schedule


def change(schedule: ScheduledReport, settings: ScheduleSettings, *, now: dt.datetime) -> ScheduledReport:
    """Change a schedule, in the tenant's scope; its next occurrence is found anew if when it runs has changed.

    Otherwise the next one stays, so that one that is due already is not lost. The schedule must be `locked`.
    """
    standing = schedule.next_run_at if schedule.is_active and recurrence_of(schedule) == settings.recurrence else None
    _apply(schedule, settings, now=now)
    if settings.is_active and standing is not None:
        schedule.next_run_at = standing
    schedule.save()
    return schedule


def pause(schedule_id: UUID, *, now: dt.datetime) -> bool:
    """Pause a schedule: nothing is due until it is active again. Tells whether it was active."""
    active = _kept().filter(id=schedule_id, is_active=True)
    return bool(active.update(is_active=False, next_run_at=None, updated_at=now))


def resume(schedule: ScheduledReport, *, now: dt.datetime) -> bool:
    """Let a locked schedule run again from its next occurrence after `now`. Tells whether it was paused."""
    if schedule.is_active:
        return False
    schedule.is_active = True
    schedule.next_run_at = next_occurrence(recurrence_of(schedule), now)
    schedule.updated_at = now
    schedule.save(update_fields=["is_active", "next_run_at", "updated_at"])
    return True


def delete(schedule_id: UUID, *, now: dt.datetime) -> bool:
    """Delete a schedule so that it can be restored. Tells whether it was there."""
    return bool(_kept().filter(id=schedule_id).update(deleted_at=now, is_active=False, next_run_at=None))


def restore(schedule_id: UUID, *, now: dt.datetime) -> ScheduledReport:
    """Take back the deletion of a schedule of the tenant in scope, and give it, locked and paused.

    NotFound when it was not deleted, or so long ago that it is gone.
    """
    deleted = ScheduledReport.objects.filter(id=schedule_id, deleted_at__isnull=False)
    if not deleted.update(deleted_at=None, updated_at=now):
        raise NotFound("There is no deleted schedule with this id.")
    return locked(schedule_id)


def forget_deleted(*, before: dt.datetime, limit: int) -> int:
    """Remove schedules deleted before an instant for good; give how many. To be called unscoped.

    Their generations stay, as reports without a schedule.
    """
    # One that somebody restores at this moment is passed over, and stays.
    gone = ScheduledReport.objects.select_for_update(skip_locked=True, of=("self",)).filter(deleted_at__lt=before)
    ids = list(gone.order_by("deleted_at").values_list("id", flat=True)[:limit])
    ScheduledReport.objects.filter(id__in=ids).delete()
    return len(ids)


def get(schedule_id: UUID) -> ScheduledReport:
    """Read a schedule of the tenant in scope; NotFound when it has none with this id."""
    try:
        return _kept().get(id=schedule_id)
    except ScheduledReport.DoesNotExist:
        raise NotFound("There is no scheduled report with this id.") from None


def locked(schedule_id: UUID) -> ScheduledReport:
    """Read a schedule to change it: nobody else changes it, or plans it, before the transaction ends."""
    schedule = _kept().select_for_update(of=("self",)).filter(id=schedule_id).first()
    return schedule or get(schedule_id)


def newest_first() -> "QuerySet[ScheduledReport]":
    """Give the schedules of the tenant in scope, newest first."""
    return _kept().order_by("-created_at", "-id")


def matching(
    *, name: str = "", active: bool | None = None, report_type: str = "", workspace_id: UUID | None = None
) -> "QuerySet[ScheduledReport]":
    """Give the schedules of the tenant in scope that are so, newest first; what is not given does not matter."""
    rows = newest_first()
    if name:
        rows = rows.filter(name__icontains=name)
    if active is not None:
        rows = rows.filter(is_active=active)
    if report_type:
        rows = rows.filter(report_type=report_type)
    if workspace_id is not None:
        rows = rows.filter(workspace_id=workspace_id)
    return rows


def next_due() -> ScheduledReport | None:
    """Give the schedule of the tenant in scope that runs next."""
    return _kept().filter(is_active=True, next_run_at__isnull=False).order_by("next_run_at", "id").first()


def claim_due(*, now: dt.datetime, limit: int) -> Sequence[ScheduledReport]:
    """Lock up to `limit` schedules that are due, passing over those another tick holds. To be called unscoped.

    The locks last until the transaction ends.
    """
    due = _kept().select_for_update(skip_locked=True, of=("self",))
    return list(due.filter(is_active=True, next_run_at__lte=now).order_by("next_run_at", "id")[:limit])


def recurrence_of(schedule: ScheduledReport) -> Recurrence:
    """Give the recurrence of a schedule as it is recorded."""
    return Recurrence(
        frequency=Frequency(schedule.frequency),
        time=schedule.time or dt.time(0),
        timezone=schedule.timezone,
        day_of_week=schedule.day_of_week,
        day_of_month=schedule.day_of_month,
    )


def move_on(schedule: ScheduledReport, *, ran_for: dt.datetime, now: dt.datetime) -> None:
    """Record that the occurrence `ran_for` was planned and set the next one, which is after `now`."""
    schedule.last_run_at = ran_for
    schedule.next_run_at = next_occurrence(recurrence_of(schedule), max(ran_for, now))
    schedule.save(update_fields=["last_run_at", "next_run_at"])


def workspace_name(workspace_id: UUID | str) -> str:
    """Give the name of a workspace of the tenant in scope; InvalidInput names the field when it has none such."""
    name = Workspace.objects.filter(id=workspace_id).values_list("name", flat=True).first()
    if name is None:
        raise InvalidInput(f"there is no workspace {workspace_id}.", field="workspaceId")
    return name


def check_workspaces(workspace_ids: Collection[str], *, field: str) -> None:
    """Check that the tenant in scope has every one of these workspaces; InvalidInput names the first it has not."""
    known = {str(known) for known in Workspace.objects.filter(id__in=workspace_ids).values_list("id", flat=True)}
    for workspace_id in workspace_ids:
        if workspace_id not in known:
            raise InvalidInput(f"there is no workspace {workspace_id}.", field=field)


def workspace_names(*, limit: int = 1000) -> list[tuple[UUID, str]]:
    """Give ids and names of the workspaces of the tenant in scope, by name."""
    return list(Workspace.objects.order_by("name").values_list("id", "name")[:limit])


def exists_anywhere(object_id: UUID) -> bool:
    """Tell whether a schedule, generation or export with this id exists in any tenant, and nothing else of it.

    A deleted schedule of the tenant in scope does not.
    """
    if ScheduledReport.objects.filter(id=object_id, deleted_at__isnull=False).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbrief_exists(%s)", [object_id])
        return bool(cursor.fetchone()[0])


def _kept() -> "QuerySet[ScheduledReport]":
    return ScheduledReport.objects.filter(deleted_at__isnull=True)


def _apply(schedule: ScheduledReport, settings: ScheduleSettings, *, now: dt.datetime) -> None:
    recurrence = settings.recurrence
    schedule.name = settings.name
    schedule.description = settings.description
    schedule.report_type = settings.report_type
    schedule.format = settings.format
    schedule.date_range = settings.date_range
    schedule.frequency = recurrence.frequency
    schedule.time = recurrence.time
    schedule.timezone = recurrence.timezone
    schedule.day_of_week = recurrence.day_of_week
    schedule.day_of_month = recurrence.day_of_month
    schedule.recipients = list(settings.recipients)
    schedule.workspace_id = settings.workspace_id
    schedule.config = dict(settings.config)
    schedule.is_active = settings.is_active
    schedule.next_run_at = next_occurrence(recurrence, now) if settings.is_active else None
    schedule.updated_at = now

"""What needs a look: reports that failed, recipients that were not reached, schedules that stopped, failed exports."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from outbrief.access import Actor
from outbrief.record import exports, generations, schedules
from outbrief.record.models import ReportDelivery, ReportGeneration, ScheduledReport
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.export import ExportStatus
from outbrief.terms.report import GenerationStatus
from outbrief.web import words
from outbrief.web.words import State

MOST = 8
_LATELY = dt.timedelta(days=14)
_EXPORTS_LATELY = dt.timedelta(days=1)
# So many runs back, and so many that went wrong, are looked at; who has more has them all under Reports.
_RUNS, _WRONG = 200, 50
_OVER = (GenerationStatus.SUCCESS, GenerationStatus.PARTIAL, GenerationStatus.FAILED)
_CAME_BACK = (DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED)
_SAID = {DeliveryStatus.BOUNCED: "bounced", DeliveryStatus.COMPLAINED: "marked the report as spam"}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that somebody should look at: what, why, and what mends it.

    `action` is the address whose POST mends it and `mend` the button's word; without them `mend` is the word of the
    link `address`, where it is told in full.
    """

    title: str
    at: str
    state: State
    reason: str
    address: str
    mend: str
    action: str = ""


def troubles(actor: Actor, workspace_id: UUID | None, *, now: dt.datetime) -> list[Trouble]:
    """Give what needs a look, the worst first; in the tenant's scope."""
    return [
        *_stopped(actor, workspace_id, now=now),
        *_went_wrong(actor, workspace_id, now=now),
        *_came_back(actor, workspace_id, now=now),
        *(_exports(actor, now=now) if "export" in actor.verbs else ()),
    ]


def _stopped(actor: Actor, workspace_id: UUID | None, *, now: dt.datetime) -> list[Trouble]:
    """Find the paused schedules whose last run failed: three failures in a row pause a schedule."""
    paused = schedules.newest_first().filter(is_active=False)
    if workspace_id:
        paused = paused.filter(workspace_id=workspace_id)
    names = dict(paused.values_list("id", "name")[:_WRONG])
    last = ReportGeneration.objects.filter(id__in=_latest_of(names).values(), status=GenerationStatus.FAILED)
    may = "report" in actor.verbs
    return [
        Trouble(
            title=names[schedule_id],
            at=words.moment(run.generated_at, actor.timezone, now=now),
            state=State(word="Paused", tone="bad"),
            reason=run.error_message or "",
            address=reverse("web:schedule", kwargs={"schedule_id": schedule_id}),
            mend="Mend and resume" if may else "Details",
        )
        for run in last.order_by("-generated_at")
        if (schedule_id := run.scheduled_report_id)
    ]


def _went_wrong(actor: Actor, workspace_id: UUID | None, *, now: dt.datetime) -> list[Trouble]:
    """Find the runs that failed or reached only some, unless a later one of their schedule went well."""
    wrong = _lately(workspace_id, now=now).filter(status__in=(GenerationStatus.FAILED, GenerationStatus.PARTIAL))
    runs = list(wrong.select_related("scheduled_report")[:_WRONG])
    later = _latest_of(run.scheduled_report_id for run in runs)
    found = []
    for run in runs:
        schedule = run.scheduled_report
        gone = schedule is not None and (schedule.deleted_at is not None or not schedule.is_active)
        if not gone and later.get(run.scheduled_report_id, run.id) == run.id:
            found.append(_wrong(run, actor, now=now))
    return found


def _wrong(run: ReportGeneration, actor: Actor, *, now: dt.datetime) -> Trouble:
    mend, action = "Details", ""
    if "report" in actor.verbs:
        view, mend = ("resend", "Resend to failed") if run.file_path else ("run-again", "Run again")
        action = reverse(f"web:{view}", kwargs={"generation_id": run.id})
    return Trouble(
        title=generations.order_of(run).title,
        at=words.moment(run.generated_at, actor.timezone, now=now),
        state=words.state(run.status),
        reason=run.error_message or "",
        address=reverse("web:generation", kwargs={"generation_id": run.id}),
        mend=mend,
        action=action,
    )


def _came_back(actor: Actor, workspace_id: UUID | None, *, now: dt.datetime) -> list[Trouble]:
    """Find the recipients whose mail came back after it was sent, in the last run of each schedule."""
    recent = _lately(workspace_id, now=now).filter(status=GenerationStatus.SUCCESS)
    ids = list(recent.values_list("id", flat=True)[:_RUNS])
    back = ReportDelivery.objects.filter(generation_id__in=ids, status__in=_CAME_BACK)
    deliveries = list(back.select_related("generation").order_by("-updated_at")[:_WRONG])
    later = _latest_of(delivery.generation.scheduled_report_id for delivery in deliveries)
    return [
        Trouble(
            title=f"{delivery.recipient} {_SAID[DeliveryStatus(delivery.status)]}",
            at=words.moment(delivery.updated_at, actor.timezone, now=now),
            state=words.state(delivery.status),
            reason=f"{generations.order_of(run).title}. {delivery.provider_answer}".strip(),
            address=reverse("web:generation", kwargs={"generation_id": run.id}),
            mend="Details",
        )
        for delivery in deliveries
        if (run := delivery.generation) and later.get(run.scheduled_report_id, run.id) == run.id
    ]


def _exports(actor: Actor, *, now: dt.datetime) -> list[Trouble]:
    failed = exports.newest_first().filter(status=ExportStatus.FAILED, created_at__gte=now - _EXPORTS_LATELY)
    return [
        Trouble(
            title=f"Export of {job.export_type}, {words.name(job.format)}",
            at=words.moment(job.created_at, actor.timezone, now=now),
            state=words.state(job.status),
            reason=job.error_message or "",
            address=reverse("web:export", kwargs={"export_id": job.id}),
            mend="Details",
        )
        for job in failed[:MOST]
    ]


def _lately(workspace_id: UUID | None, *, now: dt.datetime) -> "QuerySet[ReportGeneration]":
    return generations.matching(workspace_id=workspace_id, since=now - _LATELY)


def _latest_of(schedule_ids: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    """Give the last run that is over of each of these schedules."""
    named = {schedule_id for schedule_id in schedule_ids if schedule_id is not None}
    runs = ReportGeneration.objects.filter(scheduled_report_id=OuterRef("id"), status__in=_OVER)
    # By the index on each one's history: a schedule has a run for every day that it ever was due.
    last = Subquery(runs.order_by("-generated_at", "-id").values("id")[:1])
    found = ScheduledReport.objects.filter(id__in=named).annotate(last=last).values_list("id", "last")
    return {schedule_id: run_id for schedule_id, run_id in found if run_id}

"""What needs a look: reports that failed, recipients that were not reached, schedules that stopped, failed exports."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from outbrief.access import Actor
from outbrief.record import exports, generations, schedules
from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.export import ExportStatus
from outbrief.terms.report import GenerationStatus
from outbrief.web import words
from outbrief.web.overview.narrowed import of_workspace
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
    last = ReportGeneration.objects.filter(scheduled_report_id__in=names, status__in=_OVER)
    last = last.order_by("scheduled_report_id", "-generated_at").distinct("scheduled_report_id")
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
        for run in last
        if (schedule_id := run.scheduled_report_id) and run.status == GenerationStatus.FAILED
    ]


def _went_wrong(actor: Actor, workspace_id: UUID | None, *, now: dt.datetime) -> list[Trouble]:
    """Find the runs that failed or reached only some, unless a later one of their schedule went well."""
    wrong = of_workspace(_lately(now), workspace_id).filter(
        status__in=(GenerationStatus.FAILED, GenerationStatus.PARTIAL)
    )
    runs = list(wrong.select_related("scheduled_report")[:_WRONG])
    later = _latest_of(run.scheduled_report_id for run in runs)
    found = []
    for run in runs:
        schedule = run.scheduled_report
        gone = schedule is not None and (schedule.deleted_at is not None or not schedule.is_active)
        if not gone and (run.scheduled_report_id is None or later[run.scheduled_report_id] == run.id):
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
    recent = of_workspace(_lately(now), workspace_id).filter(status=GenerationStatus.SUCCESS)[:_RUNS]
    runs = {run.id: run for run in recent}
    later = _latest_of(run.scheduled_report_id for run in runs.values())
    back = ReportDelivery.objects.filter(generation_id__in=runs, status__in=_CAME_BACK).order_by("-updated_at")[:_WRONG]
    found = []
    for delivery in back:
        run = runs[delivery.generation_id]
        if run.scheduled_report_id is None or later[run.scheduled_report_id] == run.id:
            found.append(
                Trouble(
                    title=f"{delivery.recipient} {_SAID[DeliveryStatus(delivery.status)]}",
                    at=words.moment(delivery.updated_at, actor.timezone, now=now),
                    state=words.state(delivery.status),
                    reason=f"{generations.order_of(run).title}. {delivery.provider_answer}".strip(),
                    address=reverse("web:generation", kwargs={"generation_id": run.id}),
                    mend="Details",
                )
            )
    return found


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


def _lately(now: dt.datetime) -> "QuerySet[ReportGeneration]":
    return generations.newest_first().filter(generated_at__gte=now - _LATELY)


def _latest_of(schedule_ids: Iterable[UUID | None]) -> dict[UUID, UUID]:
    """Give the last run that is over of each of these schedules."""
    named: Sequence[UUID] = [schedule_id for schedule_id in set(schedule_ids) if schedule_id is not None]
    last = ReportGeneration.objects.filter(scheduled_report_id__in=named, status__in=_OVER)
    last = last.order_by("scheduled_report_id", "-generated_at", "-id").distinct("scheduled_report_id")
    return dict(last.values_list("scheduled_report_id", "id"))

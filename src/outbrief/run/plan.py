"""Due to generation to job: what is to be made, each in the transaction that records it."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import django.db
from django.db import transaction

from outbrief import telemetry
from outbrief.record import audit, deliveries, generations, queue, schedules
from outbrief.record.generations import Order
from outbrief.record.models import ReportGeneration, ScheduledReport
from outbrief.record.scope import unscoped
from outbrief.record.tenants import TenantFacts
from outbrief.run import reports
from outbrief.run.schedules import check_recipients
from outbrief.terms.calendar import occurrences
from outbrief.terms.errors import Conflict, InvalidInput, NotFound
from outbrief.terms.report import GenerationStatus, Trigger
from outbrief.terms.report_config import LONGEST_SUBJECT
from outbrief.terms.subject import USUAL as SUBJECT

_BATCH = 200


def tick(*, now: dt.datetime) -> int:
    """Plan every schedule that is due at `now`, of all tenants; give how many generations were planned.

    Safe to run at any time and by several workers at once: a schedule is planned by whoever locks its row, and an
    occurrence has one generation at most.
    """
    planned = 0
    while True:
        with unscoped():
            due = schedules.claim_due(now=now, limit=_BATCH)
            in_line: dict[UUID, int] = {}
            for schedule in due:
                waiting = in_line[schedule.tenant_id] = in_line.get(schedule.tenant_id, -1) + 1
                planned += _plan_or_pause(schedule, now=now, later_by=waiting)
        if len(due) < _BATCH:
            return planned


def run_now(schedule: ScheduledReport, *, actor: str, now: dt.datetime) -> ReportGeneration:
    """Run a schedule once more, at once, for the period that ends now; in the tenant's scope.

    It is made whatever the report's conditions say: somebody asked for it.
    While such a run is waiting for its worker, asking again gives that one: a double click mails nobody twice.
    """
    schedules.locked(schedule.id)
    waiting = generations.waiting_run(schedule.id)
    if waiting is not None:
        return waiting
    generation = generations.plan(
        tenant_id=schedule.tenant_id,
        order=order_for(schedule),
        trigger=Trigger.MANUAL,
        scheduled_for=now,
        schedule_id=schedule.id,
    )
    if generation is None:
        raise Conflict("This schedule was run at this very moment already.")
    audit.note(tenant_id=schedule.tenant_id, actor=actor, action="schedule.run", object_id=schedule.id)
    _defer(generation, queue_name="interactive")
    return generation


def run_again(tenant: TenantFacts, generation: ReportGeneration, *, actor: str, now: dt.datetime) -> ReportGeneration:
    """Run a generation's schedule once more, or its own order where there is no schedule; in the tenant's scope."""
    if generation.scheduled_report_id is not None:
        try:
            return run_now(schedules.get(generation.scheduled_report_id), actor=actor, now=now)
        except NotFound:  # it was deleted: the order is all that is left of it
            pass
    return one_off(tenant, generations.order_of(generation), actor=actor, now=now, trigger=Trigger.MANUAL)


def send_test(tenant: TenantFacts, order: Order, *, to: str, actor: str, now: dt.datetime) -> ReportGeneration:
    """Make a report once and mail it to one address, under a subject that says that it is a test; in tenant's scope."""
    subject = f"Test: {order.config.get('subject') or SUBJECT}"[:LONGEST_SUBJECT]
    test = replace(order, recipients=(to,), notify=to, config={**order.config, "subject": subject})
    return one_off(tenant, test, actor=actor, now=now, trigger=Trigger.MANUAL)


def one_off(
    tenant: TenantFacts, order: Order, *, actor: str, now: dt.datetime, trigger: Trigger = Trigger.API
) -> ReportGeneration:
    """Make a report once, without a schedule; in the tenant's scope. InvalidInput names the field that is wrong."""
    reports.check(order, tenant, at=now)
    order = replace(order, recipients=check_recipients(tenant, order.recipients))
    generation = generations.plan(
        tenant_id=tenant.id, order=order, trigger=trigger, scheduled_for=now, schedule_id=None
    )
    if generation is None:
        raise Conflict("The report could not be planned.", hint="Try again.")
    audit.note(tenant_id=tenant.id, actor=actor, action="report.requested", object_id=generation.id)
    _defer(generation, queue_name="interactive")
    return generation


def resend(generation: ReportGeneration, *, actor: str, only: UUID | None = None) -> int:
    """Send a finished generation's file again to the recipients whose delivery failed; in the tenant's scope.

    `only` is the id of one delivery, to send to its recipient alone.
    """
    if generation.status in generations.ALIVE:
        raise Conflict("The generation is not over yet.", hint="Wait until it is.")
    if not generation.file_path:
        raise Conflict("There is no file to send.", hint="It was deleted, or never made: run the report again.")
    failed = deliveries.reopen_failed(generation, only=only)
    for delivery in failed:
        queue.defer("deliver_report", queue="mail", tenant_id=generation.tenant_id, delivery_id=delivery.id)
    audit.note(tenant_id=generation.tenant_id, actor=actor, action="report.resent", object_id=generation.id)
    return len(failed)


def order_for(schedule: ScheduledReport) -> Order:
    """Give what a run of this schedule is asked to do, as its settings are now."""
    config = dict(schedule.config or {})
    notify = config.pop("notify", None)
    return Order(
        title=schedule.name,
        report_type=schedule.report_type,
        format=schedule.format,
        date_range=schedule.date_range or "",
        timezone=schedule.timezone,
        workspace_id=str(schedule.workspace_id) if schedule.workspace_id else None,
        config=config,
        recipients=tuple(schedule.recipients or ()),
        notify=notify,
    )


def _plan_or_pause(schedule: ScheduledReport, *, now: dt.datetime, later_by: int) -> int:
    """Plan one due schedule; one that cannot be planned is paused with the reason, and does not stop the others."""
    try:
        with transaction.atomic():
            return _plan(schedule, now=now, later_by=later_by)
    except django.db.OperationalError:
        # The database's trouble, not the schedule's: the next tick finds it due again.
        raise
    except Exception as error:  # whatever is wrong with this row, the next tenant's reports must go out
        telemetry.complain("schedule.not_planned", error, tenant=schedule.tenant_id, schedule=schedule.id)
        with transaction.atomic():
            schedules.pause(schedule.id, now=now)
            reason = InvalidInput(f"the schedule cannot be planned: {error}", hint="Change it and switch it on again.")
            generation = _record(schedule, schedule.next_run_at or now, GenerationStatus.FAILED, str(reason))
            if generation is not None:
                queue.defer("notify_owner", queue="mail", tenant_id=schedule.tenant_id, generation_id=generation.id)
        return 0


def _plan(schedule: ScheduledReport, *, now: dt.datetime, later_by: int) -> int:
    first = schedule.next_run_at
    if first is None:
        return 0
    due = [first, *occurrences(schedules.recurrence_of(schedule), first, now)]
    for missed in due[:-1]:
        _record(schedule, missed, GenerationStatus.SKIPPED, "Misfire: a later occurrence was due when the tick ran.")
    generation = _record(schedule, due[-1])
    schedules.move_on(schedule, ran_for=due[-1], now=now)
    if generation is None:
        return 0
    _defer(generation, queue_name="scheduled", later_by=later_by)
    return 1


def _record(
    schedule: ScheduledReport,
    occurrence: dt.datetime,
    status: GenerationStatus = GenerationStatus.PENDING,
    reason: str | None = None,
) -> ReportGeneration | None:
    return generations.plan(
        tenant_id=schedule.tenant_id,
        order=order_for(schedule),
        trigger=Trigger.SCHEDULE,
        scheduled_for=occurrence,
        schedule_id=schedule.id,
        status=status,
        reason=reason,
    )


def _defer(generation: ReportGeneration, *, queue_name: str, later_by: int = 0) -> None:
    queue.defer(
        "produce_report",
        queue=queue_name,
        later_by=min(later_by, 1000),
        tenant_id=generation.tenant_id,
        generation_id=generation.id,
    )
    telemetry.say("generation.planned", tenant=generation.tenant_id, generation=generation.id)

"""The page of one generation: what was asked, what was promised, what came of it."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outbrief.access import Actor, find
from outbrief.record import generations as record
from outbrief.record.generations import Order
from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import plan
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.report import Trigger
from outbrief.web import words
from outbrief.web.asked import asked_words
from outbrief.web.members import members, page
from outbrief.web.rows import delivery_counts, delivery_row, generation_row, report_files

# Nobody reads more than this on a page; the counts above the table are of all.
_SHOWN = 200
_LATEST = 50
_STARTED_BY = {Trigger.SCHEDULE: "Its schedule", Trigger.MANUAL: "A person, by “Run now”", Trigger.API: "A request"}


@require_safe
@members("read")
def generations(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the runs of every report."""
    now = dt.datetime.now(dt.UTC)
    every = record.newest_first()
    latest = list(every[:_LATEST])
    statuses = delivery_counts(latest)
    context = {
        "timezone": words.zone(actor.timezone),
        "generations": [generation_row(run, statuses[run.id], timezone=actor.timezone, now=now) for run in latest],
        "generation_count": every.count(),
    }
    return page(request, actor, "web/generations/generations.html", context)


@require_safe
@members("read")
def generation(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Show one generation."""
    now = dt.datetime.now(dt.UTC)
    tenant = tenant_facts(actor.tenant_id)
    run = find(record.get, generation_id)
    deliveries = list(ReportDelivery.objects.filter(generation=run).order_by("recipient"))
    order = record.order_of(run)
    alive = run.status in record.ALIVE
    context = {
        "run": run,
        "title": order.title,
        "state": words.state(run.status),
        "asked": [*asked_words(order), ("Started by", _STARTED_BY[Trigger(run.trigger)])],
        "times": _times(run, order, tenant, deliveries, now=now),
        "files": report_files(run, now=now),
        "notes": (run.metadata or {}).get("notes", []),
        "deliveries": [delivery_row(row, timezone=tenant.timezone, now=now) for row in deliveries[:_SHOWN]],
        "delivery_count": len(deliveries),
        "failed": 0 if alive else sum(row.status == DeliveryStatus.FAILED for row in deliveries),
        "busy": alive,
        "timezone": words.zone(tenant.timezone),
    }
    return page(request, actor, "web/generations/generation.html", context)


@require_POST
@members("report")
def run_again(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Run the generation's schedule once more, or the same one-off report again."""
    now = dt.datetime.now(dt.UTC)
    run = find(record.get, generation_id)
    again = plan.run_again(tenant_facts(actor.tenant_id), run, actor=actor.name, now=now)
    messages.success(request, "The report is being made. Load this page again to see how far it is.")
    return redirect("web:generation", generation_id=again.id)


@require_POST
@members("report")
def resend(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Send the same file again to the recipients whose delivery failed."""
    count = plan.resend(find(record.get, generation_id), actor=actor.name)
    messages.success(request, f"Sending again to {words.counted(count, 'recipient', 'recipients')}.")
    return redirect("web:generation", generation_id=generation_id)


def _times(
    run: ReportGeneration, order: Order, tenant: TenantFacts, deliveries: list[ReportDelivery], *, now: dt.datetime
) -> list[tuple[str, str]]:
    """Say when it was promised and when it happened, to the second where that tells them apart."""
    sent = [row.sent_at for row in deliveries if row.sent_at]
    times = []
    if run.scheduled_for is not None:
        promised = words.moment(run.scheduled_for, order.timezone, now=now)
        times.append(("Promised for", f"{promised} ({words.zone(order.timezone)})"))
    times.append(("Begun", _to_the_second(run.generated_at, tenant.timezone, now=now)))
    if run.generation_time_ms is not None:
        times.append(("Made in", words.duration(run.generation_time_ms)))
    if sent:
        times.append(("First mail sent", _to_the_second(min(sent), tenant.timezone, now=now)))
    return times


def _to_the_second(instant: dt.datetime, timezone: str, *, now: dt.datetime) -> str:
    return f"{words.moment(instant, timezone, now=now)}:{instant:%S} ({words.zone(timezone)})"

"""What can be done with a schedule: run, pause, resume, try, delete and take that back."""

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from outbrief.access import Actor, find
from outbrief.record import schedules as record
from outbrief.record.tenants import tenant_facts
from outbrief.run import plan
from outbrief.run import schedules as run
from outbrief.terms.errors import InvalidInput, NotFound
from outbrief.web import words
from outbrief.web.members import members
from outbrief.web.notices import say

_PAUSED = "paused"


@require_POST
@members("report")
def run_now(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Run a schedule once more, now."""
    generation = plan.run_now(find(record.get, schedule_id), actor=actor.name, now=dt.datetime.now(dt.UTC))
    say(request, "Run started: this is its page.")
    return redirect("web:generation", generation_id=generation.id)


@require_POST
@members("report")
def pause(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Pause a schedule."""
    schedule = find(record.locked, schedule_id)
    run.pause(schedule, actor=actor.name, now=dt.datetime.now(dt.UTC))
    undo = reverse("web:resume-schedule", kwargs={"schedule_id": schedule_id})
    say(request, f"“{schedule.name}” is paused: it does not run until you resume it.", undo=undo)
    return _back(request, schedule_id)


@require_POST
@members("report")
def resume(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Let a paused schedule run again."""
    now = dt.datetime.now(dt.UTC)
    schedule = find(record.locked, schedule_id)
    try:
        run.resume(tenant_facts(actor.tenant_id), schedule, actor=actor.name, now=now)
    except InvalidInput as error:
        say(request, f"It cannot run as it is. {error} Change it, then resume it.")
        return redirect("web:edit-schedule", schedule_id=schedule_id)
    at = words.moment(schedule.next_run_at, schedule.timezone, now=now)
    say(request, f"“{schedule.name}” is active: it runs next on {at} ({words.zone(schedule.timezone)}).")
    return _back(request, schedule_id)


@require_POST
@members("report")
def send_test(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Mail the report to the signed-in person alone."""
    now = dt.datetime.now(dt.UTC)
    order = plan.order_for(find(record.get, schedule_id))
    try:
        test = plan.send_test(tenant_facts(actor.tenant_id), order, to=actor.email, actor=actor.name, now=now)
    except InvalidInput as error:
        say(request, f"The test was not sent. {error}")
        return redirect("web:schedule", schedule_id=schedule_id)
    say(request, f"A test is being made; its mail goes to {actor.email} alone.")
    return redirect("web:generation", generation_id=test.id)


@require_POST
@members("report")
def delete(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Delete a schedule; for some days that can be taken back."""
    schedule = find(record.locked, schedule_id)
    run.delete(actor.tenant_id, schedule, actor=actor.name, now=dt.datetime.now(dt.UTC))
    undo = reverse("web:restore-schedule", kwargs={"schedule_id": schedule_id})
    say(
        request,
        f"“{schedule.name}” is deleted; its reports are still listed.",
        undo=undo if schedule.is_active else f"{undo}?{_PAUSED}=yes",
    )
    return redirect("web:schedules")


@require_POST
@members("report")
def restore(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Take back the deletion of a schedule."""
    now = dt.datetime.now(dt.UTC)
    tenant, active = tenant_facts(actor.tenant_id), _PAUSED not in request.GET
    try:
        schedule, reason = run.restore(tenant, schedule_id, active=active, actor=actor.name, now=now)
    except NotFound:
        # It is there and not deleted, or it is somebody else's, or it is gone for good.
        find(record.get, schedule_id)
        return redirect("web:schedule", schedule_id=schedule_id)
    if reason:
        say(request, f"“{schedule.name}” is back, but paused: {reason}")
    else:
        say(request, f"“{schedule.name}” is back.")
    return redirect("web:schedule", schedule_id=schedule_id)


def _back(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Go back to the list, where the form came from there, else to the schedule."""
    if "listed" in request.POST:
        return redirect("web:schedules")
    return redirect("web:schedule", schedule_id=schedule_id)

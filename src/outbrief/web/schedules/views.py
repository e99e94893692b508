"""The list of schedules, and what can be done with each."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outbrief.access import Actor, find
from outbrief.record import schedules as record
from outbrief.run import plan
from outbrief.web.members import members, page
from outbrief.web.rows import schedule_row

_SCHEDULES = 50


@require_safe
@members("read")
def schedules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the schedules."""
    now = dt.datetime.now(dt.UTC)
    every = record.newest_first()
    context = {
        "schedules": [schedule_row(schedule, now=now) for schedule in every[:_SCHEDULES]],
        "schedule_count": every.count(),
    }
    return page(request, actor, "web/schedules/schedules.html", context)


@require_POST
@members("report")
def run(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Run a schedule once more, now."""
    schedule = find(record.get, schedule_id)
    generation = plan.run_now(schedule, actor=actor.name, now=dt.datetime.now(dt.UTC))
    messages.success(request, "The report is being made.")
    return redirect("web:generation", generation_id=generation.id)

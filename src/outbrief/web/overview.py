"""The first page: schedules, the latest generations and exports, and what can be done with them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outbrief.access import Actor, find, permit_change
from outbrief.record import exports, generations, schedules
from outbrief.record.exports import ExportOrder
from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.record.tenants import tenant_facts
from outbrief.run import exports as run_exports
from outbrief.run import plan
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat, ExportType
from outbrief.web import words
from outbrief.web.members import members, page
from outbrief.web.rows import export_row, generation_row, schedule_row

_SCHEDULES = 50
_LATEST = 15


class ExportForm(forms.Form):
    """Which export to make."""

    dataset = forms.ChoiceField(label="Dataset", choices=[(kind.value, kind.value.capitalize()) for kind in ExportType])
    format = forms.ChoiceField(label="Format", choices=[(fmt.value, words.name(fmt.value)) for fmt in ExportFormat])
    # One for each time the form is shown: a double click asks for one export.
    once = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)


@require_safe
@members("read")
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what is planned, what ran, and what can be downloaded."""
    now = dt.datetime.now(dt.UTC)
    tenant = tenant_facts(actor.tenant_id)
    every_schedule, every_generation = schedules.newest_first(), generations.newest_first()
    every_export = exports.newest_first()
    latest = list(every_generation[:_LATEST])
    statuses = delivery_counts(latest)
    generation_rows = [generation_row(run, statuses[run.id], timezone=tenant.timezone, now=now) for run in latest]
    export_rows = [export_row(job, timezone=tenant.timezone, now=now) for job in every_export[:_LATEST]]
    context = {
        "timezone": words.zone(tenant.timezone),
        "schedules": [schedule_row(schedule, now=now) for schedule in every_schedule[:_SCHEDULES]],
        "schedule_count": every_schedule.count(),
        "generations": generation_rows,
        "generation_count": every_generation.count(),
        "exports": export_rows,
        "export_count": every_export.count(),
        "export_form": ExportForm(),
        "busy": any(
            state.tone == "busy"
            for state in [row.state for row in generation_rows] + [row.state for row in export_rows]
        ),
    }
    return page(request, actor, "web/overview.html", context)


@require_POST
@members("report")
def run_schedule(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Run a schedule once more, now."""
    schedule = find(schedules.get, schedule_id)
    generation = plan.run_now(schedule, actor=actor.name, now=dt.datetime.now(dt.UTC))
    messages.success(request, "The report is being made. Load this page again to see how far it is.")
    return redirect("web:generation", generation_id=generation.id)


@require_POST
@members("export")
def make_export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for an export of a whole dataset."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise InvalidInput(str(problems[0]), field=str(field), hint="Choose from the form on the overview.")
    order = ExportOrder(
        export_type=form.cleaned_data["dataset"],
        format=form.cleaned_data["format"],
        fields=[],
        filters={},
        date_range=None,
    )
    _, seconds = run_exports.request_export(
        tenant_facts(actor.tenant_id),
        order,
        user_id=actor.user_id,
        actor=actor.name,
        idempotency_key=f"page:{form.cleaned_data['once']}" if form.cleaned_data["once"] else None,
        now=dt.datetime.now(dt.UTC),
    )
    messages.success(
        request, f"The export is being made; it takes about {words.counted(seconds, 'second', 'seconds')}."
    )
    return redirect("web:overview")


@require_POST
@members("export")
def cancel_export(request: HttpRequest, actor: Actor, export_id: UUID) -> HttpResponse:
    """Cancel an export that is under way."""
    job = find(exports.get, export_id)
    permit_change(actor, maker_id=job.user_id)
    run_exports.cancel(job, actor=actor.name, now=dt.datetime.now(dt.UTC))
    messages.success(request, "The export was cancelled.")
    return redirect("web:overview")


def delivery_counts(runs: Sequence[ReportGeneration]) -> dict[UUID, dict[str, int]]:
    """Count the deliveries of each generation by status, in one query."""
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = ReportDelivery.objects.filter(generation_id__in=[run.id for run in runs])
    for generation_id, status, count in rows.values_list("generation_id", "status").annotate(Count("id")):
        counts[generation_id][status] = count
    return counts

"""The exports: the form, what is under way, and the history."""

import datetime as dt
import uuid
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from outbrief.access import Actor, find, permit_change
from outbrief.record import exports as record
from outbrief.record.exports import ExportOrder
from outbrief.record.tenants import tenant_facts
from outbrief.run import exports as run_exports
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat, ExportType
from outbrief.web import words
from outbrief.web.members import members, page
from outbrief.web.rows import export_row

_LATEST = 15


class ExportForm(forms.Form):
    """Which export to make."""

    dataset = forms.ChoiceField(label="Dataset", choices=[(kind.value, kind.value.capitalize()) for kind in ExportType])
    format = forms.ChoiceField(label="Format", choices=[(fmt.value, words.name(fmt.value)) for fmt in ExportFormat])
    # One for each time the form is shown: a double click asks for one export.
    once = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)


@require_http_methods(["GET", "HEAD", "POST"])
@members("export")
def exports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the exports; on POST ask for one."""
    if request.method == "POST":
        return make(request, actor)
    now = dt.datetime.now(dt.UTC)
    every = record.newest_first()
    context = {
        "exports": [export_row(job, timezone=actor.timezone, now=now) for job in every[:_LATEST]],
        "export_count": every.count(),
        "export_form": ExportForm(),
    }
    return page(request, actor, "web/exports/exports.html", context)


def make(request: HttpRequest, actor: Actor) -> HttpResponse:
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
    return redirect("web:exports")


@require_POST
@members("export")
def cancel(request: HttpRequest, actor: Actor, export_id: UUID) -> HttpResponse:
    """Cancel an export that is under way."""
    job = find(record.get, export_id)
    permit_change(actor, maker_id=job.user_id)
    run_exports.cancel(job, actor=actor.name, now=dt.datetime.now(dt.UTC))
    messages.success(request, "The export was cancelled.")
    return redirect("web:exports")

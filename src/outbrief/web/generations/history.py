"""The history: every run of every report, newest first."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.record import generations as record
from outbrief.record import schedules
from outbrief.record.cursors import page_of
from outbrief.record.models import ReportGeneration
from outbrief.terms.report import GenerationStatus, ReportType, Trigger
from outbrief.web import words
from outbrief.web.forms import DaysForm, offer
from outbrief.web.frame import page
from outbrief.web.generations.wording import STARTED_BY
from outbrief.web.ids import read_id
from outbrief.web.members import members
from outbrief.web.rows import GenerationRow, ReportFileRow, delivery_counts, generation_row, report_files

_ON_A_PAGE = 50
_MOST_SCHEDULES = 500
_NEVER = {GenerationStatus.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One run: what every list says of it, who started it, and each of its files."""

    row: GenerationRow
    started_by: str
    files: list[ReportFileRow]


class _Asked(DaysForm):
    """What the address asks for; every part may be left out."""

    state = forms.ChoiceField(
        required=False,
        choices=[("", "Any state"), *words.choices(one for one in GenerationStatus if one not in _NEVER)],
    )
    schedule = forms.TypedChoiceField(required=False, coerce=UUID, empty_value=None)
    type = forms.ChoiceField(
        required=False,
        label="Type",
        choices=[("", "Any type"), *words.choices(ReportType)],
    )
    trigger = forms.ChoiceField(
        required=False,
        label="Started by",
        choices=[("", "Anybody"), *((one.value, STARTED_BY[one]) for one in Trigger)],
    )
    field_order = ("state", "schedule", "type", "trigger")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, auto_id="%s")
        named = [(str(one.id), one.name) for one in schedules.newest_first().order_by("name")[:_MOST_SCHEDULES]]
        asked = request.GET.get("schedule", "")
        if asked and asked not in dict(named) and read_id(asked):
            named.append((asked, "One that was deleted"))
        offer(self, "schedule", [("", "Any schedule"), *named])


@require_safe
@members("read")
def generations(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the runs of every report, those that the address asks for."""
    now = dt.datetime.now(dt.UTC)
    form = _Asked(request)
    form.is_valid()
    wanted = _wanted(form, actor.timezone)
    runs, following = page_of(wanted, newest_by="generated_at", cursor=request.GET.get("cursor"), limit=_ON_A_PAGE)
    context = {
        "form": form,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "runs": _said(runs, actor.timezone, now=now),
        "following": following,
        "timezone": words.zone(actor.timezone),
    }
    return page(request, actor, "web/generations/generations.html", context)


def _wanted(form: _Asked, timezone: str) -> "QuerySet[ReportGeneration]":
    """Give the runs that the form asks for; a part that makes no sense narrows nothing, and says so beside itself."""
    asked, (since, before) = form.cleaned_data, form.span(timezone)
    return record.matching(
        status=asked.get("state", ""),
        report_type=asked.get("type", ""),
        trigger=asked.get("trigger", ""),
        schedule_id=asked.get("schedule"),
        since=since,
        before=before,
    )


def _said(runs: list[ReportGeneration], timezone: str, *, now: dt.datetime) -> list[_Run]:
    statuses = delivery_counts(runs)
    return [
        _Run(
            row=generation_row(run, statuses[run.id], timezone=timezone, now=now),
            started_by=STARTED_BY[Trigger(run.trigger)],
            files=report_files(run, now=now),
        )
        for run in runs
    ]

"""The page on which a schedule is made or changed, and what it says while somebody types."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from outbrief import access
from outbrief.access import Actor, find
from outbrief.record import schedules as record
from outbrief.record.models import ScheduledReport
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import plan, reports
from outbrief.run import schedules as run
from outbrief.run.schedules import ScheduleAsked
from outbrief.terms.calendar import DateRange, zone_names
from outbrief.terms.errors import InvalidInput, NotFound, OutbriefError
from outbrief.terms.report import ReportType
from outbrief.web import previews, words
from outbrief.web.forms import field_of, put_problem
from outbrief.web.frame import page
from outbrief.web.ids import read_id
from outbrief.web.members import members
from outbrief.web.notices import say
from outbrief.web.schedules.dates import NextDates, next_dates
from outbrief.web.schedules.form import PLACES, ScheduleForm
from outbrief.web.schedules.form_values import (
    addresses_in,
    asked_from,
    condition_places,
    has_own_sections,
    initial_of,
    order_from,
    recurrence_from,
)

# What is said while somebody types, by what the page asks for.
_FRAGMENTS = {
    "dates": "web/schedules/_dates.html",
    "recipients": "web/schedules/_recipients.html",
    "sections": "web/schedules/_sections.html",
}


@dataclass(frozen=True, kw_only=True)
class Editing:
    """What is on the page: the schedule (None for a new one), its settings before, and the form."""

    schedule: ScheduledReport | None
    kept: ScheduleAsked
    form: ScheduleForm
    tenant: TenantFacts
    now: dt.datetime


@require_http_methods(["GET", "HEAD", "POST"])
@members("report", in_transaction=False)
def edit(request: HttpRequest, actor: Actor, schedule_id: UUID | None = None) -> HttpResponse:
    """Show the form of a schedule, say what comes of what is typed, or save it; the button tells which (`do`)."""
    now = dt.datetime.now(dt.UTC)
    with access.acting(actor, "report"):
        do = "preview" if "preview_page" in request.POST else request.POST.get("do", "save")
        # Nobody else changes it while it is being saved.
        lookup = record.locked if request.method == "POST" and do == "save" else record.get
        schedule = find(lookup, schedule_id) if schedule_id else None
        editing = _editing(request, actor, schedule, now=now)
        if request.method != "POST":
            return _shown(request, actor, editing)
        if do == "save":
            return _saved(request, actor, editing)
        if do == "test":
            return _tested(request, actor, editing)
        if HtmxDetails(request) and do in _FRAGMENTS:
            return render(request, _FRAGMENTS[do], _said(request, editing))
    if do == "preview":
        return _previewed(request, actor, editing)
    with access.acting(actor, "report"):
        return _shown(request, actor, editing)


def _editing(request: HttpRequest, actor: Actor, schedule: ScheduledReport | None, *, now: dt.datetime) -> Editing:
    tenant = tenant_facts(actor.tenant_id)
    kept = run.asked_of(schedule) if schedule else _begun(request, actor, tenant)
    if request.method == "POST":
        form = ScheduleForm(data=request.POST, report_type=request.POST.get("report_type", ""))
    else:
        form = ScheduleForm(initial=initial_of(kept), report_type=kept.report_type)
    return Editing(schedule=schedule, kept=kept, form=form, tenant=tenant, now=now)


def _begun(request: HttpRequest, actor: Actor, tenant: TenantFacts) -> ScheduleAsked:
    """Give the settings that a new schedule begins with: those of another one, or what the address names."""
    origin = _id_in_address(request, "from")
    if origin is not None:
        copied = run.asked_of(find(record.get, origin))
        return dataclasses.replace(copied, name=f"Copy of {copied.name}"[:255], is_active=True)
    named = {key: request.GET.get(key, "") for key in ("report_type", "date_range", "template")}
    known = named["date_range"] in list(DateRange) or ".." in named["date_range"]
    return ScheduleAsked(
        name="",
        report_type=named["report_type"] if named["report_type"] in list(ReportType) else ReportType.CAMPAIGN,
        format="pdf",
        frequency="weekly",
        day_of_week=1,
        time="09:00",
        timezone=tenant.timezone,
        recipients=[actor.email],
        date_range=named["date_range"] if known else DateRange.LAST_WEEK,
        workspace_id=_id_in_address(request, "workspace"),
        config={"notify": actor.email} | ({"template": named["template"]} if named["template"] else {}),
    )


def _saved(request: HttpRequest, actor: Actor, editing: Editing) -> HttpResponse:
    form = editing.form
    if not form.is_valid():
        return _shown(request, actor, editing, status=422)
    try:
        asked = asked_from(form, editing.kept)
        if editing.schedule is None:
            # Who is told of failures was there to be seen: when it is left empty, it is the owner.
            schedule = run.create(editing.tenant, asked, actor=actor.name, creator="", now=editing.now)
        else:
            schedule = run.change(editing.tenant, editing.schedule, asked, actor=actor.name, now=editing.now)
    except InvalidInput as error:
        put_problem(form, error, fields=_places(form))
        return _shown(request, actor, editing, status=422)
    at = words.moment(schedule.next_run_at, schedule.timezone, now=editing.now)
    when = f"It runs next on {at} ({words.zone(schedule.timezone)})." if at else "It is paused."
    say(request, f"“{schedule.name}” is saved. {when}")
    return redirect("web:schedule", schedule_id=schedule.id)


def _tested(request: HttpRequest, actor: Actor, editing: Editing) -> HttpResponse:
    """Mail the report as it is typed to the signed-in person alone; the form stays as it is."""
    try:
        order = order_from(asked_from(editing.form, editing.kept))
        plan.send_test(editing.tenant, order, to=actor.email, actor=actor.name, now=editing.now)
    except InvalidInput as error:
        put_problem(editing.form, error, fields={**_places(editing.form), "recipients": "name"})
        return _shown(request, actor, editing, status=422)
    say(request, f"A test is being made; its mail goes to {actor.email} alone. Nothing is saved yet.")
    return _shown(request, actor, editing)


def _previewed(request: HttpRequest, actor: Actor, editing: Editing) -> HttpResponse:
    """Draw the page that is asked for; outside any transaction, for it takes a while."""
    picture, problem = None, ""
    try:
        with access.acting(actor, "report"):
            order = order_from(asked_from(editing.form, editing.kept))
            reports.check(order, editing.tenant, at=editing.now)
        picture = previews.picture(order, editing.tenant, page=previews.page_asked(request), now=editing.now)
    except OutbriefError as error:
        problem = _in_words(error, editing.form)
    drawn = {
        "picture": picture,
        "picture_problem": problem,
        "preview_name": editing.form["name"].value(),
    }
    if HtmxDetails(request):
        return render(request, "web/_preview.html", {**drawn, "preview_address": request.get_full_path()})
    with access.acting(actor, "report"):
        return _shown(request, actor, editing, drawn=drawn)


def _places(form: ScheduleForm) -> dict[str, str]:
    return {**PLACES, **condition_places(form)}


def _in_words(error: OutbriefError, form: ScheduleForm) -> str:
    field = field_of(error, _places(form))
    label = form.fields[field].label if field else error.field
    return f"{label}: {error.said}" if label else error.said


def _shown(
    request: HttpRequest,
    actor: Actor,
    editing: Editing,
    *,
    status: int = 200,
    drawn: Mapping[str, object] | None = None,
) -> HttpResponse:
    context = {**_said(request, editing), "zones": zone_names(), **(drawn or {})}
    return page(request, actor, "web/schedules/edit.html", context, status=status)


def _said(request: HttpRequest, editing: Editing) -> dict[str, object]:
    """Say what comes of what is typed: the next dates, and each recipient."""
    form = editing.form
    try:
        dates = next_dates(recurrence_from(form), now=editing.now)
    except InvalidInput as error:
        dates = NextDates(problem=_in_words(error, form))
    return {
        "form": form,
        "schedule": editing.schedule,
        "address": request.get_full_path(),
        "dates": dates,
        "seen": run.look_at_recipients(editing.tenant, addresses_in(str(form["recipients"].value() or ""))),
        "own_sections": has_own_sections(editing.kept.config),
    }


def _id_in_address(request: HttpRequest, name: str) -> UUID | None:
    """Read an id from the address; None when there is none, NotFound for what is no id."""
    text = request.GET.get(name)
    found = read_id(text)
    if text and found is None:
        raise NotFound("There is nothing with this id.")
    return found

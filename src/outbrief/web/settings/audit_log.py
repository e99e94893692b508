"""The audit log: who did what and when, newest first, filtered, and as a file."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.views.decorators.http import require_POST, require_safe

from outbrief.access import Actor, acting
from outbrief.record import audit
from outbrief.record.audit import EventFilter
from outbrief.record.cursors import page_of
from outbrief.record.models import AuditEvent
from outbrief.run.audit_log import csv_chunks
from outbrief.web import words
from outbrief.web.files import streamed_answer, to_be_kept_as
from outbrief.web.forms import DaysForm, offer
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.settings.event_objects import Shown, objects_of
from outbrief.web.settings.event_words import ACTORS, GROUPS, details, did, named_by

_ON_A_PAGE = 50


class FilterForm(DaysForm):
    """Which events to show."""

    about = forms.ChoiceField(label="About", required=False)
    by = forms.ChoiceField(label="By", required=False)
    field_order = ("about", "by")


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One event: "Alice" "paused the schedule" "Weekly" (linked while it is there), and what else is known."""

    at: str
    at_iso: str
    who: str
    did: str
    object: Shown
    details: Sequence[tuple[str, str]]


@require_safe
@members("manage")
def audit_log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the events that the filters leave."""
    now = dt.datetime.now(dt.UTC)
    form, wanted = _read(request.GET, actor)
    events, following = page_of(
        audit.newest_first(wanted), newest_by="created_at", cursor=request.GET.get("cursor"), limit=_ON_A_PAGE
    )
    context = {
        "tab": "audit-log",
        "form": form,
        "events": _rows(events, timezone=actor.timezone, now=now),
        "following": following,
        "timezone": words.zone(actor.timezone),
        "filtered": wanted != EventFilter(),
    }
    return page(request, actor, "web/settings/audit_log.html", context, status=200 if form.is_valid() else 422)


@require_POST
@members("manage", in_transaction=False)
def download(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Give the same events, all of them, as CSV."""
    with acting(actor, "manage"):
        form, wanted = _read(request.POST, actor)
        audit.note(
            tenant_id=actor.tenant_id,
            actor=actor.name,
            action="audit.downloaded",
            object_id=actor.tenant_id,
            # What could not be read narrowed nothing.
            **({key: str(value) for key, value in form.cleaned_data.items() if value} if form.is_valid() else {}),
        )
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": to_be_kept_as("audit-log.csv")}
    return streamed_answer(request, csv_chunks(actor.tenant_id, wanted), headers=headers, asks_database=True)


def _read(given: QueryDict, actor: Actor) -> tuple[FilterForm, EventFilter]:
    """Read the filters; those that cannot be read are said beside their field and leave everything."""
    form = FilterForm(given)
    people = audit.actors_known()
    by = {actors[0]: actors for _, actors in people} | {name: (name,) for name in ("operator", "link")}
    offer(form, "about", [("", "Everything"), *((key, label) for key, (label, _) in GROUPS.items())])
    known = [(actors[0], name) for name, actors in people]
    offer(form, "by", [("", "Anybody"), *known, *((name, ACTORS[name]) for name in ("operator", "link"))])
    if not form.is_valid():
        return form, EventFilter()
    read, (since, before) = form.cleaned_data, form.span(actor.timezone)
    return form, EventFilter(
        things=GROUPS[read["about"]][1] if read["about"] else (),
        actors=by[read["by"]] if read["by"] else (),
        since=since,
        before=before,
    )


def _rows(events: Sequence[AuditEvent], *, timezone: str, now: dt.datetime) -> list[EventRow]:
    names = audit.actor_names({event.actor for event in events})
    objects = objects_of(events)
    rows = []
    for event in events:
        name, key = named_by(event.action, event.detail)
        rows.append(
            EventRow(
                at=words.moment(event.created_at, timezone, now=now),
                at_iso=event.created_at.isoformat(),
                who=names.get(event.actor) or ACTORS.get(event.actor) or _gone(event.actor),
                did=did(event.action),
                object=objects.get(event.object_id, Shown(name=name, address="")),
                details=details(event.detail, but=key),
            )
        )
    return rows


def _gone(actor: str) -> str:
    kind, _, _ = actor.partition(":")
    return {"user": "Somebody who is gone", "key": "A key that is gone"}.get(kind, actor)

"""The API keys: who holds them, what they open, and making and revoking them."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outbrief.access import Actor, find
from outbrief.record import audit
from outbrief.record import keys as record
from outbrief.record.models import ApiKey, Membership
from outbrief.run import keys as run
from outbrief.run.links import address
from outbrief.terms.errors import Conflict, InvalidInput
from outbrief.web import notices, words
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.words import State

_SHOWN = 200
_SOON = dt.timedelta(days=14)
_LASTS = {"30": "30 days", "90": "90 days", "365": "A year", "ever": "No end"}
_ALLOWS = {
    "read": "See reports, their runs and everything else",
    "export": "Make exports and download them",
    "report": "Make, change and send reports, schedules and templates",
    "facts": "Bring in campaigns, leads and messages",
}


class KeyForm(forms.Form):
    """Which key to make."""

    name = forms.CharField(
        label="Name",
        help_text="What it is for, so that others know whether they may revoke it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Nightly sync", "dir": "auto"}),
    )
    lasts = forms.ChoiceField(
        label="Good for",
        choices=list(_LASTS.items()),
        initial="90",
        help_text="Then it opens nothing any more.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope, _ALLOWS[scope]) for scope in record.SCOPES],
        initial=["read", "export"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    # One for each time the form is shown: sending it twice makes one key.
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """One key. `warning` is why it opens nothing although nobody revoked it; empty when it does."""

    id: UUID
    name: str
    prefix: str
    scopes: str
    person: str
    warning: str
    created: str
    last_used: str
    expires: str
    state: State
    alive: bool


@require_safe
@members("manage")
def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the keys."""
    now = dt.datetime.now(dt.UTC)
    newest = list(record.newest_first()[: _SHOWN + 1])
    people = {key.user_id for key in newest if key.user_id}
    active = Membership.objects.filter(user_id__in=people, user__is_active=True)
    here = set(active.values_list("user_id", flat=True))
    rows = [_row(key, here, timezone=actor.timezone, now=now) for key in newest[:_SHOWN]]
    context = {"tab": "keys", "keys": rows, "more": len(newest) > _SHOWN, "shown": _SHOWN}
    return page(request, actor, "web/settings/keys.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@members("manage")
def new_key(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the form; on POST make a key and show its secret, this once."""
    if request.method != "POST":
        return page(request, actor, "web/settings/new_key.html", {"tab": "keys", "form": KeyForm()})
    form = KeyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        days = None if given["lasts"] == "ever" else int(given["lasts"])
        expires_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None
        try:
            secret = run.make_key(
                actor.tenant_id,
                user_id=actor.user_id,
                name=given["name"],
                scopes=tuple(given["scopes"]),
                expires_at=expires_at,
                actor=actor.name,
                key_id=given["once"],
            )
        except InvalidInput as problem:
            put_problem(form, problem, fields={"name": "name", "scopes": "scopes"})
        except Conflict as problem:
            # The page with the secret was loaded again.
            notices.say(request, problem.said)
            return redirect("web:keys")
        else:
            context = {"tab": "keys", "name": given["name"], "secret": secret, "curl": _curl(secret)}
            return page(request, actor, "web/settings/key_made.html", context)
    return page(request, actor, "web/settings/new_key.html", {"tab": "keys", "form": form}, status=422)


@require_POST
@members("manage")
def revoke(request: HttpRequest, actor: Actor, key_id: UUID) -> HttpResponse:
    """Revoke a key, for good."""
    key = find(record.get, key_id)
    run.revoke(key, actor=actor.name, now=dt.datetime.now(dt.UTC))
    notices.say(request, f"The key “{key.name}” opens nothing any more.")
    return redirect("web:keys")


def _row(key: ApiKey, here: Collection[UUID], *, timezone: str, now: dt.datetime) -> KeyRow:
    gone = key.user_id is not None and key.user_id not in here
    ended = key.expires_at is not None and key.expires_at <= now
    alive = key.revoked_at is None and not ended
    return KeyRow(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=", ".join(key.scopes),
        person=audit.person_name(key.user) if key.user else "",
        warning="No longer a member: the key opens nothing." if gone and alive else "",
        created=words.moment(key.created_at, timezone, now=now),
        last_used=words.moment(key.last_used_at, timezone, now=now),
        expires=words.moment(key.expires_at, timezone, now=now),
        state=_state(key, gone=gone, ended=ended, now=now),
        alive=alive,
    )


def _state(key: ApiKey, *, gone: bool, ended: bool, now: dt.datetime) -> State:
    if key.revoked_at is not None:
        return State(word="Revoked", tone="quiet")
    if ended:
        return State(word="Expired", tone="quiet")
    if gone:
        return State(word="Person left", tone="warning")
    if key.expires_at is not None and key.expires_at - now < _SOON:
        return State(word="Ends soon", tone="warning")
    return State(word="Active", tone="good")


def _curl(secret: str) -> str:
    return f"curl -H 'Authorization: Bearer {secret}' {address('/api/exports')}"

"""A person's own page: what they are called, the zone of their times, their password, their sessions."""

from functools import cache
from uuid import UUID

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from outbrief.access import Actor
from outbrief.record import people
from outbrief.record.models import User
from outbrief.record.tenants import memberships, tenant_facts
from outbrief.run import invitations, passwords
from outbrief.terms.calendar import zone_names
from outbrief.terms.errors import InvalidInput
from outbrief.web import notices, words
from outbrief.web.entry.new_password import new_password_field
from outbrief.web.entry.throttle import Limits, attempts
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.members import members

LIMITS = Limits(kind="old-password", per_address=5, per_client=50)


class ProfileForm(forms.Form):
    """A person's name and zone."""

    name = forms.CharField(
        label="Name", max_length=255, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    timezone = forms.CharField(
        label="Time zone",
        required=False,
        widget=forms.Select,
        help_text="The pages show times in this zone; schedules keep their own.",
    )


class PasswordForm(forms.Form):
    """The old password and a new one; by the names of the fields neither is kept when the session has ended."""

    old_password = forms.CharField(
        label="Current password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = new_password_field("New password")


@require_http_methods(["GET", "HEAD", "POST"])
@members("read")
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the page; on POST change name and zone."""
    person = _myself(actor)
    form = ProfileForm(request.POST or None, initial={"name": person.name, "timezone": person.timezone})
    if request.method == "POST" and form.is_valid():
        try:
            invitations.change_profile(
                person.id, name=form.cleaned_data["name"], timezone=form.cleaned_data["timezone"]
            )
        except InvalidInput as problem:
            put_problem(form, problem, fields={"name": "name", "timezone": "timezone"})
        else:
            notices.say(request, "Saved.")
            return redirect("web:profile")
    return _page(request, actor, form=form, status=422 if request.method == "POST" else 200)


@sensitive_post_parameters("old_password", "new_password")
@require_POST
@members("read")
def change_password(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the password; every other session of the person ends."""
    me, form = _myself(actor), PasswordForm(request.POST)
    # Who finds a session open must not be able to try passwords in it.
    tried = attempts(request, LIMITS, actor.email)
    if tried.are_too_many():
        form.add_error(None, "Too many attempts. Wait 15 minutes and try again.")
    elif form.is_valid():
        tried.count()
        try:
            passwords.change(me.id, old=form.cleaned_data["old_password"], new=form.cleaned_data["new_password"])
        except InvalidInput as problem:
            put_problem(form, problem, fields={"old": "old_password", "new": "new_password"})
        else:
            tried.forget_address()
            _stay(request, me.id)
            notices.say(request, "Your password is changed. You are signed out everywhere else.")
            return redirect("web:profile")
    return _page(request, actor, password_form=form, status=422)


@require_POST
@members("read")
def sign_out_elsewhere(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End every session of the person but this one."""
    me = _myself(actor)
    people.end_sessions(me.id)
    passwords.note(me.id, "sessions.ended")
    _stay(request, me.id)
    notices.say(request, "You are signed out everywhere else.")
    return redirect("web:profile")


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    form: ProfileForm | None = None,
    password_form: PasswordForm | None = None,
    status: int,
) -> HttpResponse:
    me, zone = _myself(actor), tenant_facts(actor.tenant_id).timezone
    form = form or ProfileForm(initial={"name": me.name, "timezone": me.timezone})
    form.fields["timezone"].widget.choices = [("", f"That of the tenant ({words.zone(zone)})"), *_zones()]
    context = {
        "form": form,
        "password_form": password_form or PasswordForm(),
        "person": me,
        "theirs": memberships(me.id),
    }
    return page(request, actor, "web/entry/profile.html", context, status=status)


def _myself(actor: Actor) -> people.Person:
    # Pages are for people who signed in: a key, which may be nobody's, never gets here.
    me = people.by_id(actor.user_id) if actor.user_id else None
    assert me is not None  # noqa: S101
    return me


def _stay(request: HttpRequest, user_id: UUID) -> None:
    """Keep this session when all sessions of the person have just ended."""
    update_session_auth_hash(request, User.objects.get(id=user_id))


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the zones of places by part of the world, and UTC."""
    grouped: dict[str, list[tuple[str, str]]] = {"Everywhere": [("UTC", "UTC")]}
    for name in zone_names():
        part, _, place = name.partition("/")
        if place:
            grouped.setdefault(part, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return list(grouped.items())

"""Accepting an invitation: as somebody new, or as somebody who signs in already."""

import datetime as dt
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from outbrief.record.models import User
from outbrief.run import invitations
from outbrief.run.invitations import MAY, InvitationState, Invited
from outbrief.terms.errors import Conflict, Forbidden, InvalidInput
from outbrief.web import notices
from outbrief.web.entry.last_tenant import choose, remember
from outbrief.web.entry.new_password import new_password_field
from outbrief.web.forms import put_problem
from outbrief.web.frame import lone_page

_PAGE = "web/entry/invitation.html"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_GONE = {InvitationState.USED: 410, InvitationState.EXPIRED: 410, InvitationState.REVOKED: 410}


class IntroductionForm(forms.Form):
    """What somebody new says of themselves."""

    name = forms.CharField(
        label="Your name", max_length=255, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    password = new_password_field("Choose a password")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link invites to, and what can be done about it; on POST become a member."""
    now = dt.datetime.now(dt.UTC)
    try:
        invited = invitations.open_invitation(token, now=now)
    except Forbidden:
        return lone_page(request, _PAGE, {"state": "invalid"}, status=403)
    form, status = IntroductionForm(request.POST or None), _GONE.get(invited.state, 200)
    case = _case(request, invited)
    if request.method == "POST" and invited.state is InvitationState.OPEN:
        try:
            user_id = _accept(request, invited, form, case, now=now)
        except InvalidInput as problem:
            put_problem(form, problem, fields={"name": "name", "password": "password"})
            user_id, status = None, 422
        except Conflict:
            # Somebody was first, perhaps this person in another tab: the page shows what it is now.
            return redirect("web:invitation", token=token)
        if user_id is not None:
            return _enter(request, invited)
        status = 403 if case == "another" else 422
    context = {
        "state": invited.state,
        "invited": invited,
        "case": case,
        "form": form,
        "may": MAY[invited.role],
        "query": urlencode({"next": request.path, "email": invited.email}),
    }
    return lone_page(request, _PAGE, context, status=status)


def _case(request: HttpRequest, invited: Invited) -> str:
    """Say who looks: the invited person, another one, or nobody, who has to sign in or to introduce themselves."""
    if request.user.is_authenticated:
        return "same" if request.user.email == invited.email else "another"
    return "known" if invited.knows_us else "new"


def _accept(
    request: HttpRequest, invited: Invited, form: IntroductionForm, case: str, *, now: dt.datetime
) -> UUID | None:
    """Make who looks a member and give their id; None when what they sent is not enough."""
    if case == "same" and request.user.is_authenticated:
        invitations.accept(invited, user_id=request.user.pk, now=now)
        return UUID(str(request.user.pk))
    if case != "new" or not form.is_valid():
        return None
    given = form.cleaned_data
    user_id = invitations.accept_as_new(invited, name=given["name"], password=given["password"], now=now)
    login(request, User.objects.get(id=user_id), backend=_BACKEND)
    return user_id


def _enter(request: HttpRequest, invited: Invited) -> HttpResponse:
    choose(request, invited.tenant_id)
    notices.say(request, f"You are a member of {invited.tenant_name} now.")
    response = redirect("web:overview")
    remember(response, invited.tenant_id)
    return response

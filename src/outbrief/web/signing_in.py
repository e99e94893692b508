"""The page to sign in on, wherever it comes up: asked for, or in the place of a page for members."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse

from outbrief.access import actor_for_session
from outbrief.record.tenants import memberships
from outbrief.web import kept_forms
from outbrief.web.frame import lone_page
from outbrief.web.kept_forms import KeptForm


class SignInForm(forms.Form):
    """A mail address and a password."""

    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def sign_in_page(
    request: HttpRequest,
    form: SignInForm,
    *,
    next_page: str,
    kept: KeptForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the form; `kept` is what was being sent when nobody was signed in any more."""
    context = {
        "form": form,
        "problem": problem,
        "next": next_page,
        "kept": kept,
        "sealed": kept_forms.sealed(kept) if kept else "",
    }
    return lone_page(request, "web/entry/sign_in.html", context, status=status)


def continue_page(request: HttpRequest, user_id: UUID, kept: KeptForm, *, status: int = 200) -> HttpResponse:
    """Ask somebody who is signed in whether to send a form that was kept, with one button that does."""
    actor, theirs = actor_for_session(user_id, request.session), memberships(user_id)
    context = {
        "kept": kept,
        "person": actor.email,
        "tenant_name": next(one.tenant_name for one in theirs if one.tenant_id == actor.tenant_id),
        "has_several": len(theirs) > 1,
    }
    return lone_page(request, "web/entry/continue.html", context, status=status)

"""Signing in and out."""

from functools import partial
from uuid import UUID

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from outbrief.web import kept_forms
from outbrief.web.entry.last_tenant import choose_last
from outbrief.web.entry.next_page import next_page
from outbrief.web.entry.throttle import FORGOTTEN_AFTER, Limits, attempts
from outbrief.web.kept_forms import KeptForm
from outbrief.web.signing_in import SignInForm, continue_page, sign_in_page

LIMITS = Limits(kind="sign-in", per_address=5, per_client=50)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST let the person in. The answer never tells whether an address is known."""
    kept = kept_forms.opened(str(request.POST.get("kept", "")))
    if request.user.is_authenticated:
        return _go_on(request, request.user.pk, kept)
    form = SignInForm(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    if request.method != "POST":
        return sign_in_page(request, form, next_page=next_page(request))
    tried = attempts(request, LIMITS, str(request.POST.get("email", "")))
    again = partial(sign_in_page, request, form, next_page=next_page(request), kept=kept)
    if tried.are_too_many():
        response = again(problem="Too many attempts. Wait 15 minutes and try again.", status=429)
        response["Retry-After"] = str(FORGOTTEN_AFTER)
        return response
    email = str(request.POST.get("email", "")).strip().lower()
    user = authenticate(request, username=email, password=form.cleaned_data["password"]) if form.is_valid() else None
    if user is None:
        tried.count()
        return again(problem="This e-mail address and password do not belong together.", status=422)
    tried.forget_address()
    login(request, user)
    choose_last(request, user.pk)
    return _go_on(request, user.pk, kept)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    asked = next_page(request)
    return redirect("web:sign-in") if asked == "/" else redirect(asked)


def _go_on(request: HttpRequest, user_id: UUID, kept: KeptForm | None) -> HttpResponse:
    """Go to the page that was asked for; or, with a form that was kept, ask whether to send it."""
    return redirect(next_page(request)) if kept is None else continue_page(request, user_id, kept)

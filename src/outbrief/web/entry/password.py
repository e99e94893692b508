"""A new password by mail, for who forgot theirs or never had one."""

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from outbrief.run import passwords
from outbrief.terms.errors import Forbidden, InvalidInput
from outbrief.web import kept_mails, notices
from outbrief.web.entry.new_password import new_password_field
from outbrief.web.entry.throttle import FORGOTTEN_AFTER, Limits, attempts
from outbrief.web.forms import put_problem
from outbrief.web.frame import lone_page

LIMITS = Limits(kind="password", per_address=3, per_client=20)


class AddressForm(forms.Form):
    """The address that the link goes to."""

    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class NewPasswordForm(forms.Form):
    """A password to be chosen."""

    password = new_password_field("New password", autofocus=True)


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for an address; on POST mail it a link, and answer the same whether it is known or not."""
    form = AddressForm(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    status, done = 200, False
    if request.method == "POST":
        tried = attempts(request, LIMITS, str(request.POST.get("email", "")))
        if not form.is_valid():
            status = 422
        elif tried.are_too_many():
            form.add_error(None, "That was asked for too often. Wait 15 minutes and try again.")
            status = 429
        else:
            tried.count()
            passwords.ask_for_link(form.cleaned_data["email"])
            done = True
    context = {"form": form, "done": done, "is_kept": done and kept_mails.folder() is not None}
    response = lone_page(request, "web/entry/forgot_password.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(FORGOTTEN_AFTER)
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form of a link from a mail; on POST set the password, which ends every session of the person."""
    now = dt.datetime.now(dt.UTC)
    form, person, status = NewPasswordForm(request.POST or None), None, 200
    try:
        person = passwords.open_token(token, now=now)
        if request.method == "POST":
            if form.is_valid():
                passwords.choose_by_link(token, form.cleaned_data["password"], now=now)
                notices.say(request, "Your new password is set. Sign in with it.")
                return redirect("web:sign-in")
            status = 422
    except InvalidInput as problem:
        put_problem(form, problem, fields={"password": "password"})
        status = 422
    except Forbidden:
        # The page says so, and where to get a new one.
        person, status = None, 403
    return lone_page(request, "web/entry/reset_password.html", {"form": form, "person": person}, status=status)

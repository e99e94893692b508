"""Signing in and out."""

import hashlib
from contextlib import suppress

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

# Counted in Django's cache, which by default is the memory of this process: with several server processes each
# counts for itself, and a restart forgets.
_MOST_PER_ADDRESS = 5
_MOST_PER_CLIENT = 50
_FORGOTTEN_AFTER = 15 * 60


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


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST let the person in. The answer never tells whether an address is known."""
    if request.user.is_authenticated:
        return redirect("web:overview")
    form = SignInForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        email = str(request.POST.get("email", "")).strip().lower()
        counters = _counters(email, str(request.META.get("REMOTE_ADDR", "")))
        if _is_throttled(counters):
            problem, status = "Too many attempts. Wait 15 minutes and try again.", 429
        elif form.is_valid() and (
            user := authenticate(request, username=email, password=form.cleaned_data["password"])
        ):
            cache.delete(next(iter(counters)))
            login(request, user)
            return redirect(_next(request))
        else:
            _count(counters)
            problem, status = "This e-mail address and password do not belong together.", 422
    context = {"form": form, "problem": problem, "next": _next(request)}
    response = render(request, "web/entry/sign_in.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(_FORGOTTEN_AFTER)
    add_never_cache_headers(response)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("web:sign-in")


def _next(request: HttpRequest) -> str:
    """Give the page to go on to, if it is one of ours."""
    asked = str(request.POST.get("next") or request.GET.get("next") or "/")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if ours else "/"


def _counters(email: str, client: str) -> dict[str, int]:
    """Give the names of the counters of failures, and how many each allows."""
    both = hashlib.sha256(f"{client} {email}".encode()).hexdigest()
    alone = hashlib.sha256(client.encode()).hexdigest()
    return {f"sign-in:{both}": _MOST_PER_ADDRESS, f"sign-in:{alone}": _MOST_PER_CLIENT}


def _is_throttled(counters: dict[str, int]) -> bool:
    return any((cache.get(name) or 0) >= most for name, most in counters.items())


def _count(counters: dict[str, int]) -> None:
    for name in counters:
        # The first failure starts the clock; the later ones do not push it on.
        if not cache.add(name, 1, _FORGOTTEN_AFTER):
            # It may end between the two calls; then there is nothing to add to.
            with suppress(ValueError):
                cache.incr(name)

"""What is answered to a form whose token against forgery is wrong: signing in anew in another tab makes it so."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.csrf import csrf_failure
from django_htmx.middleware import HtmxDetails

from outbrief.web import kept_forms
from outbrief.web.signing_in import SignInForm, continue_page, sign_in_page


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form; one that the browser says came from a page of ours is kept, and can be sent by hand."""
    # A forged form comes from another origin, and to that nothing is offered that one click would send.
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return csrf_failure(request, reason=reason)
    if HtmxDetails(request):
        return render(request, "web/_signed_in_anew.html", status=401)
    kept = kept_forms.keep(request)
    if not kept.fields or request.path == reverse("web:sign-in"):
        return csrf_failure(request, reason=reason)
    if request.user.is_authenticated:
        return continue_page(request, request.user.pk, kept, status=403)
    return sign_in_page(request, SignInForm(), next_page=kept.page, kept=kept, status=401)

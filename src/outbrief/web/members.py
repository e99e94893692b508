"""Who is looking: pages for signed-in people, each inside their tenant."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from outbrief.access import TENANT_CHOSEN, Actor, Verb, acting, actor_for_session, permit
from outbrief.terms.errors import Forbidden
from outbrief.web import kept_forms
from outbrief.web.signing_in import SignInForm, sign_in_page

P = ParamSpec("P")


def members(
    verb: Verb, *, in_transaction: bool = True
) -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let a view be seen by members who may do `verb`; it runs in a transaction that sees their tenant alone.

    Nobody signed in is sent to the sign-in page and back, with a form that they sent kept; a member without the right
    gets 403. A view that works long runs without the transaction, and opens those that it needs by `access.acting`.
    """

    def members_only(
        view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            actor = _actor(request, request.user.pk)
            if in_transaction:
                with acting(actor, verb):
                    response = view(request, actor, *args, **kwargs)
            else:
                permit(actor, verb)
                response = view(request, actor, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        # Read by the tests, which ask of every page who may see it.
        guarded.verb = verb  # type: ignore[attr-defined]
        return guarded

    return members_only


def _actor(request: HttpRequest, user_id: UUID) -> Actor:
    """Give who looks; a form for a tenant that they were removed from is not sent to another one of theirs."""
    chosen = request.session.get(TENANT_CHOSEN)
    actor = actor_for_session(user_id, request.session)
    if chosen not in (None, str(actor.tenant_id)):
        # Nor are the forms on other pages of that tenant.
        rotate_token(request)
        if request.method not in ("GET", "HEAD"):
            raise Forbidden("You are no longer a member of the tenant that this was for.", hint="Load the page again.")
    return actor


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer nobody: a page asked for leads to the sign-in page and back; one that a form went to is that page."""
    looking = request.method in ("GET", "HEAD")
    if HtmxDetails(request):
        return _ask_in_part(request, looking=looking)
    if looking:
        return redirect(_sign_in_address(request.get_full_path()))
    # A form is not sent again by signing in: the person is asked. A button alone has nothing to keep.
    kept = kept_forms.keep(request)
    return sign_in_page(request, SignInForm(), next_page=kept.page, kept=kept, status=401)


def _ask_in_part(request: HttpRequest, *, looking: bool) -> HttpResponse:
    """Answer a part of a page that asked by itself: what only looks leaves it, what was typed stays on it."""
    page_address = _sign_in_address(HtmxDetails(request).current_url_abs_path or "/")
    if looking:
        return HttpResponse(status=401, headers={"HX-Redirect": page_address})
    return render(request, "web/_signed_out.html", {"address": _sign_in_address("/")}, status=401)


def _sign_in_address(back: str) -> str:
    return f"{reverse('web:sign-in')}?{urlencode({'next': back})}"

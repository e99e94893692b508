"""Who is looking: pages for signed-in people, each inside their tenant."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from outbrief.access import Actor, Verb, acting, actor_for_session, permit
from outbrief.web.frame import page

__all__ = ["members", "page"]

P = ParamSpec("P")


def members(
    verb: Verb, *, in_transaction: bool = True
) -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view be seen by members who may do `verb`; it runs in a transaction that sees their tenant alone.

    Nobody signed in is sent to the sign-in page and back; a member without the right gets 403. A view that works long
    runs without the transaction, and opens those that it needs by `access.acting`.
    """

    def members_only(
        view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                # An action is not repeated by signing in: the person starts from the overview.
                back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
                return redirect(f"{reverse('web:sign-in')}?{urlencode({'next': back})}")
            actor = actor_for_session(request.user.pk, request.session)
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

"""Who is looking: pages for signed-in people, each inside their tenant."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from outbrief.access import Actor, Verb, acting, actor_for_user, permit
from outbrief.terms.errors import Forbidden
from outbrief.web.frame import page

__all__ = ["TENANT_CHOSEN", "members", "page"]

P = ParamSpec("P")

# The key of the session that holds the tenant a person looks at.
TENANT_CHOSEN = "tenant"


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
    """Give the signed-in person, acting for the tenant they chose, or for their first when they left that one."""
    chosen = request.session.get(TENANT_CHOSEN)
    if chosen is not None:
        try:
            return actor_for_user(user_id, tenant_id=UUID(chosen))
        except Forbidden:
            del request.session[TENANT_CHOSEN]
    return actor_for_user(user_id)

"""Who is looking: pages for signed-in people, each inside their tenant."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from outbrief.access import Actor, Verb, acting, actor_for_user
from outbrief.record.tenants import tenant_facts
from outbrief.web.kept_mails import folder

P = ParamSpec("P")


def members(
    verb: Verb,
) -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view be seen by members who may do `verb`; it runs in a transaction that sees their tenant alone.

    Nobody signed in is sent to the sign-in page and back; a member without the right gets 403.
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
            actor = actor_for_user(request.user.pk)
            with acting(actor, verb):
                response = view(request, actor, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return members_only


def page(request: HttpRequest, actor: Actor, template: str, context: Mapping[str, object]) -> HttpResponse:
    """Render a page of the actor's tenant, with the head that all of them have."""
    head = {
        "actor": actor,
        "tenant": tenant_facts(actor.tenant_id),
        "may_report": "report" in actor.verbs,
        "may_export": "export" in actor.verbs,
        "has_outbox": folder() is not None,
    }
    return render(request, template, {**head, **context})

"""Choosing the tenant to look at, for people who are members of several."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from outbrief.access import Actor, actor_for_user
from outbrief.terms.errors import NotFound
from outbrief.web.entry.last_tenant import choose, remember
from outbrief.web.entry.next_page import next_page
from outbrief.web.members import members


@require_POST
@members("read")
def switch(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Look at another tenant from now on; Forbidden when the person is no member of it."""
    chosen = _chosen(request)
    if chosen != actor.tenant_id and actor.user_id is not None:
        actor_for_user(actor.user_id, tenant_id=chosen)
        choose(request, chosen)
    response = redirect(next_page(request))
    remember(response, chosen)
    return response


def _chosen(request: HttpRequest) -> UUID:
    try:
        chosen: UUID = forms.UUIDField().clean(request.POST.get("tenant"))
    except forms.ValidationError:
        raise NotFound("There is no such tenant.", hint="Choose one from the list.") from None
    return chosen

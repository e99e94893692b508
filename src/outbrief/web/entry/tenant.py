"""Choosing the tenant to look at, for people who are members of several."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from outbrief.access import Actor, actor_for_user
from outbrief.terms.errors import NotFound
from outbrief.web.entry.last_tenant import choose, remember
from outbrief.web.entry.next_page import next_page
from outbrief.web.ids import read_id
from outbrief.web.members import members


@require_POST
@members("read")
def switch(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Look at another tenant from now on; Forbidden when the person is no member of it."""
    chosen = read_id(request.POST.get("tenant"))
    if chosen is None:
        raise NotFound("There is no such tenant.", hint="Choose one from the list.")
    if chosen != actor.tenant_id and actor.user_id is not None:
        actor_for_user(actor.user_id, tenant_id=chosen)
        choose(request, chosen)
    response = redirect(next_page(request))
    remember(response, chosen)
    return response

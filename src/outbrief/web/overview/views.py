"""The first page: how outreach is going, what was sent lately and what is due next."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.web.members import members, page


@require_safe
@members("read")
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how things are."""
    return page(request, actor, "web/overview/overview.html", {})

"""The pages of this part."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.web.members import members, page


@require_safe
@members("read")
def templates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the first page."""
    return page(request, actor, "web/report_templates/templates.html", {})

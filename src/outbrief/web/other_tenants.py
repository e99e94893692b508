"""Finding what an address names in another tenant of the same person, so that they can go there."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from outbrief.access import actor_for_session
from outbrief.record.models import ExportJob, ReportGeneration, ReportTemplate, ScheduledReport, Upload
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import Member, memberships
from outbrief.terms.errors import Forbidden

_KINDS = {
    "schedule_id": ScheduledReport,
    "generation_id": ReportGeneration,
    "export_id": ExportJob,
    "template_id": ReportTemplate,
    "upload_id": Upload,
}
# Nobody is in more tenants than this by accident; each costs a query.
_MOST = 20


def home_of(request: HttpRequest) -> Member | None:
    """Give the person's other tenant that has what the address names; None when there is none, or nobody looks."""
    # Where something fails before anybody could be signed in, the request has no user.
    user_id: UUID | None = getattr(getattr(request, "user", None), "pk", None)
    if user_id is None or request.method not in ("GET", "HEAD"):
        return None
    try:
        named = resolve(request.path).kwargs.items()
        here = actor_for_session(user_id, request.session).tenant_id
    except (Resolver404, Forbidden):
        return None
    wanted = [(_KINDS[name], value) for name, value in named if name in _KINDS and isinstance(value, UUID)]
    for one in memberships(user_id)[:_MOST]:
        if one.tenant_id != here and wanted:
            with tenant_scope(one.tenant_id):
                if any(kind._default_manager.filter(id=value).exists() for kind, value in wanted):
                    return one
    return None

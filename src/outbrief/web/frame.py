"""What stands around every page: the parts to go to, the tenant and workspace that are looked at, and the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from outbrief.access import Actor
from outbrief.record import schedules
from outbrief.record.tenants import memberships, tenant_facts
from outbrief.terms.errors import NotFound
from outbrief.web import kept_mails
from outbrief.web.ids import read_id

# Each part: its name, the first page of it, and the first words of the addresses that belong to it.
_PARTS = (
    ("Overview", "overview", ("",)),
    ("Reports", "schedules", ("schedules", "generations")),
    ("Exports", "exports", ("exports",)),
    ("Templates", "templates", ("templates", "branding")),
    ("Data", "data", ("data",)),
    ("Settings", "settings", ("settings",)),
    ("Outbox", "outbox", ("outbox",)),
)
# The parts that show one workspace, or all of them.
_BY_WORKSPACE = ("overview", "schedules", "exports")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the pages, as the navigation shows it."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace of the tenant."""

    id: UUID
    name: str


def page(
    request: HttpRequest, actor: Actor, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a page of the actor's tenant, with the frame that all of them have; in the tenant's scope."""
    chosen = workspace_chosen(request)
    frame = {
        "actor": actor,
        "tenant": tenant_facts(actor.tenant_id),
        "tenants": memberships(actor.user_id) if actor.user_id else [],
        "parts": _parts(request, actor, chosen),
        "workspaces": [Workspace(id=workspace_id, name=name) for workspace_id, name in schedules.workspace_names()],
        "workspace": chosen,
        "kept_query": [(key, value) for key, value in request.GET.items() if key not in ("workspace", "cursor")],
        "may_report": "report" in actor.verbs,
        "may_export": "export" in actor.verbs,
        "may_bring_facts": "facts" in actor.verbs,
        "may_manage": "manage" in actor.verbs,
    }
    return render(request, template, {**frame, **context}, status=status)


def lone_page(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Render a page that stands alone, for who is not (or need not be) signed in; no cache keeps it."""
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    return response


def workspace_chosen(request: HttpRequest) -> Workspace | None:
    """Give the workspace that the address names (`?workspace=ID`), None for all; in the tenant's scope.

    NotFound when the tenant has none such.
    """
    named = request.GET.get("workspace")
    if not named:
        return None
    asked = read_id(named)
    for workspace_id, name in schedules.workspace_names():
        if workspace_id == asked:
            return Workspace(id=workspace_id, name=name)
    raise NotFound("There is no such workspace.", hint="Choose one from the list.")


def _parts(request: HttpRequest, actor: Actor, chosen: Workspace | None) -> list[Part]:
    first = request.path.split("/")[1]
    return [
        Part(
            name=name,
            address=reverse(f"web:{view}") + (f"?workspace={chosen.id}" if chosen and view in _BY_WORKSPACE else ""),
            is_current=first in firsts,
        )
        for name, view, firsts in _PARTS
        if _is_seen(view, actor)
    ]


def _is_seen(view: str, actor: Actor) -> bool:
    if view == "outbox":
        return kept_mails.folder() is not None
    return view != "exports" or "export" in actor.verbs

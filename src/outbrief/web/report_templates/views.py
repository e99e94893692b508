"""The list of templates, one template, and what is done with one as a whole."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, acting, find
from outbrief.record import templates as record
from outbrief.record.cursors import page_of
from outbrief.record.models import ReportTemplate
from outbrief.record.tenants import tenant_facts
from outbrief.run import template_files
from outbrief.run import templates as run
from outbrief.terms.calendar import DateRange
from outbrief.terms.errors import Conflict, InvalidInput, OutbriefError
from outbrief.terms.report import ReportType
from outbrief.terms.styling import check_styling
from outbrief.web import notices, previews, words
from outbrief.web.files import file_answer
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.report_templates import wording

_ON_A_PAGE = 50
_MOST_USERS = 20
# The key of the session that holds the template deleted last, as its file would say it, to be brought back.
_DELETED = "deleted_template"
_MOST_KEPT = 100_000


@dataclass(frozen=True, kw_only=True)
class TemplateRow:
    """One template of the list. `changed_iso` is for machines."""

    id: UUID
    name: str
    description: str
    kind: str
    sections: str
    used: str
    changed: str
    changed_iso: str


@require_safe
@members("read")
def templates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the templates, newest first."""
    kind, every = request.GET.get("type", ""), record.newest_first()
    if kind in list(ReportType):
        every = every.filter(report_type=kind)
    rows, following = page_of(every, newest_by="created_at", cursor=request.GET.get("cursor"), limit=_ON_A_PAGE)
    uses, now = record.uses(rows), dt.datetime.now(dt.UTC)
    context = {
        "rows": [_row(one, uses[one.name], actor.timezone, now=now) for one in rows],
        "following": following,
        "kinds": words.choices(ReportType),
        "kind": kind,
    }
    return page(request, actor, "web/report_templates/templates.html", context)


@require_safe
@members("read")
def template(request: HttpRequest, actor: Actor, template_id: UUID) -> HttpResponse:
    """Show a template; its preview is asked for by the page."""
    return _shown(request, actor, find(record.get, template_id), {})


@require_POST
@members("read", in_transaction=False)
def preview(request: HttpRequest, actor: Actor, template_id: UUID) -> HttpResponse:
    """Draw a page of the template's report, for htmx alone or with the page around it."""
    now = dt.datetime.now(dt.UTC)
    with acting(actor, "read"):
        found, tenant = find(record.get, template_id), tenant_facts(actor.tenant_id)
        order = run.order_for(found, tenant, DateRange.LAST_30D)
    drawn: dict[str, object] = {}
    try:
        drawn["picture"] = previews.picture(order, tenant, page=previews.page_asked(request), now=now)
    except InvalidInput as error:
        drawn["picture_problem"] = error.said
    if HtmxDetails(request):
        return render(request, "web/_preview.html", {**drawn, **_whose(found)})
    with acting(actor, "read"):
        return _shown(request, actor, found, drawn)


@require_safe
@members("read")
def file(request: HttpRequest, actor: Actor, template_id: UUID) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """Hand a template out as YAML."""
    found = find(record.get, template_id)
    name = "-".join("".join(x if x.isalnum() else " " for x in found.name.lower()).split())
    content = template_files.write(run.asked_of(found))
    return file_answer(content, filename=f"{name[:60] or 'template'}.yaml", content_type="application/yaml")


@require_POST
@members("report", in_transaction=False)
def delete(request: HttpRequest, actor: Actor, template_id: UUID) -> HttpResponse:
    """Delete a template that no schedule uses; it can be brought back in this session."""
    try:
        with acting(actor, "report"):
            found = find(record.locked, template_id)
            kept = template_files.write(run.asked_of(found))
            run.delete(found, actor=actor.name)
    except Conflict as error:
        with acting(actor, "read"):
            problem = {"problem": error.said}
            return _shown(request, actor, find(record.get, template_id), problem, status=error.status)
    undo = ""
    if len(kept) <= _MOST_KEPT:
        request.session[_DELETED] = kept
        undo = reverse("web:restore-template")
    notices.say(request, f"{found.name} was deleted.", undo=undo)
    return redirect("web:templates")


@require_POST
@members("report", in_transaction=False)
def restore(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Bring the template back that was deleted last in this session."""
    kept = request.session.get(_DELETED)
    if kept is None:
        notices.say(request, "There is nothing to bring back.")
        return redirect("web:templates")
    try:
        with acting(actor, "report"):
            made = run.create(actor.tenant_id, template_files.read(kept, what="the template"), actor=actor.name)
    except OutbriefError as error:
        notices.say(request, f"It was not brought back: {error.said}")
        return redirect("web:templates")
    del request.session[_DELETED]
    notices.say(request, f"{made.name} is back.")
    return redirect("web:template", template_id=made.id)


def _row(one: ReportTemplate, uses: int, timezone: str, *, now: dt.datetime) -> TemplateRow:
    return TemplateRow(
        id=one.id,
        name=one.name,
        description=one.description,
        kind=words.name(one.report_type).capitalize(),
        sections=wording.in_a_row(one.sections),
        used=words.counted(uses, "schedule", "schedules") if uses else "",
        changed=words.moment(one.updated_at, timezone, now=now),
        changed_iso=one.updated_at.isoformat(),
    )


def _shown(
    request: HttpRequest, actor: Actor, found: ReportTemplate, more: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    users = list(record.used_by(found.name).values_list("id", "name")[: _MOST_USERS + 1])
    styling = replace(check_styling(found.styling))
    context = {
        "template": found,
        "kind": words.name(found.report_type).capitalize(),
        "sections": wording.sections(found.sections),
        "look": wording.look(styling),
        "users": users[:_MOST_USERS],
        "more_users": len(users) > _MOST_USERS,
        "changed": words.moment(found.updated_at, actor.timezone, now=dt.datetime.now(dt.UTC)),
        **_whose(found),
        **more,
    }
    return page(request, actor, "web/report_templates/template.html", context, status=status)


def _whose(found: ReportTemplate) -> dict[str, object]:
    address = reverse("web:preview-template", kwargs={"template_id": found.id})
    return {"preview_name": found.name, "preview_address": address}

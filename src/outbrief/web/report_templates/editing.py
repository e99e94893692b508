"""Writing a template: every button of its form comes here, with script or without."""

import dataclasses
import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, acting, find
from outbrief.compose import section_keys
from outbrief.record import templates as record
from outbrief.record.models import ReportTemplate
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import templates as run
from outbrief.run.templates import TemplateAsked
from outbrief.terms.errors import Conflict, InvalidInput, OutbriefError
from outbrief.terms.report import ReportType
from outbrief.web import notices, previews
from outbrief.web.frame import page
from outbrief.web.ids import read_id
from outbrief.web.members import members
from outbrief.web.report_templates import look_form
from outbrief.web.report_templates.draft import Draft, drafted, posted

_LONGEST_NAME = 255


@require_http_methods(["GET", "HEAD", "POST"])
@members("report", in_transaction=False)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a new template: from nothing, or beginning with another (`?from=ID`)."""
    with acting(actor, "report"):
        tenant = tenant_facts(actor.tenant_id)
        if request.method != "POST":
            draft = drafted(_begun(request), tenant.branding.styling)
            return _page(request, actor, draft, {})
    return _answer(request, actor, tenant, None)


@require_http_methods(["GET", "HEAD", "POST"])
@members("report", in_transaction=False)
def edit(request: HttpRequest, actor: Actor, template_id: UUID) -> HttpResponse:
    """Change a template."""
    with acting(actor, "report"):
        found, tenant = find(record.get, template_id), tenant_facts(actor.tenant_id)
        if request.method != "POST":
            draft = drafted(run.asked_of(found), tenant.branding.styling)
            return _page(request, actor, draft, {"template": found})
    return _answer(request, actor, tenant, found)


def _begun(request: HttpRequest) -> TemplateAsked:
    """Give what a new template begins with: a copy of another, or what its type of report has by itself."""
    copied = read_id(request.GET.get("from"))
    if copied:
        source = run.asked_of(find(record.get, copied))
        name = f"{source.name[: _LONGEST_NAME - 7]} (copy)"
        return dataclasses.replace(source, name=name)
    asked = request.GET.get("report_type")
    return _usual(next((one for one in ReportType if one == asked), ReportType.CAMPAIGN))


def _usual(report_type: ReportType) -> TemplateAsked:
    return TemplateAsked(name="", report_type=report_type, sections=section_keys(report_type))


def _answer(request: HttpRequest, actor: Actor, tenant: TenantFacts, found: ReportTemplate | None) -> HttpResponse:
    """Answer a form that was sent by one of its buttons: outside any transaction, for a preview takes its time."""
    given, target = request.POST, HtmxDetails(request).target
    draft = posted(given, tenant.branding.styling)
    draft.follow_type()
    around: dict[str, object] = {"template": found} if found else {}
    if "save" in given and not target:
        saved = _saved(request, actor, draft, found)
        if saved is not None:
            return redirect("web:template", template_id=saved.id)
        with acting(actor, "report"):
            return _page(request, actor, draft, {**around, **_drawn(request, draft, tenant)}, status=422)
    added = _change(request, draft)
    if target == "section-list":
        return _changed(render(request, "web/report_templates/_section.html", {"section": added}))
    if target == "sections":
        return _changed(render(request, "web/report_templates/_sections.html", {"draft": draft}))
    drawn = _drawn(request, draft, tenant)
    if target == "preview":
        there = [one for one in draft.sections if one.key in given.getlist("section")]
        context = {"sections": there, "colour_reads": _colour_reads(draft), **_whose(request, draft), **drawn}
        return render(request, "web/report_templates/_drawn.html", context)
    with acting(actor, "report"):
        return _page(request, actor, draft, {**around, **drawn})


def _change(request: HttpRequest, draft: Draft) -> object:
    """Do to the draft what the button that was pressed asks for; give the section that was added."""
    given = request.POST
    if "move" in given:
        draft.move(given["move"])
    elif "remove" in given:
        draft.remove(given["remove"])
    elif "fill" in given:
        draft.fill()
    elif "add" in given:
        return draft.add(given.get("kind", ""))
    return None


def _saved(request: HttpRequest, actor: Actor, draft: Draft, found: ReportTemplate | None) -> ReportTemplate | None:
    """Keep the template; None when something is wrong, which then stands in the draft."""
    if not draft.is_sound():
        return None
    asked = draft.asked()
    try:
        with acting(actor, "report"):
            if found is None:
                kept = run.create(actor.tenant_id, asked, actor=actor.name)
            else:
                now, locked = dt.datetime.now(dt.UTC), find(record.locked, found.id)
                kept = run.change(locked, asked, actor=actor.name, now=now)
    except (InvalidInput, Conflict) as error:
        draft.put(error)
        return None
    notices.say(request, f"{kept.name} was {'made' if found is None else 'changed'}.")
    return kept


def _drawn(request: HttpRequest, draft: Draft, tenant: TenantFacts) -> dict[str, object]:
    """Draw a page of the report that the draft stands for, without the sections that are wrong."""
    for one in draft.sections:
        one.check(draft.report_type)
    try:
        order, looking = run.draft_for(draft.asked(only_sound=True), tenant, draft.date_range)
        at = dt.datetime.now(dt.UTC)
        return {"picture": previews.picture(order, looking, page=previews.page_asked(request), now=at)}
    except OutbriefError as error:
        if error.status >= 500:
            raise
        return {"picture_problem": str(error)}


def _page(
    request: HttpRequest, actor: Actor, draft: Draft, more: dict[str, object], *, status: int = 200
) -> HttpResponse:
    form = draft.form if status != 200 else draft.unjudged
    context = {"draft": draft, "form": form, "colour_reads": _colour_reads(draft), **_whose(request, draft), **more}
    return page(request, actor, "web/report_templates/edit.html", context, status=status)


def _whose(request: HttpRequest, draft: Draft) -> dict[str, object]:
    return {"preview_name": draft.data.get("name", ""), "preview_address": request.get_full_path()}


def _colour_reads(draft: Draft) -> str:
    return look_form.reads(draft.data.get("colour", ""))


def _changed(response: HttpResponse) -> HttpResponse:
    """Let the preview beside the form follow."""
    response["HX-Trigger-After-Swap"] = "sections-changed"
    return response

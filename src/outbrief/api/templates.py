"""Report templates: made, changed, deleted, previewed."""

import dataclasses
import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from outbrief import access
from outbrief.api.auth import actor_of
from outbrief.api.look_schemas import StylingOut, TemplateAsked, TemplateChanged, TemplateOut, TemplatePage
from outbrief.api.previews import FILES, Page, ShownAsPicture, shown
from outbrief.api.schemas import answers
from outbrief.record import templates as record
from outbrief.record.cursors import page_of
from outbrief.record.models import ReportTemplate
from outbrief.record.tenants import tenant_facts
from outbrief.run import templates as run
from outbrief.run.preview import PreviewFormat
from outbrief.terms.report import ReportType
from outbrief.terms.styling import check_styling

router = Router(tags=["report templates"], by_alias=True)


@router.get("", response=answers(200, TemplatePage, 401, 403, 422, 429, 503), summary="List report templates")
def list_templates(
    request: HttpRequest,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> TemplatePage:
    """Give the tenant's report templates, newest first."""
    with access.acting(actor_of(request), "read"):
        rows, following = page_of(record.newest_first(), newest_by="created_at", cursor=cursor, limit=limit)
        used = record.users_of(rows)
    return TemplatePage(items=[_told(row, used[row.name]) for row in rows], next=following)


@router.post("", response=answers(201, TemplateOut, 401, 403, 409, 422, 429, 503), summary="Make a report template")
def create_template(request: HttpRequest, asked: TemplateAsked) -> Status[TemplateOut]:
    """Make a template that schedules and reports may name in `config.template`; 409 when the name is taken."""
    actor = actor_of(request)
    with access.acting(actor, "report"):
        template = run.create(actor.tenant_id, run.TemplateAsked(**dict(asked)), actor=actor.name)
        return Status(201, _told(template))


@router.get(
    "/{template_id}", response=answers(200, TemplateOut, 401, 403, 404, 429, 503), summary="Look at a report template"
)
def get_template(request: HttpRequest, template_id: UUID) -> TemplateOut:
    """Give a template, and the names of the schedules that use it."""
    with access.acting(actor_of(request), "read"):
        return _told(access.find(record.get, template_id))


@router.patch(
    "/{template_id}",
    response=answers(200, TemplateOut, 401, 403, 404, 409, 422, 429, 503),
    summary="Change a report template",
)
def change_template(request: HttpRequest, template_id: UUID, changes: TemplateChanged) -> TemplateOut:
    """Change what is given; reports made from now on use it. Its type stays while schedules use it (409)."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    with access.acting(actor, "report"):
        template = access.find(record.locked, template_id)
        asked = dataclasses.replace(run.asked_of(template), **given)
        return _told(run.change(template, asked, actor=actor.name, now=now))


@router.delete(
    "/{template_id}", response=answers(204, None, 401, 403, 404, 409, 429, 503), summary="Delete a report template"
)
def delete_template(request: HttpRequest, template_id: UUID) -> Status[None]:
    """Delete a template; 409 names the schedules that use it, if there are any."""
    actor = actor_of(request)
    with access.acting(actor, "report"):
        run.delete(access.find(record.locked, template_id), actor=actor.name)
    return Status(204, None)


@router.post(
    "/{template_id}/preview",
    response=answers(200, None, 401, 403, 404, 422, 429, 503),
    summary="Preview a report template",
    openapi_extra=FILES,
)
def preview_template(
    request: HttpRequest,
    template_id: UUID,
    shown_as: ShownAsPicture = None,
    page: Page = 1,
    date_range: Annotated[str, Query(alias="dateRange", description="As in a report.")] = "last_30d",
) -> HttpResponse:
    """Make the report of a template, and give a picture of its first page (or the file); nothing is kept or sent."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "read"):
        tenant = tenant_facts(actor.tenant_id)
        order = run.order_for(access.find(record.get, template_id), tenant, date_range)
    return shown(request, order, tenant, shown_as=shown_as, page=page, now=now, unasked=PreviewFormat.PNG)


def _told(template: ReportTemplate, used: list[str] | None = None) -> TemplateOut:
    return TemplateOut(
        id=template.id,
        name=template.name,
        description=template.description,
        report_type=ReportType(template.report_type),
        sections=template.sections,
        styling=StylingOut(**check_styling(template.styling).__dict__),
        schedules=record.users_of([template])[template.name] if used is None else used,
        created_at=template.created_at,
        updated_at=template.updated_at,
    )

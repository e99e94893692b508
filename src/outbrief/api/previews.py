"""Previews: any report made to be looked at, as a picture of a page or as a file."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router

from outbrief import access
from outbrief.api.auth import actor_of
from outbrief.api.reports import order_from
from outbrief.api.schemas import ReportAsked, answers
from outbrief.record.generations import Order
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import preview, reports
from outbrief.run.preview import CONTENT_TYPES, PreviewFormat
from outbrief.terms.choices import check_choice

router = Router(tags=["reports"], by_alias=True)

_NAMED = f"One of {', '.join(PreviewFormat)}. Without it: what `Accept` names, else "
ShownAs = Annotated[str | None, Query(alias="format", description=f"{_NAMED}the report's own.")]
ShownAsPicture = Annotated[str | None, Query(alias="format", description=f"{_NAMED}{PreviewFormat.PNG}.")]
Page = Annotated[int, Query(description="Which page a picture shows.")]
_FILE = {"schema": {"type": "string", "format": "binary"}}
FILES = {"responses": {200: {"content": dict.fromkeys(CONTENT_TYPES.values(), _FILE)}}}


@router.post(
    "/preview",
    response=answers(200, None, 401, 403, 422, 429, 503),
    summary="Preview a report",
    openapi_extra=FILES,
)
def preview_report(request: HttpRequest, asked: ReportAsked, shown_as: ShownAs = None, page: Page = 1) -> HttpResponse:
    """Make a report as `POST /api/reports` would, and give a picture of a page or the file; nothing is kept or sent."""
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "read"):
        tenant = tenant_facts(actor.tenant_id)
        order = order_from(asked, tenant, notify=None)
        reports.check(order, tenant, at=now)
    return shown(request, order, tenant, shown_as=shown_as, page=page, now=now)


def shown(
    request: HttpRequest,
    order: Order,
    tenant: TenantFacts,
    *,
    shown_as: str | None,
    page: int,
    now: dt.datetime,
    unasked: PreviewFormat | None = None,
) -> HttpResponse:
    """Answer with a report made for this answer alone, in the format asked for by name or by `Accept`.

    When neither names one it is `unasked`, by default the order's own.

    Outside any transaction: composing takes as long as the facts are many. InvalidInput names what is wrong.
    """
    usual = unasked or PreviewFormat(order.format)
    named = check_choice(PreviewFormat, shown_as, field="format") if shown_as else _accepted(request, usual)
    file = preview.make(order, tenant, now=now, shown_as=named, page=page)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=file.filename) or ""
    return response


def _accepted(request: HttpRequest, usual: PreviewFormat) -> PreviewFormat:
    by_type = {CONTENT_TYPES[fmt]: fmt for fmt in (usual, *PreviewFormat)}
    # Whoever takes anything gets the usual format, and so does whoever takes nothing that there is.
    preferred: str | None = request.get_preferred_type(list(by_type))
    return by_type[preferred] if preferred else usual

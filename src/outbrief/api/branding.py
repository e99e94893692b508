"""Branding: how the tenant's reports look, and its logo."""

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from outbrief import access
from outbrief.api.auth import actor_of
from outbrief.api.look_schemas import BrandingAsked, BrandingOut, LogoOut
from outbrief.api.schemas import answers
from outbrief.record.tenants import tenant_facts
from outbrief.run import branding as run
from outbrief.terms.styling import Branding

router = Router(tags=["branding"], by_alias=True)

_PICTURE = {"schema": {"type": "string", "format": "binary"}}


@router.get("", response=answers(200, BrandingOut, 401, 403, 429, 503), summary="Look at the branding")
def get_branding(request: HttpRequest) -> BrandingOut:
    """Give the tenant's colour, typeface, paper, locale, and what is known of its logo."""
    actor = actor_of(request)
    with access.acting(actor, "read"):
        return _told(tenant_facts(actor.tenant_id).branding)


@router.put("", response=answers(200, BrandingOut, 401, 403, 422, 429, 503), summary="Replace the branding")
def replace_branding(request: HttpRequest, asked: BrandingAsked) -> BrandingOut:
    """Replace the branding; what is left out is as we would choose. The logo stays: it is uploaded by itself."""
    actor = actor_of(request)
    with access.acting(actor, "report"):
        return _told(run.change(actor.tenant_id, asked.model_dump(exclude_none=True), actor=actor.name))


@router.put(
    "/logo",
    response=answers(200, BrandingOut, 401, 403, 413, 422, 429, 503),
    summary="Upload a logo",
    openapi_extra={"requestBody": {"required": True, "content": {"image/png": _PICTURE, "image/jpeg": _PICTURE}}},
)
def upload_logo(request: HttpRequest) -> BrandingOut:
    """Take the body as the logo: a PNG or JPEG of up to 1 MB and 4,000 pixels a side.

    It is kept as a PNG without metadata, made smaller where it is larger than reports can show.
    """
    actor = actor_of(request)
    access.permit(actor, "report")
    # Before the transaction: reading a picture and keeping it takes its time.
    with run.uploaded_logo(actor.tenant_id, request.body) as logo, access.acting(actor, "report"):
        return _told(run.set_logo(actor.tenant_id, logo, actor=actor.name))


@router.get(
    "/logo",
    response=answers(200, None, 401, 403, 404, 429, 503),
    summary="Get the logo",
    openapi_extra={"responses": {200: {"content": {"image/png": _PICTURE}}}},
)
def get_logo(request: HttpRequest) -> HttpResponse:
    """Give the tenant's logo as a PNG; 404 when it has none."""
    actor = actor_of(request)
    with access.acting(actor, "read"):
        tenant = tenant_facts(actor.tenant_id)
    return HttpResponse(run.logo_of(tenant), content_type="image/png")


@router.delete("/logo", response=answers(204, None, 401, 403, 429, 503), summary="Delete the logo")
def delete_logo(request: HttpRequest) -> Status[None]:
    """Take the tenant's logo away; reports then show its name."""
    actor = actor_of(request)
    with access.acting(actor, "report"):
        run.delete_logo(actor.tenant_id, actor=actor.name)
    return Status(204, None)


def _told(branding: Branding) -> BrandingOut:
    styling, logo = branding.styling, branding.logo
    return BrandingOut(
        colour=styling.colour,
        font=styling.font,
        paper=styling.paper,
        locale=styling.locale,
        cover=styling.cover,
        logo=LogoOut(sha256=logo.sha256, width=logo.width, height=logo.height) if logo else None,
    )

"""How a tenant looks: recorded, its logo kept in the store, and handed to whatever is written for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from outbrief import telemetry
from outbrief.record import audit, tenants
from outbrief.record.tenants import TenantFacts
from outbrief.render.logo import read_logo
from outbrief.run import parts
from outbrief.terms.errors import ArtifactMissing, InvalidInput, NotFound, OutbriefError, StoreUnavailable
from outbrief.terms.look import Brand, Font
from outbrief.terms.styling import Branding, Logo, Styling, check_styling

_COLOUR = "#2f5fde"


def brand_of(tenant: TenantFacts, styling: Styling | None = None) -> Brand:
    """Give the tenant's brand for a document or a mail; what `styling` says goes before what the tenant says.

    Reads the logo from the store, unless the styling wants none; StoreUnavailable when it does not answer. A logo
    that is no longer there is left out: a report without it is better than none.
    """
    asked, own = styling or Styling(), tenant.branding.styling
    logo = tenant.branding.logo if asked.logo is not False else None
    return Brand(
        name=tenant.name,
        colour=asked.colour or own.colour or _COLOUR,
        font=asked.font or own.font or Font.HANKEN_GROTESK,
        logo=_content(tenant.id, logo),
    )


def brand_for_notice(tenant: TenantFacts) -> Brand:
    """Give the tenant's brand for a mail that may have to tell that the store does not answer: then without a logo."""
    try:
        return brand_of(tenant)
    except StoreUnavailable:
        return brand_of(tenant, Styling(logo=False))


def styled(tenant: TenantFacts, styling: Styling) -> TenantFacts:
    """Give the tenant as if its branding said just this, for a preview; its logo stays unless the styling says no."""
    logo = None if styling.logo is False else tenant.branding.logo
    return replace(tenant, branding=Branding(styling=replace(styling, logo=None), logo=logo))


def restyled(tenant: TenantFacts, styling: Styling) -> TenantFacts:
    """Give the tenant as `styled` does, with what the styling leaves open as the branding says."""
    chosen = {key: value for key, value in styling.__dict__.items() if value is not None}
    return styled(tenant, replace(tenant.branding.styling, **chosen))


def logo_of(tenant: TenantFacts) -> bytes:
    """Give the tenant's logo as PNG; NotFound when it has none."""
    content = _content(tenant.id, tenant.branding.logo)
    if content is None:
        raise NotFound("There is no logo.", hint="Upload one: PUT /api/branding/logo.")
    return content


def change(tenant_id: UUID, asked: Mapping[str, object], *, actor: str) -> Branding:
    """Replace the tenant's styling, in its scope; the logo stays. InvalidInput names the key that is wrong."""
    styling = check_styling(asked, field="")
    if styling.logo is not None:
        raise InvalidInput("A logo is uploaded by itself.", field="logo", hint="PUT /api/branding/logo.")
    _, after = tenants.change_branding(tenant_id, styling=styling)
    audit.note(tenant_id=tenant_id, actor=actor, action="branding.changed", object_id=tenant_id)
    return after


@contextmanager
def uploaded_logo(tenant_id: UUID, content: bytes) -> Iterator[Logo]:
    """Check a picture and keep it in the store, outside any transaction; `set_logo` in the block makes it the tenant's.

    When the block fails it is deleted again. InvalidInput(field="logo") when it is no picture, or too large.
    """
    picture = read_logo(content)
    # Under a name of its own each time: whoever still reads the logo before it reads the right one.
    key = f"{tenant_id}/branding/{uuid4()}.png"
    with parts.store().upload(key, content_type="image/png", filename="logo.png") as upload:
        upload.write(picture.content)
    try:
        yield Logo(key=key, sha256=picture.sha256, width=picture.width, height=picture.height)
    except BaseException:
        _delete(tenant_id, key)
        raise


def set_logo(tenant_id: UUID, logo: Logo, *, actor: str) -> Branding:
    """Make an uploaded logo the tenant's, in its scope; the one before goes when the transaction has ended."""
    before, after = tenants.change_branding(tenant_id, logo=logo)
    _forget(tenant_id, before.logo, unless=logo.key)
    audit.note(tenant_id=tenant_id, actor=actor, action="logo.changed", object_id=tenant_id, sha256=logo.sha256)
    return after


def delete_logo(tenant_id: UUID, *, actor: str) -> Branding:
    """Take the tenant's logo away, in its scope; one that is not there is fine."""
    before, after = tenants.change_branding(tenant_id, logo="none")
    if before.logo is not None:
        _forget(tenant_id, before.logo)
        audit.note(tenant_id=tenant_id, actor=actor, action="logo.deleted", object_id=tenant_id)
    return after


def _forget(tenant_id: UUID, logo: Logo | None, *, unless: str = "") -> None:
    if logo is not None and logo.key != unless:
        key = logo.key
        transaction.on_commit(lambda: _delete(tenant_id, key))


def _delete(tenant_id: UUID, key: str) -> None:
    # What was asked for is done, or has failed for another reason: a file left behind must not hide that.
    try:
        parts.store().delete(key)
    except OutbriefError as error:
        telemetry.complain("branding.logo_not_deleted", error, tenant=tenant_id, key=key)


def _content(tenant_id: UUID, logo: Logo | None) -> bytes | None:
    if logo is None:
        return None
    try:
        return _read(settings.OUTBRIEF.store_url, logo.key)
    except ArtifactMissing as error:
        telemetry.complain("branding.logo_missing", error, tenant=tenant_id, key=logo.key)
        return None


@lru_cache(maxsize=64)
def _read(_store_url: str, key: str) -> bytes:
    # Every report of a tenant shows the same logo, and a key never holds another one.
    return b"".join(parts.store().read(key))

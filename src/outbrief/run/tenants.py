"""Tenants as the operator makes them: with an owner who can sign in and a key that programs can use."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from outbrief.deliver.address import check_recipient
from outbrief.record import audit, keys, tenants
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts
from outbrief.run.keys import OPERATOR, make_key
from outbrief.terms.calendar import check_timezone
from outbrief.terms.errors import Conflict, InvalidInput

_SHORTEST_PASSWORD = 8


@dataclass(frozen=True, kw_only=True)
class FoundedTenant:
    """A new tenant. `password` is the owner's, if one was made up here; neither it nor `api_key` is kept in clear."""

    tenant: TenantFacts
    owner_id: UUID
    owner: str
    api_key: str
    password: str | None


def found(*, name: str, owner: str, timezone: str, password: str | None) -> FoundedTenant:
    """Create a tenant, its owner and a first API key of theirs, all or nothing.

    An owner without a password gets `password`, or one that is made up. InvalidInput names the field that is wrong;
    Conflict when the name is taken, or when a password is given to a person who has one already.
    """
    name = name.strip()
    if not 1 <= len(name) <= 255:
        raise InvalidInput("A name has 1 to 255 characters.", field="name")
    if password is not None and len(password) < _SHORTEST_PASSWORD:
        raise InvalidInput(f"A password has at least {_SHORTEST_PASSWORD} characters.", field="password")
    zone = check_timezone(timezone)
    address = _check_owner(owner)
    with transaction.atomic():
        tenant, owner_id = tenants.create_tenant(name=name, owner_email=address, timezone=zone.key)
        known = tenants.has_password(owner_id)
        if known and password is not None:
            raise Conflict(
                f"{address} has a password already.", field="password", hint="Leave it out: the known one stays."
            )
        made_up = None if known or password is not None else secrets.token_urlsafe(12)
        if chosen := password or made_up:
            tenants.set_password(owner_id, chosen)
        with tenant_scope(tenant.id):
            audit.note(tenant_id=tenant.id, actor=OPERATOR, action="tenant.created", object_id=tenant.id)
        key = make_key(tenant.id, user_id=owner_id, name="First key", scopes=keys.SCOPES, expires_at=None)
    return FoundedTenant(tenant=tenant, owner_id=owner_id, owner=address, api_key=key, password=made_up)


def _check_owner(address: str) -> str:
    try:
        return check_recipient(address)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="owner", hint=error.hint) from error

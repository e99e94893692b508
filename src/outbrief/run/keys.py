"""API keys as people and the operator make and revoke them: each change is noted, no secret ever is."""

import datetime as dt
from uuid import UUID

from outbrief.record import audit
from outbrief.record import keys as record
from outbrief.record.models import ApiKey
from outbrief.record.scope import tenant_scope
from outbrief.terms.errors import InvalidInput

OPERATOR = "operator"


def make_key(
    tenant_id: UUID,
    *,
    user_id: UUID | None,
    name: str,
    scopes: tuple[str, ...],
    expires_at: dt.datetime | None,
    actor: str = OPERATOR,
    key_id: UUID | None = None,
) -> str:
    """Create an API key and give its secret, which is shown this once. InvalidInput names the field that is wrong.

    With `key_id` the same key is not made twice: Conflict when there is one with this id.
    """
    name = name.strip()
    if not 1 <= len(name) <= 255:
        raise InvalidInput("A name has 1 to 255 characters.", field="name")
    with tenant_scope(tenant_id):
        key, secret = record.create(
            tenant_id=tenant_id, user_id=user_id, name=name, scopes=scopes, expires_at=expires_at, key_id=key_id
        )
        audit.note(
            tenant_id=tenant_id,
            actor=actor,
            action="key.created",
            object_id=key.id,
            name=name,
            prefix=key.prefix,
            scopes=", ".join(scopes),
        )
    return secret


def revoke(key: ApiKey, *, actor: str, now: dt.datetime) -> bool:
    """Let a key open nothing any more, in the tenant's scope; False when it was revoked before."""
    if not record.revoke(key.id, now=now):
        return False
    audit.note(
        tenant_id=key.tenant_id, actor=actor, action="key.revoked", object_id=key.id, name=key.name, prefix=key.prefix
    )
    return True

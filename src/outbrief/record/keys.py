"""API keys: shown once, kept as a hash."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from outbrief.record.models import ApiKey
from outbrief.record.scope import key_scope, tenant_scope
from outbrief.terms.errors import Conflict, InvalidInput, NotFound, Unauthenticated

SCOPES = ("read", "export", "report", "facts")


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """What a presented key stands for."""

    id: UUID
    tenant_id: UUID
    user_id: UUID | None
    scopes: tuple[str, ...]


def create_key(
    *,
    tenant_id: UUID,
    user_id: UUID | None,
    name: str,
    scopes: tuple[str, ...] = SCOPES,
    expires_at: dt.datetime | None = None,
) -> str:
    """Create a key and give its secret, which cannot be read again."""
    with tenant_scope(tenant_id):
        return create(tenant_id=tenant_id, user_id=user_id, name=name, scopes=scopes, expires_at=expires_at)[1]


def create(
    *,
    tenant_id: UUID,
    user_id: UUID | None,
    name: str,
    scopes: tuple[str, ...],
    expires_at: dt.datetime | None,
    key_id: UUID | None = None,
) -> tuple[ApiKey, str]:
    """Create a key in the tenant's scope; give it and its secret, which cannot be read again.

    InvalidInput names a scope that there is not; Conflict when there is a key with this id already.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InvalidInput(f"unknown scope {unknown}" if unknown else "is empty.", field="scopes", hint=_scope_hint())
    secret = f"ob_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        id=key_id or uuid4(),
        tenant_id=tenant_id,
        user_id=user_id,
        name=name,
        prefix=secret[:10],
        key_hash=_hash(secret),
        scopes=list(scopes),
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("This key was made already.", hint="Its secret was shown once. Make another key.") from error
    return key, secret


def get(key_id: UUID) -> ApiKey:
    """Read a key of the tenant in scope; NotFound when it has none with this id."""
    try:
        return ApiKey.objects.get(id=key_id)
    except ApiKey.DoesNotExist:
        raise NotFound("There is no API key with this id.") from None


def newest_first() -> "QuerySet[ApiKey]":
    """Give the keys of the tenant in scope with their people, newest first."""
    return ApiKey.objects.select_related("user").order_by("-created_at", "-id")


def revoke(key_id: UUID, *, now: dt.datetime) -> bool:
    """Let a key open nothing any more; False when it was revoked before."""
    return bool(ApiKey.objects.filter(id=key_id, revoked_at__isnull=True).update(revoked_at=now))


def find_key(secret: str, *, now: dt.datetime) -> KeyFacts:
    """Find the key behind a secret and note its use; Unauthenticated when unknown, revoked or expired."""
    digest = _hash(secret)
    with key_scope(digest):
        key = ApiKey.objects.filter(key_hash=digest).first()
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise Unauthenticated("The API key is unknown, revoked or expired.", hint="Send Authorization: Bearer KEY.")
    # Once a minute is enough to see that a key is in use, and spares a write per request.
    if key.last_used_at is None or now - key.last_used_at > dt.timedelta(minutes=1):
        with tenant_scope(key.tenant_id):
            ApiKey.objects.filter(id=key.id).update(last_used_at=now)
    return KeyFacts(id=key.id, tenant_id=key.tenant_id, user_id=key.user_id, scopes=tuple(key.scopes))


def _hash(secret: str) -> str:
    # The secret has 256 random bits: a fast hash is enough, and lets the key be found by an index.
    return hashlib.sha256(secret.encode()).hexdigest()


def _scope_hint() -> str:
    return f"Scopes: {', '.join(SCOPES)}."

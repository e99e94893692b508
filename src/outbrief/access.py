"""Who is asking, for which tenant, and may they: the first lock, before row-level security."""

import datetime as dt
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

from outbrief.record import keys, tenants
from outbrief.record.models import Role
from outbrief.record.schedules import exists_anywhere
from outbrief.record.scope import tenant_scope
from outbrief.terms.errors import Forbidden, NotFound, Unauthenticated

Verb = Literal["read", "export", "report", "facts", "manage"]
T = TypeVar("T")

# The key of a session that holds the tenant which the person looks at.
TENANT_CHOSEN = "tenant"
# A viewer reads, and an export is a way of reading; an editor also sends reports and brings data in.
_ALLOWED: dict[Role, frozenset[Verb]] = {
    Role.VIEWER: frozenset({"read", "export"}),
    Role.EDITOR: frozenset({"read", "export", "report", "facts"}),
    Role.OWNER: frozenset({"read", "export", "report", "facts", "manage"}),
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person, or a key on behalf of one, acting for one tenant. `name` is what the audit log says.

    `timezone` is the zone that a person reads times in; empty for a key of nobody.
    """

    tenant_id: UUID
    user_id: UUID | None
    name: str
    email: str
    timezone: str
    verbs: frozenset[Verb]


def actor_for_key(secret: str, *, now: dt.datetime) -> Actor:
    """Give the actor behind an API key; Unauthenticated when the key, or its person's membership, is no longer good."""
    key = keys.find_key(secret, now=now)
    if key.user_id is None:
        return Actor(
            tenant_id=key.tenant_id,
            user_id=None,
            name=f"key:{key.id}",
            email="",
            timezone="",
            verbs=_within(Role.EDITOR, key.scopes),
        )
    member = tenants.membership(user_id=key.user_id, tenant_id=key.tenant_id)
    if member is None:
        raise Unauthenticated("The person this key belongs to is no longer a member.", hint="Make a new key.")
    return Actor(
        tenant_id=key.tenant_id,
        user_id=key.user_id,
        name=f"key:{key.id}",
        email=member.email,
        timezone=member.timezone,
        verbs=_within(member.role, key.scopes),
    )


def actor_for_user(user_id: UUID, *, tenant_id: UUID | None = None) -> Actor:
    """Give the actor of a signed-in person, for the tenant they chose or their first; Forbidden when they have none."""
    member = tenants.membership(user_id=user_id, tenant_id=tenant_id)
    if member is None:
        raise Forbidden("You are not a member of this tenant.", hint="Ask its owner for an invitation.")
    return Actor(
        tenant_id=member.tenant_id,
        user_id=user_id,
        name=f"user:{user_id}",
        email=member.email,
        timezone=member.timezone,
        verbs=_ALLOWED[member.role],
    )


def actor_for_session(user_id: UUID, session: MutableMapping[str, Any]) -> Actor:
    """Give the actor of a signed-in person, for the tenant their session names, or for their first when it is gone."""
    chosen = session.get(TENANT_CHOSEN)
    if chosen is not None:
        try:
            return actor_for_user(user_id, tenant_id=UUID(chosen))
        except Forbidden:
            del session[TENANT_CHOSEN]
    return actor_for_user(user_id)


@contextmanager
def acting(actor: Actor, verb: Verb) -> Iterator[None]:
    """Run the block as the actor: in a transaction that sees their tenant alone. Forbidden without the verb."""
    permit(actor, verb)
    with tenant_scope(actor.tenant_id):
        yield


def permit(actor: Actor, verb: Verb) -> None:
    """Check that the actor may do this kind of thing; Forbidden names what is missing."""
    if verb not in actor.verbs:
        raise Forbidden(f"This needs the right to {verb!r}.", hint="Ask an owner for another role or a key with it.")


def permit_change(actor: Actor, *, maker_id: UUID | None) -> None:
    """Check that the actor may change what a person made: their own they may, others' takes the right to report."""
    if maker_id is None or maker_id != actor.user_id:
        permit(actor, "report")


def find(lookup: Callable[[UUID], T], object_id: UUID) -> T:
    """Look an object up in the tenant in scope: NotFound if no tenant has it, Forbidden if another has."""
    try:
        return lookup(object_id)
    except NotFound:
        if exists_anywhere(object_id):
            raise Forbidden("Forbidden") from None
        raise


def _within(role: Role, scopes: tuple[str, ...]) -> frozenset[Verb]:
    return frozenset(verb for verb in _ALLOWED[role] if verb in scopes)

"""Leave an audit event for every change and download, and find them again."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate

from outbrief.record.models import ApiKey, AuditEvent, Membership, User


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events are wanted: of any of these things ("schedule"), by any of these actors, in `[since, before)`.

    Empty and None take all.
    """

    things: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    since: dt.datetime | None = None
    before: dt.datetime | None = None


def note(*, tenant_id: UUID, actor: str, action: str, object_id: UUID | str = "", **detail: str | int | None) -> None:
    """Write one event, in the caller's transaction and inside the tenant's scope.

    `action` is `thing.verb`, such as `export.created`; `detail` holds short plain values and no secrets.
    """
    kept: Mapping[str, str | int] = {key: value for key, value in detail.items() if value is not None}
    AuditEvent.objects.create(
        tenant_id=tenant_id, actor=actor, action=action, object_id=str(object_id), detail=dict(kept)
    )


def newest_first(wanted: EventFilter) -> "QuerySet[AuditEvent]":
    """Give the wanted events of the tenant in scope, newest first."""
    events = AuditEvent.objects.order_by("-created_at", "-id")
    if wanted.things:
        about = Q()
        for thing in wanted.things:
            # "/" is the letter after "."; LIKE may use no index under row-level security.
            about |= Q(bytes__gte=f"{thing}.", bytes__lt=f"{thing}/")
        events = events.alias(bytes=Collate("action", "C")).filter(about)
    if wanted.actors:
        events = events.filter(actor__in=wanted.actors)
    if wanted.since is not None:
        events = events.filter(created_at__gte=wanted.since)
    if wanted.before is not None:
        events = events.filter(created_at__lt=wanted.before)
    return events


def actor_names(actors: Collection[str]) -> dict[str, str]:
    """Give names for what events call their actors ("user:ID", "key:ID"); those that are gone are left out.

    Two queries, however many actors there are. To be called in the tenant's scope.
    """
    users, keys = _ids(actors, "user"), _ids(actors, "key")
    names = {f"user:{user.id}": person_name(user) for user in User.objects.filter(id__in=users)} if users else {}
    if keys:
        known = ApiKey.objects.filter(id__in=keys).select_related("user")
        names |= {f"key:{key.id}": key_name(key) for key in known}
    return names


def actors_known(*, limit: int = 500) -> list[tuple[str, tuple[str, ...]]]:
    """Give who may have acted in the tenant in scope: a name, and what events call them, keys with their people."""
    members = Membership.objects.select_related("user").order_by("user__email")[:limit]
    known: dict[UUID, tuple[str, list[str]]] = {
        member.user_id: (person_name(member.user), [f"user:{member.user_id}"]) for member in members
    }
    ownerless: list[tuple[str, tuple[str, ...]]] = []
    for key in ApiKey.objects.select_related("user").order_by("name", "id")[:limit]:
        if key.user_id is None or key.user is None:
            ownerless.append((key_name(key), (f"key:{key.id}",)))
        else:
            person = known.setdefault(key.user_id, (person_name(key.user), [f"user:{key.user_id}"]))
            person[1].append(f"key:{key.id}")
    return [*((name, tuple(actors)) for name, actors in known.values()), *ownerless]


def person_name(user: User) -> str:
    """Name a person as others know them: by name, else by address."""
    return user.name or user.email


def key_name(key: ApiKey) -> str:
    """Name a key, with the person it acts for."""
    return f"Key “{key.name}”" + (f" of {person_name(key.user)}" if key.user else "")


def _ids(actors: Collection[str], kind: str) -> set[UUID]:
    found = set()
    for actor in actors:
        named, _, text = actor.partition(":")
        if named == kind:
            try:
                found.add(UUID(text))
            except ValueError:
                continue
    return found

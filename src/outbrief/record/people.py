"""People as such, whatever tenants they are members of."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from outbrief.record.models import User
from outbrief.terms.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person. `timezone` is their own choice, empty for that of the tenant; without a password none can sign in."""

    id: UUID
    email: str
    name: str
    timezone: str
    is_active: bool
    has_password: bool


def by_address(address: str) -> Person | None:
    """Find a person by mail address, in any case of letters."""
    user = User.objects.filter(email=address.strip().lower()).first()
    return _person(user) if user else None


def by_id(user_id: UUID) -> Person | None:
    """Find a person."""
    user = User.objects.filter(id=user_id).first()
    return _person(user) if user else None


def lock(user_id: UUID) -> User:
    """Give a person's row, which nobody else changes before the transaction ends; NotFound without one."""
    user = User.objects.select_for_update().filter(id=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    return user


def introduce(address: str, *, name: str, password: str) -> UUID:
    """Give a person who has none a password and a name, creating them if need be; give their id.

    The caller holds the proof that the address is theirs.
    """
    user, _ = User.objects.select_for_update().get_or_create(email=address.strip().lower())
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    return user.id


def change_profile(user_id: UUID, *, name: str, timezone: str) -> None:
    """Change what a person is called and the zone that they read times in; both must have been checked."""
    User.objects.filter(id=user_id).update(name=name, timezone=timezone)


def end_sessions(user_id: UUID) -> None:
    """End every session of a person, on every machine."""
    User.objects.filter(id=user_id).update(session_epoch=F("session_epoch") + 1)


def _person(user: User) -> Person:
    return Person(
        id=user.id,
        email=user.email,
        name=user.name,
        timezone=user.timezone,
        is_active=user.is_active,
        has_password=bool(user.password),
    )

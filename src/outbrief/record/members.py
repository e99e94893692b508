"""The members of the tenant in scope: who they are, and the changes that leave it an owner."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from outbrief.record.models import Membership, Role, Tenant
from outbrief.terms.errors import Conflict, NotFound


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    """A member; `id` is the membership's. Someone who was made a member without a password has not signed in yet."""

    id: UUID
    user_id: UUID
    email: str
    name: str
    role: Role
    joined_at: dt.datetime
    has_password: bool


def everyone() -> list[MemberFacts]:
    """Give the members in the order in which they joined."""
    rows = Membership.objects.select_related("user").order_by("created_at", "id")
    return [_facts(row) for row in rows]


def get(member_id: UUID) -> MemberFacts:
    """Read a membership; NotFound when the tenant has none with this id."""
    return _facts(_row(member_id))


def change_role(member_id: UUID, role: Role) -> Role:
    """Change a member's role and give the one before; Conflict when that would leave the tenant without an owner."""
    row = _row(member_id, locked=True)
    before = Role(row.role)
    if before is Role.OWNER and role is not Role.OWNER:
        _check_others_own(row)
    row.role = role
    row.save(update_fields=["role"])
    return before


def remove(member_id: UUID) -> None:
    """Remove a member from the tenant; Conflict when that would leave it without an owner."""
    row = _row(member_id, locked=True)
    if row.role == Role.OWNER:
        _check_others_own(row)
    row.delete()


def _check_others_own(row: Membership) -> None:
    others = Membership.objects.filter(role=Role.OWNER, user__is_active=True).exclude(id=row.id)
    if not others.exists():
        raise Conflict(
            f"{row.user.email} is the last owner, and a tenant needs one.", hint="Make somebody else an owner first."
        )


def _row(member_id: UUID, *, locked: bool = False) -> Membership:
    row = Membership.objects.select_related("user").filter(id=member_id).first()
    if row is not None and locked:
        # Two owners who demote each other at one moment must not both succeed: changes wait for one another.
        Tenant.objects.select_for_update().get(id=row.tenant_id)
        row = Membership.objects.select_related("user").filter(id=member_id).first()
    if row is None:
        raise NotFound("There is no such member.", hint="Perhaps they were removed; look at the list again.")
    return row


def _facts(row: Membership) -> MemberFacts:
    return MemberFacts(
        id=row.id,
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        role=Role(row.role),
        joined_at=row.created_at,
        has_password=bool(row.user.password),
    )

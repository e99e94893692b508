"""Invitations: open until they are accepted, revoked (and so deleted) or over.

open -> accepted;  open -> expired -> open (sent again);  open | expired -> deleted
"""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from outbrief.record.models import Invitation, Role
from outbrief.terms.errors import Conflict, NotFound

# Enough for any company, and too few to make the installation a sender of unwanted mail.
MOST_OPEN = 100


def put(*, tenant_id: UUID, email: str, role: Role, invited_by: UUID | None, expires_at: dt.datetime) -> Invitation:
    """Open an invitation of an address, or renew the one that is open; Conflict when too many are."""
    known = Invitation.objects.select_for_update().filter(email=email, accepted_at__isnull=True).first()
    if known is None and waiting().count() >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} invitations wait already.", hint="Revoke those that nobody needs.")
    row, _ = Invitation.objects.update_or_create(
        tenant_id=tenant_id,
        email=email,
        accepted_at=None,
        defaults={"role": role, "invited_by_id": invited_by, "expires_at": expires_at},
    )
    return row


def waiting() -> "QuerySet[Invitation]":
    """Give the invitations of the tenant in scope that nobody has accepted, newest first; some may have expired."""
    open_ones = Invitation.objects.filter(accepted_at__isnull=True).select_related("invited_by")
    return open_ones.order_by("-created_at", "-id")


def get_waiting(invitation_id: UUID) -> Invitation:
    """Read an invitation of the tenant in scope that nobody has accepted, and lock it; NotFound without one."""
    row = Invitation.objects.select_for_update().filter(id=invitation_id, accepted_at__isnull=True).first()
    if row is None:
        raise NotFound("There is no such invitation.", hint="It was accepted or revoked; look at the list again.")
    return row


def find(invitation_id: UUID) -> Invitation | None:
    """Read an invitation of the tenant in scope, in whatever state; None when it was revoked."""
    return Invitation.objects.select_related("invited_by", "tenant").filter(id=invitation_id).first()


def renew(invitation: Invitation, *, expires_at: dt.datetime) -> None:
    """Let an invitation be good until another time."""
    Invitation.objects.filter(id=invitation.id).update(expires_at=expires_at)


def revoke(invitation: Invitation) -> None:
    """Withdraw an invitation: its link opens nothing any more."""
    Invitation.objects.filter(id=invitation.id).delete()


def accept(invitation: Invitation, *, now: dt.datetime) -> None:
    """Close an invitation, which its link can then not open again."""
    Invitation.objects.filter(id=invitation.id).update(accepted_at=now)

"""The mails to a tenant's own people, as far as the tenant may know of them."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID, uuid4

from django.db.models.functions import Now

from outbrief.record.models import AccountMail, MailKind


def plan_invitation(*, tenant_id: UUID, recipient: str, invitation_id: UUID, domain: str) -> AccountMail:
    """Insert a mail that is to be sent; `domain` is the right side of its Message-ID."""
    mail_id = uuid4()
    return AccountMail.objects.create(
        id=mail_id,
        tenant_id=tenant_id,
        kind=MailKind.INVITATION,
        recipient=recipient,
        object_id=invitation_id,
        message_id=f"<{mail_id}.invitation@{domain}>",
    )


def find(mail_id: UUID) -> AccountMail | None:
    """Read a mail of the tenant in scope."""
    return AccountMail.objects.filter(id=mail_id).first()


def settle(mail_id: UUID, *, now: dt.datetime | None, problem: str = "") -> None:
    """Record that a mail was sent at `now`, or with None that it was not, and why."""
    AccountMail.objects.filter(id=mail_id).update(sent_at=now, problem=problem)


def note_sent(
    *,
    tenant_id: UUID,
    kind: MailKind,
    recipient: str,
    message_id: str,
    user_id: UUID | None = None,
    object_id: UUID | None = None,
) -> None:
    """Record a mail that has just been sent, once."""
    mail = AccountMail(
        tenant_id=tenant_id,
        kind=kind,
        recipient=recipient,
        message_id=message_id,
        user_id=user_id,
        object_id=object_id,
        sent_at=Now(),
    )
    AccountMail.objects.bulk_create([mail], ignore_conflicts=True)


def latest_about(object_ids: Collection[UUID]) -> dict[UUID, AccountMail]:
    """Give the latest mail about each object that has one."""
    rows = AccountMail.objects.filter(object_id__in=object_ids).order_by("created_at", "id")
    return {row.object_id: row for row in rows if row.object_id is not None}


def forget(*, before: dt.datetime) -> int:
    """Delete what is known of mails made before an instant; to be called unscoped. Gives how many."""
    deleted, _ = AccountMail.objects.filter(created_at__lt=before).delete()
    return deleted

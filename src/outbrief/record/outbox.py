"""Every mail that went out for the tenant in scope: of reports, and to its own people."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from outbrief.record.cursors import cursor_after, page_of
from outbrief.record.models import AccountMail, MailKind, ReportDelivery, ReportGeneration
from outbrief.terms.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks: an invitation is for those who invite, the link to a new password for the person alone."""

    user_id: UUID | None
    manages: bool


@dataclass(frozen=True, kw_only=True)
class OutMail:
    """A mail that went out. `generation` is the report that it brought, or told the failure of."""

    id: UUID
    kind: Literal["report", "invitation", "password", "failure"]
    recipient: str
    message_id: str
    sent_at: dt.datetime
    generation: ReportGeneration | None


def page(reader: Reader, *, recipient: str, cursor: str | None, limit: int) -> tuple[list[OutMail], str | None]:
    """Give up to `limit` mails after the cursor, newest first, and the cursor of the next page or None.

    `recipient` is a part of the address, empty for all. InvalidInput(field="cursor") for a text that is no cursor.
    """
    to = Q(recipient__icontains=recipient) if recipient else Q()
    reports, more_reports = page_of(_reports().filter(to), newest_by="sent_at", cursor=cursor, limit=limit)
    others, more_others = page_of(_others(reader).filter(to), newest_by="sent_at", cursor=cursor, limit=limit)
    mails = [*map(_report, reports), *_account_mails(others)]
    mails.sort(key=lambda mail: (mail.sent_at, mail.id), reverse=True)
    shown = mails[:limit]
    more = more_reports or more_others or len(mails) > limit
    return shown, cursor_after(shown[-1].sent_at, shown[-1].id) if more else None


def find(reader: Reader, mail_id: UUID) -> OutMail:
    """Read a mail of the tenant in scope; NotFound when it has none with this id that the reader may see."""
    if report := _reports().filter(id=mail_id).first():
        return _report(report)
    if other := _others(reader).filter(id=mail_id).first():
        return _account_mails([other])[0]
    raise NotFound("There is no mail with this id.")


def _reports() -> "QuerySet[ReportDelivery]":
    sent = ReportDelivery.objects.filter(sent_at__isnull=False).select_related("generation")
    return sent.order_by("-sent_at", "-id")


def _others(reader: Reader) -> "QuerySet[AccountMail]":
    seen = Q(kind=MailKind.FAILURE) | Q(kind=MailKind.PASSWORD, user_id=reader.user_id, user_id__isnull=False)
    if reader.manages:
        seen |= Q(kind=MailKind.INVITATION)
    return AccountMail.objects.filter(seen, sent_at__isnull=False).order_by("-sent_at", "-id")


def _report(row: ReportDelivery) -> OutMail:
    return _out(row, "report", row.generation)


def _account_mails(rows: Sequence[AccountMail]) -> list[OutMail]:
    about = [row.object_id for row in rows if row.kind == MailKind.FAILURE]
    generations = ReportGeneration.objects.in_bulk([one for one in about if one is not None])
    return [_out(row, MailKind(row.kind).value, generations.get(row.object_id or row.id)) for row in rows]


def _out(
    row: ReportDelivery | AccountMail,
    kind: Literal["report", "invitation", "password", "failure"],
    generation: ReportGeneration | None,
) -> OutMail:
    assert row.sent_at is not None  # noqa: S101 - none that was not sent is read
    return OutMail(
        id=row.id,
        kind=kind,
        recipient=row.recipient,
        message_id=row.message_id,
        sent_at=row.sent_at,
        generation=generation,
    )

"""Deliveries: one generation to one recipient, and what they add up to.

    pending -> sending -> sent | failed | suppressed;  sending -> pending (a retry is due);  failed -> pending (resend)

`report_generations.sent_to`, `.delivery_status` and the final status are written from these rows, in the same
transaction as every final change of one of them.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, QuerySet

from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.errors import Conflict, NotFound, OutbriefError
from outbrief.terms.report import GenerationStatus

UNDER_WAY = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
ARRIVED = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)


def plan(generation: ReportGeneration, recipients: Sequence[str], *, domain: str) -> list[ReportDelivery]:
    """Insert one pending delivery per recipient; `domain` is the right side of their Message-IDs."""
    rows = [
        ReportDelivery(
            tenant_id=generation.tenant_id,
            generation=generation,
            recipient=recipient,
            message_id=f"<{generation.id}.{_digest(recipient)}@{domain}>",
        )
        for recipient in recipients
    ]
    return ReportDelivery.objects.bulk_create(rows)


# What an attempt says that found the one before it cut short: between the server's acceptance and our record of it.
_MAYBE_SENT = "An earlier attempt was cut short and may have reached the recipient."


def claim(delivery_id: UUID, *, now: dt.datetime) -> ReportDelivery | None:
    """Set a delivery sending and count the attempt; None when it is over already.

    One that is being sent already was cut short in an earlier attempt: its answer says so from then on, until it is
    sent. The caller holds the delivery alone.
    """
    ReportDelivery.objects.filter(id=delivery_id, status=DeliveryStatus.SENDING).update(provider_answer=_MAYBE_SENT)
    claimed = ReportDelivery.objects.filter(id=delivery_id, status__in=UNDER_WAY).update(
        status=DeliveryStatus.SENDING, attempts=F("attempts") + 1, updated_at=now
    )
    return ReportDelivery.objects.select_related("generation").get(id=delivery_id) if claimed else None


def may_be_out(delivery: ReportDelivery) -> bool:
    """Tell whether an earlier attempt at a claimed delivery was cut short, so that its mail may have gone out."""
    return delivery.provider_answer.startswith(_MAYBE_SENT)


def unfinished(*, before: dt.datetime, limit: int) -> "QuerySet[ReportDelivery]":
    """Give deliveries that nothing was heard of since an instant and that are not over. To be called unscoped."""
    alive = ReportDelivery.objects.filter(generation__status=GenerationStatus.RUNNING, status__in=UNDER_WAY)
    return alive.filter(updated_at__lt=before).order_by("updated_at")[:limit]


def postpone(delivery: ReportDelivery, reason: str, *, now: dt.datetime) -> None:
    """Keep the reason why a mail did not go out yet; a retry is due."""
    _finish(delivery, DeliveryStatus.PENDING, _honest(delivery, reason), now=now)


def settle(
    delivery: ReportDelivery,
    status: DeliveryStatus,
    answer: str,
    *,
    now: dt.datetime,
    error: OutbriefError | None = None,
) -> GenerationStatus | None:
    """Record the final status of a delivery and write what the generation's deliveries add up to; give that.

    `error` is why it failed, and so whose turn it is. None when the delivery was over already. The generation's row is
    locked, so that of two last deliveries exactly one sees that all are over.
    """
    generation = ReportGeneration.objects.select_for_update().get(id=delivery.generation_id)
    if not _finish(delivery, status, answer if status == DeliveryStatus.SENT else _honest(delivery, answer), now=now):
        return None
    if status == DeliveryStatus.SENT:
        ReportDelivery.objects.filter(id=delivery.id).update(sent_at=now)
    if error is not None:
        generation.metadata = {**(generation.metadata or {}), "error": {"code": error.code, "blame": error.blame}}
    return _add_up(generation)


def of_generation(generation: ReportGeneration, delivery_id: UUID) -> ReportDelivery:
    """Read one delivery of a generation; NotFound when it has none with this id."""
    delivery = ReportDelivery.objects.filter(generation=generation, id=delivery_id).first()
    if delivery is None:
        raise NotFound("This report has no delivery with this id.")
    return delivery


def reopen_failed(generation: ReportGeneration, *, only: UUID | None = None) -> list[ReportDelivery]:
    """Set the failed deliveries of a finished generation pending again, for a resend; Conflict when there are none.

    `only` is the id of the one delivery to be sent again; None stands for all that failed.
    """
    rows = ReportDelivery.objects.select_for_update().filter(generation=generation, status=DeliveryStatus.FAILED)
    failed = list(rows.filter(id=only) if only else rows)
    if not failed:
        raise Conflict("No delivery of this generation has failed.", hint="Resend goes to failed recipients only.")
    ReportDelivery.objects.filter(id__in=[row.id for row in failed]).update(status=DeliveryStatus.PENDING, attempts=0)
    known = {key: value for key, value in (generation.metadata or {}).items() if key != "error"}
    ReportGeneration.objects.filter(id=generation.id).update(
        status=GenerationStatus.RUNNING, error_message=None, metadata=known
    )
    return failed


def _honest(delivery: ReportDelivery, answer: str) -> str:
    """Keep saying that a mail may have gone out before, whatever stopped it this time."""
    return f"{_MAYBE_SENT} {answer}" if may_be_out(delivery) else answer


def _finish(delivery: ReportDelivery, status: DeliveryStatus, answer: str, *, now: dt.datetime) -> bool:
    claimed = ReportDelivery.objects.filter(id=delivery.id, status=DeliveryStatus.SENDING)
    return bool(claimed.update(status=status, provider_answer=answer, updated_at=now))


def _add_up(generation: ReportGeneration) -> GenerationStatus:
    rows = list(ReportDelivery.objects.filter(generation=generation).order_by("recipient"))
    arrived = [row.recipient for row in rows if row.status in ARRIVED]
    generation.sent_to = arrived
    generation.delivery_status = {
        row.recipient: {"status": row.status, "attempts": row.attempts, "answer": row.provider_answer} for row in rows
    }
    if not any(row.status in UNDER_WAY for row in rows):
        failed = [row for row in rows if row.status not in ARRIVED and row.status != DeliveryStatus.SUPPRESSED]
        generation.status, generation.error_message = _verdict(arrived, failed)
    generation.save(update_fields=["sent_to", "delivery_status", "status", "error_message", "metadata"])
    return GenerationStatus(generation.status)


def _verdict(arrived: list[str], failed: list[ReportDelivery]) -> tuple[GenerationStatus, str | None]:
    if not failed and arrived:
        return GenerationStatus.SUCCESS, None
    reasons = "; ".join(f"{row.recipient}: {row.provider_answer}" for row in failed[:5])
    if arrived:
        return GenerationStatus.PARTIAL, f"Not sent to {len(failed)} of {len(arrived) + len(failed)}: {reasons}"
    if failed:
        return GenerationStatus.FAILED, f"Sent to nobody: {reasons}"
    return GenerationStatus.FAILED, "Sent to nobody: every recipient has unsubscribed, bounced or complained."


def _digest(recipient: str) -> str:
    return hashlib.blake2b(recipient.encode(), digest_size=8).hexdigest()

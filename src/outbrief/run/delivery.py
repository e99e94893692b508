"""One artifact to one recipient: suppressed, sent, tried again, or failed for good."""

import datetime as dt
from uuid import UUID

from django.conf import settings

from outbrief import telemetry
from outbrief.deliver.address import check_recipient
from outbrief.record import deliveries
from outbrief.record.models import ReportDelivery
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run import mailbody, notices, parts
from outbrief.run.attempts import Attempt, Clock, alone, gives_up, named_errors
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.errors import OutbriefError
from outbrief.terms.report import GenerationStatus


def deliver_report(tenant_id: UUID, delivery_id: UUID, *, clock: Clock, attempt: Attempt) -> None:
    """Send one delivery's mail. Working it again sends nothing, unless the first time died before it was recorded.

    Then the same Message-ID goes out. Raises what went wrong, after recording it; WorkedElsewhere, recording nothing,
    when another worker is sending this mail.
    """
    with alone(delivery_id):
        _deliver(tenant_id, delivery_id, clock=clock, attempt=attempt)


def _deliver(tenant_id: UUID, delivery_id: UUID, *, clock: Clock, attempt: Attempt) -> None:
    with tenant_scope(tenant_id):
        delivery = deliveries.claim(delivery_id, now=clock())
        allowed = tenant_facts(tenant_id).allowed_recipient_domains
        suppressed = delivery is not None and deliveries.is_suppressed(tenant_id, delivery.recipient)
    if delivery is None:
        return
    if suppressed:
        _settle(delivery, DeliveryStatus.SUPPRESSED, "unsubscribed, bounced or complained before", now=clock())
        return
    try:
        with named_errors():
            # The tenant may have narrowed the allowed domains since the address was saved.
            check_recipient(delivery.recipient, allowed_domains=allowed)
            mail = mailbody.mail_for(delivery, sender=settings.OUTBRIEF.sender, now=clock())
            receipt = parts.channel().send(mail)
            _settle(delivery, DeliveryStatus.SENT, receipt.answer, now=clock())
    except OutbriefError as error:
        telemetry.complain("delivery.attempt_failed", error, tenant=tenant_id, delivery=delivery_id)
        if gives_up(error, attempt):
            _settle(delivery, DeliveryStatus.FAILED, error.message, now=clock(), error=error)
        else:
            with tenant_scope(tenant_id):
                deliveries.postpone(delivery, error.message, now=clock())
        raise
    telemetry.say("delivery.sent", tenant=tenant_id, generation=delivery.generation_id, delivery=delivery_id)


def _settle(
    delivery: ReportDelivery,
    status: DeliveryStatus,
    answer: str,
    *,
    now: dt.datetime,
    error: OutbriefError | None = None,
) -> None:
    """Record a final status; the last one of a generation tells its owner, unless every mail was sent."""
    with tenant_scope(delivery.tenant_id):
        outcome = deliveries.settle(delivery, status, answer, now=now, error=error)
        if outcome in (GenerationStatus.FAILED, GenerationStatus.PARTIAL):
            notices.defer_failure_notice(delivery.tenant_id, delivery.generation_id, now=now)

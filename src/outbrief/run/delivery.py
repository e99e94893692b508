"""One artifact to one recipient: suppressed, sent, tried again, or failed for good."""

import datetime as dt
from uuid import UUID

from django.conf import settings

from outbrief import telemetry
from outbrief.deliver.address import check_recipient
from outbrief.record import deliveries, suppressions
from outbrief.record.models import ReportDelivery
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run import mailbody, notices, parts
from outbrief.run.attempts import MAILING, Attempt, Clock, WorkersDied, alone, gives_up, named_errors
from outbrief.terms.delivery import DeliveryStatus, Receipt
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
        suppressed = delivery is not None and suppressions.is_suppressed(tenant_id, delivery.recipient)
    if delivery is None:
        return
    if suppressed:
        _settle(delivery, DeliveryStatus.SUPPRESSED, "unsubscribed, bounced or complained before", now=clock())
        return
    try:
        with named_errors():
            _check_ends(delivery)
            # The tenant may have narrowed the allowed domains since the address was saved.
            check_recipient(delivery.recipient, allowed_domains=allowed)
            mail = mailbody.mail_for(delivery, sender=settings.OUTBRIEF.sender, now=clock())
            receipt = parts.channel().send(mail)
    except OutbriefError as error:
        telemetry.complain("delivery.attempt_failed", error, tenant=tenant_id, delivery=delivery_id)
        if gives_up(error, attempt):
            _settle(delivery, DeliveryStatus.FAILED, error.message, now=clock(), error=error)
        else:
            with tenant_scope(tenant_id):
                deliveries.postpone(delivery, error.message, now=clock())
        raise
    _record_sent(delivery, receipt, clock=clock)
    telemetry.say("delivery.sent", tenant=tenant_id, generation=delivery.generation_id, delivery=delivery_id)


def _check_ends(delivery: ReportDelivery) -> None:
    """Raise WorkersDied for a mail that may have gone out again and again, and never came to be recorded."""
    if deliveries.may_be_out(delivery) and delivery.attempts > len(MAILING.seconds) + 1:
        raise WorkersDied(
            f"It was begun {delivery.attempts} times, and how that ended could not be recorded.",
            hint="See the log of the workers.",
        )


def _record_sent(delivery: ReportDelivery, receipt: Receipt, *, clock: Clock) -> None:
    """Record that the server took a mail; where that fails it is still no failure of the mail.

    A lost connection is made anew for a second try. If that fails too the delivery stays as it is, being sent, and
    whoever takes it up next finds that it may have gone out.
    """
    try:
        with named_errors():
            _settle(delivery, DeliveryStatus.SENT, receipt.answer, now=clock())
    except OutbriefError as error:
        telemetry.complain("delivery.unrecorded", error, tenant=delivery.tenant_id, delivery=delivery.id)
        with named_errors():
            _settle(delivery, DeliveryStatus.SENT, receipt.answer, now=clock())


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

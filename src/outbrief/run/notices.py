"""The one mail that tells the owner of a report that it failed, whose turn it is, and how to run it again."""

import datetime as dt
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings

from outbrief import telemetry
from outbrief.record import account_mails, generations, queue, schedules
from outbrief.record.models import MailKind, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import owner_address, tenant_facts
from outbrief.render.mail import MailBody, write_failure_mail
from outbrief.run import parts
from outbrief.run.branding import brand_for_notice
from outbrief.run.links import address
from outbrief.terms.delivery import Mail
from outbrief.terms.errors import Blame

FAILURES_BEFORE_PAUSE = 3

_WHOSE_TURN = {
    Blame.USER: "It is your turn: change the report as the reason says.",
    Blame.OPERATOR: "It is the operator's turn: a part of the installation does not answer.",
    Blame.RECIPIENT: "Check the addresses: their mail server refused the mail for good.",
    Blame.SYSTEM: "It is a defect of the software: please send this mail to whoever runs it.",
}


def mail_domain() -> str:
    """Give the domain of our own address, which Message-IDs end in."""
    return parseaddr(settings.OUTBRIEF.sender)[1].partition("@")[2] or "outbrief.local"


def defer_failure_notice(tenant_id: UUID, generation_id: UUID, *, now: dt.datetime) -> None:
    """Defer the owner's mail about a generation that just failed, in the transaction that records the failure.

    Pauses the schedule when it has failed three times in a row for a reason that only a user can mend.
    """
    generation = generations.get(generation_id)
    schedule_id = generation.scheduled_report_id
    if schedule_id is not None:
        in_a_row = generations.failures_in_a_row(schedule_id, blame=Blame.USER, limit=FAILURES_BEFORE_PAUSE)
        if in_a_row >= FAILURES_BEFORE_PAUSE:
            schedules.pause(schedule_id, now=now)
    generations.count_notice(generation_id)
    queue.defer("notify_owner", queue="mail", tenant_id=tenant_id, generation_id=generation_id)


def notify_owner(tenant_id: UUID, generation_id: UUID) -> None:
    """Send the owner's mail about a failed or partial generation; raises when the mail server does not take it."""
    tenant = tenant_facts(tenant_id)
    with tenant_scope(tenant_id):
        generation = generations.get(generation_id)
        recipient = generations.order_of(generation).notify or owner_address(tenant_id)
        schedule = generation.scheduled_report
        paused = schedule is not None and not schedule.is_active and schedule.deleted_at is None
    if recipient is None:
        telemetry.say("notice.nobody_to_tell", tenant=tenant_id, generation=generation_id)
        return
    number = generations.notices(generation)
    body = write_failure_mail(
        schedule_name=generations.order_of(generation).title,
        what=generation.error_message or "The reason is not known.",
        whose_turn=_WHOSE_TURN[blame_of(generation)],
        how_to_rerun="Open the report and choose “Run now”, or “Resend” if only some recipients did not get it.",
        paused=paused,
        page_url=address(f"/generations/{generation_id}"),
        brand=brand_for_notice(tenant),
    )
    message_id = f"<{generation_id}.notice{number if number > 1 else ''}@{mail_domain()}>"
    parts.channel().send(mail_of(body, recipient=recipient, message_id=message_id))
    with tenant_scope(tenant_id):
        account_mails.note_sent(
            tenant_id=tenant_id,
            kind=MailKind.FAILURE,
            recipient=recipient,
            message_id=message_id,
            object_id=generation_id,
        )
    telemetry.say("notice.sent", tenant=tenant_id, generation=generation_id)


def mail_of(body: MailBody, *, recipient: str, message_id: str) -> Mail:
    """Give the mail that carries what is told to one person, from the sender of the installation."""
    return Mail(
        sender=settings.OUTBRIEF.sender,
        recipient=recipient,
        subject=body.subject,
        text=body.text,
        html=body.html,
        message_id=message_id,
        attachments=body.inline,
    )


def blame_of(generation: ReportGeneration) -> Blame:
    """Tell whose turn it is when a generation failed."""
    error = (generation.metadata or {}).get("error")
    # What failed without an error (a schedule that cannot be planned, recipients who all unsubscribed) is its owner's.
    return Blame(error["blame"]) if error else Blame.USER

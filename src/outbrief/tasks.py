"""The tasks: what the queue's jobs call. Each passes on to `run`; nothing happens here."""

import datetime as dt
from uuid import UUID

from django.conf import settings
from procrastinate import JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy

from outbrief.run import delivery, invitations, notices, passwords, pipeline, plan, sweep, uploads
from outbrief.run import settings as tenant_settings
from outbrief.run.attempts import ASK_AGAIN, MAILING, PRODUCING, Pauses, WorkedElsewhere
from outbrief.terms.errors import OutbriefError


class AfterPauses(BaseRetryStrategy):
    """Try again after each pause, if the error says that it may help."""

    def __init__(self, pauses: Pauses) -> None:
        self.pauses = pauses

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Give the time of the next attempt, or None."""
        if isinstance(exception, WorkedElsewhere):
            # It may die yet: whoever asks last must find that out.
            return RetryDecision(retry_at=_clock() + ASK_AGAIN)
        pause = self.pauses.before_next(job.attempts)
        if pause is None or (isinstance(exception, OutbriefError) and not exception.retryable):
            return None
        return RetryDecision(retry_at=_clock() + pause)


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@app.task(name="produce_report", queue="scheduled", retry=AfterPauses(PRODUCING), pass_context=True)
def produce_report(context: JobContext, *, tenant_id: str, generation_id: str) -> None:
    """Make a generation's file and defer its deliveries."""
    attempt = PRODUCING.attempt(context.job.attempts)
    pipeline.produce_report(UUID(tenant_id), UUID(generation_id), clock=_clock, attempt=attempt)


@app.task(name="produce_export", queue="bulk", retry=AfterPauses(PRODUCING), pass_context=True)
def produce_export(context: JobContext, *, tenant_id: str, export_id: str) -> None:
    """Make an export's file."""
    attempt = PRODUCING.attempt(context.job.attempts)
    pipeline.produce_export(UUID(tenant_id), UUID(export_id), clock=_clock, attempt=attempt)


@app.task(name="import_upload", queue="bulk", retry=AfterPauses(PRODUCING), pass_context=True)
def import_upload(context: JobContext, *, tenant_id: str, upload_id: str) -> None:
    """Import an uploaded file."""
    attempt = PRODUCING.attempt(context.job.attempts)
    uploads.import_upload(UUID(tenant_id), UUID(upload_id), clock=_clock, attempt=attempt)


@app.task(name="deliver_report", queue="mail", retry=AfterPauses(MAILING), pass_context=True)
def deliver_report(context: JobContext, *, tenant_id: str, delivery_id: str) -> None:
    """Send one mail to one recipient."""
    attempt = MAILING.attempt(context.job.attempts)
    delivery.deliver_report(UUID(tenant_id), UUID(delivery_id), clock=_clock, attempt=attempt)


@app.task(name="notify_owner", queue="mail", retry=AfterPauses(MAILING))
def notify_owner(*, tenant_id: str, generation_id: str) -> None:
    """Tell the owner that a report failed."""
    notices.notify_owner(UUID(tenant_id), UUID(generation_id))


@app.task(name=tenant_settings.MOVE_ZONE, queue="bulk", retry=AfterPauses(PRODUCING))
def move_zone(*, tenant_id: str) -> None:
    """Count a tenant's days in the zone that it changes to."""
    tenant_settings.move_zone(UUID(tenant_id))


@app.task(name="mail_invitation", queue="mail", retry=AfterPauses(MAILING), pass_context=True)
def mail_invitation(context: JobContext, *, tenant_id: str, mail_id: str) -> None:
    """Send the mail of an invitation."""
    attempt = MAILING.attempt(context.job.attempts)
    invitations.mail_invitation(UUID(tenant_id), UUID(mail_id), clock=_clock, attempt=attempt)


@app.task(name="mail_password_link", queue="mail", retry=AfterPauses(MAILING))
def mail_password_link(*, user_id: str, mail_id: str) -> None:
    """Mail somebody the link to a new password."""
    passwords.mail_link(UUID(user_id), UUID(mail_id), clock=_clock)


@app.periodic(cron=settings.OUTBRIEF.tick)
@app.task(name="tick", queue="upkeep")
def tick(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it; a late tick still looks at what is due now
    """Plan what is due."""
    plan.tick(now=_clock())


@app.periodic(cron="* * * * *")
@app.task(name="rescue", queue="upkeep")
def rescue_jobs(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Take up the jobs of workers that died."""
    sweep.rescue_stalled_jobs()


@app.periodic(cron="*/5 * * * *")
@app.task(name="sweep", queue="upkeep")
def sweep_all(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Take up what has no job, and delete what is over."""
    sweep.sweep(now=_clock(), retention_days=settings.OUTBRIEF.retention_days)

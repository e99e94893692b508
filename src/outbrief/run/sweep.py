"""Housekeeping: files whose time is over go, and jobs whose worker died are taken up again."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from outbrief import telemetry
from outbrief.record import account_mails, deliveries, exports, generations, queue, schedules, tenant_settings, uploads
from outbrief.record.scope import unscoped
from outbrief.run import mailbody, parts, report_files, settings
from outbrief.run.exports import defer as defer_export
from outbrief.run.schedules import RESTORABLE
from outbrief.run.uploads import defer as defer_import
from outbrief.run.uploads import delete_files as delete_uploaded

_BATCH = 500
# Workers send a heartbeat every ten seconds; with a rescue every minute a stalled job waits two minutes at the most.
_SILENT_FOR = dt.timedelta(seconds=45)
# Longer than any transaction that records a row and its job is open.
_ORPHANED_AFTER = dt.timedelta(hours=1)
_JOBS_KEPT = dt.timedelta(days=7)
_ACCOUNT_MAILS_KEPT = dt.timedelta(days=90)


def sweep(*, now: dt.datetime, retention_days: int) -> None:
    """Do every step of the housekeeping; one that fails does not stop the others, and is tried again next time."""
    steps: dict[str, Callable[[], int]] = {
        "orphans": lambda: take_up_orphans(now=now),
        "exports": lambda: expire_exports(now=now),
        "reports": lambda: prune_reports(now=now, retention_days=retention_days),
        "uploads": lambda: discard_unfinished_uploads(now=now),
        "facts": lambda: delete_uploaded_facts(now=now),
        "schedules": lambda: forget_deleted_schedules(now=now),
        "mails": lambda: forget_account_mails(now=now),
        "zones": take_up_zones,
        "jobs": forget_finished_jobs,
    }
    for name, step in steps.items():
        try:
            step()
        except Exception as error:  # a store that does not answer must not keep the database from being tidied
            telemetry.complain("sweep.step_failed", error, step=name)


def expire_exports(*, now: dt.datetime) -> int:
    """Delete the files of exports whose link has expired, and record it; give how many.

    The file goes first: if that fails, the job stays completed and the next sweep tries again.
    """
    with unscoped():
        due = exports.expired(now=now, limit=_BATCH)
    for job in due:
        if job.file_path:
            parts.store().delete(job.file_path)
        with unscoped():
            exports.mark_expired(job.id)
        telemetry.say("export.expired", tenant=job.tenant_id, export=job.id)
    return len(due)


def prune_reports(*, now: dt.datetime, retention_days: int) -> int:
    """Delete the files of generations older than the retention; their history stays. Gives how many.

    `retention_days` is the installation's, 0 for ever; a tenant's own shortens it.
    """
    with unscoped():
        due = list(generations.prunable(now=now, retention_days=retention_days, limit=_BATCH))
    for generation in due:
        if generation.file_path:
            report_files.delete_all(generation)
            mailbody.delete(generation.tenant_id, generation.id)
        with unscoped():
            generations.forget_file(generation)
        telemetry.say("generation.pruned", tenant=generation.tenant_id, generation=generation.id)
    return len(due)


def delete_uploaded_facts(*, now: dt.datetime) -> int:
    """Delete uploaded files of facts that were imported, or that nobody went on with for a day; give how many."""
    with unscoped():
        due = uploads.over(now=now, limit=_BATCH)
    for upload in due:
        delete_uploaded(upload)
        with unscoped():
            if not uploads.discard(upload.id):
                uploads.forget_file(upload.id)
        telemetry.say("upload.deleted", tenant=upload.tenant_id, upload=upload.id)
    return len(due)


def discard_unfinished_uploads(*, now: dt.datetime) -> int:
    """Remove what uploads of killed workers left behind; one that is still under way after a day is none."""
    return parts.store().discard_unfinished(before=now - dt.timedelta(days=1))


def forget_deleted_schedules(*, now: dt.datetime) -> int:
    """Remove for good the schedules whose deletion can no longer be taken back; give how many."""
    with unscoped():
        return schedules.forget_deleted(before=now - RESTORABLE, limit=_BATCH)


def take_up_orphans(*, now: dt.datetime) -> int:
    """Defer again what the record holds as under way but the queue has no job for; give how many.

    So nothing stays under way for ever, not even when a job's last failure could not be recorded. A job too many does
    no harm: it finds nothing left to do.
    """
    before = now - _ORPHANED_AFTER
    orphans: list[UUID] = []
    with unscoped():
        # The rows are read before the jobs: a job that ends meanwhile leaves a row that is over.
        unmade = list(generations.unmade(before=before, limit=_BATCH))
        unsent = list(deliveries.unfinished(before=before, limit=_BATCH))
        unwritten = list(exports.unfinished(before=before, limit=_BATCH))
        unworked = uploads.unworked(before=before, limit=_BATCH)
        producing = queue.ids_with_jobs("produce_report", "generation_id")
        delivering = queue.ids_with_jobs("deliver_report", "delivery_id")
        exporting = queue.ids_with_jobs("produce_export", "export_id")
        importing = queue.ids_with_jobs("import_upload", "upload_id")
        for generation in unmade:
            if str(generation.id) not in producing:
                orphans.append(generation.id)
                queue.defer(
                    "produce_report",
                    queue="scheduled",
                    tenant_id=generation.tenant_id,
                    generation_id=generation.id,
                )
        for delivery in unsent:
            if str(delivery.id) not in delivering:
                orphans.append(delivery.id)
                queue.defer("deliver_report", queue="mail", tenant_id=delivery.tenant_id, delivery_id=delivery.id)
        for job in unwritten:
            if str(job.id) not in exporting:
                orphans.append(job.id)
                defer_export(job)
        for upload in unworked:
            if str(upload.id) not in importing:
                orphans.append(upload.id)
                defer_import(upload)
    if orphans:
        telemetry.say("orphans.deferred", ids=orphans)
    return len(orphans)


def take_up_zones() -> int:
    """Defer again the changes of tenants' zones that have no job; give how many."""
    with unscoped():
        # As above, the rows are read before the jobs.
        wanted = tenant_settings.zones_wanted()
        moving = queue.ids_with_jobs(settings.MOVE_ZONE, "tenant_id")
        orphans = [tenant_id for tenant_id in wanted if str(tenant_id) not in moving]
        for tenant_id in orphans:
            settings.defer_zone(tenant_id)
    return len(orphans)


def rescue_stalled_jobs() -> int:
    """Take up again the jobs of workers that died; give how many."""
    stalled = queue.rescue_stalled(silent_for=_SILENT_FOR)
    if stalled:
        telemetry.say("jobs.rescued", jobs=stalled)
    return len(stalled)


def forget_account_mails(*, now: dt.datetime) -> int:
    """Forget mails to a tenant's own people, such as invitations, long after their links ended; give how many."""
    with unscoped():
        return account_mails.forget(before=now - _ACCOUNT_MAILS_KEPT)


def forget_finished_jobs() -> int:
    """Delete the queue's own rows of jobs that ended a week ago; give how many."""
    return queue.forget_finished(older_than=_JOBS_KEPT)

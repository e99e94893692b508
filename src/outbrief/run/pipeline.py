"""The sentence of the product: query, compose, render, store, deliver, record.

Each stage takes and returns plain values; only this module moves them into the record. No transaction is open while
a stage works: each ends with one short transaction that records what came of it.
"""

import time
from contextlib import suppress
from uuid import UUID

import django.db

from outbrief import telemetry
from outbrief.record import deliveries, exports, generations, queue
from outbrief.record.generations import KeptPage, Order, ReportFile
from outbrief.record.models import ExportJob, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import mailbody, notices, parts, report_files, reports
from outbrief.run.attempts import Attempt, Clock, WorkedElsewhere, alone, check_tries, gives_up, named_errors
from outbrief.run.exports import artifact_key, request_of, write_export
from outbrief.run.links import Link, download_link
from outbrief.run.reports import Weighed
from outbrief.terms.errors import Cancelled, OutbriefError, StoreUnavailable
from outbrief.terms.report import ReportFormat, Trigger

# A long list of recipients waits behind the first of another report, but never behind reports that are not made yet.
_MOST_BEHIND = queue.PRIORITIES["mail"] - queue.PRIORITIES["scheduled"] - 1


def produce_report(tenant_id: UUID, generation_id: UUID, *, clock: Clock, attempt: Attempt) -> None:
    """Make a generation's files and defer its deliveries, or skip it when its conditions do not hold.

    Working it again changes nothing.

    Raises what went wrong, after recording it: a retry is due if the error allows one and this was not the last.
    Raises WorkedElsewhere, recording nothing, when another worker is at it.
    """
    try:
        with named_errors(), alone(generation_id):
            with tenant_scope(tenant_id):
                generation = generations.claim(generation_id)
            if generation is not None:
                check_tries(attempt)
                _make_report(tenant_facts(tenant_id), generation, clock=clock)
    except WorkedElsewhere:
        raise
    except OutbriefError as error:
        telemetry.complain("generation.attempt_failed", error, tenant=tenant_id, generation=generation_id)
        with tenant_scope(tenant_id):
            if not gives_up(error, attempt):
                generations.note_failed_attempt(generation_id, error)
            elif generations.fail(generation_id, error):
                notices.defer_failure_notice(tenant_id, generation_id, now=clock())
                _discard(tenant_id, generation_id)
        raise


def produce_export(tenant_id: UUID, export_id: UUID, *, clock: Clock, attempt: Attempt) -> None:
    """Make an export's file. Working it again changes nothing; a cancelled one stops within a batch.

    Raises what went wrong, after recording it: a retry is due if the error allows one and this was not the last.
    Raises WorkedElsewhere, recording nothing, when another worker is at it.
    """
    try:
        with named_errors(), alone(export_id):
            with tenant_scope(tenant_id):
                job = exports.claim(export_id, now=clock())
            if job is not None:
                check_tries(attempt)
                _make_export(tenant_facts(tenant_id), job, clock=clock)
    except Cancelled:
        telemetry.say("export.cancelled", tenant=tenant_id, export=export_id)
    except WorkedElsewhere:
        raise
    except OutbriefError as error:
        telemetry.complain("export.attempt_failed", error, tenant=tenant_id, export=export_id)
        with tenant_scope(tenant_id):
            if gives_up(error, attempt):
                exports.fail(export_id, str(error), now=clock())
            else:
                exports.postpone(export_id, str(error))
        raise


def _make_report(tenant: TenantFacts, generation: ReportGeneration, *, clock: Clock) -> None:
    started = time.monotonic()
    now = clock()
    order = generations.order_of(generation)
    weighed = reports.weigh(order, tenant, at=generation.scheduled_for or now, now=now)
    if weighed.held_back and generation.trigger != Trigger.MANUAL:
        _skip(generation, weighed.held_back, took_ms=_since(started))
        return
    files, page = _write(order, weighed, generation)
    took_ms = _since(started)

    with tenant_scope(tenant.id):
        if not generations.keep_files(generation.id, files, took_ms=took_ms, page=page, notes=_notes(weighed)):
            return
        if not order.recipients:
            generations.succeed(generation.id)
        planned = deliveries.plan(generation, order.recipients, domain=notices.mail_domain())
        for waiting, delivery in enumerate(planned):
            queue.defer(
                "deliver_report",
                queue="mail",
                later_by=min(waiting, _MOST_BEHIND),
                tenant_id=tenant.id,
                delivery_id=delivery.id,
            )
    telemetry.say("generation.produced", tenant=tenant.id, generation=generation.id, ms=took_ms, files=len(files))


def _write(order: Order, weighed: Weighed, generation: ReportGeneration) -> tuple[tuple[ReportFile, ...], KeptPage]:
    """Keep the files of a report, its page and the mail that goes with them: all, or none."""
    tenant_id, document = generation.tenant_id, weighed.document
    formats = tuple(dict.fromkeys((ReportFormat(order.format), *weighed.asked.formats)))
    try:
        files = report_files.write_all(document, formats, tenant_id=tenant_id, generation_id=generation.id)
        if order.recipients:
            mailbody.keep(tenant_id, generation.id, document, files, weighed.asked)
        # After the mail, which draws charts that the page shows too.
        page = report_files.write_page(document, tenant_id=tenant_id, generation_id=generation.id)
    except Exception:
        _discard_own(generation)
        raise
    return files, page


def _discard_own(generation: ReportGeneration) -> None:
    """Remove what this attempt wrote, unless another worker, to whom the lock was lost, has taken the report over."""
    # A database that is away must not hide what went wrong; a retry writes the same keys.
    with suppress(django.db.Error), tenant_scope(generation.tenant_id):
        if generations.is_left_over(generation.id, attempt=generation.attempt):
            _discard(generation.tenant_id, generation.id)


def _discard(tenant_id: UUID, generation_id: UUID) -> None:
    """Remove what attempts at a generation left in the store; one that is away keeps it.

    To be called only in the transaction that made sure that none of it is on record.
    """
    with suppress(StoreUnavailable):
        report_files.discard(tenant_id, generation_id)
        mailbody.delete(tenant_id, generation_id)


def _skip(generation: ReportGeneration, reason: str, *, took_ms: int) -> None:
    with tenant_scope(generation.tenant_id):
        if not generations.skip(generation.id, reason, took_ms=took_ms):
            return
        if generation.attempt > 1:
            # An attempt that was cut short may have found other facts, and begun to write.
            _discard(generation.tenant_id, generation.id)
    telemetry.say("generation.skipped", tenant=generation.tenant_id, generation=generation.id)


def _notes(weighed: Weighed) -> tuple[str, ...]:
    if not weighed.held_back:
        return ()
    return (f"Made because somebody asked for it. By itself it would not have gone out: {weighed.held_back}",)


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def _make_export(tenant: TenantFacts, job: ExportJob, *, clock: Clock) -> None:
    started = time.monotonic()

    def advance(rows: int) -> None:
        # The expected rows are an estimate, so progress stays below 100 until the file is there.
        progress = min(99, rows * 100 // max(job.expected_rows or 1, 1))
        with tenant_scope(tenant.id):
            if not exports.advance(job.id, progress=progress, rows=rows):
                raise Cancelled("The export was cancelled.")

    request = request_of(job, tenant, now=clock())
    artifact = write_export(parts.engine(tenant.id), request, artifact_key(job, tenant), parts.store(), on_rows=advance)
    now = clock()
    took_ms = _since(started)
    with tenant_scope(tenant.id):
        link = Link(target="export", tenant_id=tenant.id, object_id=job.id)
        address = download_link(link, artifact.key, lasts=exports.LINK_LASTS, now=now)
        kept = exports.complete(job.id, artifact, link=address, took_ms=took_ms, now=now)
        wanted = kept or exports.is_kept(job.id, artifact.key)
    if not wanted:
        parts.store().delete(artifact.key)
        raise Cancelled("The export was cancelled.")
    telemetry.say("export.completed", tenant=tenant.id, export=job.id, ms=took_ms, rows=artifact.rows)

"""Exports from the request to the file that expires."""

import dataclasses
import datetime as dt
import hashlib
import json

import httpx
import pytest

from outbrief.record import exports as record
from outbrief.record.exports import ExportOrder
from outbrief.record.models import AuditEvent, ExportJob
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import tenant_facts
from outbrief.run import exports, parts, pipeline, sweep, worker
from outbrief.run.attempts import PRODUCING
from outbrief.terms.errors import Conflict, InvalidInput, StoreUnavailable, TooMany
from tests.run.conftest import NOW

ORDER = ExportOrder(export_type="metrics", format="json", fields=["date", "sent"], filters={}, date_range=None)


@pytest.fixture
def request_export(acme):
    """Give a function that requests an export as alice."""
    tenant = tenant_facts(acme.alice.tenant_id)

    def ask(order: ExportOrder = ORDER, key: str | None = None) -> ExportJob:
        with tenant_scope(tenant.id):
            job, _ = exports.request_export(
                tenant,
                order,
                user_id=acme.alice.user_id,
                actor="test",
                idempotency_key=key,
                now=dt.datetime.now(dt.UTC),
            )
        return job

    return ask


def reread(job: ExportJob) -> ExportJob:
    with unscoped():
        return ExportJob.objects.get(id=job.id)


def test_a_requested_export_becomes_a_file_with_its_size_digest_and_rows(request_export, home):
    job = request_export()
    assert job.status == "pending"
    worker.work(until_empty=True)
    done = reread(job)
    assert done.status == "completed", done.error_message
    content = (home / "files" / done.file_path).read_bytes()
    assert done.file_size_bytes == len(content)
    assert done.sha256 == hashlib.sha256(content).hexdigest()
    assert done.row_count == len(json.loads(content)) == 40
    assert done.expires_at - done.completed_at == dt.timedelta(hours=1)
    assert done.progress == 100


def test_an_expired_export_loses_its_file_and_its_link_and_keeps_its_record(request_export, home):
    job = request_export()
    worker.work(until_empty=True)
    done = reread(job)
    assert sweep.expire_exports(now=done.expires_at - dt.timedelta(seconds=1)) == 0
    assert sweep.expire_exports(now=done.expires_at) == 1
    expired = reread(job)
    assert expired.status == "expired"
    assert expired.download_url is None
    assert expired.row_count == 40
    assert list(parts.store().keys()) == []


def test_an_export_cancelled_before_it_began_is_never_made(request_export, acme):
    job = request_export()
    with tenant_scope(acme.alice.tenant_id):
        exports.cancel(job, actor="test", now=NOW)
    pipeline.produce_export(acme.alice.tenant_id, job.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    assert reread(job).status == "cancelled"
    assert list(parts.store().keys()) == []


def test_cancelling_while_rows_are_written_takes_effect_at_the_next_batch(request_export, acme, monkeypatch):
    job = request_export()
    write = exports.write_export

    def cancelled_meanwhile(*given, on_rows):
        def cancel_first(rows):
            with tenant_scope(acme.alice.tenant_id):
                record.cancel(job.id, now=NOW)
            on_rows(rows)

        return write(*given, on_rows=cancel_first)

    monkeypatch.setattr(pipeline, "write_export", cancelled_meanwhile)
    pipeline.produce_export(acme.alice.tenant_id, job.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    assert reread(job).status == "cancelled"
    assert list(parts.store().keys()) == []


def test_an_export_that_is_over_cannot_be_cancelled(request_export, acme):
    job = request_export()
    worker.work(until_empty=True)
    with tenant_scope(acme.alice.tenant_id), pytest.raises(Conflict):
        exports.cancel(reread(job), actor="test", now=NOW)


def test_the_same_idempotency_key_gives_the_same_export_and_another_body_is_a_conflict(request_export):
    first = request_export(key="abc")
    assert request_export(key="abc").id == first.id
    with pytest.raises(Conflict, match="Idempotency-Key"):
        request_export(dataclasses.replace(ORDER, format="csv"), key="abc")
    with unscoped():
        assert ExportJob.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"export_type": "people"}, "exportType"),
        ({"format": "docx"}, "format"),
        ({"fields": ["date", "shoeSize"]}, "fields"),
        ({"filters": {"shoeSize": 44}}, "filters.shoeSize"),
        ({"date_range": {"from": "2026-02-01", "to": "2026-01-01"}}, "dateRange"),
    ],
)
def test_a_wrong_request_names_its_field_and_leaves_no_job(request_export, change, field):
    with pytest.raises(InvalidInput) as caught:
        request_export(dataclasses.replace(ORDER, **change))
    assert caught.value.field == field
    with unscoped():
        assert ExportJob.objects.count() == 0


def test_more_exports_under_way_than_a_tenant_may_have_are_refused_with_a_time_to_retry(request_export):
    for _ in range(exports.MOST_ALIVE):
        request_export()
    with pytest.raises(TooMany) as caught:
        request_export()
    assert caught.value.retry_after > 0


def test_a_store_that_is_not_there_fails_the_export_with_its_reason_after_the_last_attempt(
    request_export, acme, home, settings_with
):
    job = request_export()
    (home / "blocked").write_text("a file where a folder should be")
    settings_with(store_url=(home / "blocked").as_uri())
    for number in range(len(PRODUCING.seconds) + 1):
        with pytest.raises(StoreUnavailable):
            pipeline.produce_export(acme.alice.tenant_id, job.id, clock=lambda: NOW, attempt=PRODUCING.attempt(number))
    failed = reread(job)
    assert failed.status == "failed"
    assert failed.error_message


def test_every_step_leaves_an_audit_event(request_export, acme):
    job = request_export()
    with tenant_scope(acme.alice.tenant_id):
        exports.delete(reread(job), actor="test", now=NOW)
        assert list(AuditEvent.objects.order_by("created_at").values_list("action", flat=True)) == [
            "export.created",
            "export.deleted",
        ]


def test_an_export_to_a_bucket_is_downloaded_by_its_presigned_link(request_export, s3_url, settings_with):
    settings_with(store_url=s3_url)
    job = request_export()
    worker.work(until_empty=True)
    done = reread(job)
    assert done.status == "completed", done.error_message
    answer = httpx.get(done.download_url)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == done.sha256

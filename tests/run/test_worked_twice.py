"""A job that two workers hold: one only seemed dead, or is taking long to stop."""

import dataclasses
import hashlib

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from outbrief.record import deliveries, exports, generations
from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.run import delivery, mailbody, parts, pipeline, plan, reports, worker
from outbrief.run.attempts import MAILING, PRODUCING, WorkedElsewhere
from outbrief.tasks import AfterPauses
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.errors import StoreUnavailable
from tests.run.conftest import NOW
from tests.run.test_exports import request_export, reread  # noqa: F401 - a fixture
from tests.run.test_pipeline import mails, only_generation, run  # noqa: F401 - a fixture


@pytest.fixture
def another_worker(acme):
    """Give a function that lets another process hold an object, as a worker does while it is at it."""
    held = []

    def hold(object_id):
        digest = hashlib.blake2b(object_id.bytes, digest_size=8).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            (name,) = cursor.fetchone()
        other = psycopg.connect(settings.DATABASE_URL, dbname=name, autocommit=True)
        other.execute("SELECT pg_advisory_lock(%s)", [int.from_bytes(digest, signed=True)])
        held.append(other)
        return other

    yield hold
    for other in held:
        other.close()


def a_produced_generation(make_schedule):
    make_schedule(recipients=["ann@example.test"])
    plan.tick(now=NOW)
    generation = only_generation()
    pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    with unscoped():
        return only_generation(), ReportDelivery.objects.get()


def deliver(row, number=0):
    delivery.deliver_report(row.tenant_id, row.id, clock=lambda: NOW, attempt=MAILING.attempt(number))


def test_a_mail_that_another_worker_is_sending_is_not_set_pending_and_so_goes_out_once(
    make_schedule, home, another_worker
):
    _, row = a_produced_generation(make_schedule)
    with tenant_scope(row.tenant_id):
        first = deliveries.claim(row.id, now=NOW)
    other = another_worker(row.id)
    with pytest.raises(WorkedElsewhere):
        deliver(row, number=len(MAILING.seconds))
    with tenant_scope(row.tenant_id):
        assert deliveries.settle(first, DeliveryStatus.SENT, "250 ok", now=NOW) == "success"
    other.execute("SELECT pg_advisory_unlock_all()")
    deliver(row)
    assert mails(home) == []
    assert only_generation().status == "success"


def test_a_delivery_that_is_over_is_not_settled_again(make_schedule):
    _, row = a_produced_generation(make_schedule)
    with tenant_scope(row.tenant_id):
        first = deliveries.claim(row.id, now=NOW)
        assert deliveries.settle(first, DeliveryStatus.FAILED, "550 no", now=NOW) == "failed"
        assert deliveries.settle(first, DeliveryStatus.FAILED, "550 no", now=NOW) is None


def test_a_report_that_another_worker_is_making_is_left_to_it(make_schedule, home, another_worker):
    make_schedule()
    plan.tick(now=NOW)
    generation = only_generation()
    with tenant_scope(generation.tenant_id):
        generations.claim(generation.id)
    another_worker(generation.id)
    with pytest.raises(WorkedElsewhere):
        pipeline.produce_report(
            generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(len(PRODUCING.seconds))
        )
    assert only_generation().status == "running"
    assert only_generation().attempt == 1
    assert not (home / "files").exists()


def test_a_generation_that_has_its_file_is_not_failed_by_a_late_second_worker(make_schedule):
    generation, _ = a_produced_generation(make_schedule)
    with tenant_scope(generation.tenant_id):
        assert not generations.fail(generation.id, StoreUnavailable("gone."))
        generations.note_failed_attempt(generation.id, StoreUnavailable("gone."))
    assert only_generation().status == "running"


def lose_the_lock_while_mailing(monkeypatch, meanwhile) -> None:
    """Let the connection that holds the first worker's lock go, another worker act, and the first one's upload fail."""
    keep, first = mailbody.keep, [True]

    def keep_or_fail(*args: object) -> None:
        if not first:
            keep(*args)
            return
        first.clear()
        connection.close()
        meanwhile()
        raise StoreUnavailable("the upload broke off.")

    monkeypatch.setattr("outbrief.run.mailbody.keep", keep_or_fail)


def produce(generation, number=0):
    pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(number))


def test_a_worker_that_lost_its_lock_and_fails_leaves_what_another_recorded(make_schedule, home, monkeypatch):
    make_schedule(format="csv", config={"formats": ["pdf"]})
    plan.tick(now=NOW)
    generation = only_generation()
    lose_the_lock_while_mailing(monkeypatch, lambda: produce(generation, 1))
    with pytest.raises(StoreUnavailable):
        produce(generation, len(PRODUCING.seconds))
    for file in only_generation().metadata["files"]:
        content = (home / "files" / file["key"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    worker.work(until_empty=True)
    assert only_generation().status == "success"
    assert len(mails(home)) == 2


def test_a_worker_that_lost_its_lock_and_fails_leaves_what_another_has_written_and_not_yet_recorded(
    make_schedule, home, monkeypatch
):
    make_schedule()
    plan.tick(now=NOW)
    generation = only_generation()

    def claim() -> None:
        with tenant_scope(generation.tenant_id):
            assert generations.claim(generation.id)

    lose_the_lock_while_mailing(monkeypatch, claim)
    with pytest.raises(StoreUnavailable):
        produce(generation)
    assert [key.rsplit(".")[-1] for key in list(parts.store().keys())] == ["csv"]


def test_a_worker_that_fails_after_another_gave_up_still_removes_what_it_wrote(make_schedule, home, monkeypatch):
    make_schedule()
    plan.tick(now=NOW)
    generation = only_generation()

    def give_up() -> None:
        with tenant_scope(generation.tenant_id):
            generations.claim(generation.id)
            assert generations.skip(generation.id, "nothing to tell", took_ms=1)

    lose_the_lock_while_mailing(monkeypatch, give_up)
    with pytest.raises(StoreUnavailable):
        produce(generation)
    assert list(parts.store().keys()) == []
    assert only_generation().status == "skipped"


def test_the_database_being_away_does_not_hide_why_a_report_failed(make_schedule, home, monkeypatch):
    make_schedule()
    plan.tick(now=NOW)
    generation = only_generation()

    def lose_the_connection() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), current_database()")
            pid, name = cursor.fetchone()
        with psycopg.connect(settings.DATABASE_URL, dbname=name, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])

    lose_the_lock_while_mailing(monkeypatch, lose_the_connection)
    with pytest.raises(StoreUnavailable):
        produce(generation)
    assert "broke off" in only_generation().error_message


def test_a_worker_that_would_skip_a_report_leaves_what_another_recorded(make_schedule, home, monkeypatch):
    make_schedule()
    plan.tick(now=NOW)
    generation = only_generation()
    with unscoped():
        ReportGeneration.objects.update(attempt=1)
    weigh, first = reports.weigh, [True]

    def weigh_and_be_overtaken(*args: object, **named: object) -> reports.Weighed:
        weighed = weigh(*args, **named)
        if not first:
            return weighed
        first.clear()
        connection.close()
        produce(generation, 1)
        return dataclasses.replace(weighed, held_back="Sent 0 is not above 1.")

    monkeypatch.setattr("outbrief.run.reports.weigh", weigh_and_be_overtaken)
    produce(generation)
    worker.work(until_empty=True)
    assert only_generation().status == "success"
    assert len(mails(home)) == 2


def test_an_export_that_another_worker_is_making_is_left_to_it(request_export, home, another_worker):  # noqa: F811
    job = request_export()
    with tenant_scope(job.tenant_id):
        exports.claim(job.id, now=NOW)
    another_worker(job.id)
    with pytest.raises(WorkedElsewhere):
        pipeline.produce_export(job.tenant_id, job.id, clock=lambda: NOW, attempt=PRODUCING.attempt(9))
    assert reread(job).status == "processing"
    assert not (home / "files").exists()


def test_the_file_of_a_completed_export_is_not_deleted_by_a_worker_that_comes_second(request_export, home, monkeypatch):  # noqa: F811
    job = request_export()
    complete = exports.complete

    def complete_twice(*args: object, **named: object) -> bool:
        complete(*args, **named)
        return complete(*args, **named)

    monkeypatch.setattr("outbrief.record.exports.complete", complete_twice)
    worker.work(until_empty=True)
    done = reread(job)
    assert done.status == "completed"
    content = (home / "files" / done.file_path).read_bytes()
    assert hashlib.sha256(content).hexdigest() == done.sha256


def test_waiting_for_another_worker_never_ends_a_job(acme):
    class Late:
        attempts = 500

    assert AfterPauses(PRODUCING).get_retry_decision(exception=WorkedElsewhere("busy"), job=Late()) is not None


def test_a_report_whose_worker_dies_each_time_is_given_up_and_its_owner_is_told(make_schedule, home):
    make_schedule()
    plan.tick(now=NOW)
    generation = only_generation()
    with pytest.raises(Exception, match="died"):
        pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(40))
    assert only_generation().status == "failed"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notify_owner'")
        assert cursor.fetchone() == (1,)


def test_an_export_whose_worker_dies_each_time_is_given_up(request_export):  # noqa: F811
    job = request_export()
    with pytest.raises(Exception, match="died"):
        pipeline.produce_export(job.tenant_id, job.id, clock=lambda: NOW, attempt=PRODUCING.attempt(40))
    with unscoped():
        assert "died" in ExportJob.objects.get(id=job.id).error_message

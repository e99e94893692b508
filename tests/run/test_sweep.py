"""Housekeeping: dead workers' jobs are taken up again, old files go."""

import datetime as dt

from django.db import connection

from outbrief.record import queue
from outbrief.record.models import AccountMail, ReportGeneration
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.run import parts, pipeline, plan, sweep, worker
from outbrief.run.attempts import PRODUCING
from tests.people import People
from tests.run.conftest import NOW
from tests.run.test_exports import request_export, reread  # noqa: F401 - a fixture


def strand_job(*, worker_exists: bool, silent_for: dt.timedelta) -> None:
    """Leave the only job as a worker that was killed leaves it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
            [silent_for.total_seconds()],
        )
        worker_id = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker_id])
        if not worker_exists:
            cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", [worker_id])


def job_status() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs")
        return cursor.fetchone()[0]


def test_a_job_of_a_silent_worker_is_taken_up_again(make_schedule):
    make_schedule()
    plan.tick(now=NOW)
    strand_job(worker_exists=True, silent_for=dt.timedelta(minutes=2))
    assert sweep.rescue_stalled_jobs() == 1
    assert job_status() == "todo"


def test_a_job_whose_worker_no_longer_exists_is_taken_up_again(make_schedule):
    make_schedule()
    plan.tick(now=NOW)
    strand_job(worker_exists=False, silent_for=dt.timedelta(0))
    assert sweep.rescue_stalled_jobs() == 1
    assert job_status() == "todo"


def test_a_job_of_a_worker_that_is_alive_is_left_alone(make_schedule):
    make_schedule()
    plan.tick(now=NOW)
    strand_job(worker_exists=True, silent_for=dt.timedelta(seconds=20))
    assert sweep.rescue_stalled_jobs() == 0
    assert job_status() == "doing"


def test_a_report_stranded_at_any_point_is_finished_by_the_next_worker_and_mailed_once(make_schedule, home):
    make_schedule()
    plan.tick(now=NOW)
    with unscoped():
        ReportGeneration.objects.update(status="running", attempt=1)
    strand_job(worker_exists=False, silent_for=dt.timedelta(0))
    worker.work(until_empty=True)
    with unscoped():
        assert ReportGeneration.objects.get().status == "success"
    assert len(list((home / "outbox").glob("*.eml"))) == 2


def test_files_older_than_the_retention_go_and_their_history_stays(make_schedule):
    make_schedule()
    plan.tick(now=NOW)
    worker.work(until_empty=True)
    with unscoped():
        ReportGeneration.objects.update(generated_at=NOW - dt.timedelta(days=91))
    assert sweep.prune_reports(now=NOW, retention_days=0) == 0
    assert sweep.prune_reports(now=NOW, retention_days=90) == 1
    assert list(parts.store().keys()) == []
    with unscoped():
        kept = ReportGeneration.objects.get()
    assert (kept.status, kept.file_path, kept.metadata["fileDeleted"]) == ("success", None, True)


def test_jobs_that_ended_long_ago_are_forgotten_and_younger_ones_kept(make_schedule, home):
    make_schedule()
    plan.tick(now=NOW)
    worker.work(until_empty=True)
    assert sweep.forget_finished_jobs() == 0
    assert queue.forget_finished(older_than=dt.timedelta(0)) >= 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'todo'")
        assert cursor.fetchone() == (0,)


def lose_all_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_report_under_way_without_a_job_gets_one_again_at_every_stage(make_schedule, home):
    make_schedule()
    plan.tick(now=NOW)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    assert sweep.take_up_orphans(now=later) == 0
    lose_all_jobs()
    assert sweep.take_up_orphans(now=dt.datetime.now(dt.UTC)) == 0
    assert sweep.take_up_orphans(now=later) == 1
    assert jobs() == ["produce_report"]
    with unscoped():
        generation = ReportGeneration.objects.get()
    pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    lose_all_jobs()
    assert sweep.take_up_orphans(now=later) == 2
    worker.work(until_empty=True)
    with unscoped():
        assert ReportGeneration.objects.get().status == "success"
    assert sweep.take_up_orphans(now=later) == 0


def test_an_export_under_way_without_a_job_gets_one_again(request_export, home):  # noqa: F811
    job = request_export()
    lose_all_jobs()
    assert sweep.take_up_orphans(now=dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)) == 1
    worker.work(until_empty=True)
    assert reread(job).status == "completed"


def test_mails_to_a_tenants_own_people_are_forgotten_after_ninety_days(people: People):
    with tenant_scope(people.alice.tenant_id):
        for days in (89, 91):
            AccountMail.objects.create(
                tenant_id=people.alice.tenant_id, kind="password", recipient=f"{days}@acme.test",
                message_id=f"<{days}@test>", created_at=NOW - dt.timedelta(days=days),
            )  # fmt: skip
    sweep.sweep(now=NOW, retention_days=90)
    with tenant_scope(people.alice.tenant_id):
        assert [mail.recipient for mail in AccountMail.objects.all()] == ["89@acme.test"]

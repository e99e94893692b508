"""Due to generation to job."""

import dataclasses
import datetime as dt
import threading

import pytest
from django.db import OperationalError, connection, connections

from outbrief.record import generations as generation_record
from outbrief.record import schedules
from outbrief.record.models import ReportGeneration, ScheduledReport
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import tenant_facts
from outbrief.run import pipeline, plan
from outbrief.run import schedules as run_schedules
from outbrief.run.attempts import PRODUCING
from tests.people import People
from tests.run.conftest import NOW


def jobs() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, priority FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def generations() -> list[ReportGeneration]:
    with unscoped():
        return list(ReportGeneration.objects.order_by("scheduled_for"))


def test_a_due_schedule_gets_one_generation_and_one_job(make_schedule):
    make_schedule()
    assert plan.tick(now=NOW) == 1
    assert plan.tick(now=NOW) == 0
    (generation,) = generations()
    assert generation.scheduled_for == dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
    assert generation.status == "pending"
    assert [task for task, _ in jobs()] == ["produce_report"]


def test_the_next_occurrence_is_set_in_the_same_step(make_schedule):
    schedule = make_schedule()
    plan.tick(now=NOW)
    with unscoped():
        assert ScheduledReport.objects.get(id=schedule.id).next_run_at == dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def test_a_schedule_that_is_not_due_yet_is_left_alone(make_schedule):
    make_schedule(now=NOW)
    assert plan.tick(now=NOW + dt.timedelta(hours=20)) == 0
    assert plan.tick(now=NOW + dt.timedelta(hours=21)) == 1


def test_a_paused_schedule_is_not_due(make_schedule):
    schedule = make_schedule()
    with tenant_scope(schedule.tenant_id):
        schedules.pause(schedule.id, now=NOW)
    assert plan.tick(now=NOW + dt.timedelta(days=3)) == 0


def test_of_missed_occurrences_the_latest_runs_and_the_older_are_recorded_as_skipped(make_schedule):
    make_schedule()
    assert plan.tick(now=NOW + dt.timedelta(days=3)) == 1
    assert [(g.status, g.scheduled_for.day) for g in generations()] == [
        ("skipped", 23),
        ("skipped", 24),
        ("skipped", 25),
        ("pending", 26),
    ]
    assert all("Misfire" in g.error_message for g in generations()[:-1])


def test_one_poisoned_schedule_is_paused_with_its_reason_and_does_not_stop_the_others(make_schedule):
    poisoned = make_schedule(name="poisoned")
    make_schedule(name="sound")
    with unscoped():
        ScheduledReport.objects.filter(id=poisoned.id).update(timezone="Nowhere/Land")
    assert plan.tick(now=NOW) == 1
    with unscoped():
        assert not ScheduledReport.objects.get(id=poisoned.id).is_active
        failed = ReportGeneration.objects.get(scheduled_report=poisoned)
    assert failed.status == "failed"
    assert "Nowhere/Land" in failed.error_message
    assert sorted(task for task, _ in jobs()) == ["notify_owner", "produce_report"]


def test_ticks_at_the_same_moment_plan_an_occurrence_once(make_schedule):
    for number in range(20):
        make_schedule(name=f"report {number}")
    planned = []

    def tick() -> None:
        planned.append(plan.tick(now=NOW))
        connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(planned) == 20
    assert len(generations()) == 20
    assert len(jobs()) == 20


def test_the_later_reports_of_one_tenant_wait_behind_the_first_of_another(make_schedule):
    for number in range(3):
        make_schedule(name=f"report {number}")
    plan.tick(now=NOW)
    assert [priority for _, priority in jobs()] == [10, 9, 8]


def test_a_change_of_the_schedule_does_not_change_what_is_planned(make_schedule):
    schedule = make_schedule()
    plan.tick(now=NOW)
    with tenant_scope(schedule.tenant_id):
        ScheduledReport.objects.filter(id=schedule.id).update(name="other", recipients=["eve@example.test"])
    (generation,) = generations()
    assert generation.metadata["order"]["title"] == "Weekly performance"
    assert generation.metadata["order"]["recipients"] == ["ann@example.test", "ben@example.test"]


def change(schedule: ScheduledReport, *, now: dt.datetime, **changes: object) -> None:
    tenant = tenant_facts(schedule.tenant_id)
    with tenant_scope(tenant.id):
        locked = schedules.locked(schedule.id)
        asked = dataclasses.replace(run_schedules.asked_of(locked), **changes)
        run_schedules.change(tenant, locked, asked, actor="test", now=now)


def test_an_occurrence_that_is_due_is_not_lost_when_the_schedule_gets_another_name_before_the_tick(make_schedule):
    schedule = make_schedule()
    change(schedule, now=NOW, name="another name")
    assert plan.tick(now=NOW) == 1
    assert generations()[0].scheduled_for == dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def test_another_time_of_day_moves_the_next_occurrence(make_schedule):
    schedule = make_schedule(now=NOW)
    change(schedule, now=NOW, time="15:00")
    with unscoped():
        assert ScheduledReport.objects.get().next_run_at == dt.datetime(2026, 11, 23, 14, 0, tzinfo=dt.UTC)


def test_a_schedule_switched_on_again_does_not_make_up_for_the_time_it_was_off(make_schedule):
    schedule = make_schedule()
    change(schedule, now=NOW, is_active=False)
    change(schedule, now=NOW, is_active=True)
    assert plan.tick(now=NOW) == 0


def test_trouble_of_the_database_does_not_pause_a_schedule(make_schedule, monkeypatch):
    make_schedule()

    def deadlock(*_: object, **__: object) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr("outbrief.record.generations.plan", deadlock)
    with pytest.raises(OperationalError):
        plan.tick(now=NOW)
    monkeypatch.undo()
    assert plan.tick(now=NOW) == 1


def one_off(acme: People, **changes: object) -> ReportGeneration:
    order = generation_record.Order(
        **{
            "title": "Once",
            "report_type": "campaign",
            "format": "csv",
            "date_range": "yesterday",
            "timezone": "Europe/Paris",
            "workspace_id": None,
            "config": {},
            "recipients": (),
            "notify": None,
            **changes,
        }
    )
    tenant = tenant_facts(acme.alice.tenant_id)
    with tenant_scope(tenant.id):
        return plan.one_off(tenant, order, actor="test", now=NOW)


def test_a_recipient_named_twice_in_a_report_made_once_gets_one_mail(acme):
    generation = one_off(acme, recipients=("ann@example.test", " ann@EXAMPLE.test"))
    assert generation.metadata["order"]["recipients"] == ["ann@example.test"]


def test_yesterday_is_the_day_before_the_request_however_long_a_report_made_once_has_waited(acme, home):
    generation = one_off(acme)
    later = NOW + dt.timedelta(days=2)
    pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: later, attempt=PRODUCING.attempt(0))
    (made,) = generations()
    assert made.status == "success"
    # The day before the request has activity, the day before the making has none.
    assert made.row_count > 0


def test_asking_twice_for_a_run_before_a_worker_has_begun_it_gives_the_same_one(make_schedule):
    schedule = make_schedule(now=NOW)
    with tenant_scope(schedule.tenant_id):
        first = plan.run_now(schedule, actor="test", now=NOW)
        again = plan.run_now(schedule, actor="test", now=NOW + dt.timedelta(seconds=1))
    assert again.id == first.id
    assert len(jobs()) == 1

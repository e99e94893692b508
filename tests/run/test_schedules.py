"""Schedules paused, resumed, deleted and restored; recipients looked at; reports sent as a test."""

import datetime as dt
from email import message_from_bytes, policy

import psycopg
import pytest
from django.db import connection

from outbrief.record import generations as generation_record
from outbrief.record import schedules, suppressions
from outbrief.record.history import last_mails, latest_runs, punctuality
from outbrief.record.models import AuditEvent, ReportDelivery, ReportGeneration, ReportTemplate, ScheduledReport
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import tenant_facts
from outbrief.run import delivery, pipeline, plan, sweep, templates
from outbrief.run import schedules as run
from outbrief.run.attempts import MAILING, PRODUCING
from outbrief.terms.errors import InvalidInput, NotFound
from outbrief.terms.report import GenerationStatus, Trigger
from tests.run.conftest import NOW

DAY = dt.timedelta(days=1)


def delete(schedule, *, now=NOW) -> None:
    with tenant_scope(schedule.tenant_id):
        run.delete(schedule.tenant_id, schedule, actor="test", now=now)


def restore(schedule, *, active=True, now=NOW):
    with tenant_scope(schedule.tenant_id):
        return run.restore(tenant_facts(schedule.tenant_id), schedule.id, active=active, actor="test", now=now)


def actions() -> list[str]:
    with unscoped():
        return list(AuditEvent.objects.order_by("action").values_list("action", flat=True))


def test_a_deleted_schedule_is_nowhere_and_never_due(make_schedule):
    schedule = make_schedule(config={"skipEmpty": True})
    delete(schedule)
    assert plan.tick(now=NOW + 3 * DAY) == 0
    with tenant_scope(schedule.tenant_id):
        assert not schedules.newest_first()
        assert schedules.next_due() is None
        assert not schedules.exists_anywhere(schedule.id)
        for lookup in (schedules.get, schedules.locked):
            with pytest.raises(NotFound):
                lookup(schedule.id)
        assert not schedules.pause(schedule.id, now=NOW)


def test_a_restored_schedule_goes_on_from_its_next_occurrence(make_schedule):
    schedule = make_schedule()
    delete(schedule)
    later = NOW + 2 * DAY
    back, reason = restore(schedule, now=later)
    assert (back.is_active, back.next_run_at, reason) == (True, dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC), "")
    assert actions() == ["schedule.created", "schedule.deleted", "schedule.restored", "schedule.resumed"]
    with pytest.raises(NotFound):
        restore(schedule)


def test_a_schedule_that_was_paused_comes_back_paused(make_schedule):
    schedule = make_schedule(is_active=False)
    delete(schedule)
    back, _ = restore(schedule, active=False)
    assert (back.is_active, back.next_run_at) == (False, None)


def test_a_schedule_whose_template_went_meanwhile_comes_back_paused_and_says_why(acme, make_schedule):
    tenant = tenant_facts(acme.alice.tenant_id)
    with tenant_scope(tenant.id):
        made = templates.create(tenant.id, templates.TemplateAsked(name="Old", report_type="campaign"), actor="test")
    schedule = make_schedule(config={"template": "Old"})
    delete(schedule)
    with tenant_scope(tenant.id):
        templates.delete(made, actor="test")
    back, reason = restore(schedule)
    assert not back.is_active
    assert "config.template" in reason


def test_a_deleted_schedule_follows_a_template_to_its_new_name(acme, make_schedule):
    tenant = tenant_facts(acme.alice.tenant_id)
    with tenant_scope(tenant.id):
        templates.create(tenant.id, templates.TemplateAsked(name="Old", report_type="campaign"), actor="test")
    schedule = make_schedule(config={"template": "Old"})
    delete(schedule)
    with tenant_scope(tenant.id):
        renamed = templates.TemplateAsked(name="New", report_type="campaign")
        templates.change(ReportTemplate.objects.select_for_update().get(), renamed, actor="test", now=NOW)
    back, reason = restore(schedule)
    assert (back.config["template"], reason) == ("New", "")


def test_after_a_week_a_deleted_schedule_is_removed_and_its_reports_stay(make_schedule):
    schedule, other = make_schedule(), make_schedule(name="Other")
    plan.tick(now=NOW)
    delete(schedule)
    assert sweep.forget_deleted_schedules(now=NOW + 7 * DAY) == 0
    assert sweep.forget_deleted_schedules(now=NOW + 8 * DAY) == 1
    with unscoped():
        assert [left.id for left in ScheduledReport.objects.all()] == [other.id]
        assert ReportGeneration.objects.count() == 2


def test_a_schedule_that_somebody_restores_at_this_moment_is_not_removed(make_schedule, database: str):
    schedule = make_schedule()
    delete(schedule)
    with psycopg.connect(database) as elsewhere:
        elsewhere.execute("UPDATE scheduled_reports SET deleted_at = NULL WHERE id = %s", [schedule.id])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        assert sweep.forget_deleted_schedules(now=NOW + 8 * DAY) == 0
    with unscoped():
        assert ScheduledReport.objects.get().deleted_at is None


def test_a_report_of_a_deleted_schedule_can_be_run_again_as_it_was(make_schedule):
    schedule = make_schedule()
    plan.tick(now=NOW)
    delete(schedule)
    with tenant_scope(schedule.tenant_id):
        (made,) = ReportGeneration.objects.all()
        again = plan.run_again(tenant_facts(schedule.tenant_id), made, actor="test", now=NOW)
    assert again.scheduled_report_id is None
    assert generation_record.order_of(again).recipients == ("ann@example.test", "ben@example.test")


def test_pausing_and_resuming_are_noted_once_each(make_schedule):
    schedule = make_schedule()
    tenant = tenant_facts(schedule.tenant_id)
    with tenant_scope(tenant.id):
        assert run.pause(schedule, actor="test", now=NOW)
        assert not run.pause(schedule, actor="test", now=NOW)
        assert run.resume(tenant, schedules.locked(schedule.id), actor="test", now=NOW)
        assert not run.resume(tenant, schedules.locked(schedule.id), actor="test", now=NOW)
    assert actions() == ["schedule.created", "schedule.paused", "schedule.resumed"]


def test_a_schedule_that_no_longer_makes_sense_is_not_resumed(make_schedule):
    schedule = make_schedule(is_active=False)
    with tenant_scope(schedule.tenant_id):
        ScheduledReport.objects.update(config={"template": "Gone"})
        with pytest.raises(InvalidInput, match="template"):
            run.resume(tenant_facts(schedule.tenant_id), schedules.locked(schedule.id), actor="test", now=NOW)


def test_every_recipient_is_told_apart(acme):
    tenant = tenant_facts(acme.alice.tenant_id)
    with tenant_scope(tenant.id):
        suppressions.suppress(tenant.id, "Gone@example.test", reason="bounced")
        typed = ["ann@EXAMPLE.test", "ann@example.test", "nobody", "gone@example.test"]
        seen = run.look_at_recipients(tenant, typed)
    assert [(one.address, bool(one.problem), bool(one.warning)) for one in seen] == [
        ("ann@example.test", False, False),
        ("nobody", True, False),
        ("gone@example.test", False, True),
    ]


def test_a_test_goes_to_one_person_under_a_subject_that_says_so_and_leaves_the_schedule_alone(make_schedule, home):
    schedule = make_schedule(config={"onlyWhen": [{"measure": "bounceRate", "above": 99}]})
    tenant = tenant_facts(schedule.tenant_id)
    with tenant_scope(tenant.id):
        test = plan.send_test(tenant, plan.order_for(schedule), to="alice@acme.test", actor="test", now=NOW)
    pipeline.produce_report(tenant.id, test.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    with tenant_scope(tenant.id):
        (mail,) = ReportDelivery.objects.all()
    delivery.deliver_report(tenant.id, mail.id, clock=lambda: NOW, attempt=MAILING.attempt(0))
    (kept,) = (home / "outbox").rglob("*.eml")
    sent = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert sent["To"] == "alice@acme.test"
    assert sent["Subject"].startswith("Test: Weekly performance: ")
    with tenant_scope(tenant.id):
        assert latest_runs([schedule.id], each=8) == {schedule.id: []}
        assert last_mails(schedule.id) == {}


def test_how_punctual_reports_were_counts_promised_runs_alone(make_schedule):
    schedule = make_schedule()
    with tenant_scope(schedule.tenant_id):
        for days, late, status in ((1, 4, "success"), (2, 400, "partial"), (3, None, "skipped"), (40, 4, "success")):
            promised = NOW - days * DAY
            made = generation_record.plan(
                tenant_id=schedule.tenant_id,
                order=plan.order_for(schedule),
                trigger=Trigger.SCHEDULE,
                scheduled_for=promised,
                schedule_id=schedule.id,
                status=GenerationStatus(status),
            )
            ReportGeneration.objects.filter(id=made.id).update(generated_at=promised)
            if late is not None:
                ReportDelivery.objects.create(
                    tenant_id=schedule.tenant_id,
                    generation=made,
                    recipient="ann@example.test",
                    message_id=str(made.id),
                    status="sent",
                    sent_at=promised + dt.timedelta(seconds=late),
                )
        how = punctuality(schedule.tenant_id, since=NOW - 30 * DAY)
        strip = latest_runs([schedule.id], each=2)[schedule.id]
    assert (how.promised, how.on_time, how.delivered, how.refused, how.running) == (2, 1, 2, 0, 0)
    assert how.typical_delay == dt.timedelta(seconds=202)
    assert [one.status for one in strip] == ["success", "partial"]


def test_runs_and_mails_of_another_tenant_are_not_seen(make_schedule, acme):
    schedule = make_schedule()
    plan.tick(now=NOW)
    with tenant_scope(acme.charlie.tenant_id):
        assert latest_runs([schedule.id], each=8) == {schedule.id: []}
        assert last_mails(schedule.id) == {}
        assert punctuality(schedule.tenant_id, since=NOW - 30 * DAY).running == 0
        assert not schedules.delete(schedule.id, now=NOW)
        with pytest.raises(NotFound):
            schedules.restore(schedule.id, now=NOW)

"""Produce, deliver, record: through a real database, store and mail folder."""

import datetime as dt
import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection, transaction

from outbrief.record import generations, queue
from outbrief.record.models import ReportDelivery, ReportGeneration, ScheduledReport, Suppression, Tenant
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.run import links, parts, pipeline, plan, sweep, worker
from outbrief.run.attempts import PRODUCING
from outbrief.terms.errors import Conflict, Forbidden, StoreUnavailable
from tests.run.conftest import NOW


def mails(home: Path) -> list[EmailMessage]:
    files = sorted((home / "outbox").glob("*.eml")) if (home / "outbox").exists() else []
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


def only_generation() -> ReportGeneration:
    with unscoped():
        return ReportGeneration.objects.exclude(error_message__startswith="Misfire").get()


@pytest.fixture
def run(make_schedule) -> Callable[..., ReportGeneration]:
    """Give a function that runs a schedule once, to the end of all its jobs."""

    def go(**asked: object) -> ReportGeneration:
        make_schedule(**asked)
        plan.tick(now=NOW)
        worker.work(until_empty=True)
        return only_generation()

    return go


@pytest.mark.parametrize("fmt", ["csv", "excel", "pdf"])
@pytest.mark.parametrize("report_type", ["campaign", "overall", "deliverability", "workspace_summary", "domain_health"])
def test_each_report_reaches_each_recipient_once_in_each_format(run, home, report_type, fmt):
    generation = run(report_type=report_type, format=fmt)
    assert generation.status == "success", generation.error_message
    assert generation.sent_to == ["ann@example.test", "ben@example.test"]
    assert {status["status"] for status in generation.delivery_status.values()} == {"sent"}
    file = home / "files" / generation.file_path
    assert file.stat().st_size == generation.file_size_bytes
    received = mails(home)
    assert sorted(mail["To"] for mail in received) == ["ann@example.test", "ben@example.test"]
    for mail in received:
        (attached,) = [part for part in mail.iter_attachments() if part.get_filename()]
        assert attached.get_content_disposition() == "attachment"
        content = attached.get_payload(decode=True)
        assert content == file.read_bytes()


def test_the_message_id_is_fixed_and_unsubscribing_takes_one_click(run, home):
    run()
    received = mails(home)
    with unscoped():
        expected = {row.recipient: row.message_id for row in ReportDelivery.objects.all()}
    assert {mail["To"]: mail["Message-ID"] for mail in received} == expected
    for mail in received:
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "/unsubscribe/" in mail["List-Unsubscribe"]
        assert "RecipientToken" not in mail.as_string()


def test_a_file_over_the_limit_is_linked_instead_of_attached(run, home, settings_with):
    settings_with(attachment_limit=10)
    run(format="pdf")
    mail = mails(home)[0]
    assert [
        part.get_filename() for part in mail.iter_attachments() if part.get_content_type() == "application/pdf"
    ] == []
    text = mail.get_body(("plain",)).get_content()
    (link,) = re.findall(r"/downloads/report/(\S+)", text)
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    assert f"{ends:%-d %B %Y}" in text
    assert links.open_token("report", link, now=ends - dt.timedelta(minutes=5)).object_id == only_generation().id
    with pytest.raises(Forbidden, match="expired"):
        links.open_token("report", link, now=ends + dt.timedelta(seconds=5))


def test_a_suppressed_recipient_is_recorded_and_gets_nothing(run, home, acme):
    with tenant_scope(acme.alice.tenant_id):
        Suppression.objects.create(tenant_id=acme.alice.tenant_id, address="ann@example.test", reason="unsubscribed")
    generation = run()
    assert generation.status == "success"
    assert generation.sent_to == ["ben@example.test"]
    assert generation.delivery_status["ann@example.test"]["status"] == "suppressed"
    assert [mail["To"] for mail in mails(home)] == ["ben@example.test"]


def test_when_every_recipient_is_suppressed_the_generation_failed_and_says_so(run, acme):
    with tenant_scope(acme.alice.tenant_id):
        for address in ("ann@example.test", "ben@example.test"):
            Suppression.objects.create(tenant_id=acme.alice.tenant_id, address=address, reason="bounced")
    generation = run()
    assert generation.status == "failed"
    assert "every recipient" in generation.error_message


def test_a_refused_recipient_fails_without_touching_the_others_and_the_owner_is_told_once(
    run, home, smtp_server, settings_with
):
    settings_with(email_url=smtp_server.url)
    smtp_server.answer_rcpt("ann@example.test", "550 5.1.1 no such user")
    generation = run()
    assert generation.status == "partial"
    assert "550" in generation.delivery_status["ann@example.test"]["answer"]
    recipients = sorted(received.message["To"] for received in smtp_server.messages)
    assert recipients == ["alice@acme.test", "ben@example.test"]


def test_a_recipient_put_off_is_tried_again_later_and_the_others_are_not(run, smtp_server, settings_with):
    settings_with(email_url=smtp_server.url)
    smtp_server.answer_rcpt("ann@example.test", "451 4.7.1 try later", times=1)
    generation = run()
    assert generation.status == "running"
    assert generation.delivery_status["ben@example.test"]["status"] == "sent"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    worker.work(until_empty=True)
    assert only_generation().status == "success"
    assert sorted(received.message["To"] for received in smtp_server.messages) == [
        "ann@example.test",
        "ben@example.test",
    ]


def test_a_store_that_is_not_there_is_tried_again_and_then_fails_for_good_with_one_mail_to_the_owner(
    make_schedule, home, settings_with
):
    (home / "blocked").write_text("a file where a folder should be")
    settings_with(store_url=(home / "blocked").as_uri())
    make_schedule()
    plan.tick(now=NOW)
    tenant_id, generation_id = only_generation().tenant_id, only_generation().id
    for number in range(len(PRODUCING.seconds) + 1):
        with pytest.raises(StoreUnavailable):
            pipeline.produce_report(tenant_id, generation_id, clock=lambda: NOW, attempt=PRODUCING.attempt(number))
    generation = only_generation()
    assert generation.status == "failed"
    assert generation.attempt == 4
    assert generation.metadata["error"] == {"code": "store_unavailable", "blame": "operator"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notify_owner'")
        assert cursor.fetchone() == (1,)


def test_the_owner_is_told_what_failed_whose_turn_it_is_and_how_to_run_it_again(make_schedule, home):
    schedule = make_schedule(config={"notify": "carol@acme.test"})
    with unscoped():
        ScheduledReport.objects.filter(id=schedule.id).update(date_range="no_such_range")
    plan.tick(now=NOW)
    worker.work(until_empty=True)
    assert only_generation().status == "failed"
    (mail,) = mails(home)
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "carol@acme.test"
    assert "no_such_range" in text
    assert "your turn" in text
    assert "Run now" in text


def notices(home: Path) -> list[str]:
    return [mail.get_body(("plain",)).get_content() for mail in mails(home) if mail["To"] == "alice@acme.test"]


def test_when_the_mail_server_refuses_us_it_is_the_operators_turn_and_not_a_matter_of_addresses(
    run, home, smtp_server, settings_with
):
    settings_with(email_url=smtp_server.url)
    smtp_server.answer_sender("553 5.7.1 not yours", times=2)
    generation = run()
    assert generation.status == "failed"
    assert generation.metadata["error"]["blame"] == "operator"
    (received,) = smtp_server.messages
    assert "operator's turn" in received.message.get_body(("plain",)).get_content()


def test_a_schedule_that_cannot_be_planned_is_its_owners_turn(make_schedule, home):
    schedule = make_schedule()
    with unscoped():
        ScheduledReport.objects.filter(id=schedule.id).update(timezone="Nowhere/Land")
    plan.tick(now=NOW)
    worker.work(until_empty=True)
    (text,) = notices(home)
    assert "It is your turn" in text


def test_an_address_that_is_no_longer_at_an_allowed_domain_gets_nothing(make_schedule, home):
    schedule = make_schedule()
    plan.tick(now=NOW)
    with unscoped():
        Tenant.objects.filter(id=schedule.tenant_id).update(allowed_recipient_domains=["acme.test"])
    worker.work(until_empty=True)
    generation = only_generation()
    assert generation.status == "failed"
    assert "not at an allowed domain" in generation.delivery_status["ann@example.test"]["answer"]
    assert [mail["To"] for mail in mails(home)] == ["alice@acme.test"]


def test_a_report_whose_file_was_deleted_is_not_sent_again(run, smtp_server, settings_with):
    settings_with(email_url=smtp_server.url)
    smtp_server.answer_rcpt("ann@example.test", "550 5.1.1 no such user", times=1)
    generation = run()
    sweep.prune_reports(now=dt.datetime.now(dt.UTC) + dt.timedelta(days=2), retention_days=1)
    with tenant_scope(generation.tenant_id), pytest.raises(Conflict, match="no file"):
        plan.resend(generations.get(generation.id), actor="test")


def test_the_hundredth_recipient_waits_behind_the_first_of_another_but_before_reports_not_made_yet(make_schedule):
    make_schedule(recipients=[f"person{number}@example.test" for number in range(100)])
    plan.tick(now=NOW)
    generation = only_generation()
    pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT priority FROM procrastinate_jobs WHERE queue_name = 'mail' ORDER BY id")
        priorities = [row[0] for row in cursor.fetchall()]
    assert priorities[:3] == [50, 49, 48]
    assert min(priorities) == priorities[-1] == 11


def test_three_failures_in_a_row_that_only_a_user_can_mend_pause_the_schedule(make_schedule, home):
    schedule = make_schedule()
    with unscoped():
        ScheduledReport.objects.filter(id=schedule.id).update(date_range="no_such_range")
    for day in range(3):
        with unscoped():
            assert ScheduledReport.objects.get(id=schedule.id).is_active
        plan.tick(now=NOW + dt.timedelta(days=day))
        worker.work(until_empty=True)
    with unscoped():
        assert not ScheduledReport.objects.get(id=schedule.id).is_active
    assert any("paused" in mail.get_body(("plain",)).get_content().lower() for mail in mails(home))


def test_producing_again_changes_nothing_and_mails_nobody_twice(run, home):
    generation = run()
    before = (home / "files" / generation.file_path).stat().st_mtime_ns
    pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    worker.work(until_empty=True)
    assert (home / "files" / generation.file_path).stat().st_mtime_ns == before
    assert len(mails(home)) == 2


def test_a_resend_goes_to_the_failed_recipients_only_with_the_same_file_and_message_id(run, smtp_server, settings_with):
    settings_with(email_url=smtp_server.url)
    smtp_server.answer_rcpt("ann@example.test", "550 5.1.1 no such user", times=1)
    generation = run()
    smtp_server.messages.clear()
    with tenant_scope(generation.tenant_id):
        assert plan.resend(generation, actor="test") == 1
    worker.work(until_empty=True)
    assert only_generation().status == "success"
    (received,) = [received for received in smtp_server.messages if received.message["To"] != "alice@acme.test"]
    assert received.message["To"] == "ann@example.test"
    with unscoped():
        assert received.message["Message-ID"] == ReportDelivery.objects.get(recipient="ann@example.test").message_id


def test_a_job_deferred_inside_a_job_is_gone_when_its_transaction_is_rolled_back(acme):
    with transaction.atomic():
        queue.defer("notify_owner", queue="mail", tenant_id=acme.alice.tenant_id, generation_id=acme.alice.user_id)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_an_upload_that_breaks_leaves_no_file(make_schedule, home, monkeypatch):
    make_schedule(format="pdf")
    plan.tick(now=NOW)
    generation = only_generation()

    def break_off(*_: object) -> None:
        raise StoreUnavailable("the disk is full.")

    store = parts.store()
    monkeypatch.setattr("outbrief.run.reports.write", break_off)
    with pytest.raises(StoreUnavailable):
        pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    assert list(store.keys()) == []
    assert only_generation().status == "pending"


def test_a_second_notice_about_the_same_report_is_a_mail_of_its_own(run, smtp_server, settings_with):
    settings_with(email_url=smtp_server.url)
    smtp_server.answer_rcpt("ann@example.test", "550 5.1.1 no such user", times=2)
    generation = run()
    with tenant_scope(generation.tenant_id):
        plan.resend(generation, actor="test")
    worker.work(until_empty=True)
    ids = [received.message["Message-ID"] for received in smtp_server.messages if "alice" in received.message["To"]]
    assert len(set(ids)) == 2

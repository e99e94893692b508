"""A mail that the server took, and the record did not come to say so."""

import dataclasses

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from outbrief.record import deliveries
from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.run import delivery
from outbrief.run.attempts import MAILING
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.errors import DatabaseUnavailable, OutbriefError
from tests.run.conftest import NOW
from tests.run.test_pipeline import mails, only_generation
from tests.run.test_worked_twice import a_produced_generation, deliver

LAST = len(MAILING.seconds)


@pytest.fixture
def row(make_schedule, home) -> ReportDelivery:
    """Give a delivery of a report that is made."""
    return a_produced_generation(make_schedule)[1]


def reread() -> ReportDelivery:
    with unscoped():
        return ReportDelivery.objects.get()


def break_recording(monkeypatch, *, times: int) -> None:
    settle, left = deliveries.settle, [times]

    def breaks(*args: object, **named: object) -> object:
        if args[1] == DeliveryStatus.SENT and left[0]:
            left[0] -= 1
            raise DatabaseUnavailable("the connection was lost.")
        return settle(*args, **named)

    monkeypatch.setattr("outbrief.record.deliveries.settle", breaks)


def test_an_acceptance_that_could_not_be_recorded_at_once_is_recorded_on_the_second_try(row, home, monkeypatch):
    break_recording(monkeypatch, times=1)
    deliver(row, number=LAST)
    assert (reread().status, len(mails(home))) == ("sent", 1)
    assert only_generation().status == "success"


def test_the_connection_that_was_lost_after_sending_is_made_anew(row, home, monkeypatch):
    send = delivery.parts.channel().__class__.send

    def send_and_lose(self: object, mail: object) -> object:
        receipt = send(self, mail)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), current_database()")
            pid, name = cursor.fetchone()
        with psycopg.connect(settings.DATABASE_URL, dbname=name, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        return receipt

    monkeypatch.setattr(delivery.parts.channel().__class__, "send", send_and_lose)
    deliver(row, number=LAST)
    assert (reread().status, len(mails(home))) == ("sent", 1)


def test_an_accepted_mail_is_never_told_as_failed_because_it_could_not_be_recorded(row, home, monkeypatch):
    break_recording(monkeypatch, times=2)
    with pytest.raises(DatabaseUnavailable):
        deliver(row, number=LAST)
    assert reread().status == "sending"
    assert only_generation().status == "running"
    first = mails(home)[0]["Message-ID"]
    deliver(row)
    assert reread().status == "sent"
    assert reread().provider_answer.startswith("kept as")
    assert {mail["Message-ID"] for mail in mails(home)} == {first}


def test_a_failure_after_an_attempt_that_was_cut_short_says_that_the_mail_may_have_gone_out(row, settings_with, home):
    with tenant_scope(row.tenant_id):
        deliveries.claim(row.id, now=NOW)
    settings_with(email_url="smtp://127.0.0.1:1")
    for number in (0, LAST):
        with pytest.raises(OutbriefError):
            deliver(row, number=number)
        assert "may have reached the recipient" in reread().provider_answer
    assert reread().status == "failed"
    assert "may have reached the recipient" in only_generation().error_message


def test_a_mail_whose_end_is_never_recorded_is_given_up(row, home):
    with unscoped():
        ReportDelivery.objects.update(status="sending", attempts=LAST + 1)
    with pytest.raises(OutbriefError, match="could not be recorded"):
        deliver(row)
    assert reread().status == "failed"
    assert "may have reached" in reread().provider_answer
    assert mails(home) == []


def test_an_attempt_that_was_not_cut_short_says_nothing_of_it(row, settings_with, home):
    before = dataclasses.asdict(settings.OUTBRIEF)["email_url"]
    settings_with(email_url="smtp://127.0.0.1:1")
    with pytest.raises(OutbriefError):
        deliver(row)
    assert "may have reached" not in reread().provider_answer
    settings_with(email_url=before)
    deliver(row, number=1)
    with unscoped():
        assert ReportGeneration.objects.get().status == "success"

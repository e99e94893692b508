"""Getting no more mails."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from outbrief.record.models import AuditEvent, ReportDelivery, Suppression
from outbrief.record.scope import tenant_scope
from outbrief.run.links import Link, make_token
from tests.web.conftest import Acme
from tests.web.visits import visitor


@pytest.fixture
def address(acme: Acme) -> str:
    link = Link(target="unsubscribe", tenant_id=acme.tenant_id, object_id=acme.sent_id)
    return f"/unsubscribe/{make_token(link, expires_at=None)}"


def suppressed(acme: Acme) -> list[tuple[str, str]]:
    """Give which of the two recipients of the report get no more mail, and why."""
    theirs = ("ann@example.test", "ben@example.test")
    with tenant_scope(acme.tenant_id):
        return list(Suppression.objects.filter(address__in=theirs).values_list("address", "reason"))


def test_looking_shows_a_form_and_changes_nothing(acme: Acme, address: str):
    page = visitor().get(address).content.decode()
    assert '<form method="post">' in page
    assert "ann@example.test" in page
    assert "Acme" in page
    visitor().head(address)
    assert suppressed(acme) == []


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_post_without_a_cookie_unsubscribes(acme: Acme, address: str, body: dict[str, str]):
    response = visitor(enforce_csrf=True).post(address, body)
    assert response.status_code == 200
    assert "You are unsubscribed" in response.content.decode()
    assert suppressed(acme) == [("ann@example.test", "unsubscribed")]


def test_twice_is_once(acme: Acme, address: str):
    for _ in range(2):
        assert visitor().post(address).status_code == 200
    assert len(suppressed(acme)) == 1
    with tenant_scope(acme.tenant_id):
        (event,) = AuditEvent.objects.filter(action="recipient.unsubscribed")
    assert (event.actor, event.object_id) == ("link", str(acme.sent_id))
    assert "You are unsubscribed" in visitor().get(address).content.decode()


def test_the_link_in_the_mail_and_in_its_header_is_this_one(acme: Acme, home: Path):
    (path,) = (home / "outbox").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    address = mail["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.get_body(("html",)).get_content()
    assert visitor().post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert suppressed(acme) == [("ann@example.test", "unsubscribed")]


def test_a_changed_link_unsubscribes_nobody(acme: Acme, address: str):
    assert visitor().post(address[:-3] + "abc").status_code == 403
    assert suppressed(acme) == []


def test_a_download_link_unsubscribes_nobody(acme: Acme):
    link = Link(target="report", tenant_id=acme.tenant_id, object_id=acme.sent_id)
    assert visitor().post(f"/unsubscribe/{make_token(link, expires_at=None)}").status_code == 403
    assert suppressed(acme) == []


def test_a_mail_that_is_no_longer_known_is_410(acme: Acme, address: str):
    with tenant_scope(acme.tenant_id):
        ReportDelivery.objects.all().delete()
    assert visitor().post(address).status_code == 410

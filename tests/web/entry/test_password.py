"""A new password by mail."""

import datetime as dt
import re
from pathlib import Path

import pytest

from outbrief.record.models import AuditEvent, User
from outbrief.record.scope import tenant_scope
from outbrief.run import passwords
from tests.people import People
from tests.web.mails import link_in, mails_to, send_mails
from tests.web.visits import PASSWORD, give_password, visitor

NEW = "quite another sentence"


def ask(email: str, **extra: str) -> object:
    return visitor().post("/password", {"email": email}, **extra)


def link(home: Path, email: str = "alice@acme.test") -> str:
    ask(email)
    send_mails()
    return link_in(mails_to(home, email)[-1])


def sign_in(email: str, password: str) -> int:
    return visitor().post("/sign-in", {"email": email, "password": password}).status_code


def test_who_forgot_a_password_chooses_a_new_one_by_mail(people: People, home: Path):
    give_password(people.alice)
    assert 'href="/password"' in visitor().get("/sign-in").content.decode()
    path = link(home)
    client = visitor()
    assert "alice@acme.test" in client.get(path).content.decode()
    assert client.post(path, {"password": NEW})["Location"] == "/sign-in"
    assert "Your new password is set" in client.get("/sign-in").content.decode()
    assert sign_in("alice@acme.test", NEW) == 302
    assert sign_in("alice@acme.test", PASSWORD) == 422


def test_who_never_had_a_password_gets_one_the_same_way(people: People, home: Path):
    visitor().post(link(home, "bob@acme.test"), {"password": NEW})
    assert sign_in("bob@acme.test", NEW) == 302


def test_the_answer_does_not_tell_whether_an_address_is_known(people: People, home: Path):
    known, unknown = ask("alice@acme.test"), ask("nobody@acme.test")
    assert known.status_code == unknown.status_code == 200
    told = [re.sub(r'"X-CSRFToken": "[^"]+"', "", page.content.decode()) for page in (known, unknown)]
    assert told[0].replace("alice@", "nobody@") == told[1]
    assert send_mails() == 2
    assert len(mails_to(home, "alice@acme.test")) == 1
    assert mails_to(home, "nobody@acme.test") == []


def test_nobody_who_is_switched_off_gets_a_link(people: People, home: Path):
    User.objects.filter(id=people.alice.user_id).update(is_active=False)
    ask("alice@acme.test")
    send_mails()
    assert mails_to(home, "alice@acme.test") == []


def test_a_link_works_once(people: People, home: Path):
    path = link(home)
    assert visitor().post(path, {"password": NEW}).status_code == 302
    again = visitor().post(path, {"password": "and one more sentence"})
    assert again.status_code == 403
    assert "Ask for a new one" in again.content.decode()
    assert sign_in("alice@acme.test", NEW) == 302


def test_a_link_ends_after_an_hour_and_when_its_owner_signs_in_after_all(people: People, home: Path):
    give_password(people.alice)
    now = dt.datetime.now(dt.UTC)
    token = passwords.make_token(people.alice.user_id, expires_at=now + passwords.LINK_LASTS)
    assert passwords.open_token(token, now=now + dt.timedelta(minutes=59)).email == "alice@acme.test"
    with pytest.raises(Exception, match="time is over"):
        passwords.open_token(token, now=now + dt.timedelta(minutes=61))
    assert sign_in("alice@acme.test", PASSWORD) == 302
    assert visitor().get(f"/password/{token}").status_code == 403


@pytest.mark.parametrize("token", ["x", "eyJ.x.y", "a:b:c"])
def test_a_link_that_is_not_ours_opens_nothing(people: People, token: str):
    assert visitor().get(f"/password/{token}").status_code == 403
    assert visitor().post(f"/password/{token}", {"password": NEW}).status_code == 403


def test_a_link_signed_for_something_else_opens_nothing(people: People):
    from outbrief.run.links import Link, make_token

    token = make_token(
        Link(target="invitation", tenant_id=people.alice.tenant_id, object_id=people.alice.user_id), expires_at=None
    )
    assert visitor().get(f"/password/{token}").status_code == 403


def test_looking_at_a_link_does_not_use_it(people: People, home: Path):
    path = link(home)
    for _ in range(3):
        assert visitor().get(path).status_code == 200
    assert visitor().post(path, {"password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "at least 8"), ("password123", "too common"), ("alice@acme", "too similar"), ("8271640935", "numeric")],
)
def test_a_password_that_is_easily_guessed_is_refused_beside_the_field(
    people: People, home: Path, password: str, why: str
):
    response = visitor().post(link(home), {"password": password})
    assert response.status_code == 422
    assert why in response.content.decode()
    assert f'"{password}"' not in response.content.decode()


def test_a_new_password_ends_every_session_of_the_person_and_of_nobody_else(people: People, home: Path):
    alice, bob = visitor(people.alice), visitor(people.bob)
    visitor().post(link(home), {"password": NEW})
    assert alice.get("/profile").status_code == 302
    assert bob.get("/profile").status_code == 200


def test_it_leaves_an_event_in_the_audit_log_without_the_password(people: People, home: Path):
    visitor().post(link(home), {"password": NEW})
    with tenant_scope(people.alice.tenant_id):
        event = AuditEvent.objects.get(action="password.changed")
    assert event.actor == f"user:{people.alice.user_id}"
    assert NEW not in str(event.detail)


def test_asking_again_and_again_is_stopped(people: People):
    statuses = [ask("alice@acme.test").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert ask("alice@acme.test", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert send_mails() == 4


def test_something_that_is_no_address_is_said_to_be_none(people: People):
    response = ask("no address")
    assert response.status_code == 422
    assert 'value="no address"' in response.content.decode()


def test_the_mail_names_no_tenant_to_who_is_in_several(people: People, home: Path):
    from outbrief.record.models import Role
    from outbrief.record.tenants import add_member

    with tenant_scope(people.charlie.tenant_id):
        add_member(tenant_id=people.charlie.tenant_id, email="alice@acme.test", role=Role.VIEWER)
    link(home)
    mail = mails_to(home, "alice@acme.test")[-1]
    assert "Zenith" not in str(mail)
    assert "Acme" not in mail.get_body(("html",)).get_content()
    link(home, "bob@acme.test")
    assert "Acme" in mails_to(home, "bob@acme.test")[-1].get_body(("html",)).get_content()

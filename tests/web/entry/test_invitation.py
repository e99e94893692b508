"""Accepting an invitation."""

import datetime as dt
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from outbrief.record import models
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.run import invitations
from outbrief.run.links import Link, make_token
from tests.people import People, Person
from tests.web.visits import PASSWORD, give_password, visitor

NEW = {"name": " Dora Ⓓ ", "password": "a quiet long sentence"}


def invite(people: People, email: str = "dora@new.test", role: str = "editor", *, by: str = "alice") -> str:
    """Invite somebody to the tenant of `by`, and give the path of the link."""
    who: Person = getattr(people, by)
    with tenant_scope(who.tenant_id):
        made = invitations.invite(
            who.tenant_id, email=email, role=role, inviter_id=who.user_id, actor="test", now=dt.datetime.now(dt.UTC)
        )
    token = make_token(Link(target="invitation", tenant_id=who.tenant_id, object_id=made.id), expires_at=None)
    return f"/invitations/{token}"


def roles(people: People, email: str) -> dict[str, str]:
    with unscoped():
        rows = models.Membership.objects.filter(user__email=email).select_related("tenant")
        return {row.tenant.slug: row.role for row in rows}


def said(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_somebody_new_gives_name_and_password_and_is_in(people: People):
    path, client = invite(people), visitor()
    page = said(client, path)
    assert "Join Acme" in page
    assert "alice@acme.test" in page
    assert "as an editor" in page
    assert roles(people, "dora@new.test") == {}
    assert client.post(path, NEW)["Location"] == "/"
    assert "You are a member of Acme now." in said(client, "/profile")
    assert 'value="Dora Ⓓ"' in said(client, "/profile")
    assert roles(people, "dora@new.test") == {"acme": "editor"}
    again = {"email": "Dora@new.test", "password": NEW["password"]}
    assert visitor().post("/sign-in", again).status_code == 302
    with tenant_scope(people.alice.tenant_id):
        event = models.AuditEvent.objects.get(action="member.joined")
    assert event.detail == {"email": "dora@new.test", "role": "editor"}


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"name": "", "password": NEW["password"]}, "This field is required"),
        ({"name": "  ", "password": NEW["password"]}, "This field is required"),
        ({"name": "Dora", "password": "short"}, "at least 8"),
        ({"name": "Dora Quimby", "password": "doraquimby"}, "too similar"),
        ({"name": "D" * 256, "password": NEW["password"]}, "255"),
    ],
)
def test_what_is_not_enough_is_said_beside_the_field(people: People, sent: dict[str, str], why: str):
    path = invite(people)
    response = visitor().post(path, sent)
    assert response.status_code == 422
    assert why in response.content.decode()
    assert roles(people, "dora@new.test") == {}


def test_a_link_lets_in_once(people: People):
    path = invite(people)
    visitor().post(path, NEW)
    page = visitor().get(path)
    assert page.status_code == 410
    assert "was accepted" in page.content.decode()
    assert visitor().post(path, {**NEW, "password": "another quiet sentence"}).status_code == 410


def test_who_signs_in_already_accepts_with_one_button(people: People):
    give_password(people.charlie)
    path, client = invite(people, "charlie@zenith.test", "viewer"), visitor()
    page = said(client, path)
    query = urlencode({"next": path, "email": "charlie@zenith.test"}).replace("&", "&amp;")
    assert f"/sign-in?{query}" in page
    assert 'name="password"' not in page
    assert client.post(path, NEW).status_code == 422
    sent = {"email": "charlie@zenith.test", "password": PASSWORD, "next": path}
    assert client.post("/sign-in", sent)["Location"] == path
    assert "Accept the invitation" in said(client, path)
    assert roles(people, "charlie@zenith.test") == {"zenith": "owner"}
    assert client.post(path)["Location"] == "/"
    assert roles(people, "charlie@zenith.test") == {"zenith": "owner", "acme": "viewer"}
    # They look at the tenant they have just joined.
    assert "alice@acme.test" in said(client, "/settings/members")


def test_another_person_who_is_signed_in_is_told_whom_it_is_for(people: People):
    path, bob = invite(people, "charlie@zenith.test"), visitor(people.bob)
    page = said(bob, path)
    assert "signed in as bob@acme.test" in page
    assert "for charlie@zenith.test" in page
    assert bob.post(path, NEW).status_code == 403
    assert roles(people, "charlie@zenith.test") == {"zenith": "owner"}
    assert bob.post("/sign-out", {"next": path})["Location"] == path


def test_signing_out_leads_to_no_other_host(people: People):
    assert visitor(people.bob).post("/sign-out", {"next": "https://evil.test/"})["Location"] == "/sign-in"


def test_an_expired_invitation_says_whom_to_ask(people: People):
    path = invite(people)
    with tenant_scope(people.alice.tenant_id):
        models.Invitation.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    response = visitor().get(path)
    assert response.status_code == 410
    assert "alice@acme.test" in response.content.decode()
    assert visitor().post(path, NEW).status_code == 410
    assert roles(people, "dora@new.test") == {}


def test_an_invitation_is_good_for_seven_days(people: People):
    token = invite(people).rpartition("/")[2]
    now = dt.datetime.now(dt.UTC)
    assert invitations.open_invitation(token, now=now + dt.timedelta(days=6, hours=23)).state == "open"
    assert invitations.open_invitation(token, now=now + dt.timedelta(days=7, hours=1)).state == "expired"


@pytest.mark.parametrize("target", ["unsubscribe", "report", "export"])
def test_a_link_signed_for_something_else_opens_nothing(people: People, target: str):
    invite(people)
    with tenant_scope(people.alice.tenant_id):
        made = models.Invitation.objects.get()
    link = Link(target=target, tenant_id=people.alice.tenant_id, object_id=made.id)
    assert visitor().get(f"/invitations/{make_token(link, expires_at=None)}").status_code == 403


def test_a_link_with_another_tenant_in_it_opens_nothing(people: People):
    invite(people)
    with tenant_scope(people.alice.tenant_id):
        made = models.Invitation.objects.get()
    link = Link(target="invitation", tenant_id=people.charlie.tenant_id, object_id=made.id)
    response = visitor().post(f"/invitations/{make_token(link, expires_at=None)}", NEW)
    assert response.status_code == 410
    assert "dora" not in response.content.decode()


def test_who_became_a_member_meanwhile_keeps_that_role(people: People):
    path = invite(people, "bea@new.test", "viewer")
    from outbrief.record.tenants import add_member

    with tenant_scope(people.alice.tenant_id):
        add_member(tenant_id=people.alice.tenant_id, email="bea@new.test", role=models.Role.OWNER)
    visitor().post(path, NEW)
    assert roles(people, "bea@new.test") == {"acme": "owner"}


def test_an_inviters_name_is_shown_as_text(people: People, home: Path):
    from tests.web.mails import mails_to, send_mails

    models.User.objects.filter(id=people.alice.user_id).update(name="<b>Al</b>\r\nBcc: x@y.test")
    path = invite(people)
    assert "<b>Al" not in said(visitor(), path)
    send_mails()
    [mail] = mails_to(home, "dora@new.test")
    assert mail["Bcc"] is None
    assert "<b>Al" not in mail.get_body(("html",)).get_content()

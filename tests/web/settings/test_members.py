"""Members and invitations, as an owner keeps them."""

import datetime as dt
import re
from pathlib import Path

import pytest

from outbrief.record import models
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.mails import link_in, mails_to, send_mails
from tests.web.visits import visitor


def member_id(people: People, person: str) -> str:
    who = getattr(people, person)
    with tenant_scope(who.tenant_id):
        return str(models.Membership.objects.get(user_id=who.user_id).id)


def role_of(people: People, person: str) -> str | None:
    who = getattr(people, person)
    with tenant_scope(people.alice.tenant_id):
        row = models.Membership.objects.filter(user_id=who.user_id).first()
        return row.role if row else None


def actions(people: People) -> list[str]:
    with tenant_scope(people.alice.tenant_id):
        return list(models.AuditEvent.objects.order_by("created_at").values_list("action", flat=True))


def invite(people: People, email: str = "dora@new.test", role: str = "editor") -> object:
    return visitor(people.alice).post("/settings/members/invite", {"email": email, "role": role})


def invitation(people: People) -> models.Invitation:
    with tenant_scope(people.alice.tenant_id):
        return models.Invitation.objects.get()


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_names_everybody_with_role_and_marks_who_looks(people: People):
    page = visitor(people.bob).get("/settings/members")
    assert re.search(r"alice@acme.test.+Owner.+bob@acme.test This is you.+Viewer", text(page))
    assert "charlie" not in text(page)


def test_a_viewer_sees_no_buttons_and_no_invitations_and_changes_nothing(people: People):
    invite(people)
    bob = visitor(people.bob)
    page = bob.get("/settings/members").content.decode()
    assert "dora@new.test" not in page
    assert "/settings/" not in "".join(re.findall(r'<form method="post" action="([^"]+)"', page))
    for path in (
        "/settings/members/invite",
        f"/settings/members/{member_id(people, 'alice')}/role",
        f"/settings/members/{member_id(people, 'alice')}/remove",
        f"/settings/invitations/{invitation(people).id}/send",
        f"/settings/invitations/{invitation(people).id}/revoke",
    ):
        assert bob.post(path, {"role": "viewer", "email": "x@y.test"}).status_code == 403, path
    assert role_of(people, "alice") == "owner"


def test_somebody_of_another_tenant_finds_no_member_and_no_invitation(people: People):
    invite(people)
    charlie = visitor(people.charlie)
    for path in (
        f"/settings/members/{member_id(people, 'bob')}/role",
        f"/settings/members/{member_id(people, 'bob')}/remove",
        f"/settings/invitations/{invitation(people).id}/send",
        f"/settings/invitations/{invitation(people).id}/revoke",
    ):
        assert charlie.post(path, {"role": "owner"}).status_code in (403, 404), path
    assert role_of(people, "bob") == "viewer"
    assert "dora" not in text(charlie.get("/settings/members"))


def test_an_invitation_goes_out_by_mail_in_the_tenants_name(people: People, home: Path):
    assert invite(people).status_code == 302
    assert "The mail is on its way" in text(visitor(people.alice).get("/settings/members"))
    assert send_mails() == 1
    [mail] = mails_to(home, "dora@new.test")
    assert mail["Subject"] == "alice@acme.test invites you to Acme on Outbrief"
    for kind in ("plain", "html"):
        said = mail.get_body((kind,)).get_content()
        assert "Acme" in said
        assert "as an editor" in said
        assert "(Europe/Paris)" in said
    assert link_in(mail).startswith("/invitations/")
    assert mail["List-Unsubscribe"] is None
    page = text(visitor(people.alice).get("/settings/members"))
    assert re.search(r"dora@new.test by alice@acme.test Editor Waiting Mailed", page)


def test_a_job_that_is_worked_twice_mails_once(people: People, home: Path):
    from outbrief.record.models import AccountMail
    from outbrief.run.attempts import MAILING
    from outbrief.run.invitations import mail_invitation

    invite(people)
    send_mails()
    with tenant_scope(people.alice.tenant_id):
        mail = AccountMail.objects.get()
    [kept] = (home / "outbox").glob("*.eml")
    kept.unlink()
    clock = lambda: dt.datetime.now(dt.UTC)  # noqa: E731
    mail_invitation(people.alice.tenant_id, mail.id, clock=clock, attempt=MAILING.attempt(1))
    assert not kept.exists()


def test_a_mail_that_no_server_takes_is_told_beside_the_invitation(people: People, monkeypatch: pytest.MonkeyPatch):
    from outbrief.run import parts
    from outbrief.terms.errors import RecipientRefused

    class Refusing:
        def send(self, mail: object) -> None:
            raise RecipientRefused("550 there is no dora here")

    invite(people)
    with monkeypatch.context() as patched:
        patched.setattr(parts, "channel", Refusing)
        with pytest.raises(RecipientRefused):
            send_mails()
    assert "The mail was not taken: 550 there is no dora here" in text(visitor(people.alice).get("/settings/members"))


@pytest.mark.parametrize(
    "email", ["", "no address", "bob@acme.test", "BOB@acme.test", f"{'x' * 64}@{'y' * 60}.test" * 3]
)
def test_what_cannot_be_invited_is_refused_beside_the_field_with_what_was_typed(people: People, email: str):
    response = invite(people, email)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'aria-invalid="true"' in page
    assert f'value="{email}"' in page or not email
    assert '<option value="editor" selected>' in page


def test_inviting_again_renews_what_waits(people: People):
    invite(people)
    with tenant_scope(people.alice.tenant_id):
        models.Invitation.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert "Expired" in text(visitor(people.alice).get("/settings/members"))
    assert invite(people, " Dora@NEW.test ", "viewer").status_code == 302
    known = invitation(people)
    assert (known.email, known.role) == ("dora@new.test", "viewer")
    assert known.expires_at > dt.datetime.now(dt.UTC)


def test_an_invitation_is_sent_again_and_then_good_for_another_week(people: People, home: Path):
    invite(people)
    with tenant_scope(people.alice.tenant_id):
        models.Invitation.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert send_mails() == 1
    assert mails_to(home, "dora@new.test") == []
    path = f"/settings/invitations/{invitation(people).id}/send"
    assert visitor(people.alice).post(path)["Location"] == "/settings/members"
    send_mails()
    [mail] = mails_to(home, "dora@new.test")
    assert visitor().get(link_in(mail)).status_code == 200


def test_a_revoked_invitation_opens_nothing(people: People, home: Path):
    invite(people)
    send_mails()
    path = link_in(mails_to(home, "dora@new.test")[0])
    visitor(people.alice).post(f"/settings/invitations/{invitation(people).id}/revoke")
    assert "dora" not in text(visitor(people.bob).get("/settings/members"))
    response = visitor().post(path, {"name": "Dora", "password": "a quiet long sentence"})
    assert response.status_code == 410
    assert "withdrawn" in response.content.decode()
    assert actions(people)[-2:] == ["member.invited", "invitation.revoked"]


def test_an_owner_changes_a_role_and_it_holds_at_once(people: People):
    path = f"/settings/members/{member_id(people, 'bob')}/role"
    assert visitor(people.alice).post(path, {"role": "owner"})["Location"] == "/settings/members"
    assert role_of(people, "bob") == "owner"
    assert visitor(people.bob).post(path, {"role": "editor"}).status_code == 302
    assert visitor(people.bob).post(path, {"role": "owner"}).status_code == 403
    with tenant_scope(people.alice.tenant_id):
        last = models.AuditEvent.objects.filter(action="member.role_changed").order_by("-created_at").first()
    assert last.detail == {"email": "bob@acme.test", "before": "owner", "after": "editor"}


@pytest.mark.parametrize("role", ["", "king", "OWNER"])
def test_a_role_that_is_none_changes_nothing(people: People, role: str):
    path = f"/settings/members/{member_id(people, 'bob')}/role"
    assert visitor(people.alice).post(path, {"role": role}).status_code == 422
    assert role_of(people, "bob") == "viewer"


def test_the_last_owner_can_neither_go_nor_be_demoted(people: People):
    alice = visitor(people.alice)
    for path, sent in (("role", {"role": "viewer"}), ("remove", {})):
        response = alice.post(f"/settings/members/{member_id(people, 'alice')}/{path}", sent)
        assert response.status_code == 409
        assert "alice@acme.test is the last owner" in text(response)
    assert role_of(people, "alice") == "owner"
    assert "The last owner" in text(alice.get("/settings/members"))


def test_a_removed_member_sees_nothing_any_more_not_even_by_key(people: People):
    bob = visitor(people.bob)
    assert bob.get("/settings/members").status_code == 200
    visitor(people.alice).post(f"/settings/members/{member_id(people, 'bob')}/remove")
    assert bob.get("/settings/members").status_code == 403
    assert bob.get("/api/exports", headers={"Authorization": f"Bearer {people.bob.key}"}).status_code == 401
    assert actions(people)[-1] == "member.removed"


def test_one_of_two_owners_may_leave(people: People):
    with tenant_scope(people.alice.tenant_id):
        models.Membership.objects.update(role="owner")
    bob = visitor(people.bob)
    assert bob.post(f"/settings/members/{member_id(people, 'bob')}/remove")["Location"] == "/"
    assert role_of(people, "bob") is None


def test_no_more_than_a_hundred_invitations_wait(people: People):
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    with tenant_scope(people.alice.tenant_id):
        models.Invitation.objects.bulk_create(
            models.Invitation(tenant_id=people.alice.tenant_id, email=f"p{n}@x.test", role="viewer", expires_at=ends)
            for n in range(100)
        )
    response = invite(people)
    assert response.status_code == 422
    assert "100 invitations wait already" in text(response)
    assert invite(people, "p7@x.test").status_code == 302

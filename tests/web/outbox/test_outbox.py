"""The outbox of a machine without a mail server."""

import dataclasses
import datetime as dt
import html
import re
from pathlib import Path

from django.conf import settings

from outbrief.record.models import AccountMail
from outbrief.record.scope import tenant_scope
from tests.people import People, Person
from tests.web.conftest import Acme
from tests.web.mails import send_mails
from tests.web.visits import visitor


def test_it_lists_the_tenants_mails(people: People, acme: Acme):
    page = visitor(people.alice).get("/outbox").content.decode()
    assert "ann@example.test" in page
    assert f"/outbox/{acme.sent_id}" in page
    assert "ben@example.test" not in page
    assert f"/generations/{acme.generation_id}" in page
    assert "No mail yet" in visitor(people.charlie).get("/outbox").content.decode()


def test_a_mail_is_shown_with_its_text_and_what_is_attached(people: People, acme: Acme):
    page = visitor(people.alice).get(f"/outbox/{acme.sent_id}").content.decode()
    assert "ann@example.test" in page
    assert re.search(r"отчёт-q3-[^<]+\.csv \(\d+\s*bytes\)", page)
    assert f'src="/outbox/{acme.sent_id}/html"' in page
    assert "<iframe" in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page


def test_the_html_of_a_mail_is_shut_in_and_brings_its_pictures(people: People, acme: Acme):
    response = visitor(people.alice).get(f"/outbox/{acme.sent_id}/html")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "img-src data:" in policy
    page = response.content.decode()
    assert "cid:" not in page
    assert "data:image/png;base64," in page
    fetched = re.findall(r'(?:src="|@import url\(|<link[^>]+href=")([^")]*)', page)
    assert [address for address in fetched if not address.startswith("data:")] == []


def test_a_mail_that_was_not_sent_is_404(people: People, acme: Acme):
    for path in (f"/outbox/{acme.failed_id}", f"/outbox/{acme.failed_id}/html"):
        assert visitor(people.alice).get(path).status_code == 404


def test_a_mail_whose_file_was_deleted_leaves_the_list(people: People, acme: Acme, home: Path):
    for path in (home / "outbox").iterdir():
        path.unlink()
    assert "No mail yet" in visitor(people.alice).get("/outbox").content.decode()
    assert visitor(people.alice).get(f"/outbox/{acme.sent_id}").status_code == 404


def test_where_mail_leaves_by_a_server_there_is_no_outbox(people: People, acme: Acme):
    settings.OUTBRIEF = dataclasses.replace(settings.OUTBRIEF, email_url="smtp://127.0.0.1:25")
    client = visitor(people.alice)
    assert "/outbox" not in client.get("/profile").content.decode()
    for path in ("/outbox", f"/outbox/{acme.sent_id}", f"/outbox/{acme.sent_id}/html"):
        assert client.get(path).status_code == 404


def ask_for_a_password(people: People, email: str) -> None:
    visitor().post("/password", {"email": email})
    send_mails()


def listed(person: Person) -> dict[str, str]:
    """Give the kept mails of the list: what each is about by whom it is to."""
    page = visitor(person).get("/outbox").content.decode()
    rows = re.findall(r'aria-label="Only mails to ([^"]+)".+?data-label="About"[^>]*><div>(.+?)</div>', page, re.DOTALL)
    return {to: re.sub(r"<[^>]+>", "", about) for to, about in rows}


def test_an_invitation_is_seen_by_owners_of_its_tenant_alone(people: People):
    visitor(people.alice).post("/settings/members/invite", {"email": "dora@new.test", "role": "viewer"})
    send_mails()
    assert listed(people.alice) == {"dora@new.test": "Invitation"}
    assert listed(people.bob) == {}
    assert listed(people.charlie) == {}
    with tenant_scope(people.alice.tenant_id):
        path = f"/outbox/{AccountMail.objects.get().id}"
    for tail in ("", "/html"):
        assert "Join Acme" in visitor(people.alice).get(path + (tail or "?as=text")).content.decode()
        assert visitor(people.bob).get(path + tail).status_code == 404
        assert visitor(people.charlie).get(path + tail).status_code == 404


def test_a_link_to_a_new_password_is_seen_by_nobody_but_who_asked_not_even_an_owner(people: People):
    ask_for_a_password(people, "bob@acme.test")
    assert listed(people.bob) == {"bob@acme.test": "New password"}
    assert listed(people.alice) == {}
    with tenant_scope(people.bob.tenant_id):
        path = f"/outbox/{AccountMail.objects.get().id}"
    assert visitor(people.bob).get(path).status_code == 200
    for tail in ("", "/html"):
        assert visitor(people.alice).get(path + tail).status_code == 404


def test_the_mail_about_a_failure_is_there_with_its_report(people: People, acme: Acme):
    from outbrief.run.notices import notify_owner

    notify_owner(people.alice.tenant_id, acme.generation_id)
    notify_owner(people.alice.tenant_id, acme.generation_id)
    assert listed(people.alice)["alice@acme.test"].endswith("Failed report")
    assert len(listed(people.bob)) == 2


def test_it_is_narrowed_to_a_recipient(people: People, acme: Acme):
    client = visitor(people.alice)
    assert "ann@example.test" in client.get("/outbox?to=ANN@").content.decode()
    page = client.get("/outbox?to=carl").content.decode()
    assert "No mail to an address with “carl” in it" in page
    assert 'value="carl"' in page


def test_long_lists_come_in_pages_that_hold_every_mail_once(people: People, home: Path):
    from outbrief.deliver.folder import file_name

    (home / "outbox").mkdir()
    begin = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    with tenant_scope(people.alice.tenant_id):
        for number in range(95):
            # Two of each instant: the id decides which is first.
            mail = AccountMail.objects.create(
                tenant_id=people.alice.tenant_id,
                kind="failure",
                recipient=f"p{number}@x.test",
                message_id=f"<{number}@x.test>",
                sent_at=begin + dt.timedelta(hours=number // 2),
            )
            (home / "outbox" / file_name(mail.message_id)).write_bytes(b"Subject: one\r\n\r\ntext")
    client, address, seen = visitor(people.alice), "/outbox", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"Only mails to (p\d+)@", page)
        older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', page)
        address = f"/outbox{html.unescape(older[1])}" if older else ""
    assert len(seen) == 95
    assert len(set(seen)) == 95
    assert {seen[0], seen[-1]} <= {"p94", "p93", "p0", "p1"}


def test_a_mail_is_looked_at_as_wide_as_a_telephone_or_as_text(people: People, acme: Acme):
    client = visitor(people.alice)
    assert "<iframe" in client.get(f"/outbox/{acme.sent_id}").content.decode()
    phone = client.get(f"/outbox/{acme.sent_id}?as=phone").content.decode()
    assert 'class="shown phone"' in phone
    text = client.get(f"/outbox/{acme.sent_id}?as=text").content.decode()
    assert "<iframe" not in text
    assert "Unsubscribe from this report: http" in text

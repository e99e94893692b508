"""The outbox of a machine without a mail server."""

import dataclasses
import re
from pathlib import Path

from django.conf import settings

from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def test_it_lists_the_tenants_mails(people: People, acme: Acme):
    page = visitor(people.alice).get("/outbox").content.decode()
    assert "ann@example.test" in page
    assert f"/outbox/{acme.sent_id}" in page
    assert "ben@example.test" not in page
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
    assert "/outbox" not in client.get("/").content.decode()
    for path in ("/outbox", f"/outbox/{acme.sent_id}", f"/outbox/{acme.sent_id}/html"):
        assert client.get(path).status_code == 404

"""A person's own page."""

import re

import pytest

from outbrief.record import models
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.visits import PASSWORD, give_password, visitor

NEW = "quite another sentence"


def change(client: object, old: str, new: str) -> object:
    return client.post("/profile/password", {"old_password": old, "new_password": new})


def test_every_member_changes_their_own_name_and_zone(people: People):
    bob = visitor(people.bob)
    page = bob.get("/profile").content.decode()
    assert '<option value="" selected>That of the tenant (Paris)</option>' in page
    assert bob.post("/profile", {"name": " Bob B. ", "timezone": "Asia/Tokyo"})["Location"] == "/profile"
    page = bob.get("/profile").content.decode()
    assert 'value="Bob B."' in page
    assert '<option value="Asia/Tokyo" selected>Tokyo</option>' in page
    assert "Times in Asia/Tokyo" in page
    assert "Times in Europe/Paris" in visitor(people.alice).get("/profile").content.decode()


def test_the_footer_of_every_page_leads_there(people: People):
    page = visitor(people.bob).get("/settings/members").content.decode()
    assert re.search(r'<a [^>]*href="/profile"[^>]*>\s*bob@acme.test', page)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "x" * 300])
def test_a_zone_that_is_none_is_refused_with_what_was_typed(people: People, zone: str):
    response = visitor(people.bob).post("/profile", {"name": "Robert", "timezone": zone})
    assert response.status_code == 422
    assert 'value="Robert"' in response.content.decode()
    assert models.User.objects.get(id=people.bob.user_id).timezone == ""


def test_a_password_is_changed_by_who_knows_the_old_one_and_ends_the_other_sessions(people: People):
    give_password(people.bob)
    here, elsewhere = visitor(people.bob), visitor(people.bob)
    assert change(here, PASSWORD, NEW)["Location"] == "/profile"
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302
    assert visitor().post("/sign-in", {"email": "bob@acme.test", "password": NEW}).status_code == 302
    with tenant_scope(people.bob.tenant_id):
        assert models.AuditEvent.objects.filter(action="password.changed").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("not it", NEW, "not your password"), (PASSWORD, "short", "at least 8"), (PASSWORD, "", "required")],
)
def test_a_password_stays_when_something_is_wrong(people: People, old: str, new: str, why: str):
    give_password(people.bob)
    client = visitor(people.bob)
    response = change(client, old, new)
    assert response.status_code == 422
    assert why in response.content.decode()
    assert f'value="{old}"' not in response.content.decode()
    assert visitor().post("/sign-in", {"email": "bob@acme.test", "password": PASSWORD}).status_code == 302


def test_nobody_tries_password_after_password_in_a_session_left_open(people: People):
    give_password(people.bob)
    client = visitor(people.bob)
    for _ in range(5):
        change(client, "not it", NEW)
    assert "Too many attempts" in change(client, PASSWORD, NEW).content.decode()


def test_one_signs_out_everywhere_else(people: People):
    here, elsewhere, alice = visitor(people.bob), visitor(people.bob), visitor(people.alice)
    assert here.post("/profile/sign-out-elsewhere")["Location"] == "/profile"
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302
    assert alice.get("/profile").status_code == 200
    assert visitor(people.bob).get("/profile").status_code == 200

"""Looking at one tenant of several."""

import re

import pytest

from outbrief.record.models import Invitation, Membership, Role
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import add_member
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import PASSWORD, give_password, visitor


@pytest.fixture
def both(people: People) -> People:
    """Make Alice a viewer of Zenith as well."""
    with tenant_scope(people.charlie.tenant_id):
        add_member(tenant_id=people.charlie.tenant_id, email="alice@acme.test", role=Role.VIEWER)
    return people


def looks_at(client: object) -> str:
    page = client.get("/settings/members").content.decode()
    return "Zenith" if "charlie@zenith.test" in page else "Acme" if "bob@acme.test" in page else "nothing"


def switch(client: object, tenant_id: object) -> object:
    return client.post("/tenant", {"tenant": str(tenant_id)})


def test_a_member_of_several_changes_between_them_with_the_role_they_have_in_each(both: People):
    alice = visitor(both.alice)
    assert looks_at(alice) == "Acme"
    assert 'name="tenant"' in alice.get("/settings/members").content.decode()
    assert switch(alice, both.charlie.tenant_id)["Location"] == "/"
    assert looks_at(alice) == "Zenith"
    assert alice.post("/settings/members/invite", {"email": "x@y.test", "role": "viewer"}).status_code == 403
    switch(alice, both.alice.tenant_id)
    assert looks_at(alice) == "Acme"
    assert 'name="tenant"' not in visitor(both.bob).get("/settings/members").content.decode()


def test_a_form_in_another_tab_is_not_sent_to_the_tenant_that_was_changed_to_meanwhile(both: People):
    with tenant_scope(both.charlie.tenant_id):
        Membership.objects.filter(user_id=both.alice.user_id).update(role=Role.OWNER)
    alice = visitor(both.alice, enforce_csrf=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', alice.get("/settings").content.decode())[1]
    ours = {"csrfmiddlewaretoken": token}
    assert alice.post("/tenant", {**ours, "tenant": str(both.charlie.tenant_id)}).status_code == 302
    typed = {**ours, "email": "dora@acme.test", "role": "owner"}
    late = alice.post("/settings/members/invite", typed, headers={"Origin": "http://127.0.0.1"})
    assert late.status_code == 403
    assert "Zenith" in late.content.decode()
    assert "dora@acme.test" in late.content.decode()
    with tenant_scope(both.charlie.tenant_id):
        assert not Invitation.objects.exists()


def test_nobody_changes_to_a_tenant_they_are_no_member_of(both: People):
    bob = visitor(both.bob)
    assert switch(bob, both.charlie.tenant_id).status_code == 403
    assert looks_at(bob) == "Acme"
    assert switch(bob, "no id").status_code == 404


def test_the_tenant_is_remembered_over_a_sign_in_for_the_person_alone(both: People):
    give_password(both.alice)
    give_password(both.bob)
    browser = visitor(both.alice)
    switch(browser, both.charlie.tenant_id)
    browser.post("/sign-out")
    browser.post("/sign-in", {"email": "alice@acme.test", "password": PASSWORD})
    assert looks_at(browser) == "Zenith"
    browser.post("/sign-out")
    browser.post("/sign-in", {"email": "bob@acme.test", "password": PASSWORD})
    assert looks_at(browser) == "Acme"


def test_a_form_of_a_tenant_that_one_was_removed_from_is_not_sent_to_another(both: People):
    give_password(both.alice)
    with tenant_scope(both.charlie.tenant_id):
        Membership.objects.filter(user_id=both.alice.user_id).update(role=Role.OWNER)
    alice = visitor()
    alice.post("/sign-in", {"email": "alice@acme.test", "password": PASSWORD})
    assert looks_at(alice) == "Acme"
    with tenant_scope(both.alice.tenant_id):
        Membership.objects.filter(user_id=both.alice.user_id).delete()
    late = alice.post("/settings/members/invite", {"email": "dora@acme.test", "role": "owner"})
    assert late.status_code == 403
    assert "no longer a member" in late.content.decode()
    with tenant_scope(both.charlie.tenant_id):
        assert not Invitation.objects.exists()
    assert looks_at(alice) == "Zenith"


def test_who_is_removed_from_the_tenant_they_look_at_sees_the_other(both: People):
    alice = visitor(both.alice)
    switch(alice, both.charlie.tenant_id)
    with tenant_scope(both.charlie.tenant_id):
        Membership.objects.filter(user_id=both.alice.user_id).delete()
    assert looks_at(alice) == "Acme"


def test_what_belongs_to_another_tenant_of_the_same_person_is_one_button_away(people: People, acme: Acme):
    with tenant_scope(people.alice.tenant_id):
        add_member(tenant_id=people.alice.tenant_id, email="charlie@zenith.test", role=Role.VIEWER)
    charlie, path = visitor(people.charlie), f"/generations/{acme.generation_id}?x=1"
    refused = charlie.get(path)
    assert refused.status_code == 403
    page = refused.content.decode()
    assert "Look at it in Acme" in page
    assert f'name="next" value="{path}"' in page
    sent = {"tenant": str(people.alice.tenant_id), "next": path}
    assert charlie.post("/tenant", sent)["Location"] == path
    assert charlie.get(path).status_code == 200


def test_what_belongs_to_somebody_else_is_not_offered_and_no_tenant_named(both: People, acme: Acme):
    page = visitor(both.charlie).get(f"/generations/{acme.generation_id}").content.decode()
    assert "somebody else" in page
    assert "Acme" not in page

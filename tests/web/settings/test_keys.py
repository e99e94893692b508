"""API keys: made by owners, shown once, revoked for good."""

import datetime as dt
import re
import uuid

from django.test import Client

from outbrief.access import actor_for_key
from outbrief.record.models import ApiKey, AuditEvent, Membership
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def typed(**changes: object) -> dict[str, object]:
    return {"name": "Nightly sync", "lasts": "90", "scopes": ["read", "export"], "once": uuid.uuid4(), **changes}


def secret_of(page: str) -> str:
    return re.search(r'data-copy="(ob_[\w-]+)"', page)[1]  # type: ignore[index]


def test_a_key_is_shown_once_and_opens_what_was_chosen(people: People, acme: Acme):
    client = visitor(people.alice)
    response = client.post("/settings/keys/new", typed())
    page = response.content.decode()
    secret = secret_of(page)
    assert f"Authorization: Bearer {secret}" in page
    assert "no-store" in response["Cache-Control"]
    actor = actor_for_key(secret, now=dt.datetime.now(dt.UTC))
    assert (actor.user_id, actor.verbs) == (people.alice.user_id, {"read", "export"})
    listed = client.get("/settings/keys").content.decode()
    assert secret not in listed
    assert secret[:10] in listed
    with tenant_scope(acme.tenant_id):
        key = ApiKey.objects.get(name="Nightly sync")
        event = AuditEvent.objects.get(action="key.created", object_id=str(key.id))
    assert secret not in str(vars(event)) + str(vars(key))
    assert event.actor == f"user:{people.alice.user_id}"
    assert key.expires_at
    assert dt.timedelta(days=89) < key.expires_at - dt.datetime.now(dt.UTC) < dt.timedelta(days=91)


def test_a_page_with_a_secret_that_is_loaded_again_makes_no_second_key(people: People, acme: Acme):
    client, asked = visitor(people.alice), typed()
    secret = secret_of(client.post("/settings/keys/new", asked).content.decode())
    again = client.post("/settings/keys/new", asked, follow=True)
    assert again.redirect_chain == [("/settings/keys", 302)]
    assert "was made already" in again.content.decode()
    assert secret not in again.content.decode()
    with tenant_scope(acme.tenant_id):
        assert ApiKey.objects.filter(name="Nightly sync").count() == 1


def test_what_is_wrong_is_said_and_what_was_typed_stays(people: People, acme: Acme):
    response = visitor(people.alice).post("/settings/keys/new", typed(name=" ", scopes=[], lasts="365"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose at least one." in page
    assert '<option value="365" selected>' in page
    assert visitor(people.alice).post("/settings/keys/new", typed(scopes=["manage"])).status_code == 422
    assert visitor(people.alice).post("/settings/keys/new", typed(name="n" * 256)).status_code == 422


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(people: People, acme: Acme):
    client = visitor(people.alice)
    secret = secret_of(client.post("/settings/keys/new", typed()).content.decode())
    with tenant_scope(acme.tenant_id):
        key = ApiKey.objects.get(name="Nightly sync")
    api = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/exports").status_code == 200
    response = client.post(f"/settings/keys/{key.id}/revoke", follow=True)
    assert "The key “Nightly sync” opens nothing any more." in response.content.decode()
    assert api.get("/api/exports").status_code == 401
    assert ">Revoked<" in client.get("/settings/keys").content.decode()
    client.post(f"/settings/keys/{key.id}/revoke")
    with tenant_scope(acme.tenant_id):
        assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_a_key_of_somebody_who_left_is_marked(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        Membership.objects.filter(user_id=people.bob.user_id).delete()
    page = visitor(people.alice).get("/settings/keys").content.decode()
    assert page.count("No longer a member: the key opens nothing.") == 1


def test_bob_and_charlie_make_and_revoke_no_keys_of_acme(people: People, acme: Acme):
    assert visitor(people.bob).get("/settings/keys").status_code == 403
    assert visitor(people.bob).post("/settings/keys/new", typed()).status_code == 403
    assert visitor(people.bob).post(f"/settings/keys/{acme.key_id}/revoke").status_code == 403
    assert visitor(people.charlie).post(f"/settings/keys/{acme.key_id}/revoke").status_code in (403, 404)
    # An id of somebody else's key is no way to learn of it, or to change it.
    refused = visitor(people.charlie).post("/settings/keys/new", typed(once=acme.key_id), follow=True)
    assert "data-copy" not in refused.content.decode()
    with tenant_scope(acme.tenant_id):
        assert ApiKey.objects.get(id=acme.key_id).revoked_at is None

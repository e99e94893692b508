"""`outbrief tenant create` and `outbrief key create`."""

import datetime as dt
from uuid import UUID

import pytest
from django.contrib.auth import authenticate

from outbrief.access import actor_for_key
from outbrief.record.models import ApiKey, Tenant, User
from outbrief.record.scope import unscoped
from outbrief.terms.errors import Unauthenticated
from tests.cli.commands import Outbrief
from tests.people import People

CREATE = ("tenant", "create", "Globex", "--owner", "gina@globex.test", "--timezone", "Europe/Paris", "--json")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_a_new_tenant_has_an_owner_who_can_sign_in_and_a_key_that_works(outbrief: Outbrief):
    made = outbrief(*CREATE)
    assert made.code == 0, made.err
    assert {"slug": "globex", "timezone": "Europe/Paris", "owner": "gina@globex.test"}.items() <= made.json.items()
    assert str(authenticate(username="gina@globex.test", password=made.json["password"]).id) == made.json["ownerId"]
    actor = actor_for_key(made.json["apiKey"], now=now())
    assert (actor.tenant_id, actor.email) == (UUID(made.json["tenantId"]), "gina@globex.test")


def test_a_password_that_was_given_is_the_one_and_is_not_printed(outbrief_here: Outbrief):
    made = outbrief_here(*CREATE[:-1], "--password", "correct horse battery")
    assert made.code == 0, made.err
    assert "correct horse" not in made.out + made.err
    assert authenticate(username="gina@globex.test", password="correct horse battery")


def test_a_person_who_has_a_password_keeps_it_in_a_second_tenant(outbrief_here: Outbrief):
    first = outbrief_here(*CREATE).json["password"]
    second = outbrief_here("tenant", "create", "Initech", "--owner", "gina@globex.test", "--json")
    assert second.json["password"] is None
    assert authenticate(username="gina@globex.test", password=first)
    refused = outbrief_here(
        "tenant", "create", "Hooli", "--owner", "gina@globex.test", "--password", "a new one", "--json"
    )
    assert (refused.code, refused.json["field"]) == (1, "password")
    with unscoped():
        assert sorted(Tenant.objects.values_list("slug", flat=True)) == ["globex", "initech"]


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("tenant", "create", "Acme", "--owner", "x@acme.test"), 1, "name"),
        (("tenant", "create", "***", "--owner", "x@acme.test"), 2, "name"),
        (("tenant", "create", "New", "--owner", "not an address"), 2, "owner"),
        (("tenant", "create", "New", "--owner", "x@acme.test", "--timezone", "Europe/Pariss"), 2, "timezone"),
        (("tenant", "create", "New", "--owner", "x@acme.test", "--password", "short"), 2, "password"),
        (("key", "create", "--tenant", "nobody"), 1, "tenant"),
        (("key", "create", "--tenant", "acme", "--scopes", "read,everything"), 2, "scopes"),
        (("key", "create", "--tenant", "acme", "--expires-days", "0"), 2, "expiresDays"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    outbrief_here: Outbrief, people: People, words: tuple[str, ...], code: int, field: str
):
    before = _made()
    ran = outbrief_here(*words, "--json")
    assert (ran.code, ran.json["field"]) == (code, field)
    assert ran.json["error"] in ran.err
    assert "Traceback" not in ran.err
    assert _made() == before


def test_a_key_may_do_what_its_scopes_say_until_it_expires(outbrief_here: Outbrief, people: People):
    made = outbrief_here(
        "key", "create", "--tenant", "acme", "--scopes", "read, export", "--expires-days", "3", "--json"
    )
    assert made.code == 0, made.err
    assert actor_for_key(made.json["apiKey"], now=now()).verbs == {"read", "export"}
    with pytest.raises(Unauthenticated):
        actor_for_key(made.json["apiKey"], now=now() + dt.timedelta(days=3, minutes=1))


def _made() -> tuple[int, int, int]:
    with unscoped():
        return Tenant.objects.count(), User.objects.count(), ApiKey.objects.count()

"""Alice (owner, Acme), Bob (viewer, Acme) and Charlie (owner, Zenith): the people of every test."""

from dataclasses import dataclass
from uuid import UUID

import pytest


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person, the tenant they act for, and an API key of theirs with every scope that their role allows."""

    email: str
    user_id: UUID
    tenant_id: UUID
    tenant_slug: str
    key: str


@dataclass(frozen=True, kw_only=True)
class People:
    """The three."""

    alice: Person
    bob: Person
    charlie: Person


@pytest.fixture
def people(database: str) -> People:
    """Create the tenants Acme (Europe/Paris) and Zenith (UTC) with alice, bob and charlie."""
    from outbrief.record.keys import create_key
    from outbrief.record.models import Role
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import add_member, create_tenant

    acme, alice = create_tenant(name="Acme", owner_email="alice@acme.test", timezone="Europe/Paris")
    zenith, charlie = create_tenant(name="Zenith", owner_email="charlie@zenith.test", timezone="UTC")
    with tenant_scope(acme.id):
        bob = add_member(tenant_id=acme.id, email="bob@acme.test", role=Role.VIEWER)

    def person(email: str, user_id: UUID, tenant_id: UUID, slug: str) -> Person:
        key = create_key(tenant_id=tenant_id, user_id=user_id, name="test")
        return Person(email=email, user_id=user_id, tenant_id=tenant_id, tenant_slug=slug, key=key)

    return People(
        alice=person("alice@acme.test", alice, acme.id, acme.slug),
        bob=person("bob@acme.test", bob, acme.id, acme.slug),
        charlie=person("charlie@zenith.test", charlie, zenith.id, zenith.slug),
    )

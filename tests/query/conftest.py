"""Two tenants with random facts of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outbrief.query import Engine
from tests.people import People

if TYPE_CHECKING:
    from tests.query.facts import Facts


@pytest.fixture
def facts(people: People) -> Facts:
    """Put random facts into both tenants; give those of Acme."""
    # The models can only be imported once Django is set up, which is after this file is read.
    from tests.query.facts import put_facts

    put_facts(people.charlie.tenant_id, seed=2)
    return put_facts(people.alice.tenant_id, seed=1)


@pytest.fixture
def acme(database: str, people: People) -> Engine:
    return Engine(url=database, tenant_id=people.alice.tenant_id)


@pytest.fixture
def zenith(database: str, people: People) -> Engine:
    return Engine(url=database, tenant_id=people.charlie.tenant_id)

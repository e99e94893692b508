"""Row-level security: the second lock behind every query."""

import pytest
from django.db import ProgrammingError, connection, transaction

from outbrief.record.models import Tenant, Workspace
from outbrief.record.scope import tenant_scope, unscoped, user_scope
from tests.people import People


def test_with_no_tenant_named_nothing_is_seen(people: People):
    assert Tenant.objects.count() == 0
    assert Workspace.objects.count() == 0


def test_a_tenant_sees_its_own_rows_alone(people: People):
    with tenant_scope(people.alice.tenant_id):
        assert [w.tenant_id for w in Workspace.objects.all()] == [people.alice.tenant_id]


def test_a_row_of_another_tenant_cannot_be_written(people: People):
    with tenant_scope(people.charlie.tenant_id):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Workspace.objects.create(tenant_id=people.alice.tenant_id, name="mine now")
        assert Workspace.objects.filter(tenant_id=people.alice.tenant_id).update(name="x") == 0


def test_the_scope_ends_with_its_block_even_inside_a_larger_transaction(people: People):
    with transaction.atomic():
        with tenant_scope(people.alice.tenant_id):
            assert Workspace.objects.count() == 1
        assert Workspace.objects.count() == 0


def test_a_block_without_a_tenant_inside_another_leaves_the_outer_one_as_it_was(people: People):
    with unscoped():
        with unscoped():
            assert Tenant.objects.count() == 2
        assert Tenant.objects.count() == 2
    assert Tenant.objects.count() == 0


def test_a_person_sees_the_tenants_they_are_a_member_of(people: People):
    with user_scope(people.bob.user_id):
        assert [t.slug for t in Tenant.objects.all()] == ["acme"]


def test_every_table_with_a_tenant_has_row_level_security_and_the_serving_role_owns_nothing(database: str):
    with unscoped(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND a.attname = 'tenant_id' AND NOT c.relrowsecurity"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'outbrief_app'::regrole")
        assert cursor.fetchone() == (0,)


def test_the_audit_log_cannot_be_changed_by_the_serving_role(people: People):
    with (
        tenant_scope(people.alice.tenant_id),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_events")

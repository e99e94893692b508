"""Whose rows a block of code sees: one tenant's, or (for the tick and the operator) everybody's."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from outbrief.terms.tenancy import KEY_SETTING, TENANT_SETTING, USER_SETTING


@contextmanager
def tenant_scope(tenant_id: UUID | str) -> Iterator[None]:
    """Run the block in a transaction that sees and writes the rows of this tenant alone."""
    with _setting(TENANT_SETTING, str(tenant_id)):
        yield


@contextmanager
def user_scope(user_id: UUID | str) -> Iterator[None]:
    """Run the block in a transaction that sees this person's memberships and tenants, to choose one."""
    with _setting(USER_SETTING, str(user_id)):
        yield


@contextmanager
def key_scope(key_hash: str) -> Iterator[None]:
    """Run the block in a transaction that sees the API key with this hash, to learn its tenant."""
    with _setting(KEY_SETTING, key_hash):
        yield


@contextmanager
def unscoped() -> Iterator[None]:
    """Run the block in a transaction as the role that owns the tables: all tenants, no row-level security.

    For the tick, the sweep, and the operator's commands; never for a request.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE NONE")
        yield
        # Inside another such block the role stays; everywhere else it is the serving one again.
        cursor.execute("SELECT set_config('role', %s, true)", [before])


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield
        # When the block fails the roll-back restores the setting; when it ends well inside a larger transaction
        # the setting must not outlive it.
        cursor.execute("SELECT set_config(%s, %s, true)", [name, before])

"""Bring the database up to date: the serving role, then every migration, then the grants on the queue."""

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from outbrief.record.scope import unscoped
from outbrief.terms.errors import DatabaseUnavailable, Misconfigured
from outbrief.terms.tenancy import SERVING_ROLE


def migrate(*, target: tuple[str, ...] = (), verbosity: int = 0) -> None:
    """Create or update all tables as the role that owns them; running it again changes nothing.

    `target` is empty for everything, or an app label and a migration name as Django takes them.
    """
    _ensure_role(settings.DATABASE_URL)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    call_command("migrate", *target, interactive=False, verbosity=verbosity)
    _grant_queue()
    # The next statement of this process opens a connection that acts as the serving role again.
    connections.close_all()


def missing_migrations() -> int:
    """Count the migrations that are not applied; DatabaseUnavailable when the server does not answer."""
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=10) as server:
            known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVING_ROLE]).fetchone()
            begun = server.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone() == (True,)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"The database does not answer: {error}", hint="Check OUTBRIEF_DATABASE_URL and the server."
        ) from error
    if not known or not begun:
        # Connections of Django act as the role that the first migration makes.
        return len(MigrationLoader(None).disk_migrations)
    with unscoped():
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _ensure_role(database_url: str) -> None:
    # Connections of the application act as this role from their first statement, so it is made by one apart.
    with psycopg.connect(database_url, autocommit=True) as server:
        try:
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVING_ROLE]).fetchone():
                server.execute(f"CREATE ROLE {SERVING_ROLE} NOLOGIN")
            # Who was granted the role by somebody else may act as it, but not grant it, not even to themselves.
            if not _may_act(server):
                server.execute(f"GRANT {SERVING_ROLE} TO CURRENT_USER")
        except psycopg.errors.InsufficientPrivilege as error:
            login = server.info.user
            raise Misconfigured(
                f"{login} may not make the role {SERVING_ROLE}, or not act as it: {error.diag.message_primary}.",
                field="OUTBRIEF_DATABASE_URL",
                hint=f"As an administrator of the server: CREATE ROLE {SERVING_ROLE} NOLOGIN (unless it is there);"
                f" GRANT {SERVING_ROLE} TO {login}. Then run `outbrief migrate` again.",
            ) from error


def _may_act(server: psycopg.Connection) -> bool:
    # Asked by doing it: what memberships allow differs from PostgreSQL 15 to 16.
    try:
        server.execute(f"SET ROLE {SERVING_ROLE}")
    except psycopg.errors.InsufficientPrivilege:
        return False
    server.execute("RESET ROLE")
    return True


def _grant_queue() -> None:
    # The queue's tables come from its own migrations, which know nothing of our role.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'procrastinate%'"
        )
        tables = ", ".join(row[0] for row in cursor.fetchall())
        if tables:
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {SERVING_ROLE}")
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVING_ROLE}")

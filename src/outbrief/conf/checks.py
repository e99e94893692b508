"""System checks: every part that Outbrief stands on, each with an id and what to do when it fails."""

from collections.abc import Callable, Sequence

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.checks import register as add_check
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from outbrief.query import probe as probe_warehouse
from outbrief.record.scope import unscoped
from outbrief.run import parts
from outbrief.terms.errors import OutbriefError
from outbrief.terms.tenancy import SERVING_ROLE

TAG = "outbrief"


def register() -> None:
    """Add our checks to Django's."""
    for check in (database, migrations, isolation, warehouse, store, mail, production):
        add_check(check, TAG)


def database(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.E001: the database answers, and is PostgreSQL 15 or later."""
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=5) as server:
            version = server.info.server_version
    except psycopg.Error as error:
        return [_failed(1, f"The database does not answer: {error}", "Check OUTBRIEF_DATABASE_URL and the server.")]
    if version < 150_000:
        return [_failed(1, f"PostgreSQL {version // 10_000} is too old.", "Use PostgreSQL 15 or later.")]
    return []


def migrations(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.E002: every migration is applied."""
    if database():
        return []
    try:
        with unscoped():
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:
        return [_failed(2, f"The tables cannot be read: {error}", "Run `outbrief migrate`.")]
    return [_failed(2, f"{len(missing)} migrations are not applied.", "Run `outbrief migrate`.")] if missing else []


def isolation(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.E003: requests and jobs are served by a role that row-level security holds for."""
    if database() or migrations():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, exempt = cursor.fetchone()
    if role != SERVING_ROLE or exempt:
        return [_failed(3, f"Connections act as {role}, not as {SERVING_ROLE}.", "Run `outbrief migrate`.")]
    return []


def warehouse(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.E004: what answers queries answers."""
    if settings.WAREHOUSE_URL == settings.DATABASE_URL and (database() or migrations()):
        # Said already.
        return []
    return _probe(4, lambda: probe_warehouse(settings.WAREHOUSE_URL))


def store(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.E005: a file can be written to the store, read and deleted."""
    return _probe(5, lambda: parts.store().probe())


def mail(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.E006: the mail server answers and takes our login."""
    return _probe(6, lambda: parts.channel().probe())


def production(**_: object) -> Sequence[CheckMessage]:
    """Outbrief.W001: pages that others reach are served over https."""
    base_url: str = settings.OUTBRIEF.base_url
    if base_url.startswith("https://") or "//127.0.0.1" in base_url or "//localhost" in base_url:
        return []
    hint = "Put a proxy with a certificate in front and set OUTBRIEF_BASE_URL to its https address."
    return [
        Warning(f"{base_url} is not encrypted: passwords and links can be read on the way.", hint, id="outbrief.W001")
    ]


def _probe(number: int, probe: Callable[[], None]) -> Sequence[CheckMessage]:
    try:
        probe()
    except OutbriefError as error:
        return [_failed(number, error.message, error.hint)]
    return []


def _failed(number: int, message: str, hint: str) -> CheckMessage:
    return Error(message, hint, id=f"outbrief.E{number:03}")

"""Reading over ADBC: one connection, one read-only transaction, one tenant, rows as Arrow batches."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote, urlsplit
from uuid import UUID

import adbc_driver_manager as adbc
import adbc_driver_postgresql as driver
import pyarrow as pa

from outbrief.terms.errors import DatabaseUnavailable, InvalidInput, OutbriefError
from outbrief.terms.tenancy import SERVING_ROLE, TENANT_SETTING

# Rows of an export are some 100 to 250 bytes, so a batch holds some 15,000 to 40,000 of them; larger batches are no
# faster, and two of them are held at a time.
_BATCH_BYTES = 4 * 1024 * 1024
_CONNECT_HINT = "Check that the server runs and that OUTBRIEF_DATABASE_URL (or OUTBRIEF_WAREHOUSE_URL) is right."
_MIGRATE_HINT = "Run `outbrief migrate`."
_RETRY_HINT = "Try again in a moment; if it stays so, read the server's log."
# What the driver raises: its own errors when a statement starts, pyarrow's while rows are read.
DRIVER_ERRORS = (adbc.Error, pa.ArrowException, OSError)

# Plans for seconds of work are not worth compiling; a table locked by a migration is told instead of waited for; and
# every instant comes in UTC, every quote is read as the standard says, whatever the server's configuration.
_SETTINGS = {
    "jit": "off",
    "lock_timeout": "10s",
    "work_mem": "64MB",
    "TimeZone": "UTC",
    "standard_conforming_strings": "on",
}


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Where the facts are (a PostgreSQL URL) and whose facts are asked about."""

    url: str = field(repr=False)
    tenant_id: UUID


class Reading:
    """A read-only transaction that sees one tenant, as of its first statement."""

    def __init__(self, connection: adbc.AdbcConnection, stack: ExitStack, url: str) -> None:
        self._connection = connection
        self._stack = stack
        self.url = url

    def rows(self, sql: str, *, plain: bool = False) -> pa.RecordBatchReader:
        """Run a statement and give its rows, read as they are asked for; `plain` for what COPY does not take."""
        with explained(self.url):
            statement = self._stack.enter_context(adbc.AdbcStatement(self._connection))
            options = {driver.StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(_BATCH_BYTES)}
            if plain:
                options[driver.StatementOptions.USE_COPY.value] = "false"
            statement.set_options(**options)
            statement.set_sql_query(sql)
            stream, _ = statement.execute_query()
            return self._stack.enter_context(pa.RecordBatchReader.from_stream(stream))

    def cancel(self) -> None:
        """Ask the server to stop the running statement; from any thread, as long as the transaction is open."""
        # A server that is gone has stopped.
        with suppress(adbc.Error):
            self._connection.cancel()


@contextmanager
def reading(engine: Engine, *, timeout: str = "0") -> Iterator[Reading]:
    """Open a transaction as the serving role that sees the engine's tenant alone; statements end after `timeout`.

    Raises DatabaseUnavailable when the server does not answer or has no tables and role of ours.
    """
    with ExitStack() as stack:
        with explained(engine.url):
            connection = stack.enter_context(adbc.AdbcConnection(_driver(engine.url)))
            connection.set_autocommit(False)
        transaction = Reading(connection, stack, engine.url)
        transaction.rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", plain=True).read_all()
        settings = _SETTINGS | {
            "statement_timeout": timeout,
            "role": SERVING_ROLE,
            TENANT_SETTING: str(UUID(str(engine.tenant_id))),
        }
        transaction.rows(_settings_sql(settings), plain=True).read_all()
        yield transaction


def _settings_sql(settings: Mapping[str, str]) -> str:
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())


@lru_cache(maxsize=8)
def _driver(url: str) -> adbc.AdbcDatabase:
    """Load the driver for a URL; it holds no connection, but the server's types, which take 30 ms to read."""
    database: adbc.AdbcDatabase = driver.connect(url)
    return database


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raise what the driver raises in the block as an error of ours."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise explanation(error, url) from error


def explanation(error: BaseException, url: str) -> OutbriefError:
    """Give the error of ours for what the driver said, without the password."""
    said = _without_secrets(" ".join(str(error).split("Query was:")[0].split()), url)
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith("22"):
        return InvalidInput(f"The database cannot work with a value that was given: {said}", field="filters")
    if state.startswith(("3F", "42")) or f'role "{SERVING_ROLE}" does not exist' in said:
        return DatabaseUnavailable(f"The database lacks what is asked of it: {said}", hint=_MIGRATE_HINT)
    if "Failed to connect" in said:
        return DatabaseUnavailable(f"The database does not answer: {said}", hint=_CONNECT_HINT)
    return DatabaseUnavailable(f"The database stopped answering: {said}", hint=_RETRY_HINT)


def _without_secrets(text: str, url: str) -> str:
    text = text.replace(url, "the given URL")
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        password = ""
    for secret in filter(None, (password, unquote(password))):
        text = text.replace(secret, "***")
    return text

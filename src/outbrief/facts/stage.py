"""The stage: a temporary table that holds the sound rows of one import until they are merged."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import polars as pl
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from outbrief.facts.columns import GIVEN, NUMBER, Plan, bit_of
from outbrief.facts.results import REFUSALS_KEPT, Refusals, Refused, cell_shown
from outbrief.facts.shapes import FactKind, Field, fields_by_name
from outbrief.terms.errors import Conflict, Forbidden, TooMany
from outbrief.terms.tenancy import TENANT_SETTING, setting_sql

_TEMPORARY = (
    "stage", "stage_combined", "misplaced", "lead_keys", "incoming", "changed", "touched_days", "touched_leads",
    "fresh_days", "fresh_senders", "fresh_bounces", "fresh_leads",
)  # fmt: skip


# What a request waits for the imports of others before it is told to come again.
_PATIENCE_MS = 10_000
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What the merge needs to know of the staged rows: whose they are, and which columns they have.

    The SQL of the merge does not name the tenant where it looks rows up: row-level security does, which `check_scope`
    makes sure of. Named again, as a value, it would have the planner think that a tenant it has no statistics of yet
    has hardly a row, and choose plans that never end.
    """

    cursor: CursorWrapper
    kind: FactKind
    tenant_id: UUID
    timezone: str
    have: tuple[Field, ...]
    masked: bool
    assume_delivered: bool
    # The tenant's zone when the import began, for `lock`; a rebuilding moves to another zone and has none.
    zone_at_start: str = ""

    def has(self, name: str) -> bool:
        """Tell whether the column came in at all."""
        return any(field.name == name for field in self.have)

    def given(self, name: str) -> str:
        """Give SQL that tells whether the row `s` of the stage has the column."""
        if not self.has(name):
            return "false"
        return f"(s.row_given & {bit_of(self.kind, name)} <> 0)" if self.masked else "true"

    def value(self, name: str) -> str:
        """Give SQL for the cell of the row `s` of the stage; null where the column did not come in."""
        return f"s.{name}" if self.has(name) else f"NULL::{fields_by_name(self.kind)[name].stage_type}"

    def told(self, name: str, otherwise: str) -> str:
        """Give SQL for the cell of the row `s` where it has the column, and `otherwise` where it has not."""
        if not self.has(name):
            return otherwise
        return f"CASE WHEN {self.given(name)} THEN s.{name} ELSE {otherwise} END" if self.masked else f"s.{name}"

    def run(self, query: str, **more: str | int | dt.datetime) -> int:
        """Execute SQL, which may use `%(tenant)s` and `%(timezone)s`; give the number of rows it concerned."""
        self.cursor.execute(query, {"tenant": self.tenant_id, "timezone": self.timezone, **more})
        return int(self.cursor.rowcount)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Execute SQL and give its rows."""
        self.run(query)
        return list(self.cursor.fetchall())

    def number(self, query: str) -> int:
        """Execute SQL that gives one number."""
        return int(str(self.rows(query)[0][0]))


@contextmanager
def opened_stage(plan: Plan, *, tenant_id: UUID, timezone: str) -> Iterator[Stage]:
    """Make an empty stage for the columns of `plan`, and drop it afterwards."""
    with connection.cursor() as cursor:
        stage = Stage(
            cursor=cursor,
            kind=plan.kind,
            tenant_id=tenant_id,
            timezone=timezone,
            have=plan.have,
            masked=plan.masked,
            assume_delivered=plan.mapping.assume_delivered,
        )
        check_scope(stage)
        stage = replace(stage, zone_at_start=_zone(stage))
        columns = [f"{field.name} {field.stage_type}" for field in plan.have]
        given = ["row_given bigint"] if plan.masked else []
        stage.run(f"CREATE TEMP TABLE stage (row_number bigint, {', '.join(columns + given)}) ON COMMIT DROP")
        # Settings meant for requests would have large merges spill to disk and be compiled at length, and small ones
        # read whole tables: what they look for is in memory, or on a disk without a moving head.
        stage.run("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1")
        yield stage
        drop_temporary(cursor)


def check_scope(stage: Stage) -> None:
    """Raise Forbidden unless the transaction sees the rows of this tenant, and no others."""
    [(alone,)] = stage.rows(
        "SELECT row_security_active('messages') AND row_security_active('leads')"
        f" AND {setting_sql(TENANT_SETTING, 'uuid')} = %(tenant)s"
    )
    if not alone:
        raise Forbidden("Activity is taken in within the scope of its own tenant, and nowhere else.")


def lock(stage: Stage) -> None:
    """Let imports of one tenant take turns until their transactions end: each sees what the one before has merged.

    Conflict when the tenant's zone has changed since the import began: its days would be those of the zone before.
    """
    stage.run("SELECT pg_advisory_xact_lock(hashtextextended('facts ' || %(tenant)s::text, 0))")
    if stage.zone_at_start and _zone(stage) != stage.zone_at_start:
        raise Conflict(
            "The time zone has changed while this came in.", hint="Nothing of it is kept: bring it in again."
        )


@contextmanager
def impatient() -> Iterator[None]:
    """Have the rest of the transaction wait ten seconds at most for each lock; TooMany when the block waited in vain.

    For requests: those that wait hold connections that others need.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(_PATIENCE_MS)])
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
            raise
        raise TooMany(
            "Another import is being merged, and nothing of this one is kept.", retry_after=10, hint="Send it again."
        ) from error


def _zone(stage: Stage) -> str:
    return str(stage.rows("SELECT coalesce(max(timezone), '') FROM tenants WHERE id = %(tenant)s")[0][0])


def drop_temporary(cursor: CursorWrapper) -> None:
    """Drop the tables that an import makes for itself, so that the next one in the same transaction can."""
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in _TEMPORARY)}")


def fill(stage: Stage, frame: pl.DataFrame) -> None:
    """Copy typed rows into the stage."""
    names = [NUMBER, *(field.name for field in stage.have), *([GIVEN] if stage.masked else [])]
    written = frame.select(names).write_csv(
        include_header=False, quote_style="non_numeric", datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ"
    )
    with stage.cursor.copy("COPY pg_temp.stage FROM STDIN (FORMAT csv)") as copy:
        copy.write(written)


def keep_last(stage: Stage, key: str) -> None:
    """Leave one row for each value of `key`: the last one.

    Where each row names its own columns, the last row of an id takes over the cells of the ones before it that it
    does not have itself, as if they had been merged one after the other.
    """
    twice = f"SELECT {key}, max(row_number) AS last FROM stage GROUP BY {key} HAVING count(*) > 1"
    if not stage.masked:
        stage.run(f"DELETE FROM stage s USING ({twice}) d WHERE s.{key} = d.{key} AND s.row_number < d.last")
        return
    cells = [
        f"(array_agg(to_jsonb(s.{field.name}) ORDER BY s.row_number DESC) FILTER (WHERE {stage.given(field.name)}))[1]"
        f" AS {field.name}"
        for field in stage.have
    ]
    stage.run(
        f"CREATE TEMP TABLE stage_combined ON COMMIT DROP AS SELECT max(row_number) AS row_number, {', '.join(cells)},"
        f" bit_or(row_given) AS row_given FROM stage s GROUP BY s.{key} HAVING count(*) > 1"
    )
    stage.run(f"DELETE FROM stage s USING ({twice}) d WHERE s.{key} = d.{key}")
    back = ", ".join(_back(field) for field in stage.have)
    stage.run(f"INSERT INTO stage SELECT row_number, {back}, row_given FROM stage_combined")


def _back(field: Field) -> str:
    if field.stage_type == "jsonb":
        return field.name
    return f"({field.name} #>> '{{}}')::{field.stage_type}"


def refuse_staged(stage: Stage, refusals: Refusals, *, table: str) -> None:
    """Take the rows that `table` (row_number, field, reason, value) lists out of the stage, and note why."""
    total = stage.number(f"SELECT count(*) FROM {table}")
    if total:
        first = stage.rows(
            f"SELECT row_number, field, reason, value FROM {table} ORDER BY row_number LIMIT {REFUSALS_KEPT}"
        )
        refusals.add(
            (
                Refused(number=int(str(number)), field=str(field), reason=str(reason), value=cell_shown(value))
                for number, field, reason, value in first
            ),
            total=total,
        )
        stage.run(f"DELETE FROM stage s USING {table} t WHERE s.row_number = t.row_number")
    stage.run(f"DROP TABLE {table}")

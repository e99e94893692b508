"""Taking activity in: read, check, stage, merge and bring the rollups up to date, in one transaction."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import polars as pl
from django.db import transaction

from outbrief.facts.checking import Zones
from outbrief.facts.columns import Plan, plan_columns
from outbrief.facts.entities import Counts, merge_campaigns, merge_leads
from outbrief.facts.events import merge_events
from outbrief.facts.maps import ColumnMap
from outbrief.facts.messages import merge_messages
from outbrief.facts.reading import open_source, sound_file
from outbrief.facts.results import REFUSALS_KEPT, IntakeResult, Refusal, Refusals
from outbrief.facts.rows_source import RowsSource
from outbrief.facts.shapes import FactKind
from outbrief.facts.sifting import Progress, fail_on, sift
from outbrief.facts.sources import Source
from outbrief.facts.stage import Stage, fill, impatient, lock, opened_stage
from outbrief.facts.totals import merge_totals
from outbrief.terms.errors import InvalidInput

ROWS_AT_MOST = 10_000


def import_file(
    path: Path | str,
    kind: FactKind,
    *,
    tenant_id: UUID,
    timezone: str,
    mapping: ColumnMap | None = None,
    strict: bool = False,
    now: dt.datetime,
    name: str = "",
    actor: str = "",
    on_progress: Progress | None = None,
) -> IntakeResult:
    """Import a whole file as rows of `kind`, inside the tenant's scope; all of it is kept, or nothing.

    `timezone` is the tenant's reporting zone. Bad rows are refused and told in the result; with `strict` the first
    one raises InvalidInput instead. InvalidInput also when the file is not what its name says, is cut off, is not
    UTF-8, or lacks a column. `name` is what the file is called where its path does not say; `actor` is who brings it
    in. `on_progress` is called with the number of rows read so far.
    """
    mapping = mapping or ColumnMap()
    with sound_file(name or Path(path).name), transaction.atomic():
        source = open_source(path, delimiter=mapping.delimiter, name=name)
        plan = plan_columns(source, kind, mapping)
        return _import(source, plan, tenant_id, timezone, strict=strict, now=now, actor=actor, on_progress=on_progress)


def import_rows(
    rows: Sequence[Mapping[str, object]],
    kind: FactKind,
    *,
    tenant_id: UUID,
    timezone: str,
    mapping: ColumnMap | None = None,
    strict: bool = False,
    now: dt.datetime,
    source: str = "rows",
    actor: str = "",
) -> IntakeResult:
    """Import at most 10,000 rows at once, like a file; a column that a row does not have is left as it is.

    The names of columns are ours, in snake or camel case. Lines in the result are the numbers of rows, from 1.
    TooMany when another import of the tenant takes long to merge.
    """
    if len(rows) > ROWS_AT_MOST:
        raise InvalidInput(
            f"There are {len(rows):,} rows, and {ROWS_AT_MOST:,} are taken at once.", field="rows", hint="Split them."
        )
    given = RowsSource(source, rows)
    plan = plan_columns(given, kind, mapping or ColumnMap())
    with impatient(), transaction.atomic():
        return _import(given, plan, tenant_id, timezone, strict=strict, now=now, actor=actor, on_progress=None)


def import_frame(
    frame: pl.DataFrame, plan: Plan, *, tenant_id: UUID, timezone: str, now: dt.datetime, source: str
) -> IntakeResult:
    """Import rows that are sound and typed already, such as the sample."""
    with transaction.atomic(), opened_stage(plan, tenant_id=tenant_id, timezone=timezone) as stage:
        fill(stage, frame)
        counts = _merge(stage, Refusals())
        result = _result(plan, counts, read=len(frame), refusals=Refusals(), lines={}, notes=())
        return _record(stage, result, source=source, actor="", now=now)


def _import(
    source: Source,
    plan: Plan,
    tenant_id: UUID,
    timezone: str,
    *,
    strict: bool,
    now: dt.datetime,
    actor: str,
    on_progress: Progress | None,
) -> IntakeResult:
    refusals = Refusals()
    with opened_stage(plan, tenant_id=tenant_id, timezone=timezone) as stage:
        zones = Zones(of_times=plan.mapping.timezone or timezone, of_days=timezone)
        read, notes = sift(
            source, plan, zones, refusals, take=partial(fill, stage), strict=strict, on_progress=on_progress
        )
        counts = _merge(stage, refusals)
        if strict:
            fail_on(refusals, source)
        lines = source.lines([refused.number for refused in refusals.first()]) if refusals.kept else {}
        result = _result(plan, counts, read=read, refusals=refusals, lines=lines, notes=notes)
        return _record(stage, result, source=source.name, actor=actor, now=now)


def _merge(stage: Stage, refusals: Refusals) -> Counts:
    lock(stage)
    if stage.kind is FactKind.CAMPAIGNS:
        return merge_campaigns(stage)
    if stage.kind is FactKind.LEADS:
        return merge_leads(stage)
    merge = {FactKind.MESSAGES: merge_messages, FactKind.EVENTS: merge_events, FactKind.TOTALS: merge_totals}
    return merge[stage.kind](stage, refusals)


def _result(
    plan: Plan,
    counts: Counts,
    *,
    read: int,
    refusals: Refusals,
    lines: Mapping[int, int],
    notes: tuple[str, ...],
) -> IntakeResult:
    return IntakeResult(
        kind=plan.kind,
        rows_read=read,
        rows_kept=read - refusals.total,
        rows_refused=refusals.total,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        refusals=tuple(
            Refusal(line=lines[refused.number], field=refused.field, reason=refused.reason, value=refused.value)
            for refused in refusals.first()[:REFUSALS_KEPT]
        ),
        notes=notes + counts.notes,
    )


def _record(stage: Stage, result: IntakeResult, *, source: str, actor: str, now: dt.datetime) -> IntakeResult:
    stage.run(
        "INSERT INTO intakes (tenant_id, kind, source, rows_read, rows_kept, rows_refused, refusals, created, updated,"
        " unchanged, notes, actor, created_at)"
        " VALUES (%(tenant)s, %(kind)s, %(source)s, %(read)s, %(kept)s, %(refused)s, %(refusals)s, %(created)s,"
        " %(updated)s, %(unchanged)s, %(notes)s, %(actor)s, %(now)s) RETURNING id",
        kind=str(result.kind),
        source=source,
        read=result.rows_read,
        kept=result.rows_kept,
        refused=result.rows_refused,
        refusals=json.dumps([vars(refusal) for refusal in result.refusals]),
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        notes=json.dumps(result.notes),
        actor=actor,
        now=now,
    )
    return replace(result, intake_id=int(stage.cursor.fetchone()[0]))

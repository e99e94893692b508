"""Taking activity in: read, check, stage, merge and bring the rollups up to date, in one transaction."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import polars as pl
from django.db import transaction

from outbrief.facts.checking import Zones, check_batch
from outbrief.facts.columns import Plan, map_batch, own_name, plan_columns
from outbrief.facts.entities import Counts, merge_campaigns, merge_leads
from outbrief.facts.events import merge_events
from outbrief.facts.maps import ColumnMap
from outbrief.facts.messages import merge_messages
from outbrief.facts.reading import open_source, sound_file
from outbrief.facts.results import REFUSALS_KEPT, IntakeResult, Refusal, Refusals, Refused
from outbrief.facts.rows_source import RowsSource
from outbrief.facts.shapes import FactKind, fields_by_name
from outbrief.facts.sources import Source
from outbrief.facts.stage import Stage, fill, lock, opened_stage
from outbrief.facts.totals import merge_totals
from outbrief.terms.choices import shown
from outbrief.terms.errors import InvalidInput

ROWS_AT_MOST = 10_000

Progress = Callable[[int], None]


def import_file(
    path: Path | str,
    kind: FactKind,
    *,
    tenant_id: UUID,
    timezone: str,
    mapping: ColumnMap | None = None,
    strict: bool = False,
    now: dt.datetime,
    on_progress: Progress | None = None,
) -> IntakeResult:
    """Import a whole file as rows of `kind`, inside the tenant's scope; all of it is kept, or nothing.

    `timezone` is the tenant's reporting zone. Bad rows are refused and told in the result; with `strict` the first
    one raises InvalidInput instead. InvalidInput also when the file is not what its name says, is cut off, is not
    UTF-8, or lacks a column. `on_progress` is called with the number of rows read so far.
    """
    mapping = mapping or ColumnMap()
    with sound_file(Path(path).name), transaction.atomic():
        source = open_source(path, delimiter=mapping.delimiter)
        plan = plan_columns(source, kind, mapping)
        return _import(source, plan, tenant_id, timezone, strict=strict, now=now, on_progress=on_progress)


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
) -> IntakeResult:
    """Import at most 10,000 rows at once, like a file; a column that a row does not have is left as it is.

    The names of columns are ours, in snake or camel case. Lines in the result are the numbers of rows, from 1.
    """
    if len(rows) > ROWS_AT_MOST:
        raise InvalidInput(
            f"There are {len(rows):,} rows, and {ROWS_AT_MOST:,} are taken at once.", field="rows", hint="Split them."
        )
    given = RowsSource(source, rows)
    plan = plan_columns(given, kind, mapping or ColumnMap())
    with transaction.atomic():
        return _import(given, plan, tenant_id, timezone, strict=strict, now=now, on_progress=None)


def import_frame(
    frame: pl.DataFrame, plan: Plan, *, tenant_id: UUID, timezone: str, now: dt.datetime, source: str
) -> IntakeResult:
    """Import rows that are sound and typed already, such as the sample."""
    with transaction.atomic(), opened_stage(plan, tenant_id=tenant_id, timezone=timezone) as stage:
        fill(stage, frame)
        counts = _merge(stage, Refusals())
        result = _result(plan, counts, read=len(frame), refusals=Refusals(), lines={}, notes=())
        _record(stage, result, source=source, now=now)
        return result


def _import(
    source: Source,
    plan: Plan,
    tenant_id: UUID,
    timezone: str,
    *,
    strict: bool,
    now: dt.datetime,
    on_progress: Progress | None,
) -> IntakeResult:
    refusals = Refusals()
    with opened_stage(plan, tenant_id=tenant_id, timezone=timezone) as stage:
        read, notes = _fill(stage, source, plan, refusals, strict=strict, on_progress=on_progress)
        counts = _merge(stage, refusals)
        if strict:
            _fail_on(refusals, source)
        lines = source.lines([refused.number for refused in refusals.first()]) if refusals.kept else {}
        result = _result(plan, counts, read=read, refusals=refusals, lines=lines, notes=notes)
        _record(stage, result, source=source.name, now=now)
        return result


def _fill(
    stage: Stage, source: Source, plan: Plan, refusals: Refusals, *, strict: bool, on_progress: Progress | None
) -> tuple[int, tuple[str, ...]]:
    """Read, check and stage every row; give how many there were, and what is to be said of the columns."""
    zones = Zones(of_times=plan.mapping.timezone or stage.timezone, of_days=stage.timezone)
    read, seen, bad = 0, set[str](), 0
    for batch in source.batches(plan.wanted):
        broken = source.broken()
        checked = check_batch(map_batch(batch, plan), plan, zones)
        refusals.add(broken)
        refusals.add(checked.refused, total=checked.refused_total)
        if strict:
            _fail_on(refusals, source)
        fill(stage, checked.frame)
        seen.update(batch.cells.columns if batch.given is not None else ())
        read, bad = read + len(batch.numbers), bad + len(broken)
        if on_progress:
            on_progress(read + bad)
    late = source.broken()
    refusals.add(late)
    if strict:
        _fail_on(refusals, source)
    return read + bad + len(late), _column_notes(source, plan, seen)


def _column_notes(source: Source, plan: Plan, seen: set[str]) -> tuple[str, ...]:
    known = fields_by_name(plan.kind)
    ignored = plan.ignored
    if plan.masked and plan.mapping.columns is None:
        ignored = tuple(sorted(name for name in seen if own_name(name) not in known))
    return tuple(f"The column {shown(name)} of {source.name} is not one of ours and was left out." for name in ignored)


def _merge(stage: Stage, refusals: Refusals) -> Counts:
    lock(stage)
    if stage.kind is FactKind.CAMPAIGNS:
        return merge_campaigns(stage)
    if stage.kind is FactKind.LEADS:
        return merge_leads(stage)
    merge = {FactKind.MESSAGES: merge_messages, FactKind.EVENTS: merge_events, FactKind.TOTALS: merge_totals}
    return merge[stage.kind](stage, refusals)


def _fail_on(refusals: Refusals, source: Source) -> None:
    first = next(iter(refusals.first()), None)
    if first is None:
        return
    line = source.lines([first.number])[first.number]
    raise InvalidInput(
        f"{source.name}, line {line}: {_sentence(first)}", field=first.field or "file", hint="Nothing of it is kept."
    )


def _sentence(refused: Refused) -> str:
    what = f"{refused.field} {refused.reason}" if refused.field else f"the row {refused.reason}"
    return f"{what} ({shown(refused.value)})." if refused.value else f"{what}."


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


def _record(stage: Stage, result: IntakeResult, *, source: str, now: dt.datetime) -> None:
    stage.run(
        "INSERT INTO intakes (tenant_id, kind, source, rows_read, rows_kept, rows_refused, refusals, created_at)"
        " VALUES (%(tenant)s, %(kind)s, %(source)s, %(read)s, %(kept)s, %(refused)s, %(refusals)s, %(now)s)",
        kind=str(result.kind),
        source=source,
        read=result.rows_read,
        kept=result.rows_kept,
        refused=result.rows_refused,
        refusals=json.dumps([vars(refusal) for refusal in result.refusals]),
        now=now,
    )

"""Exports: asked for, estimated, written, linked."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from outbrief.query import Engine, estimate_rows, export_batches, sample_rows
from outbrief.record import audit, exports, queue
from outbrief.record.exports import ExportOrder
from outbrief.record.models import ExportJob
from outbrief.record.tenants import TenantFacts
from outbrief.render.formats import FORMATS, open_writer
from outbrief.render.writer import Sink, WriteSummary
from outbrief.run import parts
from outbrief.run.artifacts import keep
from outbrief.store import Store
from outbrief.terms.artifact import Artifact
from outbrief.terms.errors import TooMany
from outbrief.terms.export import ExportFormat, ExportRequest, WriteOptions, check_export
from outbrief.terms.table import Column

# More exports of one tenant at a time would only wait behind each other.
MOST_ALIVE = 20
# Rows per second that a small machine writes, by format, and the seconds until a worker starts; for the estimate only.
_SPEED = {ExportFormat.EXCEL: 100_000}
_USUAL_SPEED = 250_000
_STARTING = 1
_SAMPLED = 10


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Some rows of an export that could be asked for, and what it would amount to: rows, and whole seconds.

    `rows` is None when finding some took too long. `is_all` tells that there are no others, so that the number of
    rows is no estimate.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...] | None
    expected_rows: int
    seconds: int
    is_all: bool


def sample(tenant: TenantFacts, order: ExportOrder, *, now: dt.datetime) -> Sample:
    """Give ten rows of the export that is asked for, and an estimate of all; outside any transaction.

    InvalidInput names the field that is wrong.
    """
    request = _check(order, tenant, now=now)
    engine = parts.engine(tenant.id)
    found = sample_rows(engine, request, limit=_SAMPLED)
    rows = None if found is None else tuple(zip(*(column.to_pylist() for column in found.columns), strict=True))
    is_all = rows is not None and len(rows) < _SAMPLED
    expected = len(rows) if rows is not None and is_all else estimate_rows(engine, request)
    return Sample(
        columns=request.columns,
        rows=rows,
        expected_rows=expected,
        seconds=_seconds(expected, request.format),
        is_all=is_all,
    )


def request_export(
    tenant: TenantFacts,
    order: ExportOrder,
    *,
    user_id: UUID | None,
    actor: str,
    idempotency_key: str | None,
    now: dt.datetime,
) -> tuple[ExportJob, int]:
    """Check an export and defer it, in the tenant's scope; give the job and the estimated time in whole seconds.

    InvalidInput names the field that is wrong; TooMany when the tenant has many under way; Conflict when the
    idempotency key was used for another export.
    """
    request = _check(order, tenant, now=now)
    earlier = exports.asked_before(order, idempotency_key)
    if earlier is not None:
        return earlier, _seconds(earlier.expected_rows or 0, request.format)
    if exports.alive_count() >= MOST_ALIVE:
        raise TooMany(f"{MOST_ALIVE} exports are under way already.", retry_after=30, hint="Wait for one to end.")
    expected = estimate_rows(parts.engine(tenant.id), request)
    job, new = exports.create(
        tenant_id=tenant.id, user_id=user_id, order=order, idempotency_key=idempotency_key, expected_rows=expected
    )
    if new:
        audit.note(
            tenant_id=tenant.id, actor=actor, action="export.created", object_id=job.id, exportType=job.export_type
        )
        defer(job)
    return job, _seconds(job.expected_rows or 0, request.format)


def defer(job: ExportJob) -> None:
    """Defer the making of an export; one of a tenant at a time leaves workers for the others."""
    queue.defer(
        "produce_export", queue="bulk", lock=f"export:{job.tenant_id}", tenant_id=job.tenant_id, export_id=job.id
    )


def cancel(job: ExportJob, *, actor: str, now: dt.datetime) -> None:
    """Cancel an export, in the tenant's scope; Conflict when it is over."""
    exports.cancel(job.id, now=now)
    audit.note(tenant_id=job.tenant_id, actor=actor, action="export.cancelled", object_id=job.id)


def delete(job: ExportJob, *, actor: str, now: dt.datetime) -> None:
    """Delete an export and its file, in the tenant's scope; one that is under way is cancelled first."""
    if job.status in exports.ALIVE:
        exports.cancel(job.id, now=now)
    if job.file_path:
        parts.store().delete(job.file_path)
    audit.note(tenant_id=job.tenant_id, actor=actor, action="export.deleted", object_id=job.id)
    job.delete()


def write_export(
    engine: Engine,
    request: ExportRequest,
    key: str,
    store: Store,
    *,
    on_rows: Callable[[int], None],
) -> Artifact:
    """Stream an export into the store under `key`; `on_rows` gets the count after every batch and may raise."""
    return keep(
        store,
        key,
        filename=file_name(request.export_type, request.format),
        content_type=FORMATS[request.format].content_type,
        write=lambda sink: stream_export(engine, request, sink, on_rows=on_rows),
    )


def stream_export(
    engine: Engine,
    request: ExportRequest,
    sink: Sink,
    *,
    on_rows: Callable[[int], None],
    options: WriteOptions | None = None,
) -> WriteSummary:
    """Stream an export into a sink, batch by batch."""
    writer = open_writer(request.format, sink, request.columns, options or WriteOptions())
    rows = 0
    writer.begin()
    with export_batches(engine, request) as batches:
        for batch in batches:
            writer.write(batch)
            rows += batch.num_rows
            on_rows(rows)
    return writer.finish()


def request_of(job: ExportJob, tenant: TenantFacts, *, now: dt.datetime) -> ExportRequest:
    """Check a recorded job again, against the instant at which it was asked for."""
    return _check(exports.order_of(job), tenant, now=job.created_at or now)


def file_name(export_type: str, fmt: ExportFormat) -> str:
    """Give the name under which people save an export."""
    return f"{export_type}.{FORMATS[fmt].extension}"


def artifact_key(job: ExportJob, tenant: TenantFacts) -> str:
    """Give the key of a job's file; every attempt writes the same."""
    return f"{tenant.id}/exports/{job.id}.{FORMATS[ExportFormat(job.format)].extension}"


def _check(order: ExportOrder, tenant: TenantFacts, *, now: dt.datetime) -> ExportRequest:
    return check_export(
        export_type=order.export_type,
        format=order.format,
        fields=order.fields,
        filters=order.filters,
        date_range=order.date_range,
        timezone=tenant.timezone,
        at=now,
    )


def _seconds(rows: int, fmt: ExportFormat) -> int:
    return _STARTING + math.ceil(rows / _SPEED.get(fmt, _USUAL_SPEED))

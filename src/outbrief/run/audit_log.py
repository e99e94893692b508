"""The audit log as a file: streamed, page after page of events, each in a short transaction of its own."""

import json
from collections.abc import Iterator
from typing import Final
from uuid import UUID

import pyarrow as pa

from outbrief.record import audit
from outbrief.record.audit import EventFilter
from outbrief.record.cursors import page_of
from outbrief.record.models import AuditEvent
from outbrief.record.scope import tenant_scope
from outbrief.render.formats import open_writer
from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.export import ExportFormat
from outbrief.terms.table import Column, Kind

_AT_ONCE = 5000
COLUMNS: Final = (
    Column(key="at", label="At", kind=Kind.TIMESTAMP),
    Column(key="actor", label="Actor", kind=Kind.TEXT),
    Column(key="actorId", label="Actor ID", kind=Kind.TEXT),
    Column(key="action", label="Action", kind=Kind.TEXT),
    Column(key="objectId", label="Object ID", kind=Kind.TEXT),
    Column(key="detail", label="Detail", kind=Kind.JSON),
)
_SCHEMA: Final = pa.schema([(column.key, ARROW_TYPES[column.kind]) for column in COLUMNS])


class _Chunks:
    """What a writer has written since it was last asked."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, chunk: bytes, /) -> None:
        self._kept.append(bytes(chunk))

    def taken(self) -> bytes:
        chunk = b"".join(self._kept)
        self._kept.clear()
        return chunk


def csv_chunks(tenant_id: UUID, wanted: EventFilter) -> Iterator[bytes]:
    """Write the wanted events of a tenant as CSV, newest first; gives the file in chunks that are never empty."""
    sink = _Chunks()
    writer = open_writer(ExportFormat.CSV, sink, COLUMNS)
    writer.begin()
    cursor: str | None = None
    while True:
        with tenant_scope(tenant_id):
            events, cursor = page_of(audit.newest_first(wanted), newest_by="created_at", cursor=cursor, limit=_AT_ONCE)
            batch = _batch(events)
        writer.write(batch)
        if cursor is None:
            break
        yield sink.taken()
    writer.finish()
    yield sink.taken()


def _batch(events: list[AuditEvent]) -> pa.RecordBatch:
    names = audit.actor_names({event.actor for event in events})
    return pa.RecordBatch.from_pylist(
        [
            {
                "at": event.created_at,
                "actor": names.get(event.actor, event.actor),
                "actorId": event.actor,
                "action": event.action,
                "objectId": event.object_id,
                "detail": json.dumps(event.detail, ensure_ascii=False),
            }
            for event in events
        ],
        schema=_SCHEMA,
    )

"""Uploads: a file is kept, its columns are matched with ours and tried out, and a worker imports it."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connection

from outbrief import telemetry
from outbrief.facts.guessing import guess_kind, guess_section
from outbrief.facts.heads import ColumnSeen, Trial, head_name, head_of, look_at, try_out
from outbrief.facts.intake import import_file
from outbrief.facts.maps import ColumnMap, map_of
from outbrief.facts.shapes import FactKind
from outbrief.record import audit, queue, uploads
from outbrief.record.models import Upload
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import parts
from outbrief.run.attempts import Attempt, Clock, WorkedElsewhere, alone, check_tries, gives_up, named_errors
from outbrief.terms.errors import InvalidInput, OutbriefError, StoreUnavailable, TooMany

MOST_BYTES = 2_000_000_000
# More files of one tenant that wait to be imported are more than people look at.
MOST_WAITING = 20
_CHUNK = 1 << 20

MapContent = Mapping[str, object]


def receive(
    tenant: TenantFacts, path: Path, *, filename: str, size: int, user_id: UUID | None, actor: str, now: datetime
) -> Upload:
    """Keep a file of somebody who may bring facts, with a guess of what it holds; not inside a transaction.

    InvalidInput(field="file") when it is too large, or none that is read; TooMany when the tenant has many waiting.
    """
    _check_size(filename, size)
    head_key_name = head_name(filename)
    head = head_of(path, name=filename)
    upload_id = uuid4()
    with _written(head, head_key_name) as head_path:
        columns = look_at(head_path, name=_plain(filename), timezone=tenant.timezone)
    names = [column.name for column in columns]
    with tenant_scope(tenant.id):
        if uploads.unfinished().count() >= MOST_WAITING:
            raise TooMany(f"{MOST_WAITING} files are waiting.", retry_after=60, hint="Import or discard one of them.")
        kind = FactKind(uploads.remembered_kind(names) or guess_kind(columns, filename))
        upload = uploads.create(
            upload_id,
            tenant_id=tenant.id,
            user_id=user_id,
            filename=filename,
            size=size,
            key=f"{_folder(tenant.id, upload_id)}/{head_key_name.replace('head', 'file')}{_packed(filename)}",
            columns=names,
            kind=kind,
            mapping=uploads.remembered(kind, names) or {kind.value: guess_section(columns, kind)},
            now=now,
        )
        audit.note(tenant_id=tenant.id, actor=actor, action="upload.created", object_id=upload.id, file=filename)
    try:
        _keep(_head_key(upload), [head])
        _keep(str(upload.file_path), _chunks(path))
    except BaseException:
        with tenant_scope(tenant.id):
            uploads.discard(upload.id)
        delete_files(upload)
        raise
    return upload


def _check_size(filename: str, size: int) -> None:
    if size > MOST_BYTES:
        raise InvalidInput(
            f"{filename} has {size / 1e9:.1f} GB, and at most {MOST_BYTES // 10**9} GB are taken here.",
            field="file",
            hint="Split it, compress it with gzip, or use `outbrief import`, which has no limit.",
        )


def propose(upload: Upload, kind: FactKind, columns: tuple[ColumnSeen, ...]) -> MapContent:
    """Give the map for an upload taken as `kind`: its own, that of the last file like it, or a guess; in the scope."""
    if kind == upload.kind and upload.mapping:
        return dict(upload.mapping)
    names = [column.name for column in columns]
    return uploads.remembered(kind.value, names) or {kind.value: guess_section(columns, kind)}


def is_remembered(upload: Upload) -> bool:
    """Tell whether the map of an upload is that by which a file like it was imported; in the tenant's scope."""
    return bool(uploads.remembered(upload.kind, upload.columns or []) == upload.mapping)


def columns_of(upload: Upload, tenant: TenantFacts) -> tuple[ColumnSeen, ...]:
    """Describe the columns of an upload; ArtifactMissing when it is gone from the store."""
    with _head(upload) as path:
        return look_at(path, name=_plain(upload.filename), timezone=_zone(upload.mapping, tenant))


def try_map(upload: Upload, tenant: TenantFacts, kind: FactKind, content: MapContent) -> Trial:
    """Check the first rows of an upload by a map; InvalidInput when the map cannot be used."""
    with _head(upload) as path:
        return try_out(path, kind, _section(kind, content), name=_plain(upload.filename), timezone=tenant.timezone)


def start(upload: Upload, kind: FactKind, content: MapContent, *, actor: str) -> None:
    """Have a worker import an upload, in the tenant's scope; Conflict when one does or did."""
    _section(kind, content)
    uploads.change_map(upload.id, kind=kind.value, mapping=content)
    uploads.begin(upload.id)
    audit.note(tenant_id=upload.tenant_id, actor=actor, action="upload.started", object_id=upload.id, kind=kind.value)
    defer(upload)


def defer(upload: Upload) -> None:
    """Defer the import of an upload; one of a tenant at a time leaves workers for the others."""
    queue.defer(
        "import_upload",
        queue="bulk",
        lock=f"import:{upload.tenant_id}",
        tenant_id=upload.tenant_id,
        upload_id=upload.id,
    )


def discard(upload: Upload, *, actor: str) -> bool:
    """Delete an upload that is not to be imported, in the tenant's scope; False when it is being imported, or was."""
    if not uploads.discard(upload.id):
        return False
    audit.note(
        tenant_id=upload.tenant_id, actor=actor, action="upload.discarded", object_id=upload.id, file=upload.filename
    )
    delete_files(upload)
    return True


def delete_files(upload: Upload) -> None:
    """Remove the bytes of an upload from the store."""
    if upload.file_path:
        parts.store().delete(upload.file_path)
        parts.store().delete(_head_key(upload))


def import_upload(tenant_id: UUID, upload_id: UUID, *, clock: Clock, attempt: Attempt) -> None:
    """Import an upload. Working it again changes nothing.

    Raises what went wrong, after recording it: a retry is due if the error allows one and this was not the last.
    Raises WorkedElsewhere, recording nothing, when another worker is at it.
    """
    try:
        with named_errors(), alone(upload_id):
            with tenant_scope(tenant_id):
                upload = uploads.claim(upload_id)
            if upload is not None:
                check_tries(attempt)
                _import(tenant_facts(tenant_id), upload, clock=clock)
    except WorkedElsewhere:
        raise
    except OutbriefError as error:
        telemetry.complain("upload.attempt_failed", error, tenant=tenant_id, upload=upload_id)
        with tenant_scope(tenant_id):
            if gives_up(error, attempt):
                uploads.fail(upload_id, str(error), now=clock())
            else:
                uploads.note_failed_attempt(upload_id, str(error))
        raise


def _import(tenant: TenantFacts, upload: Upload, *, clock: Clock) -> None:
    kind = FactKind(upload.kind)
    actor = f"user:{upload.user_id}" if upload.user_id else ""
    with tempfile.NamedTemporaryFile(prefix="outbrief-") as file:
        for chunk in parts.store().read(str(upload.file_path)):
            file.write(chunk)
        file.flush()
        with tenant_scope(tenant.id):
            with _told_of_progress(upload) as advance:
                result = import_file(
                    file.name,
                    kind,
                    tenant_id=tenant.id,
                    timezone=tenant.timezone,
                    mapping=_section(kind, upload.mapping),
                    now=clock(),
                    name=upload.filename,
                    actor=actor,
                    on_progress=advance,
                )
            uploads.complete(upload.id, intake_id=result.intake_id, rows_read=result.rows_read, now=clock())
            audit.note(
                tenant_id=tenant.id,
                actor=actor,
                action="facts.imported",
                object_id=str(result.intake_id),
                kind=kind.value,
                file=upload.filename,
                rows=result.rows_kept,
            )
    telemetry.say("upload.imported", tenant=tenant.id, upload=upload.id, rows=result.rows_read)
    # What is left now, the sweep deletes.
    with suppress(StoreUnavailable):
        delete_files(upload)
        with tenant_scope(tenant.id):
            uploads.forget_file(upload.id)


@contextmanager
def _told_of_progress(upload: Upload) -> Iterator[Callable[[int], None]]:
    """Give what records the rows read, on a connection of its own: that of the import commits all at once."""

    def record(rows: int) -> None:
        with tenant_scope(upload.tenant_id):
            uploads.advance(upload.id, rows_read=rows)

    # The block ends when everything is recorded: the import's own last word on the row must not wait for a lock.
    with ThreadPoolExecutor(max_workers=1) as beside:

        def advance(rows: int) -> None:
            beside.submit(record, rows)

        try:
            yield advance
        finally:
            beside.submit(connection.close)


def _section(kind: FactKind, content: MapContent) -> ColumnMap:
    mapping = map_of(dict(content), what="The map").section(kind)
    if mapping is None:
        raise InvalidInput(f"The map has no section for {kind}.", field=str(kind))
    return mapping


def _zone(content: MapContent, tenant: TenantFacts) -> str:
    for section in content.values():
        if isinstance(section, dict) and isinstance(section.get("timezone"), str):
            return str(section["timezone"])
    return tenant.timezone


@contextmanager
def _head(upload: Upload) -> Iterator[Path]:
    with _written(b"".join(parts.store().read(_head_key(upload))), "head") as path:
        yield path


@contextmanager
def _written(content: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="outbrief-") as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        yield path


def _keep(key: str, chunks: Iterator[bytes] | list[bytes]) -> None:
    with parts.store().upload(key, content_type="application/octet-stream", filename="upload") as kept:
        for chunk in chunks:
            kept.write(chunk)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _folder(tenant_id: UUID, upload_id: UUID) -> str:
    return f"{tenant_id}/uploads/{upload_id}"


def _head_key(upload: Upload) -> str:
    return f"{_folder(upload.tenant_id, upload.id)}/{head_name(upload.filename)}"


def _packed(filename: str) -> str:
    return ".gz" if filename.lower().endswith(".gz") else ""


def _plain(filename: str) -> str:
    """Name the head as the file, without what says that it is compressed: the head is not."""
    return re.sub(r"(?i)\.gz$", "", filename)

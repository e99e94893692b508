"""Uploads and their legal state changes.

    waiting | failed -> importing -> done | failed

Every change is a conditional update: the row changes only from a state that allows it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from outbrief.record.models import Upload, UploadStatus
from outbrief.terms.errors import Conflict, NotFound

# A file that nobody has imported, or that failed to be, is kept so long for somebody to go on with it.
KEPT_FOR = dt.timedelta(days=1)
_OPEN = (UploadStatus.WAITING, UploadStatus.FAILED)


def create(
    upload_id: UUID,
    *,
    tenant_id: UUID,
    user_id: UUID | None,
    filename: str,
    size: int,
    key: str,
    columns: Sequence[str],
    kind: str,
    mapping: Mapping[str, object],
    now: dt.datetime,
) -> Upload:
    """Record a file of so many bytes that is about to be kept under `key`, in the tenant's scope."""
    return Upload.objects.create(
        id=upload_id,
        tenant_id=tenant_id,
        user_id=user_id,
        filename=filename,
        file_size_bytes=size,
        file_path=key,
        columns=sorted(columns),
        kind=kind,
        mapping=dict(mapping),
        created_at=now,
    )


def get(upload_id: UUID) -> Upload:
    """Read an upload of the tenant in scope; NotFound when it has none with this id."""
    try:
        return Upload.objects.get(id=upload_id)
    except Upload.DoesNotExist:
        raise NotFound("There is no upload with this id.", hint="Upload the file again.") from None


def unfinished() -> "QuerySet[Upload]":
    """Give the uploads of the tenant in scope that are not imported, newest first."""
    return Upload.objects.exclude(status=UploadStatus.DONE).filter(file_path__isnull=False).order_by("-created_at")


def remembered(kind: str, columns: Sequence[str]) -> Mapping[str, object] | None:
    """Give the map by which a file of this kind with the same columns was imported last; None when none was."""
    alike = Upload.objects.filter(kind=kind, columns=sorted(columns), status=UploadStatus.DONE)
    return alike.order_by("-completed_at").values_list("mapping", flat=True).first()


def remembered_kind(columns: Sequence[str]) -> str | None:
    """Tell as what a file with the same columns was imported last."""
    alike = Upload.objects.filter(columns=sorted(columns), status=UploadStatus.DONE)
    return alike.order_by("-completed_at").values_list("kind", flat=True).first()


def change_map(upload_id: UUID, *, kind: str, mapping: Mapping[str, object]) -> bool:
    """Record how the columns become ours; False when the upload is not open to changes."""
    return bool(
        Upload.objects.filter(id=upload_id, status__in=_OPEN, file_path__isnull=False).update(
            kind=kind, mapping=dict(mapping)
        )
    )


def begin(upload_id: UUID) -> None:
    """Set an upload importing; Conflict when it is already, or its file is gone."""
    begun = Upload.objects.filter(id=upload_id, status__in=_OPEN, file_path__isnull=False).update(
        status=UploadStatus.IMPORTING, rows_read=0, error_message=None, completed_at=None
    )
    if not begun:
        raise Conflict("This file is being imported, or was.", hint="Upload it again to import it once more.")


def claim(upload_id: UUID) -> Upload | None:
    """Give an upload that is to be imported; None when it is over already."""
    return Upload.objects.filter(id=upload_id, status=UploadStatus.IMPORTING).first()


def advance(upload_id: UUID, *, rows_read: int) -> None:
    """Record how many rows were read so far."""
    Upload.objects.filter(id=upload_id, status=UploadStatus.IMPORTING).update(rows_read=rows_read)


def complete(upload_id: UUID, *, intake_id: int, rows_read: int, now: dt.datetime) -> None:
    """Record the import that came of an upload, in the transaction of that import; Conflict when it is over already."""
    done = Upload.objects.filter(id=upload_id, status=UploadStatus.IMPORTING).update(
        status=UploadStatus.DONE, intake_id=intake_id, rows_read=rows_read, completed_at=now, error_message=None
    )
    if not done:
        raise Conflict("The upload is over already.")


def note_failed_attempt(upload_id: UUID, reason: str) -> None:
    """Keep the reason of a failed attempt while a retry is due."""
    Upload.objects.filter(id=upload_id, status=UploadStatus.IMPORTING).update(error_message=reason)


def fail(upload_id: UUID, reason: str, *, now: dt.datetime) -> None:
    """Record the final failure of an import."""
    Upload.objects.filter(id=upload_id, status=UploadStatus.IMPORTING).update(
        status=UploadStatus.FAILED, error_message=reason, completed_at=now
    )


def discard(upload_id: UUID) -> bool:
    """Forget an upload that nobody will import; False when it is being imported, or was."""
    return bool(Upload.objects.filter(id=upload_id, status__in=_OPEN).delete()[0])


def forget_file(upload_id: UUID) -> None:
    """Record that the file of an import that is done is gone from the store."""
    Upload.objects.filter(id=upload_id, status=UploadStatus.DONE).update(file_path=None)


def unworked(*, before: dt.datetime, limit: int) -> Sequence[Upload]:
    """Give uploads from before an instant that are to be imported, oldest first. To be called unscoped."""
    due = Upload.objects.filter(status=UploadStatus.IMPORTING, created_at__lt=before)
    return list(due.order_by("created_at")[:limit])


def over(*, now: dt.datetime, limit: int) -> Sequence[Upload]:
    """Give uploads whose file is not needed any more: imported, or left for a day. To be called unscoped."""
    left = now - KEPT_FOR
    due = (
        Q(status=UploadStatus.DONE)
        | Q(status=UploadStatus.FAILED, completed_at__lt=left)
        | Q(status=UploadStatus.WAITING, created_at__lt=left)
    )
    return list(Upload.objects.filter(due, file_path__isnull=False).order_by("created_at")[:limit])

"""Export jobs and their legal state changes.

    pending -> processing -> completed -> expired;  pending | processing -> failed | cancelled
    processing -> pending (a retry is due)

Every change is a conditional update: the row changes only from a state that allows it.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from outbrief.record.models import ExportJob
from outbrief.terms.artifact import Artifact
from outbrief.terms.errors import Conflict, NotFound
from outbrief.terms.export import ExportStatus

ALIVE = (ExportStatus.PENDING, ExportStatus.PROCESSING)
LINK_LASTS = dt.timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ExportOrder:
    """An export as it was asked for, checked but in the asker's own words."""

    export_type: str
    format: str
    fields: Sequence[str]
    filters: Mapping[str, object]
    date_range: str | Mapping[str, object] | None

    def matches(self, job: ExportJob) -> bool:
        """Tell whether a recorded job asks for the same."""
        return dataclasses.replace(self, fields=list(self.fields), filters=dict(self.filters)) == order_of(job)


def order_of(job: ExportJob) -> ExportOrder:
    """Read the order back from a job."""
    return ExportOrder(
        export_type=job.export_type,
        format=job.format,
        fields=job.fields or [],
        filters=job.filters or {},
        date_range=job.date_range,
    )


def create(
    *, tenant_id: UUID, user_id: UUID | None, order: ExportOrder, idempotency_key: str | None, expected_rows: int
) -> tuple[ExportJob, bool]:
    """Insert a pending job, in the tenant's scope; give it and whether it is new.

    The same idempotency key gives the same job; Conflict when it then asks for something else.
    """
    job = ExportJob(
        tenant_id=tenant_id,
        user_id=user_id,
        export_type=order.export_type,
        format=order.format,
        fields=list(order.fields),
        filters=dict(order.filters),
        date_range=order.date_range,
        idempotency_key=idempotency_key,
        expected_rows=expected_rows,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        earlier = asked_before(order, idempotency_key)
        if earlier is None:
            raise
        return earlier, False
    return job, True


def asked_before(order: ExportOrder, idempotency_key: str | None) -> ExportJob | None:
    """Find the job of the tenant in scope that was asked for with this key; Conflict when it is for something else."""
    earlier = ExportJob.objects.filter(idempotency_key=idempotency_key).first() if idempotency_key else None
    if earlier is not None and not order.matches(earlier):
        raise Conflict(
            "This Idempotency-Key was used for another export.",
            field="Idempotency-Key",
            hint="Use a new key for a new request.",
        )
    return earlier


def get(export_id: UUID) -> ExportJob:
    """Read a job of the tenant in scope; NotFound when it has none with this id."""
    try:
        return ExportJob.objects.get(id=export_id)
    except ExportJob.DoesNotExist:
        raise NotFound("There is no export with this id.") from None


def newest_first(*, status: str = "", export_type: str = "") -> "QuerySet[ExportJob]":
    """Give the jobs of the tenant in scope, newest first: all, or those in a state and of a dataset."""
    asked = {"status": status, "export_type": export_type}
    return ExportJob.objects.filter(**{key: value for key, value in asked.items() if value}).order_by(
        "-created_at", "-id"
    )


def alive_count() -> int:
    """Count the jobs of the tenant in scope that are pending or processing."""
    return ExportJob.objects.filter(status__in=ALIVE).count()


def claim(export_id: UUID, *, now: dt.datetime) -> ExportJob | None:
    """Set a job processing; None when it is over already."""
    claimed = ExportJob.objects.filter(id=export_id, status__in=ALIVE).update(
        status=ExportStatus.PROCESSING, started_at=now, progress=0, row_count=None, error_message=None
    )
    return ExportJob.objects.get(id=export_id) if claimed else None


def advance(export_id: UUID, *, progress: int, rows: int) -> bool:
    """Record the progress in percent and the rows so far; False when the job was cancelled meanwhile."""
    alive = ExportJob.objects.filter(id=export_id, status=ExportStatus.PROCESSING)
    return bool(alive.update(progress=progress, row_count=rows))


def complete(export_id: UUID, artifact: Artifact, *, link: str, took_ms: int, now: dt.datetime) -> bool:
    """Record the file and its link; False when the job was cancelled meanwhile (and the file is to be deleted)."""
    return bool(
        ExportJob.objects.filter(id=export_id, status=ExportStatus.PROCESSING).update(
            status=ExportStatus.COMPLETED,
            completed_at=now,
            processing_time_ms=took_ms,
            file_path=artifact.key,
            file_size_bytes=artifact.size,
            row_count=artifact.rows,
            sha256=artifact.sha256,
            error_message="; ".join(artifact.notes) or None,
            download_url=link,
            expires_at=now + LINK_LASTS,
            progress=100,
        )
    )


def is_kept(export_id: UUID, key: str) -> bool:
    """Tell whether a file is that of a completed job."""
    return ExportJob.objects.filter(id=export_id, status=ExportStatus.COMPLETED, file_path=key).exists()


def postpone(export_id: UUID, reason: str) -> None:
    """Keep the reason of a failed attempt while a retry is due."""
    ExportJob.objects.filter(id=export_id, status=ExportStatus.PROCESSING).update(
        status=ExportStatus.PENDING, error_message=reason
    )


def fail(export_id: UUID, reason: str, *, now: dt.datetime) -> None:
    """Record the final failure of a job."""
    ExportJob.objects.filter(id=export_id, status__in=ALIVE).update(
        status=ExportStatus.FAILED, error_message=reason, completed_at=now
    )


def cancel(export_id: UUID, *, now: dt.datetime) -> None:
    """Cancel a job that is pending or processing; Conflict when it is over."""
    done = ExportJob.objects.filter(id=export_id, status__in=ALIVE).update(
        status=ExportStatus.CANCELLED, completed_at=now
    )
    if not done:
        raise Conflict("The export is over already.", hint="Only a pending or running export can be cancelled.")


def unfinished(*, before: dt.datetime, limit: int) -> "QuerySet[ExportJob]":
    """Give jobs asked for before an instant that are not over, oldest first. To be called unscoped."""
    return ExportJob.objects.filter(status__in=ALIVE, created_at__lt=before).order_by("created_at")[:limit]


def expired(*, now: dt.datetime, limit: int) -> Sequence[ExportJob]:
    """Give completed jobs whose link has expired, oldest first. To be called unscoped."""
    due = Q(status=ExportStatus.COMPLETED, expires_at__lte=now)
    return list(ExportJob.objects.filter(due).order_by("expires_at")[:limit])


def mark_expired(export_id: UUID) -> None:
    """Record that the file of a completed job is gone."""
    ExportJob.objects.filter(id=export_id, status=ExportStatus.COMPLETED).update(
        status=ExportStatus.EXPIRED, download_url=None
    )

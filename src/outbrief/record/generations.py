"""Generations and their legal state changes.

    pending -> running -> success | partial | failed | skipped (its conditions do not hold)
    pending -> skipped (a misfire),  running -> pending (a retry is due)

Every change is a conditional update: the row changes only from a state that allows it, so a job that is worked
twice does nothing the second time.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Least, NullIf

from outbrief.record.models import ReportGeneration
from outbrief.terms.artifact import Artifact
from outbrief.terms.errors import NotFound, OutbriefError
from outbrief.terms.report import GenerationStatus, ReportFormat, Trigger

ALIVE = (GenerationStatus.PENDING, GenerationStatus.RUNNING)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a generation was asked to do, frozen when it is planned, as plain JSON values.

    A schedule that is changed or deleted afterwards does not change what is under way.
    """

    title: str
    report_type: str
    format: str
    date_range: str | Mapping[str, object]
    timezone: str
    workspace_id: str | None
    config: Mapping[str, object]
    recipients: tuple[str, ...]
    notify: str | None

    def as_json(self) -> dict[str, object]:
        """Give the order as JSON for the generation's metadata."""
        return {**self.__dict__, "config": dict(self.config), "recipients": list(self.recipients)}


@dataclass(frozen=True, kw_only=True)
class ReportFile:
    """One file of a generation, in one of the formats asked for."""

    format: ReportFormat
    artifact: Artifact


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """The document of a generation as it is read on screen: where it is kept, and the digest of its bytes in hex."""

    key: str
    sha256: str


def order_of(generation: ReportGeneration) -> Order:
    """Read the order back from a generation."""
    kept = dict((generation.metadata or {})["order"])
    return Order(**{**kept, "recipients": tuple(kept["recipients"])})


def plan(
    *,
    tenant_id: UUID,
    order: Order,
    trigger: Trigger,
    scheduled_for: dt.datetime | None,
    schedule_id: UUID | None,
    status: GenerationStatus = GenerationStatus.PENDING,
    reason: str | None = None,
) -> ReportGeneration | None:
    """Insert a generation; None when this occurrence of this schedule has one already."""
    generation = ReportGeneration(
        tenant_id=tenant_id,
        scheduled_report_id=schedule_id,
        scheduled_for=scheduled_for,
        trigger=trigger,
        status=status,
        error_message=reason,
        metadata={"order": order.as_json()},
    )
    made = ReportGeneration.objects.bulk_create([generation], ignore_conflicts=True)
    return generation if made and ReportGeneration.objects.filter(id=generation.id).exists() else None


def get(generation_id: UUID) -> ReportGeneration:
    """Read a generation of the tenant in scope; NotFound when it has none with this id."""
    try:
        return ReportGeneration.objects.get(id=generation_id)
    except ReportGeneration.DoesNotExist:
        raise NotFound("There is no report generation with this id.") from None


def waiting_run(schedule_id: UUID) -> ReportGeneration | None:
    """Give the run of a schedule that somebody asked for and no worker has begun, if there is one."""
    waiting = ReportGeneration.objects.filter(
        scheduled_report_id=schedule_id, trigger=Trigger.MANUAL, status=GenerationStatus.PENDING, attempt=0
    )
    return waiting.order_by("generated_at").first()


def newest_first() -> "QuerySet[ReportGeneration]":
    """Give the generations of the tenant in scope, newest first."""
    return ReportGeneration.objects.order_by("-generated_at", "-id")


def matching(
    *,
    status: str = "",
    report_type: str = "",
    trigger: str = "",
    schedule_id: UUID | None = None,
    workspace_id: UUID | None = None,
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
) -> "QuerySet[ReportGeneration]":
    """Give the generations of the tenant in scope that are so, newest first; what is not given does not matter."""
    wanted = {
        "status": status,
        "metadata__order__report_type": report_type,
        "trigger": trigger,
        "scheduled_report_id": schedule_id,
        # What it was asked for, whatever its schedule is for now.
        "metadata__order__workspace_id": str(workspace_id or ""),
        "generated_at__gte": since,
        "generated_at__lt": before,
    }
    return newest_first().filter(**{key: value for key, value in wanted.items() if value})


def claim(generation_id: UUID) -> ReportGeneration | None:
    """Set a generation running and count the attempt; None when there is nothing left to produce."""
    claimed = ReportGeneration.objects.filter(id=generation_id, status__in=ALIVE, file_path__isnull=True).update(
        status=GenerationStatus.RUNNING, attempt=F("attempt") + 1, progress=0
    )
    return ReportGeneration.objects.get(id=generation_id) if claimed else None


def files_of(generation: ReportGeneration) -> tuple[ReportFile, ...]:
    """Give the files that a generation was made as, the main one first; none before it is made.

    They are kept as long as `file_path` names the main one.
    """
    known = generation.metadata or {}
    if "filename" not in known:
        return ()
    # Generations made when there was one format only have nothing but the columns.
    main = {
        "format": order_of(generation).format,
        "key": generation.file_path or "",
        "filename": known["filename"],
        "contentType": known["contentType"],
        "size": generation.file_size_bytes or 0,
        "rows": generation.row_count or 0,
        "sha256": known["sha256"],
        "notes": known.get("notes", []),
    }
    return tuple(_file(kept) for kept in known.get("files", [main]))


def page_of(generation: ReportGeneration) -> KeptPage | None:
    """Give the page that was kept with a generation's files, None when there is none (any more)."""
    kept = (generation.metadata or {}).get("page")
    return KeptPage(key=kept["key"], sha256=kept["sha256"]) if kept and generation.file_path else None


def keep_files(
    generation_id: UUID,
    files: Sequence[ReportFile],
    *,
    took_ms: int,
    page: KeptPage | None = None,
    notes: Sequence[str] = (),
) -> bool:
    """Record the files of a running generation, the first being the main one, with `notes` on the run itself.

    `page` is the document as it is read on screen. False when it is no longer running or has its files already.
    """
    generation = ReportGeneration.objects.select_for_update().get(id=generation_id)
    if generation.status != GenerationStatus.RUNNING or generation.file_path:
        return False
    main = files[0].artifact
    generation.file_path = main.key
    generation.file_size_bytes = main.size
    generation.row_count = main.rows
    generation.generation_time_ms = took_ms
    generation.error_message = None
    generation.progress = 100
    known: dict[str, object] = {"filename": main.filename, "contentType": main.content_type, "sha256": main.sha256}
    known["files"] = [_as_json(file) for file in files]
    if page is not None:
        known["page"] = {"key": page.key, "sha256": page.sha256}
    known["notes"] = list(dict.fromkeys([*notes, *(note for file in files for note in file.artifact.notes)]))
    generation.metadata = {**(generation.metadata or {}), **known}
    generation.save()
    return True


def is_left_over(generation_id: UUID, *, attempt: int) -> bool:
    """Tell whether what an attempt wrote is nobody's; the row is locked, so it stays so until the transaction ends.

    False when the generation has or had files on record, or when a later attempt is at it.
    """
    generation = ReportGeneration.objects.select_for_update().filter(id=generation_id).first()
    if generation is None:
        return True
    taken_over = generation.status in ALIVE and generation.attempt != attempt
    return not (taken_over or generation.file_path or files_of(generation))


def skip(generation_id: UUID, reason: str, *, took_ms: int) -> bool:
    """Record that a running generation shall not go out, and why; False when it is no longer running or has a file."""
    running = ReportGeneration.objects.filter(id=generation_id, status=GenerationStatus.RUNNING, file_path__isnull=True)
    return bool(
        running.update(status=GenerationStatus.SKIPPED, error_message=reason, generation_time_ms=took_ms, progress=100)
    )


def succeed(generation_id: UUID) -> None:
    """Record that a generation that nobody is to be mailed is complete."""
    ReportGeneration.objects.filter(id=generation_id, status=GenerationStatus.RUNNING).update(
        status=GenerationStatus.SUCCESS
    )


def unmade(*, before: dt.datetime, limit: int) -> "QuerySet[ReportGeneration]":
    """Give generations planned before an instant that have no file yet and are not over. To be called unscoped."""
    alive = ReportGeneration.objects.filter(status__in=ALIVE, generated_at__lt=before, file_path__isnull=True)
    return alive.order_by("generated_at")[:limit]


def prunable(*, now: dt.datetime, retention_days: int, limit: int) -> "QuerySet[ReportGeneration]":
    """Give generations whose file is kept longer than it should be, oldest first. To be called unscoped.

    A tenant's own retention shortens that of the installation; for both, 0 days (and no days of its own) are for ever.
    """
    days = Least(NullIf("tenant__retention_days", Value(0)), NullIf(Value(retention_days), Value(0)))
    kept_until = ExpressionWrapper(
        F("generated_at") + ExpressionWrapper(days * Value(dt.timedelta(days=1)), output_field=DurationField()),
        output_field=DateTimeField(),
    )
    kept = ReportGeneration.objects.filter(file_path__isnull=False).exclude(status__in=ALIVE)
    return kept.alias(kept_until=kept_until).filter(kept_until__lt=now).order_by("generated_at")[:limit]


def forget_file(generation: ReportGeneration) -> None:
    """Record that a generation's files were deleted; everything else of its history stays."""
    generation.file_path = None
    generation.metadata = {**(generation.metadata or {}), "fileDeleted": True}
    generation.save(update_fields=["file_path", "metadata"])


def note_failed_attempt(generation_id: UUID, error: OutbriefError) -> None:
    """Keep the reason of a failed attempt while a retry is due."""
    unmade = ReportGeneration.objects.filter(id=generation_id, file_path__isnull=True)
    unmade.filter(status=GenerationStatus.RUNNING).update(status=GenerationStatus.PENDING, error_message=str(error))


def fail(generation_id: UUID, error: OutbriefError) -> bool:
    """Record the final failure of a generation and whose turn it is; False when it is over or has its file already."""
    generation = ReportGeneration.objects.select_for_update().get(id=generation_id)
    if generation.status not in ALIVE or generation.file_path:
        return False
    generation.status = GenerationStatus.FAILED
    generation.error_message = str(error)
    generation.metadata = {**(generation.metadata or {}), "error": {"code": error.code, "blame": error.blame}}
    generation.save(update_fields=["status", "error_message", "metadata"])
    return True


def count_notice(generation_id: UUID) -> None:
    """Count one more mail to the owner about this generation, so that each gets a Message-ID of its own."""
    generation = ReportGeneration.objects.select_for_update().get(id=generation_id)
    generation.metadata = {**(generation.metadata or {}), "notices": notices(generation) + 1}
    generation.save(update_fields=["metadata"])


def notices(generation: ReportGeneration) -> int:
    """Tell how many mails about this generation its owner was to get."""
    return int((generation.metadata or {}).get("notices", 0))


def failures_in_a_row(schedule_id: UUID, *, blame: str, limit: int) -> int:
    """Count how many of the latest generations of a schedule failed one after the other by this party's fault."""
    latest = ReportGeneration.objects.filter(scheduled_report_id=schedule_id).exclude(
        status__in=[*ALIVE, GenerationStatus.SKIPPED]
    )
    count = 0
    for generation in latest.order_by("-generated_at", "-id")[:limit]:
        error = (generation.metadata or {}).get("error", {})
        if generation.status != GenerationStatus.FAILED or error.get("blame") != blame:
            break
        count += 1
    return count


def _as_json(file: ReportFile) -> dict[str, object]:
    made = file.artifact
    return {
        "format": file.format,
        "key": made.key,
        "filename": made.filename,
        "contentType": made.content_type,
        "size": made.size,
        "sha256": made.sha256,
        "rows": made.rows,
        "notes": list(made.notes),
    }


def _file(kept: Mapping[str, Any]) -> ReportFile:
    return ReportFile(
        format=ReportFormat(kept["format"]),
        artifact=Artifact(
            key=kept["key"],
            filename=kept["filename"],
            content_type=kept["contentType"],
            size=kept["size"],
            rows=kept["rows"],
            sha256=kept["sha256"],
            notes=tuple(kept["notes"]),
        ),
    )

"""What the pages show of schedules, generations, exports and deliveries: words and addresses, made in one place."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from outbrief.record import exports, generations
from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration, ScheduledReport
from outbrief.record.schedules import recurrence_of
from outbrief.run.links import Link, Target, make_token
from outbrief.run.report_files import link_to
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.export import ExportStatus
from outbrief.web import words
from outbrief.web.words import State

# A page is looked at for a while; a link on it that has ended is made anew by loading the page again.
_LINK_LASTS = dt.timedelta(hours=1)
WAITING = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
FAILED = (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED)


@dataclass(frozen=True, kw_only=True)
class ScheduleRow:
    """One schedule. `next_at` is in the schedule's own zone, empty while it is paused."""

    id: UUID
    name: str
    about: str
    when: str
    zone: str
    timezone: str
    recipients: int
    next_at: str
    next_iso: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class FileWords:
    """A file: how large it is and how many rows it has, and where it is downloaded (empty when it is gone)."""

    rows: str
    size: str
    download: str


@dataclass(frozen=True, kw_only=True)
class ReportFileRow:
    """One file of a report, in one of its formats."""

    name: str
    format: str
    sha256: str
    words: FileWords


@dataclass(frozen=True, kw_only=True)
class GenerationRow:
    """One run of a report, with what became of its mails."""

    id: UUID
    title: str
    about: str
    at: str
    at_iso: str
    state: State
    reason: str
    file: FileWords | None
    sent: int
    failed: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class ExportRow:
    """One export. `progress` is a percentage while it is under way, else None."""

    id: UUID
    title: str
    at: str
    at_iso: str
    state: State
    reason: str
    progress: int | None
    file: FileWords | None
    expires: str


@dataclass(frozen=True, kw_only=True)
class DeliveryRow:
    """One recipient of a generation, and what their mail server said; `at` is when it last changed."""

    id: UUID
    recipient: str
    state: State
    attempts: int
    answer: str
    sent_at: str
    at: str
    is_failed: bool


def schedule_row(schedule: ScheduledReport, *, now: dt.datetime) -> ScheduleRow:
    """Say a schedule."""
    recurrence = recurrence_of(schedule)
    kind = words.name(schedule.report_type).capitalize()
    period = words.name(schedule.date_range or "").replace("..", " to ")
    next_at = schedule.next_run_at
    return ScheduleRow(
        id=schedule.id,
        name=schedule.name,
        about=" · ".join((kind, period, format_words(schedule.format, schedule.config))),
        when=words.when(recurrence),
        zone=words.zone(schedule.timezone),
        timezone=schedule.timezone,
        recipients=len(schedule.recipients or ()),
        next_at=words.moment(next_at, schedule.timezone, now=now),
        next_iso=next_at.isoformat() if next_at else "",
        active=schedule.is_active,
    )


def generation_row(
    generation: ReportGeneration, statuses: dict[str, int], *, timezone: str, now: dt.datetime
) -> GenerationRow:
    """Say a generation; `statuses` counts its deliveries by status."""
    order = generations.order_of(generation)
    return GenerationRow(
        id=generation.id,
        title=order.title,
        about=f"{words.name(order.report_type).capitalize()} · {format_words(order.format, order.config)}",
        at=words.moment(generation.generated_at, timezone, now=now),
        at_iso=generation.generated_at.isoformat(),
        state=words.state(generation.status),
        reason=generation.error_message or "",
        file=report_file(generation, now=now),
        sent=statuses.get(DeliveryStatus.SENT, 0) + statuses.get(DeliveryStatus.DELIVERED, 0),
        failed=sum(statuses.get(status, 0) for status in FAILED),
        waiting=sum(statuses.get(status, 0) for status in WAITING),
    )


def export_row(job: ExportJob, *, timezone: str, now: dt.datetime) -> ExportRow:
    """Say an export."""
    ready = job.status == ExportStatus.COMPLETED and job.expires_at is not None and job.expires_at > now
    file = None
    if job.file_size_bytes is not None:
        link = _link("export", job.tenant_id, job.id, ends=job.expires_at) if ready and job.expires_at else ""
        file = _file(job.row_count, job.file_size_bytes, link)
    return ExportRow(
        id=job.id,
        title=export_title(job.export_type, job.format),
        at=words.moment(job.created_at, timezone, now=now),
        at_iso=job.created_at.isoformat(),
        state=words.state(job.status),
        reason=job.error_message or "",
        progress=job.progress if job.status in exports.ALIVE else None,
        file=file,
        expires=words.moment(job.expires_at, timezone, now=now) if ready else "",
    )


def export_title(dataset: str, fmt: str) -> str:
    """Call an export by what it holds: "Campaigns, CSV"."""
    return f"{dataset.capitalize()}, {words.name(fmt)}"


def rows_so_far(job: ExportJob) -> str:
    """Say how many rows of an export are written, of about how many."""
    expected = job.expected_rows or 0
    of = f" of about {words.grouped(expected)}" if expected >= (job.row_count or 0) else ""
    return f"{words.grouped(job.row_count or 0)}{of} rows"


def time_left(job: ExportJob, *, now: dt.datetime) -> str:
    """Say how long an export takes on, judged by its pace so far; empty as long as nobody can know."""
    rows, expected = job.row_count or 0, job.expected_rows or 0
    if job.started_at is None or not rows or rows >= expected:
        return ""
    seconds = (now - job.started_at).total_seconds() * (expected - rows) / rows
    if seconds < 90:
        return f"about {words.counted(max(1, round(seconds)), 'second', 'seconds')} left"
    return f"about {words.counted(round(seconds / 60), 'minute', 'minutes')} left"


def delivery_row(delivery: ReportDelivery, *, timezone: str, now: dt.datetime) -> DeliveryRow:
    """Say a delivery."""
    return DeliveryRow(
        id=delivery.id,
        recipient=delivery.recipient,
        state=words.state(delivery.status),
        attempts=delivery.attempts,
        answer=delivery.provider_answer,
        sent_at=words.moment(delivery.sent_at, timezone, now=now),
        at=words.moment(delivery.sent_at or delivery.updated_at, timezone, now=now),
        is_failed=delivery.status == DeliveryStatus.FAILED,
    )


def report_file(generation: ReportGeneration, *, now: dt.datetime) -> FileWords | None:
    """Say the file of a generation, with a fresh link; None when it has had none."""
    if generation.file_size_bytes is None:
        return None
    link = _link("report", generation.tenant_id, generation.id, ends=now + _LINK_LASTS) if generation.file_path else ""
    return _file(generation.row_count, generation.file_size_bytes, link)


def report_files(generation: ReportGeneration, *, now: dt.datetime) -> list[ReportFileRow]:
    """Say every file of a generation, the main one first, with fresh links while they are kept."""
    rows = []
    for file in generations.files_of(generation):
        made, link = file.artifact, ""
        if generation.file_path:
            token = make_token(link_to(generation, file), expires_at=now + _LINK_LASTS)
            link = reverse("web:download", kwargs={"target": "report", "token": token})
        said = _file(made.rows, made.size, link)
        rows.append(ReportFileRow(name=made.filename, format=words.name(file.format), sha256=made.sha256, words=said))
    return rows


def delivery_counts(runs: Sequence[ReportGeneration]) -> dict[UUID, dict[str, int]]:
    """Count the deliveries of each generation by status, in one query."""
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = ReportDelivery.objects.filter(generation_id__in=[run.id for run in runs])
    for generation_id, status, count in rows.values_list("generation_id", "status").annotate(Count("id")):
        counts[generation_id][status] = count
    return counts


def format_words(main: str, config: Mapping[str, object] | None) -> str:
    """Say the formats that a report is asked for in: "PDF, Excel"."""
    further = (config or {}).get("formats")
    names = dict.fromkeys([main, *(further if isinstance(further, list) else [])])
    return ", ".join(words.name(str(name)) for name in names)


def _file(rows: int | None, size: int, download: str) -> FileWords:
    return FileWords(rows=words.counted(rows or 0, "row", "rows"), size=words.size(size), download=download)


def _link(target: Target, tenant_id: UUID, object_id: UUID, *, ends: dt.datetime) -> str:
    token = make_token(Link(target=target, tenant_id=tenant_id, object_id=object_id), expires_at=ends)
    return reverse("web:download", kwargs={"target": target, "token": token})

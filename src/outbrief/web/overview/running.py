"""What runs now: exports and reports under way, and how far each is."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from outbrief.access import Actor
from outbrief.record import exports, generations
from outbrief.record.models import ExportJob, ReportGeneration
from outbrief.terms.export import ExportStatus
from outbrief.terms.report import GenerationStatus
from outbrief.web import words
from outbrief.web.rows import delivery_counts, format_words

MOST = 8
_WAITING = ("pending", "sending")


@dataclass(frozen=True, kw_only=True)
class Running:
    """Something under way. `percent` is None while nobody knows how far it is."""

    title: str
    said: str
    address: str
    percent: int | None


def running_now(actor: Actor, *, now: dt.datetime) -> list[Running]:
    """Give what is under way, the newest of each kind first; in the tenant's scope."""
    alive = generations.newest_first().filter(status__in=generations.ALIVE)
    runs = list(alive[:MOST])
    mails = delivery_counts([run for run in runs if run.file_path])
    jobs = exports.newest_first().filter(status__in=exports.ALIVE)[:MOST] if "export" in actor.verbs else ()
    return [*(_export(job, now=now) for job in jobs), *(_report(run, mails.get(run.id, {})) for run in runs)]


def _export(job: ExportJob, *, now: dt.datetime) -> Running:
    percent = job.progress if job.status == ExportStatus.PROCESSING else None
    said = ["Waiting for its turn" if percent is None else _rows(job)]
    if percent and job.started_at and (left := _left(job.started_at, percent, now=now)):
        said.append(left)
    return Running(
        title=f"{job.export_type.capitalize()}, {words.name(job.format)}",
        said=" · ".join(said),
        address=reverse("web:export", kwargs={"export_id": job.id}),
        percent=percent,
    )


def _rows(job: ExportJob) -> str:
    if not job.expected_rows:
        return words.counted(job.row_count or 0, "row", "rows")
    return f"{words.grouped(job.row_count or 0)} of about {words.counted(job.expected_rows, 'row', 'rows')}"


def _left(started_at: dt.datetime, percent: int, *, now: dt.datetime) -> str:
    seconds = (now - started_at).total_seconds() * (100 - percent) / percent
    if seconds <= 0:
        return ""
    return f"about {round(seconds)} s left" if seconds < 90 else f"about {round(seconds / 60)} min left"


def _report(run: ReportGeneration, mails: dict[str, int]) -> Running:
    order = generations.order_of(run)
    said, percent = "Being made", run.progress or None
    if run.status == GenerationStatus.PENDING:
        said, percent = ("Failed once, will be tried again" if run.error_message else "Waiting for its turn"), None
    elif run.file_path:
        every = sum(mails.values())
        done = every - sum(mails.get(status, 0) for status in _WAITING)
        said, percent = f"Mailed to {done} of {every}", (100 * done // every if every else None)
    return Running(
        title=order.title,
        said=f"{words.name(order.report_type).capitalize()}, {format_words(order.format, order.config)} · {said}",
        address=reverse("web:generation", kwargs={"generation_id": run.id}),
        percent=percent,
    )

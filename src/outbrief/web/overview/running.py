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
from outbrief.web.rows import WAITING, delivery_counts, export_title, format_words, rows_so_far, time_left

MOST = 8


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
    said = ["Waiting for its turn"] if percent is None else [rows_so_far(job), time_left(job, now=now)]
    return Running(
        title=export_title(job.export_type, job.format),
        said=" · ".join(filter(None, said)),
        address=reverse("web:export", kwargs={"export_id": job.id}),
        percent=percent,
    )


def _report(run: ReportGeneration, mails: dict[str, int]) -> Running:
    order = generations.order_of(run)
    said, percent = "Being made", run.progress or None
    if run.status == GenerationStatus.PENDING:
        said, percent = ("Failed once, will be tried again" if run.error_message else "Waiting for its turn"), None
    elif run.file_path:
        every = sum(mails.values())
        done = every - sum(mails.get(status, 0) for status in WAITING)
        said, percent = f"Mailed to {done} of {every}", (100 * done // every if every else None)
    return Running(
        title=order.title,
        said=f"{words.name(order.report_type).capitalize()}, {format_words(order.format, order.config)} · {said}",
        address=reverse("web:generation", kwargs={"generation_id": run.id}),
        percent=percent,
    )

"""The page of one generation: what was asked, what was promised, what came of it."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, acting, find
from outbrief.record import generations as record
from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.run import report_files as kept
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.errors import StoreUnavailable
from outbrief.terms.report import Trigger
from outbrief.web import words
from outbrief.web.frame import page
from outbrief.web.generations.wording import STARTED_BY, progress_of, times_of, trouble_of
from outbrief.web.members import members
from outbrief.web.order_words import asked_words
from outbrief.web.rows import delivery_counts, delivery_row, report_files

_ON_A_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """One way to narrow the deliveries: to one state, or none."""

    name: str
    count: str
    address: str
    is_current: bool


@require_safe
@members("read", in_transaction=False)
def generation(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Show one generation."""
    with acting(actor, "read"):
        run = find(record.get, generation_id)
    # The store may be far away: no transaction is open while it is read.
    document, is_away = _document(run)
    with acting(actor, "read"):
        context = {**_context(request, actor, run), "document": document, "store_is_away": is_away}
        return page(request, actor, "web/generations/generation.html", context)


@require_safe
@members("read")
def progress(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Say how far a generation is; when it came to another stage than the page shows, the page loads itself again."""
    run = find(record.get, generation_id)
    far = progress_of(run, delivery_counts([run])[run.id])
    if HtmxDetails(request) and request.GET.get("seen") != far.stage:
        return HttpResponse(headers={"HX-Refresh": "true"})
    template = "web/generations/_progress.html" if HtmxDetails(request) else "web/generations/progress.html"
    return page(request, actor, template, {"run": run, "progress": far, "title": record.order_of(run).title})


def _document(run: ReportGeneration) -> tuple[SafeString | None, bool]:
    """Give the document as it was sent, and whether the store that has it does not answer."""
    try:
        html = kept.read_page(run)
    except StoreUnavailable:
        return None, True
    # Written by render/page.py, which escapes every text; its digest shows that it is still what was written.
    return (mark_safe(html) if html else None), False  # noqa: S308


def _context(request: HttpRequest, actor: Actor, run: ReportGeneration) -> dict[str, object]:
    now, timezone = dt.datetime.now(dt.UTC), actor.timezone
    order = record.order_of(run)
    statuses = delivery_counts([run])[run.id]
    alive = run.status in record.ALIVE
    schedule = run.scheduled_report
    every = ReportDelivery.objects.filter(generation=run)
    sent = every.aggregate(first=Min("sent_at"), last=Max("sent_at"))
    return {
        "run": run,
        "title": order.title,
        "state": words.state(run.status),
        "progress": progress_of(run, statuses),
        "trouble": trouble_of(run),
        "schedule": schedule if schedule and schedule.deleted_at is None else None,
        "asked": asked_words(order),
        "times": times_of(run, order, (sent["first"], sent["last"]), timezone=timezone, now=now),
        "took": words.duration(run.generation_time_ms) if run.generation_time_ms is not None else "",
        "started_by": STARTED_BY[Trigger(run.trigger)],
        "files": report_files(run, now=now),
        "notes": (run.metadata or {}).get("notes", []),
        "failed": 0 if alive or not run.file_path else statuses.get(DeliveryStatus.FAILED, 0),
        "timezone": words.zone(timezone),
        **_deliveries(request, run, statuses, timezone=timezone, now=now),
    }


def _deliveries(
    request: HttpRequest, run: ReportGeneration, statuses: dict[str, int], *, timezone: str, now: dt.datetime
) -> dict[str, object]:
    """Give a page of the deliveries in the order of their recipients, narrowed to the state that the address names."""
    chosen = request.GET.get("state", "")
    rows = ReportDelivery.objects.filter(generation=run).order_by("recipient")
    if chosen in statuses:
        rows = rows.filter(status=chosen)
    after = request.GET.get("after", "")
    found = list(rows.filter(recipient__gt=after)[: _ON_A_PAGE + 1])
    more = found[_ON_A_PAGE - 1].recipient if len(found) > _ON_A_PAGE else ""
    kept_state = {"state": chosen} if chosen in statuses else {}
    return {
        "deliveries": [delivery_row(row, timezone=timezone, now=now) for row in found[:_ON_A_PAGE]],
        "delivery_count": sum(statuses.values()),
        "choices": _choices(statuses, chosen),
        "first_page": f"?{urlencode(kept_state)}#deliveries" if after else "",
        "next_page": f"?{urlencode({**kept_state, 'after': more})}#deliveries" if more else "",
    }


def _choices(statuses: dict[str, int], chosen: str) -> list[_Choice]:
    if len(statuses) < 2:
        return []
    every = _Choice(
        name="All",
        count=words.grouped(sum(statuses.values())),
        address="?#deliveries",
        is_current=chosen not in statuses,
    )
    return [every] + [
        _Choice(
            name=words.state(status).word,
            count=words.grouped(statuses[status]),
            address=f"?{urlencode({'state': status})}#deliveries",
            is_current=chosen == status,
        )
        for status in DeliveryStatus
        if status in statuses
    ]

"""The page of one schedule: its settings in words, what is next, its recipients, its history."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outbrief.access import Actor, find
from outbrief.record import generations, history
from outbrief.record import schedules as record
from outbrief.record.cursors import page_of
from outbrief.record.models import ScheduledReport
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import plan
from outbrief.run.schedules import look_at_recipients
from outbrief.web import words
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.order_words import asked_words
from outbrief.web.rows import delivery_counts, generation_row, schedule_row
from outbrief.web.schedules.dates import next_dates
from outbrief.web.schedules.wording import RUNS_SHOWN, standing_of, strip_of
from outbrief.web.words import State

_ON_A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class RecipientRow:
    """A recipient: why they get no mail, if they get none, and what became of their last one."""

    address: str
    trouble: str
    state: State | None = None
    answer: str = ""
    sent_at: str = ""
    generation_id: UUID | None = None


@require_safe
@members("read")
def schedule(request: HttpRequest, actor: Actor, schedule_id: UUID) -> HttpResponse:
    """Show one schedule."""
    now = dt.datetime.now(dt.UTC)
    tenant = tenant_facts(actor.tenant_id)
    shown = find(record.get, schedule_id)
    theirs = generations.newest_first().filter(scheduled_report_id=shown.id)
    runs, following = page_of(theirs, newest_by="generated_at", cursor=request.GET.get("cursor"), limit=_ON_A_PAGE)
    counts = delivery_counts(runs)
    last = history.latest_runs([shown.id], each=RUNS_SHOWN)[shown.id]
    order = plan.order_for(shown)
    context = {
        "schedule": shown,
        "row": schedule_row(shown, now=now),
        "next_away": words.away(shown.next_run_at, now=now) if shown.next_run_at else "",
        "standing": standing_of(shown, last),
        "strip": strip_of(last, timezone=shown.timezone, now=now),
        "settings": [*asked_words(order), ("Told of failures", order.notify or "The owner")],
        "dates": next_dates(record.recurrence_of(shown), now=now),
        "recipients": _recipients(shown, tenant, now=now),
        "runs": [generation_row(run, counts[run.id], timezone=shown.timezone, now=now) for run in runs],
        "following": following,
        "latest": theirs.filter(file_path__isnull=False).first(),
    }
    return page(request, actor, "web/schedules/schedule.html", context)


def _recipients(shown: ScheduledReport, tenant: TenantFacts, *, now: dt.datetime) -> list[RecipientRow]:
    mails = history.last_mails(shown.id)
    rows = []
    for seen in look_at_recipients(tenant, shown.recipients or []):
        mail, trouble = mails.get(seen.address), seen.problem or seen.warning
        if mail is None:
            rows.append(RecipientRow(address=seen.address, trouble=trouble))
            continue
        rows.append(
            RecipientRow(
                address=seen.address,
                trouble=trouble,
                state=words.state(mail.status),
                answer=mail.answer,
                sent_at=words.moment(mail.sent_at, shown.timezone, now=now),
                generation_id=mail.generation_id,
            )
        )
    return rows

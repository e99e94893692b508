"""The list of schedules."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.record import history
from outbrief.record import schedules as record
from outbrief.record.cursors import page_of
from outbrief.terms.report import ReportType
from outbrief.web import words
from outbrief.web.frame import page, workspace_chosen
from outbrief.web.members import members
from outbrief.web.schedules.wording import RUNS_SHOWN, headlines, listed

_ON_A_PAGE = 30
_MONTH = dt.timedelta(days=30)
_STATES = (("active", "Active", True), ("paused", "Paused", False))


@require_safe
@members("read")
def schedules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the schedules, newest first: those that the address asks for by name, state, type and workspace."""
    now = dt.datetime.now(dt.UTC)
    asked = {key: request.GET.get(key, "").strip() for key in ("q", "state", "type")}
    workspace = workspace_chosen(request)
    wanted = record.matching(
        name=asked["q"],
        active=next((active for name, _, active in _STATES if name == asked["state"]), None),
        report_type=asked["type"],
        workspace_id=workspace.id if workspace else None,
    )
    rows, following = page_of(wanted, newest_by="created_at", cursor=request.GET.get("cursor"), limit=_ON_A_PAGE)
    runs = history.latest_runs([row.id for row in rows], each=RUNS_SHOWN)
    due = record.next_due()
    context = {
        "schedules": [listed(row, runs[row.id], now=now) for row in rows],
        "following": following,
        "asked": asked,
        "narrowed": any(asked.values()) or workspace is not None,
        "types": words.choices(ReportType),
        "states": [(name, word) for name, word, _ in _STATES],
        "headlines": headlines(history.punctuality(actor.tenant_id, since=now - _MONTH)),
        "due": due,
        "due_at": words.moment(due.next_run_at, due.timezone, now=now) if due else "",
        "due_zone": words.zone(due.timezone) if due else "",
    }
    return page(request, actor, "web/schedules/schedules.html", context)

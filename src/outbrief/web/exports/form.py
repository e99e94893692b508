"""The form of an export: which rows and columns of which dataset, in which format, with a sample beside."""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, acting
from outbrief.record import schedules
from outbrief.record.exports import ExportOrder
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import exports as run
from outbrief.terms.calendar import DateRange
from outbrief.terms.columns import CATALOGUE
from outbrief.terms.errors import InvalidInput, OutbriefError, TooMany
from outbrief.web import words
from outbrief.web.exports import choices as chosen
from outbrief.web.exports.choices import DAYS_CHOSEN, Choices
from outbrief.web.exports.order import Problems, order_of
from outbrief.web.exports.sample_words import SampleWords, sample_words
from outbrief.web.exports.wording import DATASETS, FORMATS, example, operators
from outbrief.web.frame import page
from outbrief.web.ids import read_id
from outbrief.web.members import members

_PERIODS = [("", "All days"), *words.choices(DateRange), (DAYS_CHOSEN, "From … to …")]
_COLUMN_BUTTONS = [("all", "All"), ("none", "None"), ("reset", "Reset")]


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """The form as it is shown.

    `once` is one for each time it is shown; `focus` is `filters` (the button that adds one), `added` (the last filter)
    or the value of a button that moves a column.
    """

    choices: Choices
    problems: Problems
    once: str
    focus: str = ""
    sample: SampleWords | None = None
    status: int = 200


@require_http_methods(["GET", "HEAD", "POST"])
@members("export", in_transaction=False)
def new_export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the form as the address asks; on POST change it, show a sample, or make the export."""
    now = dt.datetime.now(dt.UTC)
    once = str(uuid.uuid4())
    if request.method != "POST":
        return _form(request, actor, _Shown(choices=chosen.from_address(request.GET), problems=Problems(), once=once))
    posted, target = request.POST, _target(request)
    choices, focus = chosen.from_form(posted), ""
    # The script sends the button that has the focus along with what it asks for by itself.
    if target != "sample":
        choices, focus = _changed(choices, posted)
    finished = target is None and posted.get("do") == "export"
    unseen = posted.get("columns_of") != choices.dataset.value
    if finished and not unseen:
        return _make(request, actor, choices, now=now)
    with acting(actor, "export"):
        tenant, workspaces = tenant_facts(actor.tenant_id), _workspaces()
    order, problems = order_of(choices, tenant, workspaces, now=now, finished=False)
    if finished:
        problems.places["dataset"] = (
            "These are the columns of the dataset that you have changed to. Look at them first."
        )
    sample = _sample(actor, tenant, order, problems, now=now) if target in (None, "sample") else None
    status = 422 if finished else 200
    shown = _Shown(choices=choices, problems=problems, once=once, focus=focus, sample=sample, status=status)
    return _form(request, actor, shown)


def _changed(choices: Choices, posted: QueryDict) -> tuple[Choices, str]:
    """Give the form after the button that was pressed, and what has the focus then."""
    buttons: Mapping[str, tuple[str, Callable[[str], Choices]]] = {
        "move": (posted.get("move", ""), lambda step: chosen.moved(choices, step)),
        "columns": ("", lambda which: chosen.with_columns(choices, which)),
        "add": ("added", lambda _: chosen.with_filter(choices)),
        "drop": ("filters", lambda number: chosen.without_filter(choices, number)),
    }
    for name, (focus, change) in buttons.items():
        if name in posted:
            return change(str(posted[name])), focus
    return choices, ""


def _sample(
    actor: Actor, tenant: TenantFacts, order: ExportOrder, problems: Problems, *, now: dt.datetime
) -> SampleWords | None:
    """Give the sample; None when there is something to mend first."""
    if problems:
        return None
    try:
        return sample_words(run.sample(tenant, order, now=now), timezone=actor.timezone)
    except InvalidInput as problem:
        problems.put(problem)
    except OutbriefError as error:
        problems.whole.append(f"There is no sample at the moment. {error}")
    return None


def _make(request: HttpRequest, actor: Actor, choices: Choices, *, now: dt.datetime) -> HttpResponse:
    """Ask for the export and go to its page; say what is wrong beside it, with everything kept."""
    once, status = request.POST.get("once", ""), 422
    with acting(actor, "export"):
        tenant = tenant_facts(actor.tenant_id)
        order, problems = order_of(choices, tenant, _workspaces(), now=now, finished=True)
        if not problems:
            try:
                job, _ = run.request_export(
                    tenant,
                    order,
                    user_id=actor.user_id,
                    actor=actor.name,
                    idempotency_key=_key(once, order),
                    now=now,
                )
            except TooMany as error:
                problems.whole.append(f"{error} What you have chosen is kept here.")
                status = error.status
            except InvalidInput as problem:
                problems.put(problem)
            else:
                return redirect("web:export", export_id=job.id)
    shown = _Shown(choices=choices, problems=problems, once=once or str(uuid.uuid4()), status=status)
    return _form(request, actor, shown)


def _key(once: str, order: ExportOrder) -> str | None:
    """Give the key under which a second click asks for the same export, and a changed form for another."""
    shown = read_id(once)
    if shown is None:
        return None
    asked = [order.export_type, order.format, list(order.fields), dict(order.filters), order.date_range]
    return f"page:{uuid.uuid5(shown, json.dumps(asked))}"


def _form(request: HttpRequest, actor: Actor, shown: _Shown) -> HttpResponse:
    choices, problems = shown.choices, shown.problems
    address = f"{reverse('web:new-export')}?{choices.query}"
    context = {
        "choices": choices,
        "problems": problems,
        "once": shown.once,
        "focus": shown.focus,
        "sample": shown.sample,
        "address": address,
        "fields": _fields(choices),
        "columns": CATALOGUE[choices.dataset],
        "column_buttons": _COLUMN_BUTTONS,
        "filters": _filters(shown),
        "datasets": [(one, one.value.capitalize(), about) for one, (about, _) in DATASETS.items()],
        "formats": [(one.value, words.name(one.value), about) for one, about in FORMATS.items()],
        "periods": _PERIODS,
        "period_means": DATASETS[choices.dataset][1],
        "timezone": words.zone(actor.timezone),
    }
    if _target(request) == "sample":
        looked = render(request, "web/exports/_look.html", context)
        looked["HX-Replace-Url"] = address
        return looked
    with acting(actor, "export"):
        response = page(request, actor, "web/exports/new.html", context, status=shown.status)
    if _target(request):
        response["HX-Trigger"] = "stale"
    return response


def _target(request: HttpRequest) -> str | None:
    """Give the id of the part that the page asks for by script, None when a browser asks for the page."""
    return HtmxDetails(request).target


def _workspaces() -> dict[str, str]:
    return {str(workspace_id): name for workspace_id, name in schedules.workspace_names()}


def _fields(choices: Choices) -> list[dict[str, object]]:
    labels = {column.key: column.label for column in CATALOGUE[choices.dataset]}
    return [
        {"key": key, "label": labels[key], "chosen": key in choices.chosen, "up": f"up:{key}", "down": f"down:{key}"}
        for key in choices.order
    ]


def _filters(shown: _Shown) -> list[dict[str, object]]:
    choices = shown.choices
    kinds = {column.key: column.kind for column in CATALOGUE[choices.dataset]}
    return [
        {
            "number": number,
            "id": str(number),
            "row": row,
            "operators": list(operators(kinds[row.column]).items()),
            "example": example(kinds[row.column], row.operator),
            "wrong": shown.problems.filters.get(number, ""),
            "is_added": shown.focus == "added" and number == len(choices.filters) - 1,
        }
        for number, row in enumerate(choices.filters)
    ]

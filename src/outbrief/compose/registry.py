"""The way in: what a report needs to know, and the document made of the answers."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from outbrief.compose import campaign, deliverability, domain_health, overall, wording, workspace_summary
from outbrief.compose.parts import Answers, Body, is_empty
from outbrief.terms.calendar import check_timezone, period_label
from outbrief.terms.document import Document
from outbrief.terms.locale import writing_in
from outbrief.terms.question import AnyQuestion
from outbrief.terms.report import ReportType
from outbrief.terms.report_request import ReportRequest


class _Composer(Protocol):
    def __call__(self, request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Body: ...


@dataclass(frozen=True, kw_only=True)
class _Report:
    questions: Callable[[ReportRequest], dict[str, AnyQuestion]]
    body: _Composer


_REPORTS = {
    ReportType.CAMPAIGN: _Report(questions=campaign.questions, body=campaign.body),
    ReportType.OVERALL: _Report(questions=overall.questions, body=overall.body),
    ReportType.DELIVERABILITY: _Report(questions=deliverability.questions, body=deliverability.body),
    ReportType.WORKSPACE_SUMMARY: _Report(questions=workspace_summary.questions, body=workspace_summary.body),
    ReportType.DOMAIN_HEALTH: _Report(questions=domain_health.questions, body=domain_health.body),
}


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Give everything the report needs to ask, by name."""
    return _REPORTS[request.report_type].questions(request)


def compose(request: ReportRequest, answers: Mapping[str, pa.Table], *, as_of: dt.datetime) -> Document:
    """Make the document from the answers to `questions(request)`, one Arrow table for each name.

    `as_of` is the aware instant at which the facts were read; days after it are gaps in the charts.
    """
    with writing_in(request.look.locale):
        return _composed(request, answers, as_of=as_of)


def _composed(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Document:
    body = _REPORTS[request.report_type].body(request, answers, as_of=as_of)
    return Document(
        report_type=request.report_type,
        title=request.title,
        brand=request.brand,
        scope=request.scope,
        period_label=period_label(request.period),
        comparison_label=period_label(request.comparison),
        timezone=request.timezone,
        as_of=as_of,
        sections=body.sections,
        main_table=body.main_table,
        notes=_notes(request, as_of) + body.notes,
        empty=is_empty(answers),
        look=request.look,
    )


def _notes(request: ReportRequest, as_of: dt.datetime) -> tuple[str, ...]:
    local = as_of.astimezone(check_timezone(request.timezone))
    # Every format says by itself as of when the figures are.
    notes = []
    if local.date() < request.period.end:
        notes.append(f"The period lasts to {wording.day_text(request.period.last)}; its figures will still change.")
    notes += [
        f"Messages count for the day they were sent ({request.timezone}); what comes back later is added to that day.",
        "Delivery and bounce rates are shares of the messages sent; open, click, reply, complaint and unsubscribe "
        "rates of those delivered. ± is the 95 % interval.",
        "Opens are counted by a picture in the mail, which some mail programs load unasked and others never: read "
        "them as a direction.",
    ]
    return tuple(notes)

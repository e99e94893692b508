"""The way in: what a report needs to know, and the document made of the answers."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from outbrief.compose import campaign, deliverability, domain_health, overall, wording, workspace_summary
from outbrief.compose.chosen import days_table, part_of
from outbrief.compose.measures import count
from outbrief.compose.parts import Answers, Given, Part, Report
from outbrief.compose.questions import everything, merged
from outbrief.terms.calendar import period_label
from outbrief.terms.choices import unknown
from outbrief.terms.document import Document, Figures, Findings, Section
from outbrief.terms.errors import InvalidInput
from outbrief.terms.layout import ChartSection, LayoutSection, Standard, TableSection
from outbrief.terms.locale import writing_in
from outbrief.terms.question import COUNTS, AnyQuestion
from outbrief.terms.report import ReportType
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Table

_REPORTS: dict[ReportType, Report] = {
    ReportType.CAMPAIGN: campaign.REPORT,
    ReportType.OVERALL: overall.REPORT,
    ReportType.DELIVERABILITY: deliverability.REPORT,
    ReportType.WORKSPACE_SUMMARY: workspace_summary.REPORT,
    ReportType.DOMAIN_HEALTH: domain_health.REPORT,
}
# Their parts are sums over messages, which months made of days do not hold.
_NOT_BY_MONTH = ("avg_time_to_open", "avg_time_to_click")


def section_keys(report_type: ReportType) -> tuple[str, ...]:
    """Give the keys of the sections that a type of report composes by itself, in its own order."""
    return tuple(part.key for part in _REPORTS[report_type].parts)


def check_layout(report_type: ReportType, sections: Sequence[LayoutSection], *, field: str = "config.sections") -> None:
    """Check that a type of report has the sections asked for.

    InvalidInput names the place below `field`, such as `config.sections[2]`, and lists what there is.
    """
    for number, section in enumerate(sections):
        place = f"{field}[{number}]"
        if isinstance(section, Standard) and part_of(section, _REPORTS[report_type]) is None:
            raise unknown(section.key, section_keys(report_type), field=place)
        if isinstance(section, ChartSection | TableSection) and section.by == "month":
            _check_by_month(section, place)


def _check_by_month(section: ChartSection | TableSection, field: str) -> None:
    ordered = (section.order_by,) if isinstance(section, TableSection) else ()
    for measure in (*section.measures, *ordered):
        if measure in _NOT_BY_MONTH:
            raise InvalidInput("Times to open and click are not known by month.", field=field, hint="Take them by day.")


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Give everything the report needs to ask, by name: always `totals` and `totals_before`.

    Raises InvalidInput as `check_layout` does.
    """
    check_layout(request.report_type, request.sections)
    always = everything("totals", "totals_before")(request)
    return merged([always, *(part.needs(request) for part in _parts(request))])


def compose(request: ReportRequest, answers: Mapping[str, pa.Table], *, as_of: dt.datetime) -> Document:
    """Make the document from the answers to `questions(request)`, one Arrow table for each name.

    `as_of` is the aware instant at which the facts were read; days after it are gaps in the charts.
    """
    with writing_in(request.look.locale):
        return _composed(request, answers, as_of=as_of)


def _parts(request: ReportRequest) -> tuple[Part, ...]:
    """Give the parts of the report: those of its type, or those of its layout and a table for CSV."""
    report = _REPORTS[request.report_type]
    if not request.sections:
        return report.parts
    parts = tuple(part for section in request.sections if (part := part_of(section, report)))
    return parts if any(part.always for part in parts) else (*parts, days_table(request))


def _composed(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Document:
    given = Given(request=request, answers=answers, as_of=as_of)
    sections = _named_apart(section for part in _parts(request) if (section := part.make(given)))
    report = _REPORTS[request.report_type]
    return Document(
        report_type=request.report_type,
        title=request.title,
        brand=request.brand,
        scope=request.scope,
        period_label=period_label(request.period),
        comparison_label=period_label(request.comparison),
        timezone=request.timezone,
        as_of=as_of,
        sections=sections,
        main_table=_main_table(request, report, sections),
        notes=_notes(given) + report.notes,
        empty=not any(count(given.totals, name) for name in COUNTS),
        look=request.look,
    )


def _main_table(request: ReportRequest, report: Report, sections: Iterable[Section]) -> str:
    """Give the key of the table that CSV holds: that of the type, or the first of a layout."""
    tables = [section.key for section in sections if isinstance(section, Table)]
    return tables[0] if request.sections else report.main_table


def _named_apart(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Number the keys of sections that a layout holds twice."""
    seen: dict[str, int] = {}
    apart: list[Section] = []
    for section in sections:
        if not isinstance(section, Figures | Findings):
            seen[section.key] = times = seen.get(section.key, 0) + 1
            section = replace(section, key=f"{section.key}{times}") if times > 1 else section  # noqa: PLW2901
        apart.append(section)
    return tuple(apart)


def _notes(given: Given) -> tuple[str, ...]:
    request = given.request
    # Every format says by itself as of when the figures are.
    notes = []
    if given.running:
        notes.append(f"The period lasts to {wording.day_text(request.period.last)}; its figures will still change.")
    notes += [
        f"Messages count for the day they were sent ({request.timezone}); what comes back later is added to that day.",
        "Delivery and bounce rates are shares of the messages sent; open, click, reply, complaint and unsubscribe "
        "rates of those delivered. ± or the range is the 95 % interval. Rates changed only where the change is "
        "more than chance explains (two-proportion test, 95 %); its interval stands beside it. Rates of fewer than 50 "
        "messages are too few to tell.",
        "Opens are counted by a picture in the mail, which some mail programs load unasked and others never: read "
        "them as a direction.",
    ]
    return tuple(notes)

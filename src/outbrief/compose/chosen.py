"""The sections that a layout describes by itself: figures, charts and tables of measures, text, recommendations."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow as pa

from outbrief.compose import chance, figures, wording
from outbrief.compose.charts import bars_chart, days_chart, months_chart
from outbrief.compose.markdown import blocks_of
from outbrief.compose.measures import LABELS, Row, number, parts_of, picked, rows_of
from outbrief.compose.months import months_shown, months_table
from outbrief.compose.parts import MOST_ROWS, Given, Part, Report
from outbrief.compose.questions import BY, Needs, asks
from outbrief.compose.tables import CAMPAIGN, DAY, RECIPIENT_DOMAIN, SENDING_DOMAIN, WORKSPACE, measures_table
from outbrief.terms.document import Block, Chart, Finding, Findings, Section, Span, Text
from outbrief.terms.layout import (
    By,
    ChartSection,
    LayoutSection,
    Recommendations,
    Standard,
    SummaryMetrics,
    TableSection,
    TextSection,
)
from outbrief.terms.question import AVERAGES, SHOWN_RATE_PARTS, camel
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Column, Table

_NAMES: dict[By, dict[str, Column]] = {
    "day": DAY,
    "campaign": CAMPAIGN,
    "workspace": WORKSPACE,
    "sending_domain": SENDING_DOMAIN,
    "recipient_domain": RECIPIENT_DOMAIN,
}
_NOUNS: dict[By, str] = {
    "day": "Days",
    "month": "Months",
    "campaign": "Campaigns",
    "workspace": "Workspaces",
    "sending_domain": "Sending domains",
    "recipient_domain": "Recipient domains",
}
_USUAL_ORDER = "sent"


def part_of(section: LayoutSection, report: Report) -> Part | None:
    """Give the part that a layout's section means in this type of report; None for a key that it does not have."""
    match section:
        case Standard(key=key):
            return report.part(key)
        case SummaryMetrics(measures=measures):
            return Part(key="summary", make=_summary(measures, report))
        case ChartSection():
            return Part(key=_chart_key(section), make=_chart(section), needs=_asked(section))
        case TableSection():
            return Part(key=_table_key(section), make=_table(section), needs=_asked(section), always=True)
        case TextSection(markdown=markdown, title=title):
            return Part(key="text", make=lambda _: Text(key="text", title=title, blocks=blocks_of(markdown)))
        case Recommendations(title=title):
            found = report.part("findings")
            return None if found is None else replace(found, key="recommendations", make=_advice(found, title))


def days_table(request: ReportRequest) -> Part:
    """Give the small table of figures by day that a document without a table of its own has for CSV."""
    section = TableSection(by="day", measures=request.measures or figures.USUAL, title="By day")
    return Part(key="byDay", make=_table(section), needs=_asked(section), always=True)


def _asked(section: ChartSection | TableSection) -> Needs:
    name = BY[section.by]
    wanted = (*section.measures, *([section.order_by] if isinstance(section, TableSection) else []))
    averages = tuple(measure for measure in dict.fromkeys(wanted) if measure in AVERAGES)
    if section.by == "month":
        return asks(name)
    with_before = isinstance(section, ChartSection) and section.by == "day"
    return asks(name, *([f"{name}_before"] if with_before else []), averages=averages)


def _chart_key(section: ChartSection) -> str:
    return f"{'_'.join(section.measures)}_by_{section.by}"


def _table_key(section: TableSection) -> str:
    return camel(f"{section.by}_by_{section.order_by}")


def _summary(measures: tuple[str, ...], report: Report) -> Callable[[Given], Section]:
    return lambda given: figures.figures_of(given, measures or given.measures(report.figures))


def _chart(section: ChartSection) -> Callable[[Given], Chart | None]:
    key = _chart_key(section)
    said = " and ".join(filter(None, (", ".join(_lower(section.measures[:-1])), *_lower(section.measures[-1:]))))
    if section.by == "day":
        title = section.title or wording.sentence(f"{said} by day")
        # The days before of several measures would be a thicket.
        return days_chart(key, title, section.measures, with_before=len(section.measures) == 1)
    if section.by == "month":
        title = section.title or wording.sentence(f"{said} by month")
        return lambda given: months_chart(key, title, months_shown(given), section.measures)
    [measure, *_] = section.measures
    title = section.title or wording.sentence(f"{said} by {_NOUNS[section.by].lower().removesuffix('s')}")
    dimension, name = section.by, BY[section.by]
    return lambda given: bars_chart(
        key,
        title,
        _ranked(given.answers[name], measure, MOST_ROWS),
        dimension=dimension,
        measure=measure,
        of=given.counted(name),
    )


def _lower(measures: Sequence[str]) -> list[str]:
    return [LABELS[measure].lower() for measure in measures]


def _table(section: TableSection) -> Callable[[Given], Table]:
    key = _table_key(section)
    by_order = section.order_by != _USUAL_ORDER or section.ascending
    order = f" by {LABELS[section.order_by].lower()}{', lowest first' if section.ascending else ''}"
    title = section.title or f"{_NOUNS[section.by]}{order if by_order else ''}"
    if section.by == "month":
        return lambda given: _months(given, section, key=key, title=title)
    return lambda given: _rows_table(given, section, key=key, title=title)


def _rows_table(given: Given, section: TableSection, *, key: str, title: str) -> Table:
    answer = given.answers[BY[section.by]]
    chronological = section.by == "day" and section.order_by == _USUAL_ORDER and not section.limit
    most = min(section.limit or MOST_ROWS, MOST_ROWS)
    rows = (
        rows_of(answer, most) if chronological else _ranked(answer, section.order_by, most, ascending=section.ascending)
    )
    few = section.order_by in SHOWN_RATE_PARTS and any(
        (whole or 0) < chance.ENOUGH for whole in answer[SHOWN_RATE_PARTS[section.order_by][1]].to_pylist()
    )
    notes = [
        f"Rows with fewer than {chance.ENOUGH} messages are too few to tell and stand last." if few else "",
        f"The closing row counts all {wording.counted(answer.num_rows)}." if len(rows) < answer.num_rows else "",
    ]
    first = next(iter(_NAMES[section.by]))
    return measures_table(
        key=key,
        title=title,
        names=_NAMES[section.by],
        rows=rows,
        measures=section.measures,
        total=given.totals,
        total_rows=answer.num_rows,
        page=(first, *section.measures),
        note=" ".join(filter(None, notes)),
    )


def _months(given: Given, section: TableSection, *, key: str, title: str) -> Table:
    known = rows = months_shown(given)
    if section.order_by != _USUAL_ORDER or section.limit:
        # The answer's own order is by time; ranked, months are rows like any other.
        ranked = pa.Table.from_pylist(rows)
        rows = _ranked(ranked, section.order_by, section.limit, ascending=section.ascending) if rows else []
    table = months_table(given, rows, section.measures, key=key, title=title)
    return replace(table, total_rows=len(known))


def _ranked(answer: pa.Table, measure: str, most: int | None = None, *, ascending: bool = False) -> list[Row]:
    """Give the rows of an answer that are first by a measure, at most `most`.

    Rates of too few messages, and what has none, stand last. Ties stay as they are.
    """
    needed = rows_of(answer.select([*SHOWN_RATE_PARTS.get(measure, (measure,))]))
    sign = 1 if ascending else -1

    def key(place: int) -> tuple[bool, bool, float]:
        row = needed[place]
        value = number(row, measure)
        few = measure in SHOWN_RATE_PARTS and parts_of(row, measure)[1] < chance.ENOUGH
        return few, value is None, sign * (value or 0)

    return picked(answer, sorted(range(len(needed)), key=key)[:most])


def _advice(found: Part, title: str) -> Callable[[Given], Text]:
    def make(given: Given) -> Text:
        section = found.make(given)
        told = section.findings if isinstance(section, Findings) else ()
        blocks = [_recommendation(place, finding) for place, finding in enumerate(told, start=1)]
        if not blocks:
            blocks = [Block(form="paragraph", spans=(Span(text="Nothing asks for a change."),))]
        return Text(key="recommendations", title=title or "Recommendations", blocks=tuple(blocks))

    return make


def _recommendation(place: int, finding: Finding) -> Block:
    said = [Span(text=finding.headline, strong=True)]
    said += [Span(text=f" {finding.detail}")] if finding.detail else []
    said += [Span(text=f" {finding.advice}", emphasis=True)] if finding.advice else []
    return Block(form="number", spans=tuple(said), place=place)

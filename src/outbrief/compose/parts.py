"""The parts that reports share: the common questions, headline figures, tables of measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from outbrief.compose.measures import (
    ASKED,
    LABELS,
    LIMITS,
    PARTS,
    Row,
    count,
    interval,
    kind_of,
    measure_columns,
    number,
    only_row,
    ratio,
)
from outbrief.terms.document import Better, Figure, Figures, Section
from outbrief.terms.question import COUNTS, MEASURES, AnyQuestion, Dimension, Question
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Cell, Column, Kind, Table

Answers = Mapping[str, pa.Table]

# A document is read by people and held in memory; whoever needs more rows than this takes the export.
MOST_ROWS = 10_000

FIGURES = (
    "sent",
    "delivery_rate",
    "open_rate",
    "click_rate",
    "reply_rate",
    "bounce_rate",
    "complaint_rate",
    "unsubscribe_rate",
)
# More sending is neither good nor bad by itself.
_BETTER: dict[str, Better] = {
    "sent": "neither",
    "bounce_rate": "down",
    "hard_bounce_rate": "down",
    "soft_bounce_rate": "down",
    "complaint_rate": "down",
    "unsubscribe_rate": "down",
}

CAMPAIGN = {
    "campaign_name": Column(key="campaignName", label="Campaign", kind=Kind.TEXT),
    "campaign": Column(key="campaignId", label="Campaign ID", kind=Kind.TEXT),
    "campaign_status": Column(key="status", label="Status", kind=Kind.TEXT),
}
WORKSPACE = {"workspace": Column(key="workspaceName", label="Workspace", kind=Kind.TEXT)}
SENDING_DOMAIN = {"sending_domain": Column(key="domain", label="Sending domain", kind=Kind.TEXT)}
RECIPIENT_DOMAIN = {"recipient_domain": Column(key="recipientDomain", label="Recipient domain", kind=Kind.TEXT)}
SHARE = {"share": Column(key="share", label="Share of sent", kind=Kind.RATE)}

PAGE_MEASURES = ("sent", "delivery_rate", "bounce_rate", "open_rate", "click_rate", "reply_rate")


@dataclass(frozen=True, kw_only=True)
class Body:
    """What one kind of report adds to the common frame: its sections, the table for CSV, its own notes."""

    sections: tuple[Section, ...]
    main_table: str
    notes: tuple[str, ...] = ()


def ask(
    request: ReportRequest,
    *dimensions: Dimension,
    measures: Sequence[str] = ASKED,
    before: bool = False,
    order_by: str | None = None,
) -> Question:
    """Make a question over the report's period, or over its comparison when `before`."""
    return Question(
        measures=tuple(measures),
        period=request.comparison if before else request.period,
        dimensions=dimensions,
        filters=request.filters,
        order_by=order_by,
    )


def common_questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Give the questions that every report asks: totals and days, now and before."""
    return {
        "totals": ask(request),
        "totals_before": ask(request, before=True),
        "days": ask(request, "day", measures=COUNTS),
        "days_before": ask(request, "day", measures=COUNTS, before=True),
    }


def is_empty(answers: Answers) -> bool:
    """Tell whether the period holds no activity at all."""
    totals = only_row(answers["totals"])
    return not any(count(totals, name) for name in COUNTS)


def headline(answers: Answers, names: Sequence[str] = FIGURES, *, sent_note: str = "") -> Figures:
    """Give the headline figures, each with its previous value, its usual limit and how sure it is."""
    now, before = only_row(answers["totals"]), only_row(answers["totals_before"])
    return Figures(figures=tuple(_figure(name, now, before, sent_note) for name in names))


def _figure(name: str, now: Row, before: Row, sent_note: str) -> Figure:
    return Figure(
        key=name,
        label=LABELS[name],
        kind=kind_of(name),
        value=number(now, name),
        previous=number(before, name),
        better=_BETTER.get(name, "up"),
        limit=LIMITS.get(name),
        note=sent_note if name == "sent" else _sureness(name, now),
    )


def _sureness(name: str, row: Row) -> str:
    """Say half the width of the 95 % interval in percentage points."""
    if name not in PARTS or ratio(row, name) is None:
        return ""
    low, high = interval(*(count(row, part) for part in PARTS[name]))
    half = (high - low) * 50
    note = f"± {half:.1f} pt" if half >= 0.1 else f"± {half:.2f} pt"
    return f"{note}, a direction only" if name == "open_rate" else note


def name_of(row: Row, dimension: str) -> Cell:
    """Give the name to show for a row: of a campaign its name, or its id when it has none."""
    if dimension == "campaign":
        return row.get("campaign_name") or row["campaign"]
    return row[dimension]


def with_share(rows: Sequence[Row], total: Row, measure: str = "sent") -> list[Row]:
    """Add to each row its `share` of the total's `measure`."""
    whole = count(total, measure)
    return [{**row, "share": count(row, measure) / whole if whole else None} for row in rows]


def measures_table(
    *,
    key: str,
    title: str,
    names: Mapping[str, Column],
    rows: Sequence[Row],
    measures: Sequence[str] = MEASURES,
    extra: Mapping[str, Column] | None = None,
    last: Mapping[str, Column] | None = None,
    total: Row | None = None,
    total_rows: int | None = None,
    page: Sequence[str] = (),
    note: str = "",
) -> Table:
    """Make a table of `names` of the dimensions, `extra`, `measures` and `last`, each by its key in the rows.

    `total` is the row of an answer without dimensions, so its ratios are of sums. `page` names, by row key, the
    columns that fit a page.
    """
    columns = {**names, **(extra or {}), **measure_columns(measures), **(last or {})}
    closing: tuple[Cell, ...] | None = None
    if total is not None and rows:
        closing = ("Total", *(total_cell(name, total, names) for name in list(columns)[1:]))
    return Table(
        key=key,
        title=title,
        columns=tuple(columns.values()),
        rows=tuple(tuple(cell(row, name) for name in columns) for row in rows),
        total_rows=len(rows) if total_rows is None else total_rows,
        total=closing,
        note=note,
        page_columns=tuple(columns[name].key for name in page),
    )


def cell(row: Row, name: str) -> Cell:
    """Give a cell: counts as whole numbers, rates from their sums, everything else as it is."""
    if name in COUNTS:
        return count(row, name)
    return ratio(row, name) if name in PARTS else row.get(name)


def total_cell(name: str, total: Row, names: Mapping[str, Column]) -> Cell:
    """Give a cell of the closing row: nothing under names, the whole under shares."""
    if name in names:
        return None
    return 1.0 if name == "share" and count(total, "sent") else cell(total, name)

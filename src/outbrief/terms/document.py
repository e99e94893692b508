"""The Document: what a report says, before any format. Composed once, written as PDF, Excel, CSV, page or mail."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from outbrief.terms.look import Brand, Look
from outbrief.terms.report import ReportType
from outbrief.terms.table import Kind, Table

Better = Literal["up", "down", "neither"]
Verdict = Literal["good", "bad", "neutral"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One headline figure with the same figure of the comparison period.

    `better` tells which direction is good news (fewer bounces is good). `value` or `previous` is None when there is
    nothing to measure (0/0). `limit` is the usual limit in the same unit, if the measure has one. `within_chance` tells
    that the two values differ by no more than chance explains.
    """

    key: str
    label: str
    kind: Kind
    value: float | None
    previous: float | None = None
    better: Better = "up"
    limit: float | None = None
    note: str = ""
    within_chance: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """How a figure moved against the comparison period.

    For a rate `amount` is the difference in percentage points (0.4 means 0.4 pt); for every other kind it is the
    relative change in percent (6.2 means 6.2 %). `direction` is -1, 0 or 1.
    """

    amount: float
    unit: Literal["pt", "%"]
    direction: int
    verdict: Verdict


def change_of(figure: Figure) -> Change | None:
    """Compare a figure with its previous value; None when there is nothing to compare with.

    A rate that moved within chance has direction 0, and any other measure whose change disappears in rounding (below
    0.05 %). A rate that moved beyond chance has moved, however little: half the usual complaints are 0.05 pt.
    """
    if figure.value is None or figure.previous is None:
        return None
    if figure.kind is Kind.RATE:
        amount, unit = (figure.value - figure.previous) * 100, "pt"
    elif figure.previous == 0:
        return None
    else:
        amount, unit = (figure.value - figure.previous) / figure.previous * 100, "%"
    still = amount == 0 if unit == "pt" else abs(amount) < 0.05
    direction = 0 if figure.within_chance or still else (1 if amount > 0 else -1)
    verdict: Verdict = "neutral"
    if direction and figure.better != "neither":
        verdict = "good" if (direction > 0) == (figure.better == "up") else "bad"
    return Change(amount=amount, unit="pt" if unit == "pt" else "%", direction=direction, verdict=verdict)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A section of headline figures, shown in a grid."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line or set of bars; `values` match the chart's `x`; None is a gap."""

    name: str
    values: tuple[float | None, ...]
    role: Literal["current", "previous"] = "current"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart: a `line` over days or `bar`s over names. `alt` is its text alternative, never empty."""

    key: str
    title: str
    form: Literal["line", "bar"]
    kind: Kind
    x: tuple[dt.date, ...] | tuple[str, ...]
    series: tuple[Series, ...]
    alt: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A plain-language finding with the figures behind it; `advice` is what to do about it, said by recommendations."""

    headline: str
    detail: str = ""
    verdict: Verdict = "bad"
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """A section of findings, most important first."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A run of text in one manner; `href` is an http, https or mailto address, or None."""

    text: str
    strong: bool = False
    emphasis: bool = False
    href: str | None = None


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph, a heading, or one item of a list; `place` is the number of a numbered item."""

    form: Literal["paragraph", "heading", "bullet", "number"]
    spans: tuple[Span, ...]
    place: int = 0

    @property
    def text(self) -> str:
        """Give the words without their manner."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A section of text under an optional heading."""

    key: str
    title: str
    blocks: tuple[Block, ...]


Section = Figures | Findings | Chart | Table | Text


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole report, complete and independent of format.

    `main_table` is the key of the table that the CSV format holds. `as_of` is when the facts were read (aware),
    shown in `timezone`. `empty` is True when the period holds no activity: renderers then say so kindly.
    """

    report_type: ReportType
    title: str
    brand: Brand
    scope: str
    period_label: str
    comparison_label: str
    timezone: str
    as_of: dt.datetime
    sections: tuple[Section, ...]
    main_table: str
    notes: tuple[str, ...] = ()
    empty: bool = False
    look: Look = field(default_factory=Look)

    def tables(self) -> tuple[Table, ...]:
        """Give the tables in reading order."""
        return tuple(section for section in self.sections if isinstance(section, Table))

    def charts(self) -> tuple[Chart, ...]:
        """Give the charts in reading order."""
        return tuple(section for section in self.sections if isinstance(section, Chart))

    def figures(self) -> tuple[Figure, ...]:
        """Give all headline figures in reading order."""
        return tuple(f for section in self.sections if isinstance(section, Figures) for f in section.figures)

    def table(self, key: str) -> Table:
        """Give the table with this key; KeyError if the document has none."""
        for table in self.tables():
            if table.key == key:
                return table
        raise KeyError(key)

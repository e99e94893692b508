"""What goes into a report and in which order: the sections of a template, or of one schedule's own config."""

from dataclasses import dataclass
from typing import Literal

from outbrief.terms.question import Dimension

By = Dimension | Literal["month"]


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A section that the type of report composes itself, by its key, such as `figures`, `findings` or `campaigns`."""

    key: str


@dataclass(frozen=True, kw_only=True)
class SummaryMetrics:
    """Headline figures of these measures; without measures those of the report's type."""

    measures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChartSection:
    """Lines of up to four measures of one kind over days or months, or bars of one measure over names."""

    measures: tuple[str, ...]
    by: By = "day"
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSection:
    """A table of measures by a dimension: the `limit` rows with the most of `order_by`, or the fewest."""

    by: By
    measures: tuple[str, ...]
    title: str = ""
    order_by: str = "sent"
    ascending: bool = False
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextSection:
    """Text of the tenant's own, in Markdown."""

    markdown: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Recommendations:
    """The findings, and what to do about them."""

    title: str = ""


LayoutSection = Standard | SummaryMetrics | ChartSection | TableSection | TextSection | Recommendations

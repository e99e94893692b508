"""A question to the facts: which measures, by which dimensions, over which days. `query` answers it."""

from dataclasses import dataclass, field
from typing import Literal

from outbrief.terms.calendar import Period
from outbrief.terms.report import ReportFilters

Dimension = Literal["day", "campaign", "workspace", "sending_domain", "recipient_domain"]

COUNTS: tuple[str, ...] = (
    "sent", "delivered", "bounced", "hard_bounced", "soft_bounced", "opened", "clicked", "replied",
    "complained", "unsubscribed", "opens", "clicks",
)  # fmt: skip
# The one definition of the rates: each is a sum over a sum, never an average of ratios; 0/0 is empty.
RATE_PARTS: dict[str, tuple[str, str]] = {
    "delivery_rate": ("delivered", "sent"),
    "bounce_rate": ("bounced", "sent"),
    "open_rate": ("opened", "delivered"),
    "click_rate": ("clicked", "delivered"),
    "reply_rate": ("replied", "delivered"),
    "unsubscribe_rate": ("unsubscribed", "delivered"),
    "complaint_rate": ("complained", "delivered"),
    "click_to_open_rate": ("clicked", "opened"),
}
RATES: tuple[str, ...] = tuple(RATE_PARTS)
# Those that reports show as well, made of the same counts; nobody asks for these two by name.
SHOWN_RATE_PARTS: dict[str, tuple[str, str]] = {
    **RATE_PARTS,
    "hard_bounce_rate": ("hard_bounced", "sent"),
    "soft_bounce_rate": ("soft_bounced", "sent"),
}
# Above these, receiving servers start to distrust a sender.
LIMITS: dict[str, float] = {"bounce_rate": 0.02, "complaint_rate": 0.001}
AVERAGES: tuple[str, ...] = ("avg_time_to_open", "avg_time_to_click", "emails_sent_per_day")
MEASURES: tuple[str, ...] = COUNTS + RATES + AVERAGES


def camel(name: str) -> str:
    """Turn `open_rate` into `openRate`, the name that files and requests use."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Ask for `measures` grouped by `dimensions`, over the half-open `period` of sending days.

    The answer is an Arrow table with one column per dimension and per measure, in the order asked, and for the
    dimension `campaign` also `campaign_name` and `campaign_status` right after `campaign` (its external id); for
    `workspace` the column holds the workspace's name. Counts are int64, rates float64 fractions 0..1, averages
    float64 (minutes; messages per day); 0/0 is null. Without dimensions there is exactly one row. `order_by` names a
    column, largest first; `limit` cuts after ordering. Rows without order are sorted by the dimensions.
    """

    measures: tuple[str, ...]
    period: Period
    dimensions: tuple[Dimension, ...] = ()
    filters: ReportFilters = field(default_factory=ReportFilters)
    order_by: str | None = None
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class BounceReasons:
    """Ask for the most frequent bounce reasons.

    The answer has the columns `reason` (text), `bounce_type` (hard|soft) and `bounced` (int64), most frequent first.
    """

    period: Period
    filters: ReportFilters = field(default_factory=ReportFilters)
    limit: int = 20


AnyQuestion = Question | BounceReasons

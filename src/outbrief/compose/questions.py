"""What reports ask of the facts, by name; sections of one report that ask the same are answered once."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from outbrief.terms.calendar import Period
from outbrief.terms.layout import By
from outbrief.terms.question import AVERAGES, COUNTS, AnyQuestion, BounceReasons, Dimension, Question
from outbrief.terms.report_request import ReportRequest

Asked = Mapping[str, AnyQuestion]
# What a section asks, which may depend on the measures that were chosen.
Needs = Callable[[ReportRequest], Asked]

# The name of the question that answers a table or bars by one dimension.
BY: dict[By, str] = {
    "day": "days",
    "month": "months",
    "campaign": "campaigns",
    "workspace": "workspaces",
    "sending_domain": "sending_domains",
    "recipient_domain": "recipient_domains",
}
_DIMENSIONS: dict[str, tuple[Dimension, ...]] = {
    "totals": (),
    "days": ("day",),
    "months": ("day",),
    "campaigns": ("campaign",),
    "workspaces": ("workspace",),
    "sending_domains": ("sending_domain",),
    "recipient_domains": ("recipient_domain",),
    "workspace_days": ("day", "workspace"),
    "domain_days": ("day", "sending_domain"),
    "workspace_campaigns": ("workspace", "campaign"),
}
_BEFORE = "_before"
_REASONS = 20
_MONTHS = 6


def asks(*names: str, averages: tuple[str, ...] = ()) -> Needs:
    """Ask questions by name: counts, of which all rates are made, and these averages.

    A name that ends in `_before` asks about the comparison. `months` are the days of the months shown, and of one
    more to compare the first with.
    """

    def needs(request: ReportRequest) -> Asked:
        return {name: _question(name, request, averages) for name in names}

    return needs


def everything(*names: str) -> Needs:
    """Ask questions by name for all measures."""
    return asks(*names, averages=AVERAGES)


def nothing(_: ReportRequest) -> Asked:
    """Ask nothing beside the totals, which are always known."""
    return {}


def merged(several: list[Asked]) -> dict[str, AnyQuestion]:
    """Put what sections ask together; the same question is asked once, for all the measures that any of them needs."""
    together: dict[str, AnyQuestion] = {}
    for asked in several:
        for name, question in asked.items():
            known = together.get(name)
            if isinstance(known, Question) and isinstance(question, Question):
                more = tuple(measure for measure in question.measures if measure not in known.measures)
                together[name] = replace(known, measures=known.measures + more)
            else:
                together[name] = question
    return together


def months_of(period: Period) -> Period:
    """Give whole months up to the end of the period: six, or as many as the period touches."""
    return Period(start=min(_months_back(period.last, _MONTHS - 1), period.start.replace(day=1)), end=period.end)


def _months_back(day: dt.date, months: int) -> dt.date:
    index = day.year * 12 + day.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 1)


def _question(name: str, request: ReportRequest, averages: tuple[str, ...]) -> AnyQuestion:
    if name == "reasons":
        return BounceReasons(period=request.period, filters=request.filters, limit=_REASONS)
    dimensions = _DIMENSIONS[name.removesuffix(_BEFORE)]
    period = request.comparison if name.endswith(_BEFORE) else request.period
    if name == "months":
        shown = months_of(period)
        period = Period(start=_months_back(shown.start, 1), end=shown.end)
    return Question(
        measures=COUNTS + averages,
        period=period,
        dimensions=dimensions,
        filters=request.filters,
        order_by="sent" if dimensions and "day" not in dimensions else None,
    )

"""Whether a report goes out by itself: its own conditions, held against the facts of its period."""

from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa

from outbrief.compose import measure_of
from outbrief.compose.measures import LABELS, kind_of
from outbrief.render import words
from outbrief.terms.document import Document
from outbrief.terms.locale import THIN
from outbrief.terms.report_config import Condition, ReportConfig
from outbrief.terms.table import Kind

# A bound is read as a decimal number; beyond this no figure differs but by the arithmetic of floats.
_DECIMALS = 9


def held_back(asked: ReportConfig, answers: Mapping[str, pa.Table], document: Document) -> str:
    """Give the sentence that says why a report shall not go out, or nothing when it shall.

    It goes out when one of its conditions holds, or it has none; and, where empty ones are skipped, when there was
    activity. A measure of nothing (0/0) holds no condition.
    """
    if asked.skip_empty and document.empty:
        return f"There was no activity in the period ({document.period_label})."
    misses = [_miss(condition, measure_of(answers, condition.measure)) for condition in asked.only_when]
    if not misses or None in misses:
        return ""
    return words.sentence("; ".join(filter(None, misses))) + "."


def condition_words(condition: Condition) -> str:
    """Say a condition: `bounce rate above 3 %`."""
    return f"{LABELS[condition.measure].lower()} {_bound_words(condition)}"


def _miss(condition: Condition, value: float | None) -> str | None:
    """Say how a condition does not hold; None when it does."""
    name = LABELS[condition.measure].lower()
    if value is None:
        return f"{name} has nothing to measure"
    shown = round(value * 100 if kind_of(condition.measure) is Kind.RATE else value, _DECIMALS)
    if (condition.above is not None and shown > condition.above) or (
        condition.below is not None and shown < condition.below
    ):
        return None
    return f"{name} {_with_unit(shown, condition)} is not {_bound_words(condition)}"


def _bound_words(condition: Condition) -> str:
    side, bound = ("below", condition.below) if condition.above is None else ("above", condition.above)
    exponent = Decimal(str(bound)).normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{side} {words.number(bound or 0, decimals)}{_unit(condition.measure)}"


def _with_unit(value: float, condition: Condition) -> str:
    """Write a value so exactly that it is not taken for the bound that it misses."""
    bound = condition.below if condition.above is None else condition.above
    decimals = 0 if kind_of(condition.measure) is Kind.INTEGER else 1
    while decimals < _DECIMALS and round(value, decimals) == bound and value != bound:
        decimals += 1
    return words.number(value, decimals) + _unit(condition.measure)


def _unit(measure: str) -> str:
    return {Kind.RATE: f"{THIN}%", Kind.MINUTES: f"{THIN}min"}.get(kind_of(measure), "")

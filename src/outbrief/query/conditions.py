"""Filters as conditions; what people typed becomes a quoted literal here and nowhere else."""

import json
import re
from collections.abc import Callable, Sequence
from functools import reduce
from operator import ge, gt, le, lt, or_
from uuid import UUID

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from outbrief.query.relations import CAMPAIGNS, JSONB, own
from outbrief.terms.choices import shown
from outbrief.terms.errors import InvalidInput
from outbrief.terms.filters import Filter
from outbrief.terms.report import ReportFilters
from outbrief.terms.table import Kind

_COMPARISONS: dict[str, Callable[[Value, Value], BooleanValue]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
# Half of the last digit that people see of a percentage: a rate equals what is shown of it.
_RATE_TOLERANCE = 0.00005
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TYPES = {
    Kind.INTEGER: "int64", Kind.NUMBER: "float64", Kind.MINUTES: "float64", Kind.RATE: "float64",
    Kind.BOOLEAN: "boolean", Kind.DATE: "date", Kind.TIMESTAMP: "timestamp('UTC')",
    Kind.TEXT: "string", Kind.TAGS: "string", Kind.JSON: "string",
}  # fmt: skip


def condition(cells: Value, asked: Filter) -> BooleanValue:
    """Give the condition that a filter puts on the cells of its column; InvalidInput for values no cell can have."""
    if asked.operator != "in":
        return _COMPARISONS[asked.operator](cells, _literal(asked, asked.values[0]))
    given = [value for value in asked.values if value is not None]
    choices = [_one_of(cells, asked, given)] if given else []
    if len(given) < len(asked.values):
        choices.append(_is_empty(cells, asked.column.kind))
    return reduce(or_, choices)


def _one_of(cells: Value, asked: Filter, values: Sequence[object]) -> BooleanValue:
    kind = asked.column.kind
    literals = [_literal(asked, value) for value in values]
    if kind is Kind.TAGS:
        return reduce(or_, [cells.contains(literal) for literal in literals])
    if kind is Kind.RATE:
        return reduce(or_, [(cells - literal).abs() <= _RATE_TOLERANCE for literal in literals])
    if kind is Kind.JSON:
        # As values, so that neither spaces nor the order of keys matter.
        return cells.cast(JSONB).isin([literal.cast(JSONB) for literal in literals])
    return cells.isin(literals)


def _is_empty(cells: Value, kind: Kind) -> BooleanValue:
    if kind is Kind.TEXT:
        return cells.isnull() | (cells == "")
    if kind is Kind.TAGS:
        return cells.isnull() | (cells.length() == 0)
    return cells.isnull()


def _literal(asked: Filter, value: object) -> Value:
    field = f"filters.{asked.column.key}"
    if isinstance(value, str):
        _check_text(value, field=field)
        if asked.column.kind is Kind.JSON:
            _check_json(value, field=field)
    return ibis.literal(value, type=_TYPES[asked.column.kind])


def _check_text(text: str, *, field: str) -> None:
    """Refuse what no text in the database can hold: NUL, and halves of surrogate pairs."""
    if _UNSTORABLE.search(text):
        raise InvalidInput(f"{shown(ascii(text))} holds a character that no text here can hold.", field=field)


def _check_json(text: str, *, field: str) -> None:
    try:
        # What cannot be written again (NaN, numbers out of range, nesting without end) is no JSON for a database.
        again = json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        raise InvalidInput(f"{shown(text)} is not JSON.", field=field, hint='Write it as {"city": "Paris"}.') from None
    # Escapes can spell what plain text cannot hold either.
    if _UNSTORABLE.search(again) or "\\u0000" in again:
        raise InvalidInput(f"{shown(text)} holds a character that no text here can hold.", field=field)


def limited(facts: Table, filters: ReportFilters, tenant_id: UUID) -> Table:
    """Keep the facts that pass a report's filters; InvalidInput for ids and texts that cannot be any.

    `facts` has the columns `workspace_id`, `campaign_id` and `sending_domain`.
    """
    kept = facts
    if filters.workspace_ids:
        kept = kept.filter(kept.workspace_id.isin([_uuid(text) for text in filters.workspace_ids]))
    if filters.campaign_ids:
        campaigns = own(CAMPAIGNS, tenant_id)
        wanted = campaigns.filter(campaigns.external_id.isin(_texts(filters.campaign_ids, field="campaignIds")))
        kept = kept.filter(kept.campaign_id.isin(wanted.id))
    if filters.domains:
        kept = kept.filter(kept.sending_domain.isin(_texts(filters.domains, field="domains")))
    return kept


def _texts(texts: Sequence[str], *, field: str) -> Sequence[str]:
    for text in texts:
        _check_text(text, field=f"config.{field}")
    return texts


def _uuid(text: str) -> Value:
    try:
        return ibis.literal(UUID(text), type="uuid")
    except ValueError:
        raise InvalidInput(f"{shown(text)} is not the id of a workspace.", field="config.workspaceIds") from None

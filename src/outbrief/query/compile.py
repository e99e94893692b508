"""From questions and export requests to SQL text.

Values are literals, quoted by Ibis: the driver streams only statements without bound parameters.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from uuid import UUID, uuid4

import ibis
from ibis.expr.types import Table, Value

from outbrief.query.conditions import condition
from outbrief.query.datasets import Scope, dataset_of
from outbrief.query.questions import Span, answered, columns_of
from outbrief.terms.calendar import Period
from outbrief.terms.choices import unknown
from outbrief.terms.columns import CATALOGUE
from outbrief.terms.export import ExportRequest
from outbrief.terms.question import AnyQuestion

# Compiling takes longer than most answers, and the reports of all tenants ask the same few questions. So a question is
# compiled once with these in place of the tenant and the days; nobody can guess them, so no text that somebody typed
# holds them.
_TENANT = uuid4()
_START, _END = uuid4().hex, uuid4().hex
_NO_DAYS = Period(start=dt.date.min, end=dt.date.min)


def question_sql(question: AnyQuestion, tenant_id: UUID) -> str:
    """Give the SQL that answers the question; InvalidInput for names that do not exist and values that cannot be."""
    filled_in = {
        str(_TENANT): str(UUID(str(tenant_id))),
        _START: question.period.start.isoformat(),
        _END: question.period.end.isoformat(),
    }
    sql = _template(replace(question, period=_NO_DAYS))
    for placeholder, text in filled_in.items():
        sql = sql.replace(placeholder, text)
    return sql


@lru_cache(maxsize=256)
def _template(question: AnyQuestion) -> str:
    columns_of(question)
    span = Span(start=ibis.literal(_START).cast("date"), end=ibis.literal(_END).cast("date"))
    return _sql(answered(question, span, _TENANT))


def export_sql(request: ExportRequest, tenant_id: UUID) -> str:
    """Give the SQL of the rows of an export, in a stable order; InvalidInput as above."""
    table, order = _rows(request, tenant_id, shown=(column.key for column in request.columns))
    return _sql(table.order_by(order).select([column.key for column in request.columns]))


def sample_sql(request: ExportRequest, tenant_id: UUID, *, limit: int) -> str:
    """Give the SQL of some rows of an export, whichever are found first."""
    table, _ = _rows(request, tenant_id, shown=(column.key for column in request.columns))
    return _sql(table.select([column.key for column in request.columns]).limit(limit))


def rows_sql(request: ExportRequest, tenant_id: UUID) -> str:
    """Give SQL with as many rows as the export, in no order: for the planner to estimate."""
    table, _ = _rows(request, tenant_id, shown=())
    return _sql(table)


def count_sql(request: ExportRequest, tenant_id: UUID, *, most: int | None = None) -> str:
    """Give the SQL that counts the rows of an export, or up to `most` of them: one row, one column."""
    table, _ = _rows(request, tenant_id, shown=())
    counted = table if most is None else table.limit(most)
    return _sql(counted.aggregate(rows=counted.count()))


def _rows(request: ExportRequest, tenant_id: UUID, *, shown: Iterable[str]) -> tuple[Table, list[Value]]:
    """Give the filtered rows with the columns `shown` and those filtered on, and what to order them by."""
    keys = list(dict.fromkeys([*shown, *(asked.column.key for asked in request.filters)]))
    known = [column.key for column in CATALOGUE[request.export_type]]
    for key in keys:
        if key not in known:
            raise unknown(key, known, field="fields")
    scope = Scope(tenant_id=tenant_id, timezone=request.timezone, period=request.period, keys=frozenset(keys))
    dataset = dataset_of(request.export_type, scope)
    order = {f"order_{place}": value for place, value in enumerate(dataset.order)}
    table = dataset.table.select(**{key: dataset.columns[key] for key in keys}, **order)
    if request.filters:
        table = table.filter([condition(table[asked.column.key], asked) for asked in request.filters])
    return table, [table[key] for key in order]


def _sql(expression: Table) -> str:
    # Pretty-printing marks line breaks inside literals with a word that a literal might hold itself.
    return str(ibis.to_sql(expression, dialect="postgres", pretty=False))

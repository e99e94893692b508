"""Answers, counts and estimates from the engine that holds the facts."""

import json
from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa

from outbrief.query.arrow import arrow_schema, conformed
from outbrief.query.compile import count_sql, question_sql, rows_sql, sample_sql
from outbrief.query.connection import Engine, Reading, explained, reading
from outbrief.query.questions import columns_of
from outbrief.query.relations import RELATIONS
from outbrief.terms.errors import DatabaseUnavailable
from outbrief.terms.export import ExportRequest
from outbrief.terms.question import AnyQuestion

# Long past what a person waits for; an answer that takes longer points to a sick server or a missing index.
_ANSWER_TIMEOUT = "120s"
_PROBE_TIMEOUT = "10s"
# A person who fills in a form waits no longer for a look at the rows.
_SAMPLE_TIMEOUT = "2s"
# So many rows are counted rather than estimated, if it takes no longer than this.
_COUNTED, _COUNT_TIMEOUT = 50_000, "300ms"
_TOOK_TOO_LONG = "57014"  # what PostgreSQL says of a statement that it ended
_NOBODY = UUID(int=0)


def answer(engine: Engine, question: AnyQuestion) -> pa.Table:
    """Answer one question; the columns are as `terms.question` says.

    InvalidInput for names that do not exist, DatabaseUnavailable when the server does not answer.
    """
    return answers(engine, [question])[0]


def answers(engine: Engine, questions: Sequence[AnyQuestion]) -> list[pa.Table]:
    """Answer several questions as of one moment, so that the figures of a report agree with each other."""
    asked = [(arrow_schema(columns_of(question)), question_sql(question, engine.tenant_id)) for question in questions]
    with reading(engine, timeout=_ANSWER_TIMEOUT) as transaction:
        return [_table(transaction, sql, schema) for schema, sql in asked]


def _table(transaction: Reading, sql: str, schema: pa.Schema) -> pa.Table:
    with explained(transaction.url):
        batches = [conformed(batch, schema) for batch in transaction.rows(sql)]
    return pa.Table.from_batches(batches, schema=schema)


def count_rows(engine: Engine, request: ExportRequest) -> int:
    """Count the rows of an export exactly; this reads them all."""
    with reading(engine, timeout=_ANSWER_TIMEOUT) as transaction, explained(engine.url):
        return int(transaction.rows(count_sql(request, engine.tenant_id)).read_all().column(0)[0].as_py())


def estimate_rows(engine: Engine, request: ExportRequest) -> int:
    """Estimate the rows of an export, in milliseconds whatever their number.

    Few rows are counted: the planner's statistics are of yesterday, and know nothing of what has just come in.
    """
    expected = _expected_rows(engine, request)
    if expected > _COUNTED:
        return expected
    try:
        with reading(engine, timeout=_COUNT_TIMEOUT) as transaction, explained(engine.url):
            sql = count_sql(request, engine.tenant_id, most=_COUNTED)
            found = int(transaction.rows(sql, plain=True).read_all().column(0)[0].as_py())
    except DatabaseUnavailable as error:
        if _took_too_long(error):
            return expected
        raise
    return found


def _expected_rows(engine: Engine, request: ExportRequest) -> int:
    with reading(engine, timeout=_ANSWER_TIMEOUT) as transaction, explained(engine.url):
        sql = f"EXPLAIN (FORMAT JSON) {rows_sql(request, engine.tenant_id)}"
        plan = transaction.rows(sql, plain=True).read_all().column(0)[0].as_py()
    [top] = json.loads(plan) if isinstance(plan, str) else plan
    return int(top["Plan"]["Plan Rows"])


def sample_rows(engine: Engine, request: ExportRequest, *, limit: int) -> pa.Table | None:
    """Read up to `limit` rows of an export, whichever are found first; None when that takes more than two seconds.

    The columns are those asked for, as in `export_batches`. InvalidInput for what cannot be asked.
    """
    schema = arrow_schema(request.columns)
    sql = sample_sql(request, engine.tenant_id, limit=limit)
    try:
        with reading(engine, timeout=_SAMPLE_TIMEOUT) as transaction, explained(engine.url):
            batches = [conformed(batch, schema) for batch in transaction.rows(sql, plain=True)]
    except DatabaseUnavailable as error:
        if _took_too_long(error):
            return None
        raise
    return pa.Table.from_batches(batches, schema=schema)


def _took_too_long(error: DatabaseUnavailable) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == _TOOK_TOO_LONG


def probe(url: str) -> None:
    """Check that the server at `url` answers and has the tables that the queries read.

    DatabaseUnavailable says what is wrong and what to do.
    """
    with reading(Engine(url=url, tenant_id=_NOBODY), timeout=_PROBE_TIMEOUT) as transaction:
        for relation in RELATIONS:
            columns = ", ".join(f'"{column}"' for column in relation.columns)
            transaction.rows(f'SELECT {columns} FROM "{relation.get_name()}" LIMIT 0', plain=True)

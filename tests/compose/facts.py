"""A few facts in memory and their answers, computed by DuckDB in SQL of its own."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

import duckdb
import pyarrow as pa

from outbrief.compose import compose, questions
from outbrief.terms.calendar import Period
from outbrief.terms.document import Document
from outbrief.terms.look import Brand
from outbrief.terms.question import AnyQuestion, BounceReasons
from outbrief.terms.report import ReportType
from outbrief.terms.report_request import ReportRequest

# The week of the sketches and the one before.
WEEK = Period(start=dt.date(2026, 11, 16), end=dt.date(2026, 11, 23))
BEFORE = Period(start=dt.date(2026, 11, 9), end=dt.date(2026, 11, 16))
MONDAY_AFTER = dt.datetime(2026, 11, 23, 14, tzinfo=dt.UTC)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """The totals of one day, campaign and pair of domains."""

    day: str
    campaign: str = "c-1"
    campaign_name: str | None = "Founders: intro"
    campaign_status: str = "active"
    workspace: str = "North"
    sending_domain: str = "mail1.acme.test"
    recipient_domain: str = "example.com"
    sent: int = 0
    delivered: int = 0
    hard_bounced: int = 0
    soft_bounced: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    complained: int = 0
    unsubscribed: int = 0
    opens: int = 0
    clicks: int = 0
    reason: str | None = None


_SUMS = {
    name: f"sum({name})::bigint"
    for name in (
        "sent", "delivered", "hard_bounced", "soft_bounced", "opened", "clicked", "replied", "complained",
        "unsubscribed", "opens", "clicks",
    )
} | {"bounced": "sum(hard_bounced + soft_bounced)::bigint"}  # fmt: skip
_AVERAGES = {
    "avg_time_to_open": "12.5::double",
    "avg_time_to_click": "null::double",
    "emails_sent_per_day": "sum(sent)::double / nullif(count(distinct day) filter (sent > 0), 0)",
}


def load(db: duckdb.DuckDBPyConnection, facts: Sequence[Fact]) -> None:
    """Put the facts in a table of their own."""
    names = [field.name for field in fields(Fact)]
    types = ["bigint" if field.type is int else "text" for field in fields(Fact)]
    db.execute(f"create table raw ({', '.join(f'{n} {t}' for n, t in zip(names, types, strict=True))})")
    if facts:
        marks = ", ".join([f"({', '.join('?' for _ in names)})"] * len(facts))
        db.execute(f"insert into raw values {marks}", [getattr(fact, name) for fact in facts for name in names])
    db.execute("create table facts as select * replace (day::date as day) from raw")


def answer(db: duckdb.DuckDBPyConnection, question: AnyQuestion) -> pa.Table:
    """Answer a question from the loaded facts, in the shape that `terms.question` promises."""
    sql = _reasons(question) if isinstance(question, BounceReasons) else _grouped(question)
    return db.sql(sql, params=[question.period.start, question.period.end]).to_arrow_table()


def _grouped(question) -> str:
    dimensions = [
        name
        for dimension in question.dimensions
        for name in ((dimension, "campaign_name", "campaign_status") if dimension == "campaign" else (dimension,))
    ]
    measures = [f"{(_SUMS | _AVERAGES)[name]} as {name}" for name in question.measures]
    groups = f"group by {', '.join(dimensions)}" if dimensions else ""
    order = [f"{question.order_by} desc"] if question.order_by else []
    order_by = f"order by {', '.join(order + dimensions)}" if dimensions else ""
    limit = f"limit {question.limit}" if question.limit else ""
    columns = ", ".join(dimensions + measures)
    return f"select {columns} from facts where day >= ? and day < ? {groups} {order_by} {limit}"


def _reasons(question: BounceReasons) -> str:
    return f"""
        select reason, case when hard_bounced > 0 then 'hard' else 'soft' end as bounce_type,
               sum(hard_bounced + soft_bounced)::bigint as bounced
        from facts where day >= ? and day < ? and reason is not null
        group by all order by bounced desc, reason limit {question.limit}
    """


def request_for(report_type: str, **changed: object) -> ReportRequest:
    usual = {
        "report_type": ReportType(report_type),
        "title": "Weekly",
        "brand": Brand(name="Acme"),
        "timezone": "America/New_York",
        "period": WEEK,
        "comparison": BEFORE,
    }
    return ReportRequest(**(usual | changed))  # type: ignore[arg-type]


def document_of(
    report_type: str, facts: Sequence[Fact], *, as_of: dt.datetime = MONDAY_AFTER, **changed: object
) -> Document:
    """Ask what the report asks, answer from the facts, and compose."""
    request = request_for(report_type, **changed)
    return compose(request, answered(request, facts), as_of=as_of)


def answered(request: ReportRequest, facts: Sequence[Fact]) -> dict[str, pa.Table]:
    """Answer what a report asks from the facts."""
    with duckdb.connect() as db:
        load(db, facts)
        return {name: answer(db, question) for name, question in questions(request).items()}


def column(document: Document, table: str, key: str) -> list:
    """Give the cells of one column of a table."""
    found = document.table(table)
    index = [one.key for one in found.columns].index(key)
    return [row[index] for row in found.rows]


def total(document: Document, table: str, key: str):
    """Give the cell of the closing row under one column."""
    found = document.table(table)
    assert found.total is not None
    return found.total[[one.key for one in found.columns].index(key)]

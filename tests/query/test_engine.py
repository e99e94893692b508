"""Reading: batches ahead, stopping early, cancelling, and servers that are not there or die."""

import datetime as dt
import threading
import time
import uuid

import psycopg
import pyarrow as pa
import pytest
from django.conf import settings

from outbrief.query import (
    BatchStream,
    Engine,
    answer,
    connection,
    count_rows,
    engine,
    estimate_rows,
    export_batches,
    probe,
)
from outbrief.query.compile import export_sql, question_sql
from outbrief.query.connection import reading
from outbrief.terms.calendar import Period
from outbrief.terms.columns import ExportType
from outbrief.terms.errors import Cancelled, DatabaseUnavailable, InvalidInput
from outbrief.terms.question import MEASURES, AnyQuestion, BounceReasons, Dimension, Question
from tests.people import People
from tests.query.test_exports import request

LEADS = request(ExportType.LEADS)
QUESTION = Question(measures=("sent",), period=Period(start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 31)))
MANY = 30_000


@pytest.fixture
def many_leads(database: str, people: People, monkeypatch: pytest.MonkeyPatch) -> int:
    """Put so many leads in that they come in tens of (small) batches, most of them not yet sent by the server."""
    monkeypatch.setattr(connection, "_BATCH_BYTES", 128 * 1024)
    with psycopg.connect(database) as server:
        server.execute(
            "INSERT INTO leads (tenant_id, workspace_id, external_id, email, company)"
            " SELECT tenant_id, id, 'lead-' || n, 'person' || n || '@example.org', repeat('x', 200)"
            " FROM workspaces, generate_series(1, %s) n WHERE tenant_id = %s",
            [MANY, people.alice.tenant_id],
        )
        server.execute(
            "INSERT INTO lead_activity (lead_id, tenant_id, emails_sent, emails_delivered, emails_opened,"
            " emails_clicked) SELECT id, tenant_id, 1, 1, 0, 0 FROM leads"
        )
        server.execute("ANALYZE")
    return MANY


def streaming(database: str) -> int:
    """Count the backends that are sending rows of an export."""
    with psycopg.connect(database) as server:
        [count] = server.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'active' AND query LIKE 'COPY (SELECT%'"
        ).fetchone()
    return count


def soon_nothing_streams(database: str) -> bool:
    """Tell whether no backend sends rows any more; one that was told to stop needs a moment to notice."""
    deadline = time.monotonic() + 10
    while streaming(database) and time.monotonic() < deadline:
        time.sleep(0.01)
    return streaming(database) == 0


def test_an_export_comes_whole_and_in_order_in_batches_of_bounded_size(many_leads: int, acme: Engine):
    with export_batches(acme, LEADS) as stream:
        batches = list(stream)
    assert len(batches) > 20
    assert max(batch.nbytes for batch in batches) < 1024 * 1024
    ids = [lead for batch in batches for lead in batch["leadId"].to_pylist()]
    assert ids == [f"lead-{n}" for n in range(1, many_leads + 1)]
    assert stream.rows == many_leads


def test_memory_does_not_grow_with_the_rows(many_leads: int, acme: Engine):
    before = pa.total_allocated_bytes()
    most = 0
    with export_batches(acme, LEADS) as stream:
        for batch in stream:
            most = max(most, pa.total_allocated_bytes() - before, batch.nbytes)
    assert most < 4 * 1024 * 1024


def test_counts_are_exact_and_estimates_of_many_rows_near(
    many_leads: int, acme: Engine, zenith: Engine, monkeypatch: pytest.MonkeyPatch
):
    assert count_rows(acme, LEADS) == many_leads
    monkeypatch.setattr(engine, "_COUNTED", many_leads // 2)
    assert estimate_rows(acme, LEADS) == pytest.approx(many_leads, rel=0.1)
    assert count_rows(zenith, LEADS) == 0


def test_what_has_just_come_in_is_counted_although_the_planner_knows_nothing_of_it(
    database: str, people: People, acme: Engine
):
    with psycopg.connect(database) as server:
        server.execute(
            "INSERT INTO leads (tenant_id, workspace_id, external_id)"
            " SELECT tenant_id, id, n::text FROM workspaces, generate_series(1, 1234) n WHERE tenant_id = %s",
            [people.alice.tenant_id],
        )
    assert estimate_rows(acme, LEADS) == 1234


def test_leaving_early_ends_the_statement_on_the_server(many_leads: int, acme: Engine, database: str):
    with export_batches(acme, LEADS) as stream:
        next(stream)
        assert streaming(database) == 1
    assert soon_nothing_streams(database)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)


def test_an_error_of_the_reader_passes_unchanged_and_ends_the_statement(many_leads: int, acme: Engine, database: str):
    with pytest.raises(OSError, match="disk full"), export_batches(acme, LEADS) as stream:  # noqa: PT012
        next(stream)
        raise OSError("disk full")
    assert soon_nothing_streams(database)


def test_a_cancelled_stream_stops_before_the_next_batch(many_leads: int, acme: Engine, database: str):
    with export_batches(acme, LEADS) as stream:
        next(stream)
        stream.cancel()
        for _ in range(2):
            with pytest.raises(Cancelled):
                next(stream)
    assert stream.rows < many_leads
    assert soon_nothing_streams(database)
    stream.cancel()


def test_another_thread_can_cancel_a_stream_that_waits_for_the_server(acme: Engine):
    # The server says nothing for an hour, as when it sorts or groups very much.
    endless = "SELECT 1::bigint AS endless FROM pg_sleep(3600)"
    with reading(acme) as transaction:
        stream = BatchStream(
            lambda: transaction.rows(endless),
            pa.schema([("endless", pa.int64())]),
            stop=transaction.cancel,
            failed=lambda error: DatabaseUnavailable(str(error)),
        )
        canceller = threading.Thread(target=stream.cancel)
        canceller.start()
        with pytest.raises(Cancelled):
            next(stream)
        canceller.join()
        stream.close()


def test_a_server_that_dies_while_sending_is_an_outage_worth_another_try(many_leads: int, acme: Engine, database: str):
    with pytest.raises(DatabaseUnavailable) as outage, export_batches(acme, LEADS) as stream:  # noqa: PT012
        next(stream)
        with psycopg.connect(database) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'COPY (SELECT%'"
            )
        for _ in stream:
            pass
    assert outage.value.retryable
    assert outage.value.hint
    assert count_rows(acme, LEADS) == many_leads


def test_a_server_that_dies_between_questions_is_an_outage(acme: Engine, database: str):
    with pytest.raises(DatabaseUnavailable), reading(acme) as transaction:  # noqa: PT012
        with psycopg.connect(database) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
                " AND query LIKE '%set_config%'"
            )
        transaction.rows("SELECT 1")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:s3cret@127.0.0.1:1/outbrief",
        "postgresql://someone:s3cret@127.0.0.1:port/outbrief",
        "postgresql://someone:s3cret@/outbrief?host=/nowhere",
        "nosuch://someone:s3cret@host/outbrief",
        "s3cret",
    ],
)
def test_a_server_that_is_not_there_is_told_with_a_hint_and_without_the_password(url: str):
    engine = Engine(url=url, tenant_id=uuid.uuid4())
    calls = [
        lambda: probe(url),
        lambda: answer(engine, QUESTION),
        lambda: count_rows(engine, LEADS),
        lambda: export_batches(engine, LEADS).__enter__(),
    ]
    for call in calls:
        with pytest.raises(DatabaseUnavailable) as outage:
            call()
        assert "does not answer" in outage.value.message
        assert "OUTBRIEF_" in outage.value.hint
        assert "s3cret" not in str(outage.value)
    assert "s3cret" not in repr(engine)


def test_the_probe_is_content_with_a_migrated_database(database: str):
    probe(database)


def test_the_probe_says_when_the_database_is_not_migrated(template_database: str):
    empty = f"empty_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(template_database, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {empty}")
        try:
            host = settings.DATABASES["default"]["HOST"]
            with pytest.raises(DatabaseUnavailable, match="does not exist") as outage:
                probe(f"postgresql://postgres:@/{empty}?host={host}")
        finally:
            server.execute(f"DROP DATABASE {empty} WITH (FORCE)")
    assert "migrate" in outage.value.hint


def test_a_table_locked_by_a_migration_is_told_instead_of_waited_for(
    acme: Engine, database: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(connection._SETTINGS, "lock_timeout", "1ms")
    with psycopg.connect(database) as migration:
        migration.execute("LOCK TABLE sending_activity IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseUnavailable, match="lock timeout"):
            answer(acme, QUESTION)


def test_a_value_that_the_database_cannot_read_is_the_askers_to_mend(acme: Engine):
    with pytest.raises(InvalidInput) as refusal, reading(acme) as transaction:
        transaction.rows("SELECT 'no number'::int")
    assert refusal.value.field == "filters"


def test_the_question_of_thirty_days_reads_the_index_of_days(database: str, people: People, acme: Engine):
    _put_activity(database)
    for dimensions in ((), ("day",), ("campaign",), ("sending_domain",)):
        assert "sending_activity_by_day" in _plan(acme, dimensions)
    assert "daily_activity_by_day" in _plan(acme, ("recipient_domain",))


def test_the_estimate_of_daily_rows_knows_that_days_campaigns_and_domains_occur_together(
    database: str, people: People, acme: Engine, monkeypatch: pytest.MonkeyPatch
):
    _put_activity(database)
    metrics = request(ExportType.METRICS)
    monkeypatch.setattr(engine, "_COUNTED", 0)
    assert estimate_rows(acme, metrics) == pytest.approx(count_rows(acme, metrics), rel=0.1)


def test_the_reasons_of_thirty_days_are_read_by_the_index_of_days_and_not_from_messages(
    database: str, people: People, acme: Engine
):
    _put_activity(database)
    with psycopg.connect(database) as server:
        server.execute(
            "INSERT INTO bounce_activity (tenant_id, workspace_id, campaign_id, sending_domain, day, bounce_type,"
            " bounce_reason, digest, bounced) SELECT c.tenant_id, workspace_id, c.id, 'd' || n,"
            " date '2025-06-01' + day, 'hard', 'r' || n, sha256(n::text::bytea), 1"
            " FROM campaigns c, generate_series(1, 20) n, generate_series(0, 399) day"
        )
        server.execute("ANALYZE")
    plan = _explained(acme, BounceReasons(period=QUESTION.period))
    assert "bounce_activity_by_day" in plan
    assert "messages" not in plan


def _put_activity(database: str) -> None:
    """Put a campaign of 20 sending domains and 400 days into each workspace."""
    with psycopg.connect(database) as server:
        server.execute(
            "INSERT INTO campaigns (tenant_id, workspace_id, external_id, name, status)"
            " SELECT tenant_id, id, 'c', 'C', '' FROM workspaces"
        )
        sums = _sums(server)
        key = "tenant_id, workspace_id, campaign_id, sending_domain, day"
        rows = (
            "SELECT c.tenant_id, workspace_id, c.id, 'd' || n, date '2025-06-01' + day,"
            f" {', '.join('1' for _ in sums)} {{}} FROM campaigns c, generate_series(1, 20) n,"
            " generate_series(0, 399) day"
        )
        server.execute(f"INSERT INTO sending_activity ({key}, {', '.join(sums)}) {rows.format('')}")
        server.execute(
            f"INSERT INTO daily_activity ({key}, {', '.join(sums)}, origin, recipient_domain)"
            + rows.format(", 'messages', ''")
        )
        server.execute("ANALYZE")


def _plan(acme: Engine, dimensions: tuple[Dimension, ...]) -> str:
    return _explained(acme, Question(measures=MEASURES, period=QUESTION.period, dimensions=dimensions))


def _explained(acme: Engine, question: AnyQuestion) -> str:
    with reading(acme) as transaction:
        plan = transaction.rows(f"EXPLAIN {question_sql(question, acme.tenant_id)}", plain=True).read_all()
    return "\n".join(plan.column(0).to_pylist())


def _sums(server: psycopg.Connection) -> list[str]:
    rows = server.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'daily_activity'"
        " AND data_type IN ('bigint', 'double precision') AND column_name NOT IN ('id', 'campaign_id')"
    )
    return [name for (name,) in rows]


def test_an_export_of_all_leads_is_not_sorted(many_leads: int, acme: Engine):
    with reading(acme) as transaction:
        plan = transaction.rows(f"EXPLAIN {export_sql(LEADS, acme.tenant_id)}", plain=True).read_all()
    assert "Sort" not in "\n".join(plan.column(0).to_pylist())

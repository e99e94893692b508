"""Exports that do not get to their end: what is left in the store, what the record says, and what the next try does."""

import json
import re
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from outbrief.query import connection
from outbrief.record.exports import ExportOrder
from outbrief.record.models import ExportJob
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import tenant_facts
from outbrief.run import exports, pipeline
from outbrief.run.attempts import PRODUCING
from outbrief.store import open_store
from outbrief.terms.errors import DatabaseUnavailable, StoreUnavailable
from tests.people import People
from tests.run.conftest import NOW
from tests.servers.s3 import S3Server
from tests.servers.s3_refusing import refusing_parts

ROWS = 30_000
MIB = 1024 * 1024
FIRST, LAST = PRODUCING.attempt(0), PRODUCING.attempt(len(PRODUCING.seconds))


@pytest.fixture
def leads(acme: People, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Acme leads of half a kilobyte each, that come in dozens of batches."""
    monkeypatch.setattr(connection, "_BATCH_BYTES", 256 * 1024)
    with psycopg.connect(database) as server:
        server.execute(
            "INSERT INTO leads (tenant_id, workspace_id, external_id, email, company)"
            " SELECT tenant_id, id, 'lead-' || n, 'person' || n || '@example.org', repeat(md5(n::text), 15)"
            " FROM workspaces, generate_series(1, %s) n WHERE tenant_id = %s",
            [ROWS, acme.alice.tenant_id],
        )
        server.execute("ANALYZE leads")


@pytest.fixture
def job(leads: None, acme: People) -> ExportJob:
    tenant = tenant_facts(acme.alice.tenant_id)
    order = ExportOrder(
        export_type="leads", format="ndjson", fields=["leadId", "email", "company"], filters={}, date_range=None
    )
    with tenant_scope(tenant.id):
        job, _ = exports.request_export(
            tenant, order, user_id=acme.alice.user_id, actor="test", idempotency_key=None, now=NOW
        )
    return job


@pytest.fixture
def after_batches(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Give a function that has something called with the number of each batch; it gives the rows after each."""
    write = exports.write_export

    def arrange(happen: Callable[[int], object]) -> list[int]:
        counted: list[int] = []

        def written(*given, on_rows):
            def count(rows: int) -> None:
                on_rows(rows)
                counted.append(rows)
                happen(len(counted))

            return write(*given, on_rows=count)

        monkeypatch.setattr(pipeline, "write_export", written)
        return counted

    return arrange


@pytest.fixture
def after_batch(after_batches) -> Callable[..., list[int]]:
    """Give a function that lets something happen once, after this batch."""
    return lambda number, happen: after_batches(lambda batch: batch == number and happen())


def produce(job: ExportJob, attempt=FIRST) -> None:
    pipeline.produce_export(job.tenant_id, job.id, clock=lambda: NOW, attempt=attempt)


def reread(job: ExportJob) -> ExportJob:
    with unscoped():
        return ExportJob.objects.get(id=job.id)


def files(home: Path) -> list[str]:
    """List every file of the store's folder, hidden and unfinished ones too."""
    return sorted(path.name for path in (home / "files").rglob("*") if path.is_file())


def assert_whole_at_the_next_try(job: ExportJob, read: Callable[[str], bytes]) -> None:
    produce(job)
    done = reread(job)
    assert (done.status, done.row_count, done.error_message) == ("completed", ROWS, None)
    rows = [json.loads(line) for line in read(done.file_path).splitlines()]
    assert [row["leadId"] for row in rows] == [f"lead-{n}" for n in range(1, ROWS + 1)]


def verbs(server: S3Server, prefix: str) -> list[str]:
    """Name the multipart requests below a prefix that the server took, in order."""
    logged = re.findall(rf"serve s3: (\w+) multipart upload .*{prefix}", server.log.read_text())
    return [verb for verb in logged if verb in ("initiate", "put", "complete", "abort")]


def terminate(database: str, which: str) -> None:
    """Kill backends of this database as an administrator does."""
    with psycopg.connect(database) as server:
        killed = server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        ).fetchall()
    assert killed


EXPORTING = "query LIKE 'COPY (SELECT%'"
EVERYBODY = "backend_type = 'client backend'"


@pytest.mark.parametrize("killed", [EXPORTING, EVERYBODY], ids=["the export's", "every"])
def test_a_connection_killed_in_the_middle_leaves_no_file_and_the_reason(
    job: ExportJob, home: Path, database: str, after_batch, killed: str
):
    counted = after_batch(5, lambda: terminate(database, killed))
    with pytest.raises(DatabaseUnavailable):
        produce(job)
    assert 5 <= len(counted) < 10
    assert files(home) == []
    failed = reread(job)
    assert (failed.status, failed.file_path, failed.download_url) == ("pending", None, None)
    assert "database" in failed.error_message
    assert_whole_at_the_next_try(job, lambda key: (home / "files" / key).read_bytes())


def test_a_connection_killed_at_the_last_try_fails_the_export_with_the_reason(
    job: ExportJob, home: Path, database: str, after_batch
):
    after_batch(5, lambda: terminate(database, EVERYBODY))
    with pytest.raises(DatabaseUnavailable):
        produce(job, LAST)
    failed = reread(job)
    assert failed.status == "failed"
    assert "database" in failed.error_message
    assert files(home) == []


def test_a_connection_killed_in_the_middle_leaves_no_unfinished_upload_in_a_bucket(
    job: ExportJob, s3_server: S3Server, database: str, settings_with, after_batch
):
    prefix = uuid4().hex
    settings_with(store_url=s3_server.url(prefix))
    after_batch(40, lambda: terminate(database, EXPORTING))
    with pytest.raises(DatabaseUnavailable):
        produce(job)
    assert verbs(s3_server, prefix) == ["initiate", "put", "abort"]
    assert [name for name in s3_server.files() if prefix in name] == []
    assert_whole_at_the_next_try(job, lambda key: b"".join(open_store(s3_server.url(prefix)).read(key)))


@pytest.mark.parametrize(
    ("status", "code", "message", "hint"),
    [
        (403, "AccessDenied", "The token has ended.", "Check the access key"),
        (507, "XMinioStorageFull", "The drive is full.", "Make room"),
        (0, "", "", "Check the endpoint"),
    ],
    ids=["access withdrawn", "full", "hangs up"],
)
def test_a_bucket_that_refuses_in_the_middle_keeps_no_part_and_the_record_says_why(
    job: ExportJob, s3_server: S3Server, settings_with, status: int, code: str, message: str, hint: str
):
    prefix = uuid4().hex
    with refusing_parts(s3_server, first=2, status=status, code=code, message=message) as refusing:
        settings_with(store_url=refusing.url(prefix))
        with pytest.raises(StoreUnavailable):
            produce(job)
    assert verbs(s3_server, prefix) == ["initiate", "put", "abort"]
    assert [name for name in s3_server.files() if prefix in name] == []
    failed = reread(job)
    assert (failed.status, failed.file_path, failed.download_url) == ("pending", None, None)
    assert "The bucket refused" in failed.error_message
    for told in (code, message, hint):
        assert told in failed.error_message
    # Users read it: where the bucket is, is none of their business.
    assert urlsplit(refusing.endpoint).netloc not in failed.error_message
    assert prefix not in failed.error_message
    settings_with(store_url=s3_server.url(prefix))
    assert_whole_at_the_next_try(job, lambda key: b"".join(open_store(s3_server.url(prefix)).read(key)))


@pytest.fixture
def no_room() -> Iterator[Callable[[int], None]]:
    """Give a function that lets this process write no file beyond so many bytes: the system refuses the rest."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("most", [0, 5 * MIB], ids=["at once", "in the middle"])
def test_a_folder_without_room_keeps_no_half_file_and_the_record_says_why(
    job: ExportJob, home: Path, no_room, most: int
):
    no_room(most)
    with pytest.raises(StoreUnavailable):
        produce(job, LAST)
    assert files(home) == []
    failed = reread(job)
    assert (failed.status, failed.file_path) == ("failed", None)
    assert "The folder refused" in failed.error_message
    assert "space" in failed.error_message


def test_an_export_cancelled_on_the_way_writes_no_second_batch_more_and_leaves_no_file(
    job: ExportJob, acme: People, home: Path, after_batch
):
    def cancel() -> None:
        with tenant_scope(acme.alice.tenant_id):
            exports.cancel(job, actor="test", now=NOW)

    counted = after_batch(5, cancel)
    produce(job)
    assert len(counted) == 5
    assert counted[-1] < ROWS // 2
    cancelled = reread(job)
    assert (cancelled.status, cancelled.file_path, cancelled.error_message) == ("cancelled", None, None)
    assert files(home) == []


def test_an_export_cancelled_on_the_way_to_a_bucket_leaves_no_unfinished_upload(
    job: ExportJob, acme: People, s3_server: S3Server, settings_with, after_batch
):
    def cancel() -> None:
        with tenant_scope(acme.alice.tenant_id):
            exports.cancel(job, actor="test", now=NOW)

    prefix = uuid4().hex
    settings_with(store_url=s3_server.url(prefix))
    after_batch(40, cancel)
    produce(job)
    assert reread(job).status == "cancelled"
    assert verbs(s3_server, prefix) == ["initiate", "put", "abort"]
    assert [name for name in s3_server.files() if prefix in name] == []


def test_progress_is_recorded_after_every_batch_and_reaches_a_hundred_with_the_file_alone(
    job: ExportJob, after_batches
):
    seen: list[int] = []
    counted = after_batches(lambda batch: seen.append(reread(job).progress))
    assert job.expected_rows == pytest.approx(ROWS, rel=0.1)
    produce(job)
    assert len(seen) == len(counted) > 20
    assert seen == [min(99, rows * 100 // job.expected_rows) for rows in counted]
    assert len(set(seen)) > 20
    assert counted[-1] == ROWS
    assert reread(job).progress == 100

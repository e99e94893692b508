"""Uploads: kept, tried out, imported once by a worker, remembered, and deleted."""

import datetime as dt
import gzip
from pathlib import Path
from uuid import UUID

import pytest

from outbrief.facts import FactKind
from outbrief.record import uploads as record
from outbrief.record.models import AuditEvent, Upload, UploadStatus
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run import parts, sweep, uploads
from outbrief.run.attempts import PRODUCING
from outbrief.terms.errors import ArtifactMissing, Conflict, InvalidInput, TooMany
from tests.facts.loading import row, rows
from tests.people import People
from tests.run.conftest import NOW

LEADS = "Email Address,First Name,Added,Note\na@x.test,Ann,03/04/2026,x\nnone,Ben,05/06/2026,\nc@x.test,Cy,,y\n"


def upload(people: People, folder: Path, text: str = LEADS, name: str = "My contacts.csv", **more: object) -> Upload:
    path = folder / "temporary"
    content = text.encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    asked: dict[str, object] = {"size": path.stat().st_size, "now": NOW, **more}
    tenant = tenant_facts(people.alice.tenant_id)
    return uploads.receive(
        tenant,
        path,
        filename=name,
        user_id=people.alice.user_id,
        actor="user:alice",
        **asked,  # type: ignore[arg-type]
    )


def start(kept: Upload, mapping: dict[str, object] | None = None) -> None:
    with tenant_scope(kept.tenant_id):
        kept.refresh_from_db()
        uploads.start(kept, FactKind(kept.kind), mapping or kept.mapping, actor="user:alice")


def work(kept: Upload, *, attempt: int = 0, now: dt.datetime = NOW) -> Upload:
    uploads.import_upload(kept.tenant_id, kept.id, clock=lambda: now, attempt=PRODUCING.attempt(attempt))
    return again(kept)


def again(kept: Upload) -> Upload:
    with tenant_scope(kept.tenant_id):
        return Upload.objects.get(id=kept.id)


def keys(kept: Upload) -> list[str]:
    return list(parts.store().keys(f"{kept.tenant_id}/uploads"))


@pytest.mark.parametrize("name", ["My contacts.csv", "My contacts.CSV.gz"])
def test_a_file_is_kept_guessed_tried_out_imported_once_and_deleted(people: People, home: Path, name: str):
    kept = upload(people, home, name=name)
    assert (kept.kind, kept.status) == ("leads", "waiting")
    assert kept.mapping["leads"] == {
        "columns": {
            "email": "Email Address", "first_name": "First Name", "created_at": "Added",
            "external_id": "{Email Address}",
        },
        "formats": {"created_at": "%d/%m/%Y"},
    }  # fmt: skip
    assert len(keys(kept)) == 2
    tenant = tenant_facts(kept.tenant_id)
    trial = uploads.try_map(kept, tenant, FactKind.LEADS, kept.mapping)
    assert (trial.rows_read, trial.rows_kept, trial.refusals[0].line) == (3, 2, 3)

    start(kept)
    done = work(kept)
    assert (done.status, done.rows_read, done.file_path, done.error_message) == ("done", 3, None, None)
    assert keys(kept) == []
    leads = rows(people.alice, "SELECT email, created_at::text FROM leads ORDER BY email")
    assert leads == [("a@x.test", "2026-04-02 22:00:00+00"), ("c@x.test", None)]
    intake = row(
        people.alice,
        "SELECT id, source, actor, rows_read, rows_kept, rows_refused, created, updated, unchanged FROM intakes",
    )
    assert intake == (done.intake_id, name, f"user:{people.alice.user_id}", 3, 2, 1, 2, 0, 0)
    with tenant_scope(kept.tenant_id):
        noted = AuditEvent.objects.filter(action="facts.imported").get()
    assert (noted.actor, noted.detail["file"], noted.detail["rows"]) == (f"user:{people.alice.user_id}", name, 2)

    # A job too many finds nothing left to do.
    assert work(kept).intake_id == done.intake_id
    assert row(people.alice, "SELECT count(*) FROM intakes") == (1,)


def test_a_file_with_the_same_columns_is_proposed_the_map_of_the_last_one(people: People, home: Path):
    first = upload(people, home)
    mapping = {"leads": {"columns": {"external_id": "Email Address", "company": "Note"}}}
    start(first, mapping)
    work(first)
    second = upload(people, home, "Note,Added,First Name,Email Address\ny,03/04/2026,Dan,d@x.test\n", "b.csv")
    assert second.mapping == mapping
    with tenant_scope(second.tenant_id):
        assert uploads.is_remembered(second)
    other = upload(people, home, "Email,Note\nd@x.test,\n", "c.csv")
    with tenant_scope(second.tenant_id):
        assert not uploads.is_remembered(other)


def test_an_import_that_fails_keeps_the_file_a_day_for_another_try(people: People, home: Path):
    kept = upload(people, home)
    start(kept, {"leads": {"columns": {"external_id": "Nothing"}}})
    with pytest.raises(InvalidInput):
        work(kept)
    failed = again(kept)
    assert failed.status == UploadStatus.FAILED
    assert 'no column "Nothing"' in str(failed.error_message)
    assert len(keys(kept)) == 2
    sweep.delete_uploaded_facts(now=NOW + dt.timedelta(hours=23))
    start(kept, {"leads": {"columns": {"external_id": "Email Address"}}})
    assert work(kept).status == UploadStatus.DONE


def test_what_nobody_goes_on_with_is_deleted_after_a_day(people: People, home: Path):
    waiting, failing = upload(people, home), upload(people, home, name="x.csv")
    start(failing, {"leads": {"columns": {"external_id": "Nothing"}}})
    with pytest.raises(InvalidInput):
        work(failing)
    assert sweep.delete_uploaded_facts(now=NOW + dt.timedelta(hours=23)) == 0
    assert sweep.delete_uploaded_facts(now=NOW + dt.timedelta(hours=25)) == 2
    assert keys(waiting) == []
    with tenant_scope(waiting.tenant_id):
        assert not Upload.objects.exists()


def test_an_import_without_a_job_is_taken_up_again_and_one_under_way_is_not_deleted(people: People, home: Path):
    from django.db import connection

    from outbrief.record.scope import unscoped

    kept = upload(people, home)
    start(kept)
    with unscoped(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    later = NOW + dt.timedelta(hours=30)
    assert sweep.delete_uploaded_facts(now=later) == 0
    assert sweep.take_up_orphans(now=later) == 1
    assert sweep.take_up_orphans(now=later) == 0
    assert work(kept).status == UploadStatus.DONE


def test_an_upload_is_started_once_and_discarded_only_before(people: People, home: Path):
    kept = upload(people, home)
    start(kept)
    with pytest.raises(Conflict):
        start(kept)
    with tenant_scope(kept.tenant_id):
        assert not uploads.discard(kept, actor="user:alice")
    other = upload(people, home, name="y.csv")
    with tenant_scope(kept.tenant_id):
        assert uploads.discard(other, actor="user:alice")
    assert len(keys(kept)) == 2
    with pytest.raises(ArtifactMissing):
        uploads.columns_of(other, tenant_facts(kept.tenant_id))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.xlsx", "PK\x03\x04", "of no kind that is read"),
        ("a.csv", "PK\x03\x04", "a workbook"),
        ("a.csv", "", "is empty"),
        ("a.ndjson", "", "has no rows"),
        ("a.csv.gz", "not packed", "is not CSV|gzip|is empty|of no kind"),
    ],
)
def test_a_file_that_is_none_is_refused_and_nothing_is_kept(
    people: People, home: Path, name: str, text: str, said: str
):
    with pytest.raises(InvalidInput, match=said) as refused:
        upload(people, home, text, name) if not name.endswith(".gz") else _raw(people, home, text, name)
    assert refused.value.field == "file"
    assert list(parts.store().keys()) == []


def _raw(people: People, folder: Path, text: str, name: str) -> None:
    path = folder / "temporary"
    path.write_text(text)
    tenant = tenant_facts(people.alice.tenant_id)
    uploads.receive(tenant, path, filename=name, size=9, user_id=None, actor="", now=NOW)


def test_the_limit_is_named(people: People, home: Path):
    with pytest.raises(InvalidInput, match=r"2\.1 GB, and at most 2 GB"):
        upload(people, home, size=2_100_000_000)


def test_a_tenant_has_only_so_many_files_waiting(people: People, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploads, "MOST_WAITING", 1)
    upload(people, home)
    with pytest.raises(TooMany):
        upload(people, home, name="b.csv")


def test_another_tenant_sees_nothing_of_it(people: People, home: Path):
    kept = upload(people, home)
    with tenant_scope(people.charlie.tenant_id):
        assert not Upload.objects.filter(id=UUID(str(kept.id))).exists()
        assert record.remembered("leads", kept.columns or []) is None

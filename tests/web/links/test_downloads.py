"""Files by signed link."""

import asyncio
import datetime as dt
import hashlib
from pathlib import Path

import pytest
from django.test import AsyncRequestFactory

from outbrief.record.models import AuditEvent, ExportJob, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.run.links import Link, make_token
from outbrief.web.links import downloads
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor

HOUR = dt.timedelta(hours=1)


def link(acme: Acme, target: str = "export", *, lasts: dt.timedelta = HOUR) -> str:
    object_id = acme.export_id if target == "export" else acme.generation_id
    ends = dt.datetime.now(dt.UTC) + lasts
    token = make_token(Link(target=target, tenant_id=acme.tenant_id, object_id=object_id), expires_at=ends)
    return f"/downloads/{target}/{token}"


@pytest.fixture
def content(acme: Acme, home: Path) -> bytes:
    with tenant_scope(acme.tenant_id):
        return (home / "files" / ExportJob.objects.get(id=acme.export_id).file_path).read_bytes()


def body(response: object) -> bytes:
    return b"".join(response)


def test_nobody_has_to_sign_in_and_the_whole_file_comes(acme: Acme, content: bytes):
    response = visitor().get(link(acme))
    assert response.status_code == 200
    assert body(response) == content
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="campaigns.csv"'
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_name_in_another_script_is_written_as_the_standard_says(acme: Acme):
    response = visitor().get(link(acme, "report"))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%BE%D1%82")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-7", -7, None), ("bytes=5-99999999", 5, None)],
)
def test_a_range_gives_these_bytes_alone(acme: Acme, content: bytes, asked: str, start: int, end: int | None):
    response = visitor().get(link(acme), headers={"Range": asked})
    expected = content[start:end]
    assert response.status_code == 206
    assert body(response) == expected
    first = start if start >= 0 else len(content) + start
    assert response["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(content)}"
    assert response["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_the_file_is_416(acme: Acme, content: bytes, asked: str):
    response = visitor().get(link(acme), headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "bytes=a-b"])
def test_a_range_that_is_none_or_several_gives_the_whole_file(acme: Acme, content: bytes, asked: str):
    response = visitor().get(link(acme), headers={"Range": asked})
    assert response.status_code == 200
    assert body(response) == content


def test_a_range_of_another_version_gives_the_whole_file(acme: Acme, content: bytes):
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    statuses = [
        visitor().get(link(acme), headers={"Range": "bytes=0-3", "If-Range": known}).status_code
        for known in (etag, '"other"', "Mon, 01 Jan 2024 00:00:00 GMT")
    ]
    assert statuses == [206, 200, 200]


def test_who_has_the_file_gets_304(acme: Acme, content: bytes):
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    for known in (etag, f'"x", W/{etag}', "*"):
        response = visitor().get(link(acme), headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
    assert visitor().get(link(acme), headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_tells_the_length_and_sends_nothing(acme: Acme, content: bytes):
    response = visitor().head(link(acme))
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(content))
    assert response.content == b""


def test_every_download_leaves_an_audit_event_and_looking_leaves_none(acme: Acme):
    client = visitor()
    client.head(link(acme))
    client.get(link(acme), headers={"Range": "bytes=99999999-"})
    client.get(link(acme))
    client.get(link(acme), headers={"Range": "bytes=0-3"})
    client.get(link(acme, "report"))
    with tenant_scope(acme.tenant_id):
        events = list(AuditEvent.objects.filter(action__endswith="downloaded").order_by("created_at"))
    assert [(e.actor, e.action, e.object_id) for e in events] == [
        ("link", "export.downloaded", str(acme.export_id)),
        ("link", "export.downloaded", str(acme.export_id)),
        ("link", "report.downloaded", str(acme.generation_id)),
    ]
    assert events[1].detail["range"].startswith("bytes 0-3/")


def test_a_link_that_has_ended_or_was_changed_is_403(acme: Acme):
    good = link(acme)
    for bad in (link(acme, lasts=-HOUR), good[:-1] + ("A" if good[-1] != "A" else "B"), "/downloads/export/x"):
        response = visitor().get(bad)
        assert response.status_code == 403
        assert "link" in response.content.decode()


def test_a_link_of_one_kind_opens_no_other(acme: Acme):
    assert visitor().get(link(acme).replace("/export/", "/report/")).status_code == 403
    assert visitor().get(link(acme).replace("/export/", "/unsubscribe/")).status_code == 404


def test_an_export_that_has_expired_is_403_whatever_the_link_says(acme: Acme):
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.update(expires_at=dt.datetime.now(dt.UTC))
    assert visitor().get(link(acme)).status_code == 403


def test_a_program_gets_the_reason_as_json(acme: Acme):
    response = visitor().get(link(acme, lasts=-HOUR), headers={"Accept": "application/json"})
    assert response.status_code == 403
    assert response.json()["error"] == "This link has expired."
    assert response.json()["code"] == "forbidden"


def test_a_file_that_is_gone_is_410(acme: Acme, home: Path):
    with tenant_scope(acme.tenant_id):
        (home / "files" / ExportJob.objects.get(id=acme.export_id).file_path).unlink()
        ReportGeneration.objects.update(file_path=None)
    assert visitor().get(link(acme)).status_code == 410
    assert visitor().get(link(acme, "report")).status_code == 410
    good = link(acme)
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.all().delete()
    assert visitor().get(good).status_code == 410


def test_a_link_signed_for_another_tenant_opens_nothing(people: People, acme: Acme):
    ends = dt.datetime.now(dt.UTC) + HOUR
    token = make_token(
        Link(target="export", tenant_id=people.charlie.tenant_id, object_id=acme.export_id), expires_at=ends
    )
    assert visitor().get(f"/downloads/export/{token}").status_code == 410


def test_a_server_that_speaks_asgi_gets_the_file_piece_by_piece(acme: Acme, content: bytes):
    *_, target, token = link(acme).split("/")
    response = downloads.download(AsyncRequestFactory().get("/"), target, token)

    async def gather() -> bytes:
        return b"".join([chunk async for chunk in response])

    assert response.is_async
    assert asyncio.run(gather()) == content

import hashlib
import subprocess
import sys
from email.message import Message
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from outbrief.store import Store, open_store
from outbrief.terms.errors import StoreUnavailable
from tests.servers.s3 import S3Server

KEY = "acme/exports/1.csv"
MIB = 1024 * 1024


@pytest.fixture
def store(s3_url: str) -> Store:
    return open_store(s3_url)


def keep(store: Store, content: bytes = b"a,b\n", filename: str = "leads.csv") -> None:
    with store.upload(KEY, content_type="text/csv; charset=utf-8", filename=filename) as upload:
        upload.write(content)


def break_off(store: Store, content: bytes) -> None:
    with store.upload(KEY, content_type="text/csv", filename="leads.csv") as upload:
        upload.write(content)
        raise RuntimeError


def link(store: Store, expires_in: int = 60) -> str:
    signed = store.presign(KEY, expires_in=expires_in)
    assert signed
    return signed


def asked(server: S3Server, key: str) -> list[str]:
    """Name the multipart requests about a key that the server logged, in order."""
    lines = (line for line in server.log.read_text().splitlines() if "multipart upload" in line and key in line)
    return [line.split("serve s3: ")[1].split(" multipart")[0] for line in lines if "serve s3: " in line]


def test_a_large_upload_goes_in_parts_of_8_mib(s3_server: S3Server) -> None:
    store = open_store(s3_server.url("parts"))
    keep(store, b"x" * 25 * MIB)
    assert asked(s3_server, f"parts/{KEY}") == ["initiate", "put", "put", "put", "put", "complete"]
    assert store.size(KEY) == 25 * MIB


def test_a_small_upload_is_one_request(s3_server: S3Server) -> None:
    keep(open_store(s3_server.url("small")))
    assert asked(s3_server, f"small/{KEY}") == []


def test_a_broken_off_upload_is_aborted_and_leaves_nothing_on_the_server(s3_server: S3Server) -> None:
    store = open_store(s3_server.url("broken"))
    with pytest.raises(RuntimeError):
        break_off(store, b"x" * 25 * MIB)
    assert "abort" in asked(s3_server, f"broken/{KEY}")
    assert "complete" not in asked(s3_server, f"broken/{KEY}")
    assert [name for name in s3_server.files() if name.startswith("broken/")] == []


def test_an_upload_takes_the_same_memory_whatever_its_size(s3_server: S3Server) -> None:
    program = (
        "import sys; from outbrief.store import open_store\n"
        "with open_store(sys.argv[1]).upload('big', content_type='text/csv', filename='x') as upload:\n"
        "    for _ in range(160): upload.write(bytes(1024 * 1024))\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, s3_server.url("memory")], capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < 120 * 1024, "KiB at the highest"


def test_a_signed_link_downloads_the_object(store: Store) -> None:
    content = bytes(range(256)) * 40_000
    keep(store, content)
    answer = httpx.get(link(store))
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(content).digest()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_signed_link_says_how_long_it_lives(store: Store) -> None:
    keep(store)
    assert parse_qs(urlsplit(link(store, expires_in=3600)).query)["X-Amz-Expires"] == ["3600"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        ("exports/1.csv", "exports/2.csv"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ],
)
def test_a_changed_link_is_refused(store: Store, old: str, new: str) -> None:
    keep(store)
    signed = link(store)
    assert old in signed
    assert httpx.get(signed).status_code == 200
    assert httpx.get(signed.replace(old, new)).status_code == 403


def test_a_link_without_signature_is_refused(store: Store) -> None:
    keep(store)
    assert httpx.get(link(store).split("?")[0]).status_code in {400, 403}


@pytest.mark.parametrize(
    "filename", ["leads.csv", "Umsätze Q3.csv", "売上.csv", 'a"b\\c.csv', "a\r\nSet-Cookie: x.csv", "100% & more;.csv"]
)
def test_a_download_has_its_name(store: Store, filename: str) -> None:
    keep(store, filename=filename)
    answer = httpx.get(link(store))
    # The standard library's own reading of the header is the oracle.
    header = Message()
    header["Content-Disposition"] = (
        answer.headers["content-disposition"].split("filename=")[0]
        + "x=y; "
        + ("filename*=" + answer.headers["content-disposition"].split("filename*=")[1])
    )
    assert header.get_filename() == filename
    assert header.get_content_disposition() == "attachment"
    assert answer.headers["content-disposition"].isascii()


@pytest.mark.parametrize(
    ("changes", "reason", "hint"),
    [
        ({"secret": "not-the-secret-key"}, "SignatureDoesNotMatch", "access key"),
        ({"bucket": "nobucket"}, "NoSuchBucket", "Create the bucket"),
    ],
)
def test_a_refusal_says_why_and_what_to_check(
    s3_server: S3Server, changes: dict[str, str], reason: str, hint: str
) -> None:
    store = open_store(s3_server.url("refused", **changes))
    for ask in (store.probe, lambda: store.delete(KEY), lambda: list(store.keys())):
        with pytest.raises(StoreUnavailable, match=reason) as caught:
            ask()
        assert hint in caught.value.hint
        assert "Debug" not in str(caught.value)
        assert "<" not in str(caught.value)


def test_a_server_that_goes_away_during_an_upload_makes_the_store_unavailable(s3_server: S3Server) -> None:
    store = open_store(s3_server.url("gone", bucket="nobucket"))
    with pytest.raises(StoreUnavailable):
        keep(store, b"x" * 30 * MIB)

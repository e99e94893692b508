"""What every store keeps to: the folder and S3."""

import datetime as dt
import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbrief.store import Store, open_store
from outbrief.terms.errors import ArtifactMissing, InvalidInput, StoreUnavailable

KEY = "0b9f/exports/3c11.csv"
MIB = 1024 * 1024


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "folder":
        yield open_store((request.getfixturevalue("tmp_path") / "kept files").as_uri())
    else:
        yield open_store(request.getfixturevalue("s3_url"))


def keep(store: Store, content: bytes, key: str = KEY) -> None:
    with store.upload(key, content_type="text/csv", filename="leads.csv") as upload:
        upload.write(content)


def break_off(store: Store, content: bytes, error: BaseException) -> None:
    with store.upload(KEY, content_type="text/csv", filename="leads.csv") as upload:
        upload.write(content)
        raise error


def kept(store: Store, key: str = KEY) -> bytes:
    return b"".join(store.read(key))


def test_what_was_written_is_read_back(store: Store) -> None:
    keep(store, b"a,b\r\n1,2\r\n")
    assert kept(store) == b"a,b\r\n1,2\r\n"
    assert store.size(KEY) == 10


def test_an_upload_without_bytes_is_an_empty_object(store: Store) -> None:
    with store.upload(KEY, content_type="text/csv", filename="leads.csv") as upload:
        assert upload.size == 0
    assert store.size(KEY) == 0
    assert kept(store) == b""


def test_an_upload_of_many_parts_knows_its_size_and_digest(store: Store) -> None:
    content = bytes(range(256)) * (MIB // 256)
    with store.upload(KEY, content_type="text/csv", filename="leads.csv") as upload:
        for number in range(21):
            assert upload.write(bytes([number]) + content) == MIB + 1
    expected = b"".join(bytes([number]) + content for number in range(21))
    assert upload.size == store.size(KEY) == len(expected) == 21 * (MIB + 1)
    assert upload.sha256 == hashlib.sha256(expected).hexdigest()
    assert kept(store) == expected
    assert b"".join(store.read(KEY, start=8 * MIB - 3, end=16 * MIB + 5)) == expected[8 * MIB - 3 : 16 * MIB + 5]


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), GeneratorExit()])
@pytest.mark.parametrize("parts", [0, 1, 20])
def test_an_exception_keeps_nothing_and_passes_through(store: Store, error: BaseException, parts: int) -> None:
    with pytest.raises(type(error)) as caught:
        break_off(store, b"x" * MIB * parts, error)
    assert caught.value is error
    assert list(store.keys()) == []
    with pytest.raises(ArtifactMissing):
        store.size(KEY)


def test_an_exception_leaves_the_earlier_object(store: Store) -> None:
    keep(store, b"first")
    with pytest.raises(RuntimeError):
        break_off(store, b"y" * MIB * 9, RuntimeError())
    assert kept(store) == b"first"


def test_an_object_is_not_there_before_its_upload_ends(store: Store) -> None:
    with store.upload(KEY, content_type="text/csv", filename="leads.csv") as upload:
        upload.write(b"z" * 9 * MIB)
        assert list(store.keys()) == []
    assert list(store.keys()) == [KEY]


def test_the_same_key_again_replaces_the_object(store: Store) -> None:
    keep(store, b"a long first version")
    keep(store, b"second")
    assert kept(store) == b"second"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 30), end=st.none() | st.integers(0, 30))
def test_any_range_is_the_slice(store: Store, start: int, end: int | None) -> None:
    content = b"0123456789abcdefghij"
    keep(store, content)
    assert b"".join(store.read(KEY, start=start, end=end)) == content[start:end]


def test_what_is_not_there_is_missing_at_once(store: Store) -> None:
    with pytest.raises(ArtifactMissing, match=KEY):
        store.read(KEY)
    with pytest.raises(ArtifactMissing, match=KEY):
        store.size(KEY)


def test_deleting_is_done_once_and_again(store: Store) -> None:
    keep(store, b"x")
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(ArtifactMissing):
        store.size(KEY)


def test_keys_are_listed_by_whole_segments(store: Store) -> None:
    names = ["acme/exports/1.csv", "acme/exports/2.csv", "acme/reports/1.pdf", "acmetwo/exports/1.csv"]
    for name in names:
        keep(store, b"x", name)
    assert sorted(store.keys()) == names
    assert sorted(store.keys("acme")) == names[:3]
    assert sorted(store.keys("acme/exports")) == names[:2]
    assert list(store.keys("zenith")) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a/..",
        "a//b",
        "a/",
        ".hidden",
        "a/.b",
        "a b",
        "a\\b",
        "a\0",
        "a\n",
        "é",
        "a?b",
    ],
)
def test_a_key_that_is_not_ours_is_refused(store: Store, key: str) -> None:
    with pytest.raises(InvalidInput, match="key"), store.upload(key, content_type="text/csv", filename="x"):
        pass
    for refuse in (store.read, store.size, store.delete):
        with pytest.raises(InvalidInput, match="key"):
            refuse(key)
    with pytest.raises(InvalidInput, match="key"):
        list(store.keys(key or ".."))


def test_a_probe_leaves_nothing(store: Store) -> None:
    store.probe()
    assert list(store.keys()) == []


def test_discarding_unfinished_uploads_spares_finished_ones(store: Store) -> None:
    keep(store, b"x")
    store.discard_unfinished(before=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    assert kept(store) == b"x"


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_store_that_is_not_there_is_unavailable_and_says_what_to_check(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path_factory.getbasetemp() / "file").write_bytes(b"")
    urls = {
        "folder": (tmp_path_factory.getbasetemp() / "file" / "below").as_uri(),
        "s3": "s3://b/p?endpoint=http://127.0.0.1:1&access_key_id=AKIDSOMETHING&secret_access_key=secretsecret",
    }
    store = open_store(urls[kind])
    with pytest.raises(StoreUnavailable) as caught:
        store.probe()
    assert caught.value.retryable
    assert "OUTBRIEF_STORE_URL" in caught.value.hint
    assert "secretsecret" not in str(caught.value)
    assert "Debug" not in str(caught.value)

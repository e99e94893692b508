import datetime as dt
import os
from pathlib import Path

import pytest

from outbrief.store.folder import FolderStore
from outbrief.terms.errors import StoreUnavailable

KEY = "acme/exports/1.csv"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(root=tmp_path)


def test_a_file_is_readable_by_its_owner_alone(store: FolderStore) -> None:
    with store.upload(KEY, content_type="text/csv", filename="x.csv") as upload:
        upload.write(b"x")
    assert (store.root / KEY).stat().st_mode & 0o777 == 0o600


def test_a_broken_off_upload_leaves_no_file_at_all(store: FolderStore) -> None:
    with pytest.raises(ZeroDivisionError), store.upload(KEY, content_type="text/csv", filename="x.csv") as upload:
        upload.write(b"x" * (1 + 1 // 0))
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_what_a_killed_process_left_is_discarded_once_it_is_old(store: FolderStore) -> None:
    killed = os.fork()
    if not killed:
        with store.upload(KEY, content_type="text/csv", filename="x.csv") as upload:
            upload.write(b"x" * 3_000_000)
            os._exit(9)
    os.waitpid(killed, 0)
    assert list(store.keys()) == []
    written = dt.datetime.fromtimestamp(next((store.root / "acme/exports").iterdir()).stat().st_mtime, dt.UTC)
    assert store.discard_unfinished(before=written - dt.timedelta(seconds=1)) == 0
    assert store.discard_unfinished(before=written + dt.timedelta(seconds=1)) == 1
    assert list((store.root / "acme/exports").iterdir()) == []


def test_a_full_disk_makes_the_store_unavailable() -> None:
    store = FolderStore(root=Path("/dev/full"))
    with pytest.raises(StoreUnavailable, match="OUTBRIEF_STORE_URL"):
        store.probe()


def test_the_folder_gives_no_links(store: FolderStore) -> None:
    assert store.presign(KEY, expires_in=60) is None


def test_keys_come_in_order(store: FolderStore) -> None:
    for key in ("b/2", "a/1", "b/1"):
        with store.upload(key, content_type="text/csv", filename="x.csv"):
            pass
    assert list(store.keys()) == ["a/1", "b/1", "b/2"]

"""What every store can do, and which keys it takes."""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from outbrief.terms.errors import InvalidInput, StoreUnavailable

# Starting every segment with a letter or digit rules out `..`, hidden names and absolute paths at once.
_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT}){{0,9}}")


def check_key(key: str) -> str:
    """Give the key back if it is one of ours: segments of letters, digits, `.`, `_`, `-` between slashes.

    InvalidInput for anything else, such as `..`, an absolute path or a space.
    """
    if not _KEY.fullmatch(key):
        raise InvalidInput(f"{key!r} is not a key of the store.", field="key")
    return key


class Upload:
    """Bytes on their way into the store; `size` (bytes) and `sha256` (hex) tell of what was written so far."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self.size = 0
        self._sink = sink
        self._sha256 = hashlib.sha256()

    def write(self, chunk: bytes) -> int:
        """Take the next bytes; StoreUnavailable when the store refuses them."""
        self._sink(chunk)
        self._sha256.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    @property
    def sha256(self) -> str:
        """Give the digest of the bytes so far, in hex."""
        return self._sha256.hexdigest()


class Store(Protocol):
    """Keeps artifacts under keys. Every method raises StoreUnavailable when the store does not answer or refuses."""

    def upload(self, key: str, *, content_type: str, filename: str) -> AbstractContextManager[Upload]:
        """Open the key for writing; the object appears whole when the block ends.

        Any exception in the block leaves what was there before, and no part of the new bytes. `filename` is what a
        download by `presign` is called.
        """
        ...

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Read bytes `[start, end)`, clamped to the object, in chunks; ArtifactMissing at once when there is none."""
        ...

    def size(self, key: str) -> int:
        """Give the size in bytes; ArtifactMissing when there is no such object."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is fine."""
        ...

    def presign(self, key: str, *, expires_in: int) -> str | None:
        """Give a link that downloads the object for `expires_in` seconds, or None where the web must serve it."""
        ...

    def probe(self) -> None:
        """Write, read and delete a tiny object; StoreUnavailable says why it cannot be done and what to check."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Name the objects below `prefix` (whole segments, without a closing slash; empty for all)."""
        ...

    def discard_unfinished(self, *, before: dt.datetime) -> int:
        """Remove what uploads of killed processes left behind and last touched before the instant; count them."""
        ...


def try_out(store: Store, *, what: str, hint: str) -> None:
    """Write, read and delete a tiny object; StoreUnavailable with `hint` when `what` gives back something else."""
    key = f"probe-{uuid.uuid4().hex}"
    with store.upload(key, content_type="text/plain", filename="probe.txt") as upload:
        upload.write(b"probe")
    if b"".join(store.read(key)) != b"probe":
        raise StoreUnavailable(f"{what} gave back other bytes than were written.", hint=hint)
    store.delete(key)

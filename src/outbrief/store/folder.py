"""The store as a folder of this machine."""

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from outbrief.store.contract import Upload, check_key, try_out
from outbrief.terms.errors import ArtifactMissing, StoreUnavailable

_CHUNK = 1024 * 1024
_HINT = "Check that the folder of OUTBRIEF_STORE_URL exists, may be written, and has space left."


@dataclass(frozen=True, kw_only=True)
class FolderStore:
    """A store below `root`, made when first written to; files are readable by their owner alone."""

    root: Path

    @contextmanager
    def upload(self, key: str, *, content_type: str, filename: str) -> Iterator[Upload]:  # noqa: ARG002 - kept by the record, sent by the web
        """Write beside the target and rename when the block ends well."""
        path = self._path(key)
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        with _writing(key):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=_CHUNK)

        def sink(chunk: bytes) -> None:
            with _writing(key):
                file.write(chunk)

        try:
            yield Upload(sink)
            with _writing(key):
                file.flush()
                # The record is flushed to disk when it commits, so the file it names must be there before.
                os.fsync(file.fileno())
                file.close()
                partial.replace(path)
                _sync(path.parent)
        except BaseException:
            with suppress(OSError):
                file.close()
            with suppress(OSError):
                partial.unlink()
            raise

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Read the range in chunks of one MiB."""
        size = self.size(key)
        return self._chunks(key, start, size if end is None else min(end, size))

    def _chunks(self, key: str, start: int, end: int) -> Iterator[bytes]:
        with _reading(key):
            file = self._path(key).open("rb")
        with file:
            file.seek(start)
            left = end - start
            while left > 0:
                with _reading(key):
                    chunk = file.read(min(_CHUNK, left))
                if not chunk:
                    break
                left -= len(chunk)
                yield chunk

    def size(self, key: str) -> int:
        """Ask the file system."""
        path = self._path(key)
        with _reading(key):
            if not path.is_file():
                raise FileNotFoundError(key)
            return path.stat().st_size

    def delete(self, key: str) -> None:
        """Unlink the file."""
        with _writing(key):
            self._path(key).unlink(missing_ok=True)

    def presign(self, key: str, *, expires_in: int) -> str | None:  # noqa: ARG002 - a folder has no links
        """Give None: the web serves the file by its own signed link."""
        return None

    def probe(self) -> None:
        """Write, read and delete a tiny file."""
        try_out(self, what="The folder", hint=_HINT)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Walk the folder, in order of names."""
        top = self._path(prefix) if prefix else self.root
        for path in self._walk(top):
            if not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix()

    def discard_unfinished(self, *, before: dt.datetime) -> int:
        """Unlink partial files that nobody has written to since."""
        found = 0
        for path in self._walk(self.root):
            if path.name.startswith(".") and path.name.endswith(".part"):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        found += 1
        return found

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def _walk(self, top: Path) -> Iterator[Path]:
        for folder, subfolders, names in os.walk(top):
            subfolders.sort()
            yield from (Path(folder, name) for name in sorted(names))


def _sync(folder: Path) -> None:
    """Make a rename in the folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _writing(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unavailable(key, error) from error


@contextmanager
def _reading(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ArtifactMissing(f"The store has no {key}.") from error
    except OSError as error:
        raise _unavailable(key, error) from error


def _unavailable(key: str, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"The folder refused {key}: {error.strerror or error}.", hint=_HINT)

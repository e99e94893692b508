"""The file that a command writes: whole under its name, or not there at all."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from outbrief.terms.errors import InvalidInput, OutbriefError

STANDARD_OUTPUT = "-"


class OutputFailed(OutbriefError):
    """The file could not be written to its end; nothing was left behind."""

    code = "output_failed"


class CountingFile:
    """A binary file that knows how much was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0

    def write(self, chunk: bytes, /) -> None:
        """Append bytes."""
        self._file.write(chunk)
        self.size += len(chunk)


@contextmanager
def opened(output: str) -> Iterator[CountingFile]:
    """Open `output` for writing; `-` is standard output.

    A regular file is written beside its place and takes its name when the block ends well; when it does not, what was
    there before stays. Devices and pipes are written directly. InvalidInput(field="output") when it cannot be opened.
    """
    if output == STANDARD_OUTPUT:
        with _failures(output):
            yield CountingFile(sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    # A link keeps pointing where it did.
    place = Path(output).expanduser().resolve()
    if place.exists() and not place.is_file():
        with _opened(place, "wb") as file, _failures(output):
            yield CountingFile(file)
        return
    unfinished = place.with_name(f".{place.name[:200]}.{secrets.token_hex(4)}.part")
    begun = _opened(unfinished, "xb")
    try:
        with _failures(output), begun as file:
            yield CountingFile(file)
        with _failures(output):
            unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _opened(place: Path, mode: str) -> BinaryIO:
    try:
        return open(place, mode)  # type: ignore[return-value]  # both modes are binary
    except OSError as error:
        raise InvalidInput(f"{place.parent} cannot take the file: {error.strerror}.", field="output") from error


@contextmanager
def _failures(output: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        # Whoever read us has had enough; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputFailed("The reader of the output went away.", field="output") from error
    except OSError as error:
        raise OutputFailed(f"{output} could not be written: {error.strerror or error}.", field="output") from error

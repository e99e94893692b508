"""Opening a file for what its name says it is, and refusing it when it is something else."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from outbrief.facts.csv_file import CsvFile
from outbrief.facts.parquet_file import ParquetFile
from outbrief.facts.rows_source import NdjsonFile
from outbrief.facts.sources import FileSource
from outbrief.terms.errors import InvalidInput

_CSV = (".csv", ".tsv", ".txt")
_NDJSON = (".ndjson", ".jsonl")
_PARQUET = (".parquet",)
_GZIP = b"\x1f\x8b"
# What files begin with that are often given in the place of a CSV file.
_OTHERS = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF file",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"SQLite format 3\x00": "a SQLite database",
}


def open_source(path: Path | str, *, delimiter: str | None = None, name: str = "") -> FileSource:
    """Open a CSV, NDJSON (each also gzipped) or Parquet file; InvalidInput when it is not what its name says.

    `name` is that of the file where its path does not tell it.
    """
    path = Path(path)
    name = name or path.name
    plain = name.lower().removesuffix(".gz")
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", field="file") from error
    if plain.endswith(_PARQUET):
        if not start.startswith(b"PAR1"):
            raise _not_what_it_says(name, "Parquet", _seen(start))
        return ParquetFile(name, path)
    gzipped = start.startswith(_GZIP)
    if gzipped != name.lower().endswith(".gz"):
        raise _not_what_it_says(name, "plain text" if gzipped else "gzip", "compressed with gzip" * gzipped)
    opened = _opener(path, gzipped=gzipped)
    if plain.endswith(_CSV):
        _check_text(name, "CSV", start)
        return CsvFile(name, opened, delimiter)
    if plain.endswith(_NDJSON):
        _check_text(name, "NDJSON", start)
        return NdjsonFile(name, opened)
    raise InvalidInput(
        f"{name} is of no kind that is read.",
        field="file",
        hint="Name it .csv, .tsv, .ndjson, .jsonl (each may end in .gz) or .parquet.",
    )


@contextmanager
def sound_file(name: str) -> Iterator[None]:
    """Turn what goes wrong while reading a damaged file into InvalidInput that names it."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(
            f"{name} is a damaged or cut off gzip file ({error}); nothing of it is kept.",
            field="file",
            hint="Get the whole file and import it again.",
        ) from error


def _opener(path: Path, *, gzipped: bool) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        return cast(IO[bytes], gzip.open(path, "rb")) if gzipped else path.open("rb")

    return opened


def _check_text(name: str, format_name: str, start: bytes) -> None:
    seen = _seen(start)
    if seen:
        raise _not_what_it_says(name, format_name, seen)


def _seen(start: bytes) -> str:
    return next((what for magic, what in _OTHERS.items() if start.startswith(magic)), "")


def _not_what_it_says(name: str, expected: str, seen: str) -> InvalidInput:
    return InvalidInput(
        f"{name} is not {expected}, as its name says{f', but {seen}' if seen else ''}.",
        field="file",
        hint="Give the file the name that fits it, or save it as CSV.",
    )

"""What every way of reading gives: batches of cells as text, and where they stood."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from outbrief.facts.results import Refused


@dataclass(frozen=True, kw_only=True)
class RawBatch:
    """Rows as they stand in the file: `cells` are columns of text, `numbers` tell the rows apart (int64).

    `given` is None where every row has every column; otherwise it has the same columns as `cells`, true where the
    row had the column at all.
    """

    cells: pl.DataFrame
    numbers: pl.Series
    given: pl.DataFrame | None = None


class Source(Protocol):
    """A file, or the rows of a request."""

    name: str
    delimiter_help: str

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Give the names of the columns; None where each row names its own."""

    def batches(self, wanted: Sequence[str] | None) -> Iterator[RawBatch]:
        """Read the rows, of the columns `wanted` alone (None: all); InvalidInput when the file is not sound."""

    def broken(self) -> list[Refused]:
        """Give, once, the rows met so far that could not be read as rows at all."""

    def lines(self, numbers: Sequence[int]) -> Mapping[int, int]:
        """Find the lines on which the rows with these numbers begin."""


class FileSource(Source, Protocol):
    """A file."""

    def head(self, rows: int) -> bytes:
        """Give the first rows as a file of its own, of the same sort but not compressed; of large rows, fewer."""


# The head of a file is held in memory, and read at each look at it.
HEAD_BYTES = 4 << 20


def as_text(column: pl.Series) -> pl.Series:
    """Write the values of a typed column as a CSV file would have them."""
    kind = column.dtype
    if kind == pl.String:
        return column
    if isinstance(kind, pl.Datetime):
        if kind.time_zone is not None:
            return column.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
        return column.dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
    if kind.is_nested():
        values = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in column.to_list()
        ]
        return pl.Series(column.name, values, dtype=pl.String)
    if kind == pl.Boolean:
        return column.replace_strict({True: "true", False: "false"}, return_dtype=pl.String)
    return column.cast(pl.String)

"""Reading Parquet; its types are written out as text and checked like any other."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from outbrief.facts.results import Refused
from outbrief.facts.sources import RawBatch, as_text
from outbrief.terms.errors import InvalidInput

_BATCH = 65_536


class ParquetFile:
    """A Parquet file; its rows are numbered from 1."""

    delimiter_help = ""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        try:
            self.columns: tuple[str, ...] = tuple(pq.read_schema(path).names)
        except (pa.ArrowException, OSError) as error:
            raise self._unsound(error) from error

    def batches(self, wanted: Sequence[str] | None) -> Iterator[RawBatch]:
        """Read the rows a batch at a time."""
        number = 1
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_size=_BATCH, columns=None if wanted is None else list(wanted)):
                    frame = pl.DataFrame(batch)
                    numbers = pl.int_range(number, number + len(frame), eager=True)
                    yield RawBatch(cells=frame.select(as_text(column) for column in frame), numbers=numbers)
                    number += len(frame)
        except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
            raise self._unsound(error) from error

    def broken(self) -> list[Refused]:
        """Give none: a row of Parquet is always a row."""
        return []

    def lines(self, numbers: Sequence[int]) -> dict[int, int]:
        """Give the numbers themselves."""
        return {number: number for number in numbers}

    def head(self, rows: int) -> bytes:
        """Give the first rows."""
        try:
            with pq.ParquetFile(self._path) as file:
                first = next(file.iter_batches(batch_size=rows), None)
                table = file.schema_arrow.empty_table() if first is None else pa.Table.from_batches([first])
        except (pa.ArrowException, OSError) as error:
            raise self._unsound(error) from error
        content = io.BytesIO()
        pq.write_table(table, content)
        return content.getvalue()

    def _unsound(self, error: Exception) -> InvalidInput:
        return InvalidInput(
            f"{self.name} is not a whole Parquet file: {error}", field="file", hint="Get it and import it again."
        )

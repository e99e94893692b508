"""Parquet: zstd, true types; rates are percentages with two decimals, as in CSV and JSON."""

from collections.abc import Sequence
from typing import IO, Any, Final, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from outbrief.render.frame import arranged, percent
from outbrief.render.writer import Sink, WriteSummary
from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.table import Column, Kind

_GROUP_ROWS: Final = 65_536
_GROUP_BYTES: Final = 64 * 1024 * 1024


class ParquetWriter:
    """Write Parquet, one row group for some 65,000 rows or 64 MB, whichever comes first."""

    def __init__(self, sink: Sink, columns: Sequence[Column]) -> None:
        """Prepare the file; its fields have the columns' keys, in order."""
        self._columns = tuple(columns)
        self._schema = pa.schema([(column.key, _type(column)) for column in self._columns])
        self._file = cast("IO[bytes]", _File(sink))
        self._parquet: pq.ParquetWriter
        self._held: list[pa.RecordBatch] = []
        self._rows = 0

    def begin(self) -> None:
        """Write the magic number."""
        self._parquet = pq.ParquetWriter(self._file, self._schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows, a row group at a time."""
        for start in range(0, batch.num_rows, _GROUP_ROWS):
            part = arranged(batch.slice(start, _GROUP_ROWS), self._columns)
            self._held.append(pa.record_batch([*map(_stored, part.columns, self._columns)], schema=self._schema))
            self._rows += part.num_rows
            rows, size = sum(b.num_rows for b in self._held), sum(b.nbytes for b in self._held)
            if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
                self._flush()

    def finish(self) -> WriteSummary:
        """Write the last row group and the footer."""
        self._flush()
        self._parquet.close()
        return WriteSummary(rows=self._rows)

    def _flush(self) -> None:
        if self._held:
            self._parquet.write_table(pa.Table.from_batches(self._held), row_group_size=2 * _GROUP_ROWS)
            self._held = []


class _File:
    """A sink as the file that pyarrow wants: it asks where it is, and its closing must not reach the sink."""

    closed = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._position = 0

    def write(self, chunk: bytes) -> int:
        taken = bytes(chunk)
        self._sink.write(taken)
        self._position += len(taken)
        return len(taken)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


_JSON: Final = pa.json_(pa.string())


def _type(column: Column) -> pa.DataType:
    return _JSON if column.kind is Kind.JSON else ARROW_TYPES[column.kind]


def _stored(array: "pa.Array[Any]", column: Column) -> "pa.Array[Any]":
    if column.kind is Kind.JSON:
        return pa.ExtensionArray.from_storage(_JSON, array)
    if column.kind is Kind.RATE:
        return pl.DataFrame({column.key: array}).select(percent(column.key)).to_series().to_arrow()
    return array

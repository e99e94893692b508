"""A document's table as Arrow batches, so that the data-file writers can write it."""

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.errors import RenderFailed
from outbrief.terms.table import Cell, Column, Table

_BATCH_ROWS: Final = 10_000


def table_batches(table: Table) -> Iterator[pa.RecordBatch]:
    """Give the table's rows as record batches with the types of `frame.ARROW_TYPES`; no rows give no batch.

    The closing `total` row is left out: a data file holds rows of one sort. RenderFailed names the column whose cells
    are not of its kind.
    """
    keys = [column.key for column in table.columns]
    for start in range(0, len(table.rows), _BATCH_ROWS):
        cells = zip(*table.rows[start : start + _BATCH_ROWS], strict=True)
        yield pa.record_batch([_array(*pair) for pair in zip(cells, table.columns, strict=True)], keys)


def _array(cells: tuple[Cell, ...], column: Column) -> "pa.Array[Any]":
    try:
        return pa.array(cells, ARROW_TYPES[column.kind])
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise RenderFailed(f"A cell is not of kind {column.kind}: {error}", field=column.key) from error

"""The Arrow type of each kind of column."""

from collections.abc import Sequence

import pyarrow as pa

from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.table import Column


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """Give the schema of batches that hold these columns."""
    return pa.schema([pa.field(column.key, ARROW_TYPES[column.kind]) for column in columns])


def conformed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Give the batch with exactly this schema, free of the driver's notes; nothing is copied where types agree."""
    columns = [
        column if column.type == wanted.type else column.cast(wanted.type)
        for column, wanted in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)

"""What a batch holds, and the texts that several formats make of it, as Polars expressions over whole columns."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.errors import RenderFailed
from outbrief.terms.table import Column

# One frame at a time is turned into text, which may take several times its size.
_FRAME_ROWS = 8_192
_FRAME_BYTES = 16 * 1024 * 1024

# RFC 8259, section 7: what a JSON string may not hold as it is.
_JSON_ESCAPES = {'"': '\\"', "\\": "\\\\"} | {chr(code): f"\\u{code:04x}" for code in range(0x20)}
_JSON_ESCAPES |= {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def arranged(batch: pa.RecordBatch, columns: Sequence[Column]) -> pa.RecordBatch:
    """Give the batch with exactly the types of `ARROW_TYPES`; RenderFailed when names or types do not fit."""
    keys = [column.key for column in columns]
    if batch.schema.names != keys:
        raise RenderFailed(f"The batch has the columns {batch.schema.names}, not {keys}.")
    return pa.record_batch([_cast(array, column) for array, column in zip(batch.columns, columns, strict=True)], keys)


def _cast(array: "pa.Array[Any]", column: Column) -> "pa.Array[Any]":
    target = ARROW_TYPES[column.kind]
    try:
        return array if array.type == target else array.cast(target)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        message = f"A column of kind {column.kind} cannot be made from {array.type}: {error}"
        raise RenderFailed(message, field=column.key) from error


def frames(batch: pa.RecordBatch, columns: Sequence[Column]) -> Iterator[pl.DataFrame]:
    """Give the batch as Polars frames with a bounded number of rows and bytes each; RenderFailed as `arranged`."""
    rows = _FRAME_ROWS
    if batch.nbytes > _FRAME_BYTES:
        rows = max(1, min(rows, batch.num_rows * _FRAME_BYTES // batch.nbytes))
    for start in range(0, batch.num_rows, rows):
        yield pl.DataFrame(arranged(batch.slice(start, rows), columns))


def percent(key: str) -> pl.Expr:
    """Turn a fraction into a percentage of two decimals; null when it is not finite."""
    fraction = pl.col(key)
    return pl.when(fraction.is_finite()).then((fraction * 100).round(2)).alias(key)


def instant(key: str) -> pl.Expr:
    """Turn a timestamp into ISO 8601 text in UTC, with a fraction of a second only when there is one."""
    return pl.col(key).dt.strftime("%Y-%m-%dT%H:%M:%S%.f+00:00")


def tags_text(key: str) -> pl.Expr:
    """Turn a list of texts into the text of a JSON array, the one form that no tag can break; null stays null."""
    escaped = pl.element().str.replace_many(_JSON_ESCAPES)
    items = pl.col(key).list.eval(pl.concat_str(pl.lit('"'), escaped, pl.lit('"')).fill_null("null")).list.join(",")
    return pl.concat_str(pl.lit("["), items, pl.lit("]")).alias(key)

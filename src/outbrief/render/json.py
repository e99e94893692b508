"""JSON, as one array or as one object per line (NDJSON): UTF-8, true types, written row by row.

Tags are arrays, rates numbers (percentages with two decimals), dates and times ISO 8601 text. A column of JSON is
embedded as it stands; text in it that is not JSON becomes a string. A number that is not finite is null.
"""

import io
import json
from collections.abc import Sequence
from typing import Final, NoReturn

import polars as pl
import pyarrow as pa

from outbrief.render.frame import frames, instant, percent
from outbrief.render.writer import Sink, WriteSummary
from outbrief.terms.table import Column, Kind

_BETWEEN: Final = ",\n"


class NdjsonWriter:
    """Write one JSON object per line."""

    def __init__(self, sink: Sink, columns: Sequence[Column]) -> None:
        """Prepare the file; its objects have the columns' keys, in order."""
        self._sink = sink
        self._columns = tuple(columns)
        self._rows = 0

    def begin(self) -> None:
        """Write nothing: NDJSON has no head."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append one line per row."""
        for frame in frames(batch, self._columns):
            self._sink.write(_objects(frame, self._columns, "\n"))
            self._rows += frame.height

    def finish(self) -> WriteSummary:
        """Write nothing: NDJSON has no end."""
        return WriteSummary(rows=self._rows)


class JsonWriter:
    """Write one JSON array of objects, one per line."""

    def __init__(self, sink: Sink, columns: Sequence[Column]) -> None:
        """Prepare the file; its objects have the columns' keys, in order."""
        self._sink = sink
        self._columns = tuple(columns)
        self._rows = 0

    def begin(self) -> None:
        """Open the array."""
        self._sink.write(b"[")

    def write(self, batch: pa.RecordBatch) -> None:
        """Append one object per row."""
        for frame in frames(batch, self._columns):
            objects = _objects(frame, self._columns, _BETWEEN).removesuffix(_BETWEEN.encode())
            self._sink.write((_BETWEEN if self._rows else "\n").encode() + objects)
            self._rows += frame.height

    def finish(self) -> WriteSummary:
        """Close the array."""
        self._sink.write(b"\n]\n" if self._rows else b"]\n")
        return WriteSummary(rows=self._rows)


def _objects(frame: pl.DataFrame, columns: Sequence[Column], ending: str) -> bytes:
    """Give the rows as JSON objects, each followed by `ending`."""
    ready = frame.with_columns(_ready(frame, column) for column in columns)
    runs = _runs(columns)
    last = len(runs) - 1
    pieces = [_members(run, first=place == 0, last=place == last) for place, run in enumerate(runs)]
    out = io.BytesIO()
    # Polars' CSV encoder, told never to quote, is the quickest way to join text columns.
    ready.select(pieces).write_csv(out, include_header=False, quote_style="never", line_terminator=ending)
    return out.getvalue()


def _ready(frame: pl.DataFrame, column: Column) -> pl.Expr | pl.Series:
    """Give the column as what Polars turns into the JSON we want."""
    match column.kind:
        case Kind.RATE:
            return percent(column.key)
        case Kind.TIMESTAMP:
            return instant(column.key)
        case Kind.JSON:
            return _embedded(frame[column.key])
        case _:
            return pl.col(column.key)


def _runs(columns: Sequence[Column]) -> list[list[Column]]:
    """Split the columns where one of JSON stands: Polars encodes all others, neighbours at once."""
    runs: list[list[Column]] = []
    for column in columns:
        if runs and Kind.JSON not in (column.kind, runs[-1][-1].kind):
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _members(run: Sequence[Column], *, first: bool, last: bool) -> pl.Expr:
    """Give the members `"key":value` of a run, with the object's braces where it begins and ends."""
    keys = [column.key for column in run]
    if run[0].kind is Kind.JSON:
        opening, closing = "{" if first else "", "}" if last else ""
        name = json.dumps(keys[0], ensure_ascii=False)
        whole = pl.concat_str(pl.lit(f"{opening}{name}:"), pl.col(keys).fill_null("null"), pl.lit(closing))
        return whole.alias(keys[0])
    encoded = pl.struct(keys).struct.json_encode()
    encoded = encoded if first else encoded.str.strip_prefix("{")
    return (encoded if last else encoded.str.strip_suffix("}")).alias(keys[0])


def _embedded(texts: pl.Series) -> pl.Series:
    """Give JSON texts that can stand inside a larger JSON text, each on one line."""
    doubtful = (texts.is_not_null() & texts.str.json_path_match("$").is_null()).arg_true()
    if doubtful.len():
        texts = texts.scatter(doubtful, [_checked(text) for text in texts.gather(doubtful)])
    # Bare line ends are white space in JSON: inside strings they are escaped.
    return texts.str.replace_many(["\r", "\n"], [" ", " "])


def _checked(text: str) -> str:
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return json.dumps(text, ensure_ascii=False)
    return text


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)

"""CSV: RFC 4180 in UTF-8, safe to open in a spreadsheet.

Records end in CRLF and a cell is quoted only when it must be. An empty text is `""` and a missing value is nothing at
all, as PostgreSQL's COPY has it (in a file of one column a missing value is `""` too: a bare empty line would not be a
row to most readers). Times are ISO 8601 with offset, rates percentages with two decimals, tags JSON arrays.

A text that starts with `= + - @`, tab or CR gets a leading apostrophe, unless it is a number: spreadsheet programs take
such cells for formulas. Numbers are never touched.
"""

import io
from collections.abc import Sequence
from typing import Final

import polars as pl
import pyarrow as pa
from isal import isal_zlib

from outbrief.render.frame import frames, instant, percent, tags_text
from outbrief.render.writer import Sink, WriteSummary
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import WriteOptions
from outbrief.terms.table import Column, Kind

DELIMITERS: Final = (",", ";", "\t", "|")
_BOM: Final = b"\xef\xbb\xbf"
_GZIP_WINDOW: Final = 31

_FORMULA: Final = r"^[=+\-@\t\r]"
_NUMBER: Final = r"^[+\-]([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?$"


class CsvWriter:
    """Write CSV; see the module for the dialect."""

    def __init__(self, sink: Sink, columns: Sequence[Column], options: WriteOptions) -> None:
        """Prepare the file; InvalidInput when the delimiter is none of `DELIMITERS`."""
        if options.delimiter not in DELIMITERS:
            raise InvalidInput(
                f"A delimiter {options.delimiter!r} is not on offer.",
                field="delimiter",
                hint="Use a comma, a semicolon, a tab or a vertical bar.",
            )
        self._sink = sink
        self._columns = tuple(columns)
        self._options = options
        self._cells = [_cell(column, alone=len(self._columns) == 1) for column in self._columns]
        self._gzip = isal_zlib.compressobj(wbits=_GZIP_WINDOW) if options.gzip else None
        self._rows = 0

    def begin(self) -> None:
        """Write the byte order mark, if it is wanted, and the header."""
        header = pl.DataFrame(schema=[column.key for column in self._columns])
        self._put((_BOM if self._options.bom else b"") + self._encoded(header, header=True))

    def write(self, batch: pa.RecordBatch) -> None:
        """Append one record per row."""
        for frame in frames(batch, self._columns):
            self._put(self._encoded(frame.select(self._cells), header=False))
            self._rows += frame.height

    def finish(self) -> WriteSummary:
        """End the compressed stream, if there is one."""
        if self._gzip is not None:
            self._sink.write(self._gzip.flush())
        return WriteSummary(rows=self._rows)

    def _encoded(self, frame: pl.DataFrame, *, header: bool) -> bytes:
        out = io.BytesIO()
        frame.write_csv(out, include_header=header, separator=self._options.delimiter, line_terminator="\r\n")
        return out.getvalue()

    def _put(self, chunk: bytes) -> None:
        self._sink.write(chunk if self._gzip is None else self._gzip.compress(chunk))


def _cell(column: Column, *, alone: bool) -> pl.Expr:
    match column.kind:
        case Kind.TEXT | Kind.JSON:
            cell = _guarded(column.key)
        case Kind.RATE:
            cell = percent(column.key).cast(pl.Decimal(38, 2), strict=False).cast(pl.String)
        case Kind.TIMESTAMP:
            cell = instant(column.key)
        case Kind.TAGS:
            cell = tags_text(column.key)
        case _:
            cell = pl.col(column.key)
    return cell.cast(pl.String).fill_null("") if alone else cell


def _guarded(key: str) -> pl.Expr:
    text = pl.col(key)
    risky = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(key)

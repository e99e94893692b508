"""Write rows through a writer into memory, and read them back with libraries that did not write them."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa

from outbrief.render.formats import open_writer
from outbrief.render.writer import Writer, WriteSummary
from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.export import ExportFormat, WriteOptions
from outbrief.terms.table import Column, Kind
from tests.shared import shared

Row = Sequence[object]

EVERY_KIND = tuple(Column(key=kind.value, label=kind.value.title(), kind=kind) for kind in Kind)
NAMES = tuple(Column(key=key, label=key.title(), kind=Kind.TEXT) for key in ("name", "company"))

FULL_ROW: Row = (
    "Zoë",
    42,
    12.25,
    0.4217,
    83.5,
    True,
    dt.date(2025, 10, 1),
    dt.datetime(2025, 10, 1, 9, 0, 0, 120000, tzinfo=dt.UTC),
    '{"plan": "pro", "seats": [1, 2]}',
    ["vip", 'say "hi"'],
)
NO_ROW: Row = (None,) * len(EVERY_KIND)


class MemorySink:
    """A sink that keeps its chunks and has no other verb than `write`."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        assert type(chunk) is bytes
        self.chunks.append(chunk)
        return len(chunk)

    @property
    def content(self) -> bytes:
        return b"".join(self.chunks)


def text_columns(*keys: str) -> tuple[Column, ...]:
    return tuple(Column(key=key, label=key, kind=Kind.TEXT) for key in keys)


def column(key: str, kind: Kind) -> Column:
    return Column(key=key, label=key, kind=kind)


def batch(columns: Sequence[Column], rows: Sequence[Row]) -> pa.RecordBatch:
    arrays = [pa.array([row[place] for row in rows], ARROW_TYPES[c.kind]) for place, c in enumerate(columns)]
    return pa.record_batch(arrays, [c.key for c in columns])


def drive(writer: Writer, batches: Iterable[pa.RecordBatch]) -> WriteSummary:
    writer.begin()
    for each in batches:
        writer.write(each)
    return writer.finish()


def written(
    fmt: ExportFormat,
    columns: Sequence[Column],
    rows: Sequence[Row],
    options: WriteOptions = WriteOptions(),  # noqa: B008
) -> bytes:
    sink = MemorySink()
    drive(open_writer(fmt, sink, columns, options), [batch(columns, rows)])
    return sink.content


def naughty_strings() -> list[str]:
    return json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8"))


def guarded(text: str) -> str:
    """Say by other means than the writer's what the formula guard makes of a text."""
    return "'" + text if text and text[0] in "=+-@\t\r" and not _is_number(text) else text


def _is_number(text: str) -> bool:
    if not text.isascii() or "_" in text or text != text.strip() or text[:2] in ("+-", "-+"):
        return False
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def held_by_excel(text: str) -> str:
    """Say what of a text an XML file can hold, as openpyxl reads it (it leaves escaped underscores escaped)."""
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    return re.sub(r"_(?=x[0-9A-Fa-f]{4})", "_x005F_", kept)


def read_csv(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=delimiter, strict=True))


def read_csv_in_duckdb(content: bytes, folder: Path) -> list[tuple[str | None, ...]]:
    path = folder / "read.csv"
    path.write_bytes(content)
    question = """SELECT * FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
        allow_quoted_nulls = false, auto_detect = false, columns = {'name': 'VARCHAR', 'company': 'VARCHAR'})"""
    return duckdb.connect().execute(question, [str(path)]).fetchall()


def read_excel(content: bytes, sheet: str = "Data") -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True))


def read_parquet(content: bytes, folder: Path) -> list[tuple[object, ...]]:
    path = folder / "read.parquet"
    path.write_bytes(content)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    # Through Arrow, for times with a zone need no further library then.
    table = connection.read_parquet(str(path)).to_arrow_table()
    return list(zip(*(each.to_pylist() for each in table.columns), strict=True))

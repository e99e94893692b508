"""Parquet: true types, as DuckDB reads them."""

import datetime as dt
import io
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from outbrief.render.formats import open_writer
from outbrief.terms.export import ExportFormat
from outbrief.terms.table import Kind
from tests.render.written import (
    EVERY_KIND,
    FULL_ROW,
    NO_ROW,
    MemorySink,
    batch,
    column,
    drive,
    read_parquet,
    written,
)


def test_every_kind_has_its_true_type(tmp_path: Path) -> None:
    (tmp_path / "kinds.parquet").write_bytes(written(ExportFormat.PARQUET, EVERY_KIND, [FULL_ROW]))
    described = duckdb.connect().execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(tmp_path / "kinds.parquet")])
    assert {name: kind for name, kind, *_ in described.fetchall()} == {
        "text": "VARCHAR",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "rate": "DOUBLE",
        "minutes": "DOUBLE",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP WITH TIME ZONE",
        "json": "JSON",
        "tags": "VARCHAR[]",
    }


def test_values_come_back_and_rates_are_percentages(tmp_path: Path) -> None:
    content = written(ExportFormat.PARQUET, EVERY_KIND, [FULL_ROW, NO_ROW])
    (full, none) = read_parquet(content, tmp_path)
    when = full[7]
    assert isinstance(when, dt.datetime)
    assert when.astimezone(dt.UTC) == dt.datetime(2025, 10, 1, 9, 0, 0, 120000, tzinfo=dt.UTC)
    expected = (*FULL_ROW[:3], 42.17, *FULL_ROW[4:7])
    assert full[:7] == expected
    assert full[8:] == tuple(FULL_ROW[8:])
    assert none == tuple(NO_ROW)


def test_a_number_that_is_not_finite_is_kept_but_a_rate_is_null(tmp_path: Path) -> None:
    columns = [column("x", Kind.NUMBER), column("r", Kind.RATE)]
    content = written(ExportFormat.PARQUET, columns, [(float("inf"), float("nan")), (1.0, 1 / 3)])
    assert read_parquet(content, tmp_path) == [(float("inf"), None), (1.0, 33.33)]


def test_small_batches_share_a_row_group_and_large_ones_are_split() -> None:
    columns = [column("n", Kind.INTEGER)]
    few, many = MemorySink(), MemorySink()
    drive(open_writer(ExportFormat.PARQUET, few, columns), [batch(columns, [(1,)])] * 50)
    drive(open_writer(ExportFormat.PARQUET, many, columns), [batch(columns, [(n,) for n in range(300_000)])])
    assert pq.ParquetFile(io.BytesIO(few.content)).num_row_groups == 1
    parts = pq.ParquetFile(io.BytesIO(many.content)).metadata
    assert parts.num_rows == 300_000
    assert parts.num_row_groups == 5
    assert parts.row_group(0).column(0).compression == "ZSTD"

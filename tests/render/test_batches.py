"""A document's table as Arrow batches."""

import datetime as dt

import pytest

from outbrief.render.batches import table_batches
from outbrief.render.formats import open_writer
from outbrief.terms.arrow import ARROW_TYPES
from outbrief.terms.errors import RenderFailed
from outbrief.terms.export import ExportFormat
from outbrief.terms.table import Cell, Column, Kind, Table
from tests.render.written import EVERY_KIND, FULL_ROW, MemorySink, column, drive

COLUMNS = tuple(each for each in EVERY_KIND if each.kind is not Kind.TAGS)
ROW: tuple[Cell, ...] = tuple(FULL_ROW[:-1])  # type: ignore[arg-type]


def table(columns: tuple[Column, ...], *rows: tuple[Cell, ...], total: tuple[Cell, ...] | None = None) -> Table:
    return Table(key="t", title="T", columns=columns, rows=rows, total_rows=len(rows), total=total)


def test_cells_have_the_types_that_writers_take() -> None:
    (batch,) = table_batches(table(COLUMNS, ROW, (None,) * len(COLUMNS)))
    assert batch.schema.names == [each.key for each in COLUMNS]
    assert batch.schema.types == [ARROW_TYPES[each.kind] for each in COLUMNS]
    assert [tuple(row.values()) for row in batch.to_pylist()] == [ROW, (None,) * len(COLUMNS)]


def test_whole_numbers_are_taken_for_numbers_and_times_of_any_zone_for_utc() -> None:
    columns = (column("x", Kind.NUMBER), column("at", Kind.TIMESTAMP))
    paris = dt.timezone(dt.timedelta(hours=2))
    (batch,) = table_batches(table(columns, (3, dt.datetime(2025, 10, 1, 11, tzinfo=paris))))
    assert batch.to_pylist() == [{"x": 3.0, "at": dt.datetime(2025, 10, 1, 9, tzinfo=dt.UTC)}]


def test_the_main_table_of_a_report_becomes_csv_without_its_total() -> None:
    columns = (column("campaign", Kind.TEXT), column("sent", Kind.INTEGER), column("openRate", Kind.RATE))
    rows = table(columns, ("=Autumn", 1200, 0.3312), ("Spring", 0, None), total=("Total", 1200, 0.3312))
    sink = MemorySink()
    assert drive(open_writer(ExportFormat.CSV, sink, columns), table_batches(rows)).rows == 2
    assert sink.content == b"campaign,sent,openRate\r\n'=Autumn,1200,33.12\r\nSpring,0,\r\n"


def test_a_table_without_rows_gives_no_batch_and_a_long_one_several() -> None:
    columns = (column("n", Kind.INTEGER),)
    assert list(table_batches(table(columns))) == []
    found = list(table_batches(table(columns, *((number,) for number in range(25_000)))))
    assert [each.num_rows for each in found] == [10_000, 10_000, 5_000]


@pytest.mark.parametrize(("kind", "cell"), [(Kind.INTEGER, "many"), (Kind.DATE, "2025-10-01"), (Kind.TEXT, 5)])
def test_a_cell_that_is_not_of_its_kind_is_refused_by_column(kind: Kind, cell: Cell) -> None:
    with pytest.raises(RenderFailed, match="shown"):
        list(table_batches(table((column("shown", kind),), (cell,))))

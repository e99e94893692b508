"""What every data-file writer keeps to: CSV, Excel, JSON, NDJSON, Parquet."""

import io
import json
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outbrief.render.formats import content_type, extension, open_writer
from outbrief.terms.errors import RenderFailed
from outbrief.terms.export import CATALOGUE, ExportFormat, ExportType
from outbrief.terms.table import Kind
from tests.render.written import (
    EVERY_KIND,
    FULL_ROW,
    NAMES,
    NO_ROW,
    MemorySink,
    Row,
    batch,
    column,
    drive,
    guarded,
    held_by_excel,
    naughty_strings,
    read_csv,
    read_excel,
    read_parquet,
    text_columns,
    written,
)


@pytest.fixture(params=list(ExportFormat))
def fmt(request: pytest.FixtureRequest) -> ExportFormat:
    return request.param


def texts(fmt: ExportFormat, content: bytes, folder: Path) -> list[list[str | None]]:
    """Read a file of text columns, header first."""
    match fmt:
        case ExportFormat.CSV:
            return read_csv(content)
        case ExportFormat.EXCEL:
            return [list(row) for row in read_excel(content)]
        case ExportFormat.PARQUET:
            schema = pq.read_schema(io.BytesIO(content))
            return [schema.names, *(list(row) for row in read_parquet(content, folder))]
        case ExportFormat.JSON:
            objects = json.loads(content)
        case ExportFormat.NDJSON:
            objects = [json.loads(line) for line in content.decode().removesuffix("\n").split("\n") if line]
    return [list(objects[0]) if objects else [], *(list(each.values()) for each in objects)]


def held(fmt: ExportFormat, text: str) -> str:
    """Say what a reader finds in place of a text that is neither null nor empty."""
    if fmt is ExportFormat.CSV:
        return guarded(text)
    return held_by_excel(text) if fmt is ExportFormat.EXCEL else text


def test_nothing_is_written_before_begin(fmt: ExportFormat) -> None:
    sink = MemorySink()
    open_writer(fmt, sink, NAMES)
    assert sink.chunks == []


def test_every_chunk_is_bytes_and_the_sink_stays_open(fmt: ExportFormat) -> None:
    with io.BytesIO() as file:
        drive(open_writer(fmt, file, NAMES), [batch(NAMES, [("a", "b")])])
        assert not file.closed
    drive(open_writer(fmt, MemorySink(), NAMES), [batch(NAMES, [("a", "b")])])


def test_the_columns_keep_their_order_and_their_keys_are_the_header(fmt: ExportFormat, tmp_path: Path) -> None:
    columns = text_columns("zebra", "apple", "literal")
    content = written(fmt, columns, [("1", "2", "3"), ("4", "5", "6")])
    assert texts(fmt, content, tmp_path) == [["zebra", "apple", "literal"], ["1", "2", "3"], ["4", "5", "6"]]


def test_the_summary_counts_the_rows_and_has_no_notes_when_all_fits(fmt: ExportFormat) -> None:
    rows = [FULL_ROW, NO_ROW, FULL_ROW]
    summary = drive(open_writer(fmt, MemorySink(), EVERY_KIND), [batch(EVERY_KIND, rows), batch(EVERY_KIND, rows)])
    assert summary.rows == 6
    assert summary.notes == ()


def test_an_export_without_rows_is_a_whole_file(fmt: ExportFormat, tmp_path: Path) -> None:
    for batches in ([], [batch(NAMES, [])]):
        sink = MemorySink()
        assert drive(open_writer(fmt, sink, NAMES), batches).rows == 0
        header = [] if fmt in (ExportFormat.JSON, ExportFormat.NDJSON) else ["name", "company"]
        assert texts(fmt, sink.content, tmp_path) == [header]


def test_how_rows_are_cut_into_batches_does_not_matter(fmt: ExportFormat, tmp_path: Path) -> None:
    rows: list[Row] = [(f"Ann {number}", "Acme" if number % 3 else None) for number in range(20_000)]
    whole, parts = MemorySink(), MemorySink()
    drive(open_writer(fmt, whole, NAMES), [batch(NAMES, rows)])
    bounds = [0, 1, 1, 17_000, 19_999, 20_000]
    pieces = [batch(NAMES, rows[start:end]) for start, end in pairwise(bounds)]
    assert drive(open_writer(fmt, parts, NAMES), pieces).rows == 20_000
    found = texts(fmt, whole.content, tmp_path)
    assert found == texts(fmt, parts.content, tmp_path)
    assert [name for name, _ in found[1:]] == [name for name, _ in rows]


def test_a_slice_of_a_batch_is_written_as_the_slice(fmt: ExportFormat, tmp_path: Path) -> None:
    sink = MemorySink()
    drive(open_writer(fmt, sink, NAMES), [batch(NAMES, [("a", "b"), ("c", "d"), ("e", "f")]).slice(1, 1)])
    assert texts(fmt, sink.content, tmp_path)[1:] == [["c", "d"]]


def test_the_same_rows_give_the_same_bytes(fmt: ExportFormat) -> None:
    rows = [FULL_ROW, NO_ROW]
    assert written(fmt, EVERY_KIND, rows) == written(fmt, EVERY_KIND, rows)


def test_rows_reach_the_sink_long_before_the_end(fmt: ExportFormat) -> None:
    sink = MemorySink()
    writer = open_writer(fmt, sink, NAMES)
    writer.begin()
    rows: list[Row] = [(f"Ann {number * 7919 % 10_007}", f"Acme {number * 31}") for number in range(10_000)]
    sizes = []
    for _ in range(30):
        writer.write(batch(NAMES, rows))
        sizes.append(len(sink.content))
    writer.finish()
    assert sizes[14] > len(sink.content) // 4
    assert sizes[29] > len(sink.content) // 2


def test_every_kind_takes_a_null(fmt: ExportFormat) -> None:
    for each in EVERY_KIND:
        assert written(fmt, [each], [(None,), (None,)])


def test_a_column_that_is_null_throughout_may_have_the_null_type(fmt: ExportFormat, tmp_path: Path) -> None:
    sink = MemorySink()
    nulls = pa.record_batch([pa.nulls(2), pa.array(["a", "b"])], ["name", "company"])
    drive(open_writer(fmt, sink, NAMES), [nulls])
    assert [row[0] or None for row in texts(fmt, sink.content, tmp_path)[1:]] == [None, None]


def test_json_may_arrive_as_the_arrow_extension_type(fmt: ExportFormat) -> None:
    columns = [column("id", Kind.INTEGER), column("fields", Kind.JSON)]
    plain = batch(columns, [(1, '{"a": 1}'), (2, None)])
    storage = pa.ExtensionArray.from_storage(pa.json_(pa.string()), plain.column(1))
    extended = pa.record_batch([plain.column(0), storage], ["id", "fields"])
    sinks = MemorySink(), MemorySink()
    drive(open_writer(fmt, sinks[0], columns), [plain])
    drive(open_writer(fmt, sinks[1], columns), [extended])
    assert sinks[0].content == sinks[1].content


@pytest.mark.parametrize("names", [("name",), ("company", "name"), ("name", "company", "more")])
def test_a_batch_with_other_columns_is_refused(fmt: ExportFormat, names: tuple[str, ...]) -> None:
    writer = open_writer(fmt, MemorySink(), NAMES)
    writer.begin()
    with pytest.raises(RenderFailed, match="columns"):
        writer.write(batch(text_columns(*names), [("x",) * len(names)]))


def test_a_column_of_the_wrong_type_is_refused_by_name(fmt: ExportFormat) -> None:
    writer = open_writer(fmt, MemorySink(), [column("opens", Kind.INTEGER)])
    writer.begin()
    with pytest.raises(RenderFailed, match="opens"):
        writer.write(pa.record_batch([pa.array(["many"])], ["opens"]))


def test_every_naughty_string_comes_back(fmt: ExportFormat, tmp_path: Path) -> None:
    naughty = naughty_strings()
    assert len(naughty) == 515
    rows = list(zip(naughty, reversed(naughty), strict=True))
    found = texts(fmt, written(fmt, NAMES, rows), tmp_path)[1:]
    # An Excel cell of an empty text is read as an empty one.
    assert [[cell or "" for cell in row] for row in found] == [[held(fmt, text) for text in row] for row in rows]


@pytest.mark.parametrize("export_type", list(ExportType))
def test_every_dataset_of_the_catalogue_can_be_written(fmt: ExportFormat, export_type: ExportType) -> None:
    columns = CATALOGUE[export_type]
    cells = dict(zip((each.kind for each in EVERY_KIND), FULL_ROW, strict=True))
    assert written(fmt, columns, [[cells[each.kind] for each in columns]])


def test_content_type_and_extension_are_named(fmt: ExportFormat) -> None:
    assert "/" in content_type(fmt)
    assert extension(fmt).isalnum()

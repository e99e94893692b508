"""Exports of 20,000 nasty rows, cell by cell against what PostgreSQL itself gives for the same statement.

CSV is held against PostgreSQL's own CSV, from which it differs by these rules alone:
- a text that a spreadsheet would take for a formula has an apostrophe before it;
- a time is ISO 8601: a T, the offset with minutes, and a fraction of three or six digits if there is one;
- tags are a JSON array instead of an array literal;
- a number that is not whole is the same number, though not always in the same digits; a rate is a percentage.
"""

import csv
import datetime as dt
import gzip
import io
import json
import math
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pytest
from psycopg import postgres
from psycopg.adapt import Transformer
from psycopg.pq import Format

from outbrief.query import Engine
from outbrief.query.compile import export_sql
from outbrief.run.exports import stream_export
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.export import ExportFormat, ExportRequest, WriteOptions
from outbrief.terms.table import Kind
from tests.people import People
from tests.render.written import MemorySink, guarded
from tests.run.nasty_facts import put_nasty_leads, put_nasty_messages

ROWS = 20_000
OPTIONS = (
    WriteOptions(),
    WriteOptions(delimiter=";", bom=True, gzip=True),
    WriteOptions(delimiter="\t", gzip=True),
    WriteOptions(delimiter="|", bom=True),
)
TEXTS = Transformer().get_loader(postgres.types["text"].array_oid, Format.TEXT)


@pytest.fixture
def server(database: str):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'")
        yield connection


@pytest.fixture
def engine(database: str, people: People) -> Engine:
    return Engine(url=database, tenant_id=people.alice.tenant_id)


@pytest.fixture
def facts(server: psycopg.Connection, people: People) -> None:
    put_nasty_leads(server, people, ROWS)
    put_nasty_messages(server, people, ROWS)


def asked(export_type: ExportType, fmt: ExportFormat) -> ExportRequest:
    return ExportRequest(export_type=export_type, format=fmt, columns=CATALOGUE[export_type], timezone="Europe/Paris")


def exported(engine: Engine, request: ExportRequest, options: WriteOptions | None = None) -> bytes:
    sink = MemorySink()
    counted: list[int] = []
    written = stream_export(engine, request, sink, on_rows=counted.append, options=options)
    assert counted[-1:] == ([written.rows] if written.rows else [])
    return sink.content


def copied(server: psycopg.Connection, engine: Engine, request: ExportRequest, delimiter: str) -> bytes:
    """Let PostgreSQL write the rows as CSV."""
    copy = f"COPY ({export_sql(request, engine.tenant_id)}) TO STDOUT (FORMAT csv, HEADER, DELIMITER E'{delimiter}')"
    with server.cursor().copy(copy) as chunks:
        return b"".join(chunks)


def cells(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=delimiter, strict=True))


def read_by_postgres(
    server: psycopg.Connection, content: bytes, columns: int, delimiter: str
) -> list[tuple[str | None, ...]]:
    """Let PostgreSQL read a CSV file: it alone tells an empty text from nothing."""
    names = ", ".join(f"c{number}" for number in range(columns))
    server.execute(
        f"DROP TABLE IF EXISTS back; CREATE TEMP TABLE back (place bigserial, {names.replace(',', ' text,')} text)"
    )
    with server.cursor().copy(f"COPY back ({names}) FROM STDIN (FORMAT csv, HEADER, DELIMITER E'{delimiter}')") as copy:
        copy.write(content)
    return server.execute(f"SELECT {names} FROM back ORDER BY place").fetchall()


def differs(kind: Kind, ours: str, theirs: str) -> bool:
    if theirs == "":
        return ours != ""
    match kind:
        case Kind.TEXT | Kind.JSON:
            return ours != guarded(theirs)
        case Kind.TIMESTAMP:
            return ours != iso(dt.datetime.fromisoformat(theirs))
        case Kind.TAGS:
            return json.loads(ours) != TEXTS.load(theirs.encode())
        case Kind.NUMBER | Kind.MINUTES:
            return float(ours) != float(theirs) and not math.isnan(float(ours) + float(theirs))
        case Kind.RATE:
            exact = Decimal(theirs) * 100
            return Decimal(ours).as_tuple().exponent != -2 or abs(Decimal(ours) - exact) > Decimal("0.0050000001")
        case _:
            return ours != theirs


def iso(time: dt.datetime) -> str:
    fraction = "microseconds" if time.microsecond % 1000 else "milliseconds" if time.microsecond else "seconds"
    return time.isoformat(timespec=fraction)


def assert_like_copy(server: psycopg.Connection, engine: Engine, export_type: ExportType, options: WriteOptions) -> int:
    request = asked(export_type, ExportFormat.CSV)
    kinds = [column.kind for column in request.columns]
    content = exported(engine, request, options)
    content = gzip.decompress(content) if options.gzip else content
    assert content.startswith(b"\xef\xbb\xbf") == options.bom
    content = content.removeprefix(b"\xef\xbb\xbf")
    reference = copied(server, engine, request, options.delimiter)

    (header, *ours), (their_header, *theirs) = (cells(one, options.delimiter) for one in (content, reference))
    assert header == their_header == [column.key for column in request.columns]
    assert len(ours) == len(theirs)
    wrong = [
        (place, kind, own, their)
        for place, (row, reference_row) in enumerate(zip(ours, theirs, strict=True))
        for kind, own, their in zip(kinds, row, reference_row, strict=True)
        if differs(kind, own, their)
    ]
    assert wrong[:5] == []

    read, expected = (read_by_postgres(server, one, len(kinds), options.delimiter) for one in (content, reference))
    assert [[cell or "" for cell in row] for row in read] == ours
    assert [[cell is None for cell in row] for row in read] == [[cell is None for cell in row] for row in expected]
    return len(ours)


@pytest.mark.parametrize("options", OPTIONS, ids=["plain", "semicolon bom gzip", "tab gzip", "bar bom"])
def test_csv_of_leads_is_that_of_postgresql_but_for_the_stated_rules(facts, server, engine, options: WriteOptions):
    assert assert_like_copy(server, engine, ExportType.LEADS, options) == ROWS


def test_csv_of_messages_is_that_of_postgresql_but_for_the_stated_rules(facts, server, engine):
    assert assert_like_copy(server, engine, ExportType.MESSAGES, WriteOptions()) == ROWS


@pytest.mark.parametrize("export_type", [ExportType.CAMPAIGNS, ExportType.METRICS, ExportType.DOMAINS])
def test_csv_of_figures_is_that_of_postgresql_but_for_the_stated_rules(people, server, engine, export_type):
    from tests.query.facts import put_facts

    put_facts(people.alice.tenant_id, seed=1)
    assert assert_like_copy(server, engine, export_type, WriteOptions()) > 3


def rows_of(server: psycopg.Connection, engine: Engine, export_type: ExportType) -> list[dict[str, object]]:
    """Give the rows as psycopg reads them."""
    cursor = server.cursor(row_factory=psycopg.rows.dict_row)
    return cursor.execute(export_sql(asked(export_type, ExportFormat.JSON), engine.tenant_id)).fetchall()


def meant(kind: Kind, cell: object, *, finite: bool) -> object:
    """Say what a reader of a typed format must find: JSON parsed, and in JSON null for a number that is not finite."""
    if kind is Kind.JSON and cell is not None:
        return json.loads(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return None if finite else repr(cell)
    return cell


def assert_typed(
    export_type: ExportType, found: list[dict[str, object]], wanted: list[dict[str, object]], *, finite: bool
) -> None:
    """Compare cell by cell, types included: 1 is neither 1.0 nor True nor '1'."""
    assert len(found) == len(wanted) == ROWS
    for row, reference in zip(found, wanted, strict=True):
        assert list(row) == list(reference)
        for column in CATALOGUE[export_type]:
            cell, value = row[column.key], meant(column.kind, reference[column.key], finite=finite)
            assert (type(cell), cell) == (type(value), value), column.key


def with_times(export_type: ExportType, row: dict[str, object]) -> dict[str, object]:
    times = {column.key for column in CATALOGUE[export_type] if column.kind is Kind.TIMESTAMP}
    return {key: dt.datetime.fromisoformat(cell) if key in times and cell else cell for key, cell in row.items()}


DUCKDB = {
    Kind.TEXT: "VARCHAR", Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.TIMESTAMP: "TIMESTAMPTZ",
    Kind.JSON: "JSON", Kind.TAGS: "VARCHAR[]",
}  # fmt: skip


def read_by_duckdb(reader: str, path: Path, columns) -> list[dict[str, object]]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    rows = connection.sql(reader.format(path=path)).to_arrow_table().to_pylist()
    parsed = [column.key for column in columns if column.kind is Kind.JSON]
    for row in rows:
        for key, cell in row.items():
            if key in parsed and cell is not None:
                row[key] = json.loads(cell)
            elif isinstance(cell, dt.datetime):
                row[key] = cell.astimezone(dt.UTC)
            elif isinstance(cell, float) and not math.isfinite(cell):
                row[key] = repr(cell)
    return rows


@pytest.mark.parametrize("export_type", [ExportType.LEADS, ExportType.MESSAGES])
def test_json_and_ndjson_hold_every_value_in_its_type(facts, server, engine, tmp_path, export_type: ExportType):
    wanted = rows_of(server, engine, export_type)
    listed = json.loads(exported(engine, asked(export_type, ExportFormat.JSON)))
    assert_typed(export_type, [with_times(export_type, row) for row in listed], wanted, finite=True)

    lines = exported(engine, asked(export_type, ExportFormat.NDJSON))
    assert [json.loads(line) for line in lines.split(b"\n")[:-1]] == listed
    (tmp_path / "rows.ndjson").write_bytes(lines)
    columns = CATALOGUE[export_type]
    types = ", ".join(f"{column.key}: '{DUCKDB[column.kind]}'" for column in columns)
    reader = "SELECT * FROM read_json('{path}', format = 'newline_delimited', columns = {{" + types + "}})"
    found = read_by_duckdb(reader, tmp_path / "rows.ndjson", columns)
    assert_typed(export_type, found, wanted, finite=True)


@pytest.mark.parametrize("export_type", [ExportType.LEADS, ExportType.MESSAGES])
def test_parquet_holds_every_value_in_its_type(facts, server, engine, tmp_path, export_type: ExportType):
    (tmp_path / "rows.parquet").write_bytes(exported(engine, asked(export_type, ExportFormat.PARQUET)))
    columns = CATALOGUE[export_type]
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{tmp_path / 'rows.parquet'}'").fetchall()
    names = DUCKDB | {Kind.TIMESTAMP: "TIMESTAMP WITH TIME ZONE"}
    assert [(name, kind) for name, kind, *_ in described] == [(column.key, names[column.kind]) for column in columns]
    found = read_by_duckdb("SELECT * FROM '{path}'", tmp_path / "rows.parquet", columns)
    assert_typed(export_type, found, rows_of(server, engine, export_type), finite=False)

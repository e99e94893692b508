"""CSV: the dialect, the formula guard, and what other readers make of it."""

import datetime as dt
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.render.formats import content_type, extension, open_writer
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat, WriteOptions
from outbrief.terms.table import Kind
from tests.render.written import (
    EVERY_KIND,
    FULL_ROW,
    NAMES,
    NO_ROW,
    MemorySink,
    Row,
    column,
    guarded,
    naughty_strings,
    read_csv,
    read_csv_in_duckdb,
    text_columns,
    written,
)
from tests.shared import shared

ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
SPECTRUM = (
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
)  # fmt: skip


def cells(*values: str) -> list[str]:
    """Write each text as a cell, and read the cells back."""
    content = written(ExportFormat.CSV, text_columns("a", "b"), [(value, "x") for value in values])
    return [row[0] for row in read_csv(content)[1:]]


def test_every_kind_is_written_as_documented() -> None:
    content = written(ExportFormat.CSV, EVERY_KIND, [FULL_ROW, NO_ROW]).decode()
    assert content == (
        "text,integer,number,rate,minutes,boolean,date,timestamp,json,tags\r\n"
        "Zoë,42,12.25,42.17,83.5,true,2025-10-01,2025-10-01T09:00:00.120+00:00,"
        '"{""plan"": ""pro"", ""seats"": [1, 2]}","[""vip"",""say \\""hi\\""""]"\r\n'
        ",,,,,,,,,\r\n"
    )


def test_a_time_has_a_fraction_only_when_there_is_one() -> None:
    columns = [column("at", Kind.TIMESTAMP), column("n", Kind.INTEGER)]
    times = [
        (dt.datetime(2025, 10, 1, 9, tzinfo=dt.UTC), "2025-10-01T09:00:00+00:00"),
        (dt.datetime(2025, 10, 1, 9, 0, 0, 5, tzinfo=dt.UTC), "2025-10-01T09:00:00.000005+00:00"),
        (dt.datetime(1, 1, 1, tzinfo=dt.UTC), "0001-01-01T00:00:00+00:00"),
        (dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC), "9999-12-31T23:59:59+00:00"),
    ]
    content = written(ExportFormat.CSV, columns, [(time, 1) for time, _ in times])
    assert [row[0] for row in read_csv(content)[1:]] == [text for _, text in times]
    assert [dt.datetime.fromisoformat(text) for _, text in times] == [time for time, _ in times]


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0, "0.00"), (1.0, "100.00"), (0.5, "50.00"), (1 / 3, "33.33"), (0.00004, "0.00"), (float("nan"), "")],
)
def test_a_rate_is_a_percentage_with_two_decimals(fraction: float, text: str) -> None:
    content = written(ExportFormat.CSV, [column("r", Kind.RATE), column("n", Kind.INTEGER)], [(fraction, 1)])
    assert read_csv(content)[1] == [text, "1"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+x", "-x", "@SUM(1)", "\tx", "\rx", "=", "+", "-", "--5", "-5 ", "+1,5", "-0x1F"]
)
def test_a_text_cell_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cells(text) == ["'" + text]


@pytest.mark.parametrize("text", ["-5", "+3", "-5.25", "+3.2e1", "-.5", "-5.", "+1E-9", "-0"])
def test_a_text_cell_that_is_a_number_stays(text: str) -> None:
    assert cells(text) == [text]


@pytest.mark.parametrize("text", ["a=1", " =1", "'=1", "1-2", "x@y.z", "−5", "", "\n=1", "#REF!"])
def test_a_text_cell_that_does_not_start_so_stays(text: str) -> None:
    assert cells(text) == [text]


def test_numbers_are_never_touched() -> None:
    columns = [column("n", Kind.INTEGER), column("x", Kind.NUMBER)]
    content = written(ExportFormat.CSV, columns, [(-5, -0.25), (-(2**63), 1e-7), (2**63 - 1, 0.1)])
    assert [[float(cell) for cell in row] for row in read_csv(content)[1:]] == [
        [-5, -0.25], [-(2.0**63), 1e-7], [2.0**63, 0.1],
    ]  # fmt: skip
    assert read_csv(content)[2][0] == "-9223372036854775808"


def test_json_text_that_starts_like_a_formula_is_guarded_too() -> None:
    content = written(ExportFormat.CSV, [column("j", Kind.JSON), column("n", Kind.INTEGER)], [("=1", 1), ("-1", 1)])
    assert [row[0] for row in read_csv(content)[1:]] == ["'=1", "-1"]


def test_no_known_injection_starts_a_cell() -> None:
    payloads = shared("data", "csv-injection", "payloads.txt").read_text().splitlines()
    found = cells(*payloads)
    assert [cell.removeprefix("'") for cell in found] == payloads
    assert not [cell for cell in found if cell[0] in "=+-@\t\r"]


def test_every_naughty_string_is_read_by_duckdb(tmp_path: Path) -> None:
    naughty = naughty_strings()
    rows = list(zip(naughty, reversed(naughty), strict=True))
    found = read_csv_in_duckdb(written(ExportFormat.CSV, NAMES, rows), tmp_path)
    assert found == [(guarded(name), guarded(company)) for name, company in rows]


def test_an_empty_text_is_not_a_missing_value(tmp_path: Path) -> None:
    content = written(ExportFormat.CSV, NAMES, [("", None), (None, "")])
    assert content == b'name,company\r\n"",\r\n,""\r\n'
    assert read_csv_in_duckdb(content, tmp_path) == [("", None), (None, "")]


def test_in_a_file_of_one_column_a_missing_value_is_still_a_row() -> None:
    assert written(ExportFormat.CSV, text_columns("a"), [("x",), (None,), ("y",)]) == b'a\r\nx\r\n""\r\ny\r\n'
    assert written(ExportFormat.CSV, [column("n", Kind.INTEGER)], [(1,), (None,)]) == b'n\r\n1\r\n""\r\n'


@pytest.mark.parametrize("name", SPECTRUM)
def test_what_the_csv_spectrum_expects_comes_back(name: str) -> None:
    expected = json.loads(shared("data", "csv-spectrum", "json", f"{name}.json").read_text(encoding="utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    keys = list(expected[0])
    content = written(ExportFormat.CSV, text_columns(*keys), [tuple(row.values()) for row in expected])
    header, *rows = read_csv(content)
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {key: guarded(value) for key, value in row.items()} for row in expected
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=8), st.sampled_from(",;\t|"))
def test_any_text_comes_back_with_any_delimiter(rows: list[Row], delimiter: str) -> None:
    content = written(ExportFormat.CSV, NAMES, rows, WriteOptions(delimiter=delimiter))
    assert read_csv(content, delimiter)[1:] == [[guarded(str(cell)) for cell in row] for row in rows]


@pytest.mark.parametrize("delimiter", ["", ",,", "x", '"', "\n", " ", "."])
def test_a_delimiter_that_is_not_on_offer_is_refused_by_name(delimiter: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        open_writer(ExportFormat.CSV, MemorySink(), NAMES, WriteOptions(delimiter=delimiter))
    assert refusal.value.field == "delimiter"


def test_the_byte_order_mark_is_written_on_request() -> None:
    plain = written(ExportFormat.CSV, NAMES, [("é", "x")])
    assert written(ExportFormat.CSV, NAMES, [("é", "x")], WriteOptions(bom=True)) == b"\xef\xbb\xbf" + plain


def test_gzip_on_request_holds_the_same_file() -> None:
    rows = [(f"Ann {number}", "Acme") for number in range(5_000)]
    options = WriteOptions(gzip=True, bom=True)
    packed = written(ExportFormat.CSV, NAMES, rows, options)
    assert gzip.decompress(packed) == written(ExportFormat.CSV, NAMES, rows, WriteOptions(bom=True))
    assert packed[4:8] == b"\0\0\0\0"  # no time of writing: the same rows give the same bytes
    assert extension(ExportFormat.CSV, options) == "csv.gz"
    assert content_type(ExportFormat.CSV, options) == "application/gzip"
    assert extension(ExportFormat.PARQUET, options) == "parquet"

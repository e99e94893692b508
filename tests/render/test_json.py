"""JSON and NDJSON: true types, and JSON inside JSON."""

import datetime as dt
import json
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.terms.export import ExportFormat
from outbrief.terms.table import Column, Kind
from tests.render.written import EVERY_KIND, FULL_ROW, NO_ROW, Row, column, written

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
BOTH = [ExportFormat.JSON, ExportFormat.NDJSON]


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is not JSON")


def objects(fmt: ExportFormat, columns: list[Column], rows: list[Row]) -> list[dict[str, object]]:
    content = written(fmt, columns, rows).decode("utf-8")
    if fmt is ExportFormat.JSON:
        return json.loads(content, parse_constant=refuse)
    assert content.endswith("\n")
    return [json.loads(line, parse_constant=refuse) for line in content.removesuffix("\n").split("\n")]


def embedded(text: str) -> object:
    (first, second) = objects(ExportFormat.NDJSON, [column("j", Kind.JSON)], [(text,), ("1",)])
    assert second == {"j": 1}
    return first["j"]


@pytest.mark.parametrize("fmt", BOTH)
def test_every_kind_has_its_true_type(fmt: ExportFormat) -> None:
    full, none = objects(fmt, list(EVERY_KIND), [FULL_ROW, NO_ROW])
    assert full == {
        "text": "Zoë",
        "integer": 42,
        "number": 12.25,
        "rate": 42.17,
        "minutes": 83.5,
        "boolean": True,
        "date": "2025-10-01",
        "timestamp": "2025-10-01T09:00:00.120+00:00",
        "json": {"plan": "pro", "seats": [1, 2]},
        "tags": ["vip", 'say "hi"'],
    }
    assert none == dict.fromkeys(full)
    assert list(full) == list(none) == [each.key for each in EVERY_KIND]


def test_the_file_is_utf_8_and_one_object_a_line() -> None:
    rows = [("Zoë",), ("a\nb",)]
    assert written(ExportFormat.JSON, [column("n", Kind.TEXT)], rows).decode() == '[\n{"n":"Zoë"},\n{"n":"a\\nb"}\n]\n'
    assert written(ExportFormat.NDJSON, [column("n", Kind.TEXT)], rows).decode() == '{"n":"Zoë"}\n{"n":"a\\nb"}\n'


def test_a_rate_is_a_percentage_of_two_decimals() -> None:
    rows = [(1 / 3,), (2 / 3,), (0.0,), (1.0,)]
    assert [each["r"] for each in objects(ExportFormat.JSON, [column("r", Kind.RATE)], rows)] == [33.33, 66.67, 0, 100]


def test_an_array_without_rows_is_empty_and_ndjson_nothing_at_all() -> None:
    assert written(ExportFormat.JSON, [column("n", Kind.TEXT)], []) == b"[]\n"
    assert written(ExportFormat.NDJSON, [column("n", Kind.TEXT)], []) == b""


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.MINUTES, Kind.RATE])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_null(kind: Kind, number: float) -> None:
    assert objects(ExportFormat.JSON, [column("x", kind)], [(number,)]) == [{"x": None}]


@pytest.mark.parametrize(
    "text",
    [
        "{}", "null", '"x"', "-1.5e3", "[[]]", ' {"a":\n\t[1,\r\n2]} ', '{"a":"line\\nend"}', '"\\ud83d\\ude00"',
        "1e999", "123456789012345678901234567890", "[" * 300 + "]" * 300, '{"a":1,"a":2}',
    ],
)  # fmt: skip
def test_a_column_of_json_is_embedded(text: str) -> None:
    assert embedded(text) == json.loads(text)


@pytest.mark.parametrize("text", ["", "{", "NaN", "-Infinity", "{'a': 1}", "1 2", '"a\nb"', "[" * 9_000])
def test_text_that_is_not_json_becomes_a_string(text: str) -> None:
    assert embedded(text) == text


@pytest.mark.parametrize("order", [("j", "a", "b"), ("a", "j", "b"), ("a", "b", "j"), ("j", "k", "a"), ("j", "k")])
@pytest.mark.parametrize("fmt", BOTH)
def test_json_may_stand_anywhere_among_the_columns(fmt: ExportFormat, order: tuple[str, ...]) -> None:
    columns = [column(key, Kind.JSON if key in "jk" else Kind.TEXT) for key in order]
    row = tuple('{"x": [1]}' if key in "jk" else "}{" for key in order)
    filled = {key: {"x": [1]} if key in "jk" else "}{" for key in order}
    assert objects(fmt, columns, [row, (None,) * len(order)]) == [filled, dict.fromkeys(order)]


def test_integers_of_any_size_are_exact() -> None:
    rows = [(2**63 - 1,), (-(2**63),), (0,)]
    assert [each["n"] for each in objects(ExportFormat.NDJSON, [column("n", Kind.INTEGER)], rows)] == [
        row[0] for row in rows
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            ANY_TEXT | st.none(),
            FINITE | st.none(),
            st.lists(ANY_TEXT, max_size=3) | st.none(),
            st.datetimes(min_value=dt.datetime(1, 1, 2), timezones=st.just(dt.UTC)) | st.none(),
            st.recursive(st.none() | st.booleans() | ANY_TEXT, lambda each: st.lists(each, max_size=2), max_leaves=4),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_values_come_back(rows: list[Row]) -> None:
    kinds = (Kind.TEXT, Kind.NUMBER, Kind.TAGS, Kind.TIMESTAMP, Kind.JSON)
    columns = [column(kind.value, kind) for kind in kinds]
    given_rows = [(*row[:4], json.dumps(row[4])) for row in rows]
    for fmt in BOTH:
        found = [list(each.values()) for each in objects(fmt, columns, given_rows)]
        times = [row[3] and dt.datetime.fromisoformat(str(row[3])) for row in found]
        assert times == [row[3] for row in rows]
        assert [row[:3] + row[4:] for row in found] == [[*row[:3], row[4]] for row in rows]

"""Files that are sound, files that are not, and the lines of what is refused."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from outbrief.facts import FactKind
from outbrief.terms.errors import InvalidInput
from tests.facts.loading import load, load_text, ndjson, row, rows, versions
from tests.people import People

LEADS = "external_id,email,company\n" + "".join(f"L{i},l{i}@x.example,Company {i}\n" for i in range(2_000))


def refusals(result: object) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.field) for refusal in result.refusals]  # type: ignore[attr-defined]


def test_lines_are_those_of_the_file_with_newlines_in_cells_blank_lines_and_ragged_rows_before(
    people: People, tmp_path: Path
):
    text = (
        'external_id,email,company\nL1,a@x.example,"two\nlines"\n\nL2,bad,\nL3,c@x.example\n'
        '"L4",d@x.example,"",\nL5,bad,\n'
    )
    result = load_text(people.alice, FactKind.LEADS, tmp_path, text)
    assert refusals(result) == [(5, "email"), (6, ""), (7, ""), (8, "email")]
    assert [r.reason for r in result.refusals][1:3] == [
        "has 2 cells where the header has 3",
        "has 4 cells where the header has 3",
    ]
    assert (result.rows_read, result.rows_kept, result.rows_refused) == (5, 1, 4)


def test_a_refusal_far_into_a_large_file_has_its_line(people: People, tmp_path: Path):
    text = "external_id,company\n" + "".join(f'L{i},"{"x" * 90}\n{i}"\n' for i in range(100_000)) + "L,\n ,last\nL\n"
    result = load_text(people.alice, FactKind.LEADS, tmp_path, text)
    assert refusals(result) == [(200_003, "external_id"), (200_004, "")]
    assert result.created == 100_001


def test_an_empty_cell_is_no_value_and_a_quoted_one_is_an_empty_text(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.LEADS, tmp_path, 'external_id,company,source\nL1,,""\n')
    assert row(people.alice, "SELECT company, source FROM leads") == (None, "")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(people: People, tmp_path: Path, delimiter: str):
    text = "\ufeffExternal ID,first_name,company\r\nL1,Zoë,Blue\r\n".replace(",", delimiter)
    load_text(people.alice, FactKind.LEADS, tmp_path, text)
    assert row(people.alice, "SELECT external_id, first_name, company FROM leads") == ("L1", "Zoë", "Blue")


def test_csv_gzip_ndjson_and_parquet_give_the_same_leads(people: People, tmp_path: Path):
    plain = tmp_path / "a.csv"
    plain.write_text(LEADS)
    table = pyarrow.csv.read_csv(plain)
    zipped = tmp_path / "a.csv.gz"
    zipped.write_bytes(gzip.compress(LEADS.encode()))
    lines = ndjson(tmp_path / "a.ndjson", table.to_pylist())
    zipped_lines = tmp_path / "b.jsonl.gz"
    zipped_lines.write_bytes(gzip.compress(lines.read_bytes()))
    pq.write_table(table, tmp_path / "a.parquet")

    assert load(people.alice, FactKind.LEADS, plain).created == 2_000
    before = versions(people.alice)
    for path in (zipped, lines, zipped_lines, tmp_path / "a.parquet"):
        result = load(people.alice, FactKind.LEADS, path)
        assert (result.rows_read, result.unchanged, result.rows_refused) == (2_000, 2_000, 0), path
    assert versions(people.alice) == before


def test_types_of_parquet_become_ours(people: People, tmp_path: Path):
    import datetime as dt
    from decimal import Decimal

    moment = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    table = pa.table(
        {
            "external_id": [7],
            "lead_score": [Decimal("1.5")],
            "tags": [["a", "b,c"]],
            "custom_fields": [{"seats": 3, "vip": True}],
            "created_at": [moment],
            "updated_at": [dt.datetime(2026, 3, 1, 9, 30)],
        }
    )
    pq.write_table(table, tmp_path / "l.parquet")
    load(people.alice, FactKind.LEADS, tmp_path / "l.parquet")
    assert row(
        people.alice,
        "SELECT external_id, lead_score, tags, custom_fields->>'seats', created_at::text, updated_at::text FROM leads",
    ) == ("7", 1.5, ["a", "b,c"], "3", "2026-03-01 07:30:00+00", "2026-03-01 08:30:00+00")


def cut_gzip(folder: Path) -> Path:
    path = folder / "leads.csv.gz"
    path.write_bytes(gzip.compress(LEADS.encode())[:-500])
    return path


def cut_row(folder: Path) -> Path:
    path = folder / "leads.csv"
    path.write_text(LEADS[:-20])
    return path


def cut_quoted_cell(folder: Path) -> Path:
    path = folder / "leads.csv"
    path.write_text(LEADS + 'L9999,z@x.example,"begins but never')
    return path


def cut_json(folder: Path) -> Path:
    path = folder / "leads.ndjson"
    path.write_text('{"external_id": "L1"}\n{"external_id": "L2", "comp')
    return path


def cut_parquet(folder: Path) -> Path:
    whole = folder / "whole.parquet"
    pq.write_table(pa.table({"external_id": [str(i) for i in range(1_000)]}), whole)
    path = folder / "leads.parquet"
    path.write_bytes(whole.read_bytes()[:-200])
    return path


@pytest.mark.parametrize("cut", [cut_gzip, cut_row, cut_quoted_cell, cut_json, cut_parquet])
def test_nothing_is_kept_of_a_file_that_is_cut_off(people: People, tmp_path: Path, cut: object):
    path = cut(tmp_path)  # type: ignore[operator]
    with pytest.raises(InvalidInput, match=path.name) as error:
        load(people.alice, FactKind.LEADS, path)
    assert error.value.field == "file"
    assert "again" in error.value.hint or "import it" in error.value.hint
    assert rows(people.alice, "SELECT 1 FROM leads UNION ALL SELECT 1 FROM intakes") == []


def test_a_stray_quote_inside_a_cell_is_just_a_character(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.LEADS, tmp_path, 'external_id,company\nL1,5" nails\nL2,"a, b"\n')
    assert rows(people.alice, "SELECT company FROM leads ORDER BY 1") == [('5" nails',), ("a, b",)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("leads.csv", b"PAR1....", "is not CSV, as its name says, but a Parquet file"),
        ("leads.csv", b"PK\x03\x04....", "but a workbook or a zip archive"),
        (
            "leads.csv",
            gzip.compress(b"external_id\n1\n", mtime=0),
            "is not plain text, as its name says, but compressed",
        ),
        ("leads.csv.gz", b"external_id\n1\n", "is not gzip, as its name says"),
        ("leads.parquet", b"external_id\n1\n", "is not Parquet, as its name says"),
        ("leads.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "is not UTF-8 text"),
        ("leads.csv", "external_id\nL1\n".encode("utf-16"), "is UTF-16 text"),
        ("leads.ndjson", b'[{"external_id": 1}]', "is one JSON array"),
        ("leads.ndjson", b'{"external_id": "\xff"}\n', "is not UTF-8 text: line 1"),
        ("leads.xlsx", b"PK\x03\x04....", "is of no kind that is read"),
        ("leads.csv", b"", "is empty"),
        ("leads.csv", b"external_id,company,company\n1,2,3\n", 'has two columns "company"'),
        ("leads.csv", b"id,company\n1,2\n", "has no column external_id; it has id, company"),
        ("leads.csv", b"external_id,company\n1,\xe9t\xe9\n", "is not UTF-8 text: line 2"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_by_name(
    people: People, tmp_path: Path, name: str, content: bytes, message: str
):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=rf"{name} ") as error:
        load(people.alice, FactKind.LEADS, path)
    assert message in error.value.message
    assert error.value.field
    assert rows(people.alice, "SELECT 1 FROM leads") == []


def test_bytes_that_are_no_text_at_the_end_of_a_large_file_leave_nothing_behind(people: People, tmp_path: Path):
    path = tmp_path / "leads.csv"
    path.write_bytes(LEADS.encode() * 200 + b"L,l@x.example,\xff\n")
    with pytest.raises(InvalidInput, match="line 400201"):
        load(people.alice, FactKind.LEADS, path)
    assert rows(people.alice, "SELECT 1 FROM leads") == []


def test_a_file_with_only_a_header_is_no_row_and_no_error(people: People, tmp_path: Path):
    result = load_text(people.alice, FactKind.LEADS, tmp_path, "external_id,company\n")
    assert (result.rows_read, result.created) == (0, 0)


def test_a_missing_file_is_named(people: People, tmp_path: Path):
    with pytest.raises(InvalidInput, match=r"nowhere\.csv cannot be read: No such file"):
        load(people.alice, FactKind.LEADS, tmp_path / "nowhere.csv")


def test_columns_that_are_not_ours_are_left_out_and_named(people: People, tmp_path: Path):
    result = load_text(people.alice, FactKind.LEADS, tmp_path, "external_id,shoe size\nL1,44\n")
    assert result.notes == ('The column "shoe size" of leads.csv is not one of ours and was left out.',)


def test_lines_that_are_no_json_objects_are_refused_and_the_others_kept(people: People, tmp_path: Path):
    path = tmp_path / "l.ndjson"
    path.write_text(
        '{"external_id": "a"}\n\nnonsense\n[1]\n{"external_id": "b", "company": "\\ud800"}\n{"externalId": "c"}\n'
    )
    result = load(people.alice, FactKind.LEADS, path)
    assert refusals(result) == [(3, ""), (4, ""), (5, "company")]
    assert rows(people.alice, "SELECT external_id FROM leads ORDER BY 1") == [("a",), ("c",)]

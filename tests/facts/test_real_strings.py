"""Naughty strings, and CSV files with their expected parse."""

import csv
import json
from pathlib import Path

import pytest

from outbrief.facts import FactKind
from outbrief.facts.reading import open_source
from outbrief.terms.errors import InvalidInput
from tests.facts.loading import load, load_rows, ndjson, row, rows
from tests.people import People
from tests.shared import shared


@pytest.fixture
def naughty() -> list[str]:
    return json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8"))


def names_of(people: People) -> list[tuple[object, ...]]:
    return rows(people.alice, "SELECT last_name, company FROM leads ORDER BY external_id")


def test_all_naughty_strings_come_through_csv_as_they_are(people: People, naughty: list[str], tmp_path: Path):
    path = tmp_path / "leads.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["external_id", "last_name", "company"])
        writer.writerows([f"{index:03}", text, text] for index, text in enumerate(naughty))

    result = load(people.alice, FactKind.LEADS, path)

    assert (result.rows_read, result.rows_refused, result.created) == (515, 0, 515)
    assert names_of(people) == [(text, text) for text in naughty]


def test_all_naughty_strings_come_through_ndjson_as_they_are(people: People, naughty: list[str], tmp_path: Path):
    leads = [{"external_id": f"{index:03}", "last_name": text, "company": text} for index, text in enumerate(naughty)]
    load(people.alice, FactKind.LEADS, ndjson(tmp_path / "leads.ndjson", leads))
    assert names_of(people) == [(text, text) for text in naughty]


def test_a_naughty_string_can_name_a_workspace_a_campaign_or_a_tag(people: People, naughty: list[str]):
    # The longest one is longer than the name of a workspace may be.
    wanted = [text for text in naughty if text.strip() and len(text) <= 255]
    load_rows(
        people.alice,
        FactKind.CAMPAIGNS,
        *({"external_id": f"{index:03}", "name": text, "workspace": text} for index, text in enumerate(wanted)),
    )
    assert rows(people.alice, "SELECT name FROM campaigns ORDER BY external_id") == [(text,) for text in wanted]
    load_rows(
        people.alice, FactKind.LEADS, {"external_id": "x", "tags": wanted, "custom_fields": {t: t for t in wanted}}
    )
    tags, fields = row(people.alice, "SELECT tags, custom_fields FROM leads")
    assert tags == [text.strip() for text in wanted]
    assert (json.loads(fields) if isinstance(fields, str) else fields) == {text: text for text in wanted}


def read_all(path: Path) -> list[dict[str, object]]:
    source = open_source(path)
    read = [cells for batch in source.batches(source.columns) for cells in batch.cells.to_dicts()]
    assert source.broken() == []
    return read


SPECTRUM = ("comma_in_quotes", "empty", "escaped_quotes", "json", "newlines", "quotes_and_newlines", "simple", "utf8")


@pytest.mark.parametrize("name", SPECTRUM)
def test_a_csv_file_of_the_spectrum_is_read_as_expected(name: str):
    folder = shared("data", "csv-spectrum")
    assert read_all(folder / "csvs" / f"{name}.csv") == json.loads((folder / "json" / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", ["empty_crlf", "newlines_crlf", "simple_crlf"])
def test_lines_may_end_in_crlf_and_cells_keep_theirs(name: str, tmp_path: Path):
    folder = shared("data", "csv-spectrum")
    # The copy at hand has lost its carriage returns, which its expected parse has.
    text = (folder / "csvs" / f"{name}.csv").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    path = tmp_path / f"{name}.csv"
    path.write_bytes(text)
    assert read_all(path) == json.loads((folder / "json" / f"{name}.json").read_bytes())


def test_a_degree_sign_is_read_in_utf_8_and_refused_in_latin_1(tmp_path: Path):
    text = shared("data", "csv-spectrum", "csvs", "location_coordinates.csv").read_text("utf-8").replace("\ufffd", "°")
    path = tmp_path / "places.csv"
    path.write_text(text, "utf-8")
    assert read_all(path)[0]["Location Coordinates"] == "37°36'37.8\"N 121°2'17.9\"W"
    path.write_text(text, "latin-1")
    with pytest.raises(InvalidInput, match=r"places\.csv is not UTF-8 text: line 2"):
        read_all(path)

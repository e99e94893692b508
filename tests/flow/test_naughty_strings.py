"""Every naughty string goes in as a lead's name and company, and comes out of every format as it went in."""

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.cli.commands import Outbrief
from tests.shared import shared


@pytest.fixture
def strings(outbrief: Outbrief, tmp_path: Path) -> list[str]:
    """Import the strings as leads, numbered, and give them."""
    strings = json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    with (tmp_path / "leads.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["external_id", "first_name", "company"])
        writer.writerows([str(n), text, text] for n, text in enumerate(strings))
    assert outbrief("tenant", "create", "Nasty", "--owner", "n@nasty.test", "--json").code == 0
    imported = outbrief("import", "--tenant", "nasty", "--leads", str(tmp_path / "leads.csv"), "--json")
    assert imported.code == 0, imported.err
    (result,) = imported.json["files"]
    assert (result["created"], result["rowsRefused"]) == (515, 0)
    return strings


def expected(strings: list[str]) -> dict[int, tuple[str, str]]:
    return {n: (text, text) for n, text in enumerate(strings)}


def guarded(text: str) -> str:
    """Say, by a rule written apart from ours, what the formula guard makes of a text."""
    number = re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and text and not number else text


def test_they_come_out_unchanged(outbrief: Outbrief, strings: list[str], tmp_path: Path):
    def export(name: str) -> Path:
        made = outbrief(
            "export", "leads", "--tenant", "nasty", "--fields", "leadId,firstName,company", "-o", name, "--json"
        )
        assert made.code == 0, made.err
        assert made.json["rowCount"] == 515
        return tmp_path / name

    rows = csv.reader(io.StringIO(export("out.csv").read_bytes().decode("utf-8"), newline=""))
    assert next(rows) == ["leadId", "firstName", "company"]
    assert {int(n): (a, b) for n, a, b in rows} == {n: (guarded(text), guarded(text)) for n, text in enumerate(strings)}

    listed = json.loads(export("out.json").read_text(encoding="utf-8"))
    assert {int(row["leadId"]): (row["firstName"], row["company"]) for row in listed} == expected(strings)

    lines = export("out.ndjson").read_bytes().split(b"\n")
    parsed = [json.loads(line) for line in lines if line]
    assert {int(row["leadId"]): (row["firstName"], row["company"]) for row in parsed} == expected(strings)

    read = duckdb.sql(f"SELECT leadId, firstName, company FROM '{export('out.parquet')}'").fetchall()
    assert {int(n): (a, b) for n, a, b in read} == expected(strings)

    workbook = openpyxl.load_workbook(export("out.xlsx"))
    sheet = workbook.worksheets[0]
    cells = {int(row[0]): (row[1] or "", row[2] or "") for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert cells == {n: (without_controls(text),) * 2 for n, text in enumerate(strings)}
    assert "Notes" in workbook.sheetnames


def without_controls(text: str) -> str:
    """Take out what XML 1.0 cannot hold; the workbook says that it did."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)

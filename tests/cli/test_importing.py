"""`outbrief import`: files in, bad rows told, and all of it or nothing."""

import gzip
from pathlib import Path

import pytest

from outbrief.facts.models import Campaign, Lead, Message
from outbrief.record.scope import tenant_scope
from tests.cli.commands import Outbrief
from tests.people import People

CAMPAIGNS = "external_id,name,workspace\nc1,Spring,North\n"
LEADS = "external_id,email,company,status\nl1,ann@a.test,A,active\nl2,ben@b.test,B,paused\n"
MESSAGES = "external_id,campaign,lead,sent_at\nm1,c1,l1,2025-10-01T10:00:00Z\nm2,c1,l2,2025-10-02T10:00:00Z\n"
IMPORT = ("import", "--tenant", "acme", "--campaigns", "c.csv", "--leads", "l.csv", "--messages", "m.csv", "--json")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("c.csv", CAMPAIGNS), ("l.csv", LEADS), ("m.csv", MESSAGES)):
        (tmp_path / name).write_text(text)
    return tmp_path


def kept(people: People) -> tuple[int, int, int]:
    with tenant_scope(people.alice.tenant_id):
        return Campaign.objects.count(), Lead.objects.count(), Message.objects.count()


def test_files_come_in_and_the_same_again_changes_nothing(outbrief: Outbrief, people: People, files: Path):
    first = outbrief(*IMPORT)
    assert first.code == 0, first.err
    assert [(f["kind"], f["rowsRead"], f["created"]) for f in first.json["files"]] == [
        ("campaigns", 1, 1),
        ("leads", 2, 2),
        ("messages", 2, 2),
    ]
    again = outbrief(*IMPORT)
    assert [(f["created"], f["updated"], f["unchanged"]) for f in again.json["files"]] == [
        (0, 0, 1),
        (0, 0, 2),
        (0, 0, 2),
    ]
    assert kept(people) == (1, 2, 2)


def test_a_bad_row_is_told_by_line_and_the_good_ones_stay(outbrief_here: Outbrief, people: People, files: Path):
    (files / "m.csv").write_text(MESSAGES + "m3,c1,l1,yesterday\n")
    ran = outbrief_here(*IMPORT)
    assert ran.code == 0, ran.err
    [refusal] = ran.json["files"][2]["refusals"]
    assert (refusal["line"], refusal["field"], refusal["value"]) == (4, "sent_at", "yesterday")
    assert kept(people) == (1, 2, 2)
    spoken = outbrief_here(*IMPORT[:-1])
    assert "line 4: sent_at" in spoken.out


@pytest.mark.parametrize("spoil", ["strict", "cut", "not parquet", "no column"])
def test_a_file_that_fails_takes_the_whole_import_with_it(
    outbrief_here: Outbrief, people: People, files: Path, spoil: str
):
    words = list(IMPORT)
    if spoil == "strict":
        (files / "m.csv").write_text(MESSAGES + "m3,c1,l1,yesterday\n")
        words.append("--strict")
    elif spoil == "cut":
        (files / "m.csv.gz").write_bytes(gzip.compress(MESSAGES.encode())[:-12])
        words[words.index("m.csv")] = "m.csv.gz"
    elif spoil == "not parquet":
        (files / "m.parquet").write_text(MESSAGES)
        words[words.index("m.csv")] = "m.parquet"
    else:
        (files / "m.csv").write_text("external_id,sent_at\nm1,2025-10-01T10:00:00Z\n")
    ran = outbrief_here(*words)
    assert ran.code == 1
    assert ran.json["code"] == "file_refused"
    assert "Traceback" not in ran.err
    assert kept(people) == (0, 0, 0)


def test_a_map_says_how_foreign_columns_become_ours(outbrief_here: Outbrief, people: People, files: Path):
    (files / "l.csv").write_text("Id,Mail\n7,eva@e.test\n")
    (files / "map.yaml").write_text('leads:\n  columns: {external_id: "Id", email: "Mail"}\n')
    ran = outbrief_here("import", "--tenant", "acme", "--leads", "l.csv", "--map", "map.yaml", "--json")
    assert ran.code == 0, ran.err
    with tenant_scope(people.alice.tenant_id):
        assert Lead.objects.get().email == "eva@e.test"
    (files / "map.yaml").write_text('leads:\n  columns: {emial: "Mail"}\n')
    wrong = outbrief_here("import", "--tenant", "acme", "--leads", "l.csv", "--map", "map.yaml", "--json")
    assert (wrong.code, wrong.json["field"]) == (1, "leads.columns.emial")


def test_a_file_that_is_not_there_is_wrong_usage(outbrief_here: Outbrief, people: People):
    ran = outbrief_here("import", "--tenant", "acme", "--leads", "nowhere.csv", "--json")
    assert ran.code == 2
    assert "--leads" in ran.json["error"]

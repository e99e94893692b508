"""What a foreign file holds is guessed from its columns' names and values."""

import gzip
from pathlib import Path

import duckdb
import pytest

from outbrief.facts.guessing import guess_kind, guess_section
from outbrief.facts.heads import ColumnSeen, Trial, head_name, head_of, look_at, try_out
from outbrief.facts.maps import map_of
from outbrief.facts.shapes import FactKind
from outbrief.terms.errors import InvalidInput
from tests.facts.loading import map_section
from tests.shared import shared

ZONE = "Europe/Paris"


def look(folder: Path, name: str, content: bytes) -> tuple[Path, tuple[ColumnSeen, ...]]:
    """Give the head of a file, and what is seen in it."""
    path = folder / "whole"
    path.write_bytes(content)
    head = folder / head_name(name)
    head.write_bytes(head_of(path, name=name))
    return head, look_at(head, name=head.name, timezone=ZONE)


def guess(folder: Path, name: str, text: str) -> tuple[FactKind, dict[str, object], Trial]:
    head, columns = look(folder, name, text.encode())
    kind = guess_kind(columns, name)
    section = guess_section(columns, kind)
    mapping = map_of({kind.value: section}, what="map").section(kind)
    assert mapping is not None
    return kind, section, try_out(head, kind, mapping, name=head.name, timezone=ZONE)


def test_a_campaign_report_of_mailchimp_is_totals(tmp_path: Path):
    text = (
        "Title,Subject,List,Send Date,Send Weekday,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,"
        "Total Bounces,Unique Opens,Open Rate,Total Opens,Unique Clicks,Total Clicks,Unsubscribes,Abuse Complaints,"
        'Unique Id\nNews,Hi,Main,"Apr 03, 2026 09:05 am",Friday,100,98,1,1,2,40,40.8%,60,10,12,1,0,abc\n'
    )
    kind, section, trial = guess(tmp_path, "campaigns.csv", text)
    expected = map_section("daily-totals.yaml", FactKind.TOTALS)
    assert kind == FactKind.TOTALS
    assert expected.columns is not None
    assert section["columns"] == {name: template.columns[0] for name, template in expected.columns.items()}
    assert section["formats"] == {"date": "%B %d, %Y %I:%M %p"}
    assert (trial.rows_read, trial.rows_refused) == (1, 0)


@pytest.mark.parametrize(
    ("file", "kind", "columns"),
    [
        ("campaign", "campaigns", {"external_id": "id", "name": "title", "launched_at": "send_time"}),
        ("member", "leads", {"external_id": "id", "email": "email_address", "last_name": "merge_lname"}),
        (
            "campaign_recipient", "messages",
            {"campaign": "campaign_id", "lead": "member_id", "external_id": "{campaign_id}:{member_id}"},
        ),
        (
            "campaign_recipient_activity", "events",
            {"message": "{campaign_id}:{member_id}", "kind": "action", "at": "timestamp"},
        ),
    ],
)  # fmt: skip
def test_mailchimps_tables_are_known(tmp_path: Path, file: str, kind: str, columns: dict[str, str]):
    text = (shared("data", "fivetran-mailchimp-seeds") / f"{file}.csv").read_text()
    guessed, section, trial = guess(tmp_path, f"{file}.csv", text)
    assert guessed == kind
    assert columns.items() <= dict(section["columns"]).items()  # type: ignore[call-overload]
    assert trial.rows_refused == 0


def test_values_tell_what_names_do_not(tmp_path: Path):
    text = "Kontakt,Opens,Opened,When\nann@x.test,3,true,1775200000\nben@x.test,1,false,1775200001\n"
    _, columns = look(tmp_path, "x.csv", text.encode())
    section = guess_section(columns, FactKind.MESSAGES)
    # A flag is no time, and the only column of addresses is the lead's.
    assert section == {"columns": {"lead_email": "Kontakt", "open_count": "Opens"}, "assume_delivered": True}


def test_events_are_translated_and_epochs_are_known(tmp_path: Path):
    text = "email,event,timestamp,sg_message_id\na@x.test,open,1775200000,m\na@x.test,spamreport,1775200001,m\n"
    kind, section, trial = guess(tmp_path, "x.csv", text)
    assert kind == FactKind.EVENTS
    assert section == {
        "columns": {"message": "sg_message_id", "kind": "event", "at": "timestamp"},
        "formats": {"at": "epoch"},
        "values": {"kind": {"spamreport": "complaint"}},
    }
    assert trial.rows_refused == 0


def test_one_column_that_tells_day_from_month_tells_it_of_the_others(tmp_path: Path):
    text = "Message ID,Campaign ID,Sent,Opened\nm,c,03/04/2026,03/16/2026\nn,c,03/05/2026,03/17/2026\n"
    _, columns = look(tmp_path, "x.csv", text.encode())
    section = guess_section(columns, FactKind.MESSAGES)
    assert section["formats"] == {"sent_at": "%m/%d/%Y", "opened_at": "%m/%d/%Y"}


def test_a_column_with_braces_is_left_out(tmp_path: Path):
    _, columns = look(tmp_path, "x.csv", b"external_id,{email}\na,a@x.test\n")
    assert guess_section(columns, FactKind.LEADS) == {"columns": {"external_id": "external_id"}}


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.ndjson", "x.parquet"])
def test_a_head_has_the_first_thousand_rows_of_any_kind_of_file(tmp_path: Path, name: str):
    rows = "SELECT 'id' || n AS id, 'a' || chr(10) || n AS note FROM range(3000) t(n)"
    path = tmp_path / "made"
    form = {"parquet": "(FORMAT parquet)", "ndjson": "(FORMAT json)"}.get(
        name.partition(".")[2], "(FORMAT csv, HEADER)"
    )
    duckdb.sql(f"COPY ({rows}) TO '{path}' {form}")
    content = path.read_bytes()
    head, columns = look(tmp_path, name, gzip.compress(content) if name.endswith(".gz") else content)
    assert [(seen.name, seen.samples[:2]) for seen in columns] == [
        ("id", ("id0", "id1")), ("note", ("a\n0", "a\n1")),
    ]  # fmt: skip
    mapping = map_of({"leads": {"columns": {"external_id": "id"}}}, what="map").section(FactKind.LEADS)
    assert mapping is not None
    trial = try_out(head, FactKind.LEADS, mapping, name=head.name, timezone=ZONE)
    assert (trial.rows_read, trial.rows_kept) == (1000, 1000)


def test_a_head_of_large_rows_has_fewer(tmp_path: Path):
    text = "id,note\n" + "".join(f"{number},{'x' * 500_000}\n" for number in range(20))
    head, _ = look(tmp_path, "x.csv", text.encode())
    assert 3 <= head.read_bytes().count(b"\n") - 1 <= 8
    assert head.read_bytes().endswith(b"\n")


def test_a_small_gzip_file_with_a_line_of_gigabytes_is_refused_before_it_is_unfolded(tmp_path: Path):
    packed = gzip.compress(b"x" * (9 << 20))
    assert len(packed) < 20_000
    with pytest.raises(InvalidInput, match="line 1 is longer than 8 MB"):
        look(tmp_path, "x.ndjson.gz", packed)


def test_the_trial_finds_the_rows_that_an_import_would_refuse(tmp_path: Path):
    head, _ = look(tmp_path, "x.csv", b"external_id,email\na,a@x.test\nb,nope\n,c@x.test\nd\n")
    mapping = map_of({"leads": {"columns": {"external_id": "external_id", "email": "email"}}}, what="map")
    trial = try_out(head, FactKind.LEADS, mapping.section(FactKind.LEADS), name="x.csv", timezone=ZONE)  # type: ignore[arg-type]
    assert (trial.rows_read, trial.rows_kept, trial.rows_refused) == (4, 1, 3)
    assert [refusal.line for refusal in trial.refusals] == [3, 4, 5]


def test_a_file_without_rows_or_with_too_many_columns_is_refused(tmp_path: Path):
    with pytest.raises(InvalidInput, match="has no rows"):
        look(tmp_path, "x.ndjson", b"")
    with pytest.raises(InvalidInput, match="501 columns"):
        look(tmp_path, "x.csv", ",".join(f"c{number}" for number in range(501)).encode() + b"\n")

"""One import: all or nothing, exact rollups, and nothing written that does not change."""

import threading
from pathlib import Path

import pytest
from django.db import connections

from outbrief.facts import FactKind, rebuild
from outbrief.record.scope import tenant_scope
from outbrief.terms.errors import InvalidInput
from tests.facts.loading import NOW, load, load_rows, load_text, ndjson, rollups, row, rows, versions
from tests.people import People, Person

HEAD = "external_id,campaign,lead_email,sent_at,opened_at\n"
MESSAGES = HEAD + "".join(f"m{i},c{i % 3},l{i % 7}@x.example,2026-01-{i % 9 + 1:02}T10:00:00Z,\n" for i in range(200))


def day_versions(person: Person) -> dict[tuple[object, ...], object]:
    found = rows(
        person,
        "SELECT c.external_id, d.day::text, d.xmin::text || d.ctid::text FROM daily_activity d"
        " JOIN campaigns c ON c.id = d.campaign_id",
    )
    return {(campaign, day): version for campaign, day, version in found}


def test_the_same_file_twice_changes_nothing(people: People, tmp_path: Path):
    first = load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES)
    before = versions(people.alice)
    second = load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES)
    assert (first.created, first.updated, first.unchanged) == (200, 0, 0)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 200)
    assert versions(people.alice) == before


def test_the_same_messages_under_another_arrangement_of_columns_change_nothing(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES)
    before = versions(people.alice)
    swapped = "\n".join(",".join(reversed(line.split(","))) for line in MESSAGES.splitlines()) + "\n"
    result = load_text(people.alice, FactKind.MESSAGES, tmp_path, swapped)
    assert (result.updated, result.unchanged) == (0, 200)
    assert versions(people.alice) == before


def test_only_the_rollups_of_what_changed_are_written(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES)
    before = day_versions(people.alice)
    changed = HEAD + "m0,c0,l0@x.example,2026-01-01T10:00:00Z,2026-02-01T08:00:00Z\n"
    result = load_text(people.alice, FactKind.MESSAGES, tmp_path, changed)
    assert (result.created, result.updated, result.unchanged) == (0, 1, 0)
    after = day_versions(people.alice)
    # Four domains of one day are one row here: the recipients all have the same domain.
    assert {key for key in after if after[key] != before.get(key)} == {("c0", "2026-01-01")}


def test_a_message_that_moves_to_another_day_and_campaign_leaves_nothing_behind(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.MESSAGES, tmp_path, HEAD + "m,c,a@x.example,2026-01-01T10:00:00Z,\n")
    load_text(people.alice, FactKind.MESSAGES, tmp_path, HEAD + "m,d,b@y.example,2026-01-05T10:00:00Z,\n")
    days, leads = rollups(people.alice)
    assert [(day[0], day[3], str(day[4]), day[6]) for day in days] == [("d", "y.example", "2026-01-05", 1)]
    assert [(lead[0], lead[1]) for lead in leads] == [("b@y.example", 1)]


def test_an_id_that_occurs_twice_is_one_row_and_the_last_one_counts(people: People, tmp_path: Path):
    text = HEAD + "m,c,a@x.example,2026-01-01T10:00:00Z,\n" * 2 + "m,c,a@x.example,2026-01-02T10:00:00Z,\n"
    result = load_text(people.alice, FactKind.MESSAGES, tmp_path, text)
    assert (result.rows_read, result.rows_kept, result.created) == (3, 3, 1)
    assert row(people.alice, "SELECT day::text, sent FROM daily_activity") == ("2026-01-02", 1)


def test_strict_fails_at_the_first_bad_row_with_its_line_and_keeps_nothing(people: People, tmp_path: Path):
    text = MESSAGES + "m900,c,x@x.example,2026-01-01T10:00:00Z,\nm901,c,bad,2026-01-01,\nm902,c,x@x.example,soon,\n"
    with pytest.raises(InvalidInput, match=r'messages\.csv, line 203: lead_email is not an e-mail address \("bad"\)'):
        load_text(people.alice, FactKind.MESSAGES, tmp_path, text, strict=True)
    assert rows(people.alice, "SELECT 1 FROM messages UNION ALL SELECT 1 FROM campaigns") == []


def test_strict_also_fails_for_what_only_the_database_can_tell(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES)
    events = "message,kind,at\nm1,open,2026-01-02T00:00:00Z\nm999,open,2026-01-02T00:00:00Z\n"
    with pytest.raises(InvalidInput, match="line 3: message is not a message that is known"):
        load_text(people.alice, FactKind.EVENTS, tmp_path, events, strict=True)
    assert rows(people.alice, "SELECT 1 FROM message_events") == []


def test_bad_rows_do_not_take_good_ones_with_them_and_only_the_first_thousand_are_told(people: People, tmp_path: Path):
    bad = "".join(f"b{i},c,nobody,2026-01-01,\n" for i in range(3_000))
    result = load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES + bad)
    assert (result.rows_read, result.rows_kept, result.rows_refused) == (3_200, 200, 3_000)
    assert [refusal.line for refusal in result.refusals] == list(range(202, 1_202))
    assert row(people.alice, "SELECT sum(sent)::int FROM daily_activity") == (200,)


def test_each_import_is_recorded_with_its_refusals(people: People, tmp_path: Path):
    load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES + "m,c,bad\x00,2026-01-01,\n")
    assert row(
        people.alice,
        "SELECT kind, source, rows_read, rows_kept, rows_refused, refusals->0->>'field', created_at FROM intakes",
    ) == ("messages", "messages.csv", 201, 200, 1, "lead_email", NOW)


def test_progress_tells_the_rows_read_so_far(people: People, tmp_path: Path):
    from outbrief.facts import import_file

    path = tmp_path / "leads.csv"
    path.write_text("external_id,company\n" + f"x,{'y' * 80}\n" * 200_000)
    told: list[int] = []
    with tenant_scope(people.alice.tenant_id):
        import_file(
            path, FactKind.LEADS, tenant_id=people.alice.tenant_id, timezone="UTC", now=NOW, on_progress=told.append
        )
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 200_000


def test_more_than_ten_thousand_rows_are_not_taken_at_once(people: People):
    with pytest.raises(InvalidInput, match="10,001 rows"):
        load_rows(people.alice, FactKind.LEADS, *({"external_id": str(i)} for i in range(10_001)))


def test_rows_that_no_text_can_be_made_of_are_refused_by_themselves(people: People):
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    result = load_rows(
        people.alice,
        FactKind.LEADS,
        {},
        {"externalId": "a", "customFields": deep},
        {"externalId": "b", "half \ud800": 1},
        {"externalId": "c", "nul \0": 1},
    )
    assert [(refusal.line, refusal.field, refusal.reason) for refusal in result.refusals] == [
        (1, "external_id", "is missing"),
        (2, "customFields", "is nested too deeply"),
        (3, "half ?", "holds half a character (a lone surrogate)"),
    ]
    assert result.notes == ('The column "nul \ufffd" of rows is not one of ours and was left out.',)
    assert rows(people.alice, "SELECT external_id FROM leads") == [("c",)]
    assert load_rows(people.alice, FactKind.LEADS, {}).rows_refused == 1


def test_rows_with_ever_other_columns_are_not_read(people: People, tmp_path: Path):
    given = [{"externalId": str(number), f"column {number}": 1} for number in range(500)]
    with pytest.raises(InvalidInput, match="501 columns") as refused:
        load_rows(people.alice, FactKind.LEADS, *given)
    assert refused.value.field == "rows"
    with pytest.raises(InvalidInput, match="501 columns") as refused:
        load(people.alice, FactKind.LEADS, ndjson(tmp_path / "l.ndjson", given))
    assert refused.value.field == "file"


def test_a_row_changes_only_the_columns_it_has(people: People):
    load_rows(
        people.alice,
        FactKind.LEADS,
        {"externalId": "a", "company": "A", "leadScore": 1},
        {"externalId": "b", "company": "B", "leadScore": 2},
    )
    load_rows(people.alice, FactKind.LEADS, {"externalId": "a", "leadScore": 3}, {"externalId": "b", "company": None})
    assert rows(people.alice, "SELECT company, lead_score FROM leads ORDER BY external_id") == [("A", 3.0), (None, 2.0)]


def test_rows_of_one_id_in_one_batch_add_up(people: People):
    load_rows(
        people.alice,
        FactKind.LEADS,
        {"externalId": "a", "company": "A", "tags": ["x", "y"], "createdAt": "2026-01-01T00:00:00Z"},
        {"externalId": "a", "leadScore": 1.25, "customFields": {"k": [1, None]}},
        {"external_id": "a", "company": "B"},
    )
    assert row(
        people.alice, "SELECT company, lead_score, tags, custom_fields->'k'->>0, created_at::text FROM leads"
    ) == ("B", 1.25, ["x", "y"], "1", "2026-01-01 00:00:00+00")


def test_two_tenants_with_the_same_ids_do_not_meet(people: People, tmp_path: Path):
    for person in (people.alice, people.charlie):
        assert load_text(person, FactKind.MESSAGES, tmp_path, MESSAGES).created == 200
    before = versions(people.charlie)
    changed = HEAD + "m0,other,l0@x.example,2026-01-01T10:00:00Z,2026-02-01T08:00:00Z\n"
    load_text(people.alice, FactKind.MESSAGES, tmp_path, changed)
    assert versions(people.charlie) == before


def test_imports_of_one_tenant_at_the_same_time_take_turns(people: People, tmp_path: Path):
    failures: list[BaseException] = []

    def work(start: int) -> None:
        folder = tmp_path / str(start)
        folder.mkdir()
        text = HEAD + "".join(
            f"m{i},c{i % 2},l{i % 5}@x.example,2026-01-01T10:00:00Z,\n" for i in range(start, start + 400)
        )
        try:
            load_text(people.alice, FactKind.MESSAGES, folder, text)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    # They overlap: half of the messages of each are also in the next.
    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 200, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert row(people.alice, "SELECT count(*), (SELECT sum(sent)::int FROM daily_activity) FROM messages") == (800, 800)
    assert row(people.alice, "SELECT count(*) FROM workspaces") == (1,)


def test_several_files_in_one_transaction_are_kept_together_or_not_at_all(people: People, tmp_path: Path):
    broken = tmp_path / "broken.csv"
    broken.write_text("nothing,we,know\n")

    def load_both() -> None:
        with tenant_scope(people.alice.tenant_id):
            load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES)
            load(people.alice, FactKind.LEADS, broken)

    with pytest.raises(InvalidInput):
        load_both()
    assert rows(people.alice, "SELECT 1 FROM messages") == []


def test_an_import_that_fails_leaves_the_transaction_around_it_usable(people: People, tmp_path: Path):
    broken = tmp_path / "broken.csv"
    broken.write_text("external_id,company\na,b\nc\xff", "latin-1")
    with tenant_scope(people.alice.tenant_id):
        with pytest.raises(InvalidInput):
            load(people.alice, FactKind.LEADS, broken)
        assert load_text(people.alice, FactKind.MESSAGES, tmp_path, MESSAGES).created == 200
    assert row(people.alice, "SELECT count(*) FROM messages") == (200,)


def test_another_zone_puts_messages_on_other_days_once_it_is_rebuilt(people: People, tmp_path: Path):
    load_text(people.charlie, FactKind.MESSAGES, tmp_path, HEAD + "m,c,a@x.example,2026-01-01T23:30:00Z,\n")
    with tenant_scope(people.charlie.tenant_id):
        assert rebuild(people.charlie.tenant_id, "Asia/Tokyo") == 1
    assert rows(people.charlie, "SELECT day::text, sent FROM daily_activity") == [("2026-01-02", 1)]
    before = versions(people.charlie)
    with tenant_scope(people.charlie.tenant_id):
        assert rebuild(people.charlie.tenant_id, "Asia/Tokyo") == 0
    assert versions(people.charlie) == before


def test_rows_are_taken_in_within_the_scope_of_their_own_tenant_alone(people: People):
    from outbrief.facts import import_rows
    from outbrief.record.scope import unscoped
    from outbrief.terms.errors import Forbidden

    def load_for_alice() -> None:
        import_rows([{"externalId": "L"}], FactKind.LEADS, tenant_id=people.alice.tenant_id, timezone="UTC", now=NOW)

    for scope in (tenant_scope(people.charlie.tenant_id), unscoped()):
        with scope, pytest.raises(Forbidden):
            load_for_alice()
    with pytest.raises(Forbidden):
        load_for_alice()

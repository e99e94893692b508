"""Map files, and what they make of foreign columns."""

from pathlib import Path

import pytest

from outbrief.facts import FactKind, read_map
from outbrief.terms.errors import InvalidInput
from tests.facts.loading import MAPS, load, load_rows, ndjson, row, rows
from tests.people import People


def written(folder: Path, text: str) -> Path:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.yaml")), ids=lambda path: path.name)
def test_the_map_files_of_the_how_to_are_sound(path: Path):
    assert read_map(path).sections


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("mesages: {}", "mesages", '"mesages" is not one of campaigns, leads, messages, events, totals'),
        ("messages: 3", "messages", "needs names and values below it"),
        ("messages: {colums: {}}", "messages.colums", "is not one of columns"),
        ("messages: {columns: {id: x}}", "messages.columns.id", '"id" is not one of external_id'),
        ("messages: {columns: {lead: [a]}}", "messages.columns.lead", "takes a text"),
        ("messages: {columns: {lead: '{a'}}", "messages.columns.lead", "is not a template"),
        ("messages: {columns: {lead: '{}'}}", "messages.columns.lead", "has a brace without a column"),
        ("messages: {columns: {lead: a}, constants: {lead: b}}", "messages.constants.lead", "both a column and"),
        ("messages: {formats: {lead: iso}}", "messages.formats.lead", "is not a time"),
        ("totals: {formats: {date: dd/mm/yyyy}}", "totals.formats.date", "is not a format of times"),
        ("totals: {timezone: Europe/Pariss}", "totals.timezone", "is not a known time zone"),
        ("totals: {values: {sent: 3}}", "totals.values.sent", "needs names and values below it"),
        ("leads: {assume_delivered: true}", "leads.assume_delivered", "is for messages and totals"),
        ("totals: {assume_delivered: perhaps}", "totals.assume_delivered", "is true or false"),
        ("totals: {delimiter: ab}", "totals.delimiter", "is one character"),
        ("", "map", "has no section"),
        ("a: [", "map", "is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_map_file_is_named_by_its_place(tmp_path: Path, text: str, field: str, message: str):
    with pytest.raises(InvalidInput) as error:
        read_map(written(tmp_path, text))
    assert error.value.field == field
    assert message in error.value.message


def test_columns_templates_values_constants_formats_zone_and_delimiter_work_together(people: People, tmp_path: Path):
    section = read_map(
        written(
            tmp_path,
            """
messages:
  columns: {external_id: "{{{Mailing}}}/{Nr}", campaign: Mailing, lead_email: An, sent_at: Am, bounce_type: Fehler}
  formats: {sent_at: "%d.%m.%Y %H:%M"}
  timezone: America/New_York
  values: {bounce_type: {dauerhaft: hard, vorübergehend: soft, "-": ""}}
  constants: {sending_domain: mail.example, workspace: Vertrieb}
  delimiter: ";"
""",
        )
    ).section(FactKind.MESSAGES)
    path = tmp_path / "post.csv"
    path.write_text(
        "Nr;Mailing;An;Am;Fehler;external_id\n1;Mai, 1;a@x.example;05.01.2026 22:30;dauerhaft;no\n"
        "2;Mai, 1;b@x.example;05.01.2026 22:30;-;no\n;Mai, 1;b@x.example;05.01.2026 22:30;-;no\n"
    )
    result = load(people.charlie, FactKind.MESSAGES, path, mapping=section)
    assert rows(
        people.charlie,
        "SELECT m.external_id, m.bounce_type, m.sending_domain, w.name, m.sent_at::text FROM messages m"
        " JOIN workspaces w ON w.id = m.workspace_id ORDER BY 1",
    ) == [
        ("{Mai, 1}/1", "hard", "mail.example", "Vertrieb", "2026-01-06 03:30:00+00"),
        ("{Mai, 1}/2", None, "mail.example", "Vertrieb", "2026-01-06 03:30:00+00"),
    ]
    assert [(r.line, r.field, r.reason) for r in result.refusals] == [(4, "external_id", "is missing")]
    assert result.notes == ()


def test_a_column_that_the_file_lacks_is_named_with_the_nearest_one(people: People, tmp_path: Path):
    section = read_map(written(tmp_path, "leads: {columns: {external_id: Id, company: Compny}}")).section(
        FactKind.LEADS
    )
    path = tmp_path / "l.csv"
    path.write_text("Id,Company\n1,x\n")
    with pytest.raises(InvalidInput) as error:
        load(people.alice, FactKind.LEADS, path, mapping=section)
    assert error.value.field == "leads.columns.company"
    assert error.value.message == 'l.csv has no column "Compny"; it has Id, Company.'
    assert error.value.hint == "Did you mean Company?"


def test_a_section_without_columns_adds_to_a_file_with_our_own_names(people: People, tmp_path: Path):
    section = read_map(written(tmp_path, "leads: {constants: {source: fair}}")).section(FactKind.LEADS)
    path = tmp_path / "l.csv"
    path.write_text("external_id,company\n1,x\n")
    load(people.alice, FactKind.LEADS, path, mapping=section)
    assert row(people.alice, "SELECT company, source FROM leads") == ("x", "fair")


def test_a_map_works_for_ndjson_and_leaves_alone_what_a_row_does_not_have(people: People, tmp_path: Path):
    load_rows(people.alice, FactKind.LEADS, {"externalId": "p-1", "company": "Blue", "lead_score": 2})
    section = read_map(
        written(tmp_path, "leads: {columns: {external_id: 'p-{id}', company: org, lead_score: points}}")
    ).section(FactKind.LEADS)
    path = ndjson(tmp_path / "l.ndjson", [{"id": 1, "points": 3.5}, {"id": 2, "org": "Red"}])
    load(people.alice, FactKind.LEADS, path, mapping=section)
    assert rows(people.alice, "SELECT external_id, company, lead_score FROM leads ORDER BY 1") == [
        ("p-1", "Blue", 3.5), ("p-2", "Red", None),
    ]  # fmt: skip

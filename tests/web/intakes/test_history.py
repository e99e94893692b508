"""What has come in: the list and the page of each import."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

from outbrief.facts import FactKind, import_file, import_rows
from outbrief.facts.models import Intake
from outbrief.record.scope import tenant_scope
from tests.people import People, Person
from tests.web.visits import visitor

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def bring(person: Person, folder: Path, text: str, *, actor: str = "operator", name: str = "leads.csv") -> int:
    path = folder / name
    path.write_text(text)
    with tenant_scope(person.tenant_id):
        result = import_file(path, FactKind.LEADS, tenant_id=person.tenant_id, timezone="UTC", now=NOW, actor=actor)
    return result.intake_id


def test_the_list_says_when_what_and_how_and_what_it_changed(people: People, home: Path):
    bring(people.alice, home, "external_id,email\na,a@x.test\nb,nope\n")
    bring(people.alice, home, "external_id,email\na,b@x.test\n", actor=f"user:{people.alice.user_id}", name="again.csv")
    with tenant_scope(people.alice.tenant_id):
        import_rows(
            [{"externalId": "c"}], FactKind.CAMPAIGNS, tenant_id=people.alice.tenant_id, timezone="UTC", now=NOW,
            source="api", actor="key:11111111-1111-1111-1111-111111111111",
        )  # fmt: skip
        Intake.objects.create(tenant_id=people.alice.tenant_id, kind="totals", source="old.csv", rows_read=3)
    page = visitor(people.bob).get("/data").content.decode()
    for text in ("leads.csv", "again.csv", "old.csv", "Command line", "Upload", "API", "alice@acme.test"):
        assert text in page, text
    assert "1 new" in page
    assert "1 changed" in page
    assert "Not counted then" in page
    assert "Mon\u00a02\u00a0Mar\u00a013:00" in page
    only = visitor(people.bob).get("/data?kind=campaigns").content.decode()
    assert "again.csv" not in only
    assert ">api<" in only
    assert visitor(people.bob).get("/data?kind=nonsense").status_code == 422
    assert "leads.csv" not in visitor(people.charlie).get("/data").content.decode()


def test_older_imports_are_on_further_pages(people: People):
    with tenant_scope(people.alice.tenant_id):
        for number in range(120):
            Intake.objects.create(
                tenant_id=people.alice.tenant_id, kind="leads", source=f"f{number:03}.csv", created_at=NOW
            )
    client, address, seen = visitor(people.alice), "/data?kind=leads", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"f(\d{3})\.csv</a>", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = f"/data{following[1].replace('&amp;', '&')}" if following else ""
    assert seen == [f"{number:03}" for number in reversed(range(120))]
    assert client.get("/data?cursor=nonsense").status_code == 422


def test_a_refused_row_is_shown_with_its_line_reason_value_and_what_to_do(people: People, home: Path):
    intake_id = bring(people.alice, home, "external_id,email\na,a@x.test\nb,<b>nope</b>\n,c@x.test\nd\n")
    page = visitor(people.bob).get(f"/data/{intake_id}").content.decode()
    for text in ("&lt;b&gt;nope&lt;/b&gt;", "is not an e-mail address", "Correct the address", "line 3", "is missing"):
        assert text in page, text
    assert "has 1 cells where the header has 2" in page
    assert "<b>nope" not in page


def test_refused_rows_are_downloaded_without_formulas(people: People, home: Path):
    rows = "".join(f"{number},=cmd|'/c calc'!A{number}\n" for number in range(1_200))
    intake_id = bring(people.alice, home, f"external_id,email\n{rows}")
    page = visitor(people.bob).get(f"/data/{intake_id}").content.decode()
    assert "The first 100 of 1\u202f200. The download has the first 1\u202f000, which are all that are kept." in page
    answer = visitor(people.bob).get(f"/data/{intake_id}/refused.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="refused-leads-{intake_id}.csv"' in answer["Content-Disposition"]
    read = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(read) == 1_000
    assert read[0] == {
        "line": "2", "field": "email", "reason": "is not an e-mail address", "value": "'=cmd|'/c calc'!A0",
    }  # fmt: skip


def test_another_tenants_import_is_not_there(people: People, home: Path):
    intake_id = bring(people.alice, home, "external_id\na\n")
    for path in ("", "/refused.csv"):
        assert visitor(people.charlie).get(f"/data/{intake_id}{path}").status_code == 404
        assert visitor(people.alice).get(f"/data/{10**30}{path}").status_code == 404


def test_where_nothing_came_in_the_page_says_the_three_ways_in(people: People):
    page = visitor(people.alice).get("/data").content.decode()
    for text in ("three ways in", "/data/new", "/api/docs", "--tenant acme"):
        assert text in page
    assert "/data/new" not in visitor(people.bob).get("/data").content.decode()

"""The form of an export, by the requests that a browser sends, with script and without."""

import datetime as dt
import html
import re
import uuid
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse, QueryDict

from outbrief.facts.models import Lead
from outbrief.record.models import ExportJob
from outbrief.record.schedules import workspace_names
from outbrief.record.scope import tenant_scope
from outbrief.run import exports as run
from outbrief.terms.columns import ExportType
from outbrief.web.exports.choices import from_address, from_form, keys_of
from tests.people import People, Person
from tests.web.visits import visitor

LEADS = ["email", "company", "leadScore"]


@pytest.fixture
def leads(people: People) -> None:
    for person, companies in ((people.alice, ("Foo, Inc.", "Bar", "<b>Baz</b>")), (people.charlie, ("Zenith only",))):
        with tenant_scope(person.tenant_id):
            [(workspace_id, _), *_] = workspace_names()
            for number, company in enumerate(companies):
                Lead.objects.create(
                    tenant_id=person.tenant_id,
                    workspace_id=workspace_id,
                    external_id=f"l{number}",
                    email=f"lead{number}@{person.tenant_slug}.test",
                    company=company,
                    lead_score=number * 10,
                    created_at=dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC),
                )


def form(**changes: object) -> dict[str, object]:
    """Give the form of leads as it is sent: three columns chosen, no filters."""
    columns = [*LEADS, *(key for key in keys_of(ExportType.LEADS) if key not in LEADS)]
    return {
        "dataset": "leads",
        "columns_of": "leads",
        "once": str(uuid.uuid4()),
        "order": columns,
        "fields": LEADS,
        "format": "csv",
        "date_range": "",
        "first_day": "",
        "last_day": "",
        "workspace": "",
        **changes,
    }


def filters(*rows: tuple[str, str, str]) -> dict[str, object]:
    return {
        "column": [row[0] for row in rows],
        "operator": [row[1] for row in rows],
        "value": [row[2] for row in rows],
    }


def send(person: Person, sent: dict[str, object], **headers: str) -> HttpResponse:
    query = urlencode(sent, doseq=True)
    return visitor(person).post(
        "/exports/new", query, content_type="application/x-www-form-urlencoded", headers=headers or None
    )


def jobs(person: Person) -> list[ExportJob]:
    with tenant_scope(person.tenant_id):
        return list(ExportJob.objects.order_by("created_at"))


def test_an_export_is_asked_for_with_columns_in_their_order_and_filters_together(people: People, leads: None):
    rows = filters(("company", "any", 'Bar,"Foo, Inc."'), ("leadScore", "gte", "5"), ("leadScore", "lt", "50"))
    sent = form(fields=["leadScore", "email"], order=["leadScore", "email"], do="export", format="excel", **rows)
    response = send(people.bob, sent)
    [job] = jobs(people.alice)
    assert response["Location"] == f"/exports/{job.id}"
    assert (job.export_type, job.format, job.fields) == ("leads", "excel", ["leadScore", "email"])
    assert job.filters == {"company": ["Bar", "Foo, Inc."], "leadScore": {"gte": "5", "lt": "50"}}
    assert (job.user_id, job.status) == (people.bob.user_id, "pending")


def test_a_second_click_asks_for_the_same_export_and_a_changed_form_for_another(people: People, leads: None):
    sent = form(do="export")
    first, second = send(people.alice, sent), send(people.alice, sent)
    assert first["Location"] == second["Location"]
    assert send(people.alice, {**sent, "format": "json"})["Location"] != first["Location"]
    assert [job.format for job in jobs(people.alice)] == ["csv", "json"]


def test_all_that_is_wrong_is_said_beside_its_place_with_what_was_typed_kept(people: People, leads: None):
    rows = filters(("leadScore", "gte", "many"), ("company", "is", ""), ("email", "is", "<x>&"))
    sent = form(do="export", date_range="days", first_day="2026-11-05", last_day="2026-11-01", format="docx", **rows)
    response = send(people.alice, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert jobs(people.alice) == []
    assert place(page, "wrong-filter-0") == "“many” is not a number.".replace("“", '"').replace("”", '"')
    assert place(page, "wrong-filter-1") == "Type a value, or choose “is empty”."
    assert place(page, "wrong-filter-2") == ""
    assert "ends (2026-11-01) before it starts" in place(page, "wrong-period")
    assert '"docx" is not one of' in place(page, "wrong-format")
    for typed in ("many", "&lt;x&gt;&amp;", "2026-11-05", "2026-11-01"):
        assert f'value="{typed}"' in page
    assert chosen(page) == LEADS


def test_no_column_is_no_export(people: People, leads: None):
    response = send(people.alice, form(do="export", fields=[]))
    assert response.status_code == 422
    assert place(response.content.decode(), "wrong-fields") == "Choose at least one column."


def test_too_many_exports_are_refused_with_the_form_kept(people: People, leads: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run, "MOST_ALIVE", 1)
    send(people.alice, form(do="export"))
    response = send(people.alice, form(do="export", **filters(("company", "is", "Foo, Inc."))))
    page = response.content.decode()
    assert response.status_code == 429
    assert "1 exports are under way already." in page
    assert 'value="Foo, Inc."' in page
    assert len(jobs(people.alice)) == 1


def test_without_script_buttons_move_choose_add_remove_and_show(people: People, leads: None):
    page = send(people.alice, form(move="up:leadScore")).content.decode()
    assert chosen(page) == ["email", "leadScore", "company"]
    assert 'value="up:leadScore" id="up-leadScore" class="plain" aria-label="Move Lead score up" autofocus' in page
    page = send(people.alice, form(move="down:email")).content.decode()
    assert chosen(page) == ["company", "email", "leadScore"]
    assert chosen(send(people.alice, form(columns="none")).content.decode()) == []
    assert chosen(send(people.alice, form(columns="all")).content.decode())[:3] == LEADS
    assert chosen(send(people.alice, form(columns="reset")).content.decode()) == keys_of(ExportType.LEADS)
    rows = filters(("company", "is", "Bar"), ("leadScore", "gt", "1"))
    page = send(people.alice, form(add="filter", **rows)).content.decode()
    assert re.findall(r'name="value" id="filter-(\d)-value" value="([^"]*)"', page) == [
        ("0", "Bar"),
        ("1", "1"),
        ("2", ""),
    ]
    page = send(people.alice, form(drop="0", **rows)).content.decode()
    assert re.findall(r'name="value" id="filter-(\d)-value" value="([^"]*)"', page) == [("0", "1")]
    page = send(people.alice, form(do="look", **filters(("leadScore", "lte", "10")))).content.decode()
    assert sample(page) == [["lead0@acme.test", "Foo, Inc.", "0.00"], ["lead1@acme.test", "Bar", "10.00"]]
    assert "2 rows, ready in about 2 seconds" in page
    assert jobs(people.alice) == []


def test_a_sample_is_a_part_of_the_page_with_the_address_of_the_form(people: People, leads: None):
    response = send(people.alice, form(**filters(("company", "is", "<b>Baz</b>"))), **by_script("sample"))
    part = response.content.decode()
    assert "<h1" not in part
    assert sample(part) == [["lead2@acme.test", "<b>Baz</b>", "20.00"]]
    assert "<b>Baz" not in part
    again = from_address(QueryDict(response["HX-Replace-Url"].partition("?")[2]))
    assert again.fields == LEADS
    assert [(row.column, row.operator, row.value) for row in again.filters] == [("company", "is", "<b>Baz</b>")]
    wrong = send(people.alice, form(**filters(("leadScore", "is", "x"))), **by_script("sample")).content.decode()
    assert place(wrong, "wrong-filter-0") == '"x" is not a number.'
    assert "Mend what is marked" in wrong


def test_a_part_that_the_script_asks_for_does_nothing_that_a_button_says(people: People, leads: None):
    rows = filters(("company", "is", "Bar"))
    part = send(people.alice, form(do="export", drop="0", columns="none", **rows), **by_script("sample"))
    assert sample(part.content.decode()) == [["lead1@acme.test", "Bar", "10.00"]]
    assert send(people.alice, form(do="export"), **by_script("filters")).status_code == 200
    assert jobs(people.alice) == []


def test_charlie_samples_zeniths_rows_alone(people: People, leads: None):
    assert sample(send(people.charlie, form()).content.decode()) == [["lead0@zenith.test", "Zenith only", "0.00"]]


def test_an_empty_sample_says_what_to_do_next(people: People, leads: None):
    ids = keys_of(ExportType.MESSAGES)
    asked = form(dataset="messages", columns_of="messages", order=ids, fields=ids)
    narrow = {**asked, "date_range": "last_7d"}
    whole = send(people.charlie, asked, **by_script("sample"))
    assert "no data on messages has come in" in whole.content.decode()
    assert "choose other days" in send(people.charlie, narrow, **by_script("sample")).content.decode()


def test_another_dataset_brings_its_own_columns_and_is_not_exported_unseen(people: People, leads: None):
    response = send(people.alice, form(dataset="campaigns", do="export"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Look at them first" in place(page, "wrong-dataset")
    assert chosen(page) == keys_of(ExportType.CAMPAIGNS)
    assert jobs(people.alice) == []


def test_an_address_fills_the_form_and_names_that_do_not_exist_are_left_out(people: People, leads: None):
    query = (
        "dataset=leads&fields=company,nonsense,email&filter=status%3Dactive,paused&filter=leadScore%3E%3D10&filter=x"
    )
    page = (
        visitor(people.bob).get(f"/exports/new?{query}&date_range=2026-10-01..2026-10-31&format=json").content.decode()
    )
    assert chosen(page) == ["company", "email"]
    assert re.findall(r'name="value" id="filter-\d-value" value="([^"]*)"', page) == ["active,paused", "10"]
    assert 'name="first_day" id="first_day" value="2026-10-01"' in page
    assert 'id="format-json" value="json" checked' in page
    assert visitor(people.bob).get("/exports/new?dataset=%00&workspace=" + str(uuid.uuid4())).status_code in (200, 404)


def test_a_workspace_becomes_a_filter_and_domains_have_none(people: People, leads: None):
    with tenant_scope(people.alice.tenant_id):
        [(workspace_id, name), *_] = workspace_names()
    send(people.alice, form(do="export", workspace=str(workspace_id)))
    [job] = jobs(people.alice)
    assert job.filters == {"workspaceName": name}
    domains = form(dataset="domains", columns_of="domains", order=[], fields=["domain"], workspace=str(workspace_id))
    page = send(people.alice, {**domains, "do": "export"}).content.decode()
    assert "all workspaces together" in place(page, "wrong-workspace")
    foreign = send(people.charlie, form(do="export", workspace=str(workspace_id)))
    assert "no such workspace" in place(foreign.content.decode(), "wrong-workspace")


def test_what_is_typed_comes_back_from_the_address_as_it_was():
    rows = filters(
        ("company", "is", 'a,"b" =&?#'), ("company", "any", "x,y"), ("leadScore", "lt", "-1.5"), ("tags", "empty", "")
    )
    query = QueryDict(urlencode(form(**rows), doseq=True))
    asked = from_form(query)
    assert from_address(QueryDict(asked.query)) == asked


def by_script(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target}


def place(page: str, element_id: str) -> str:
    """Give the text of what is said at a place."""
    [said] = re.findall(rf'id="{element_id}"[^>]*>(.*?)</div>', page, re.DOTALL)
    return html.unescape(re.sub("<[^>]*>", "", said)).strip()


def chosen(page: str) -> list[str]:
    return re.findall(r'name="fields" id="[^"]*" value="([^"]*)" checked', page)


def sample(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [[html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in body.split("<tr>")[1:]]

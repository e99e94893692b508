"""A file that comes in by the page: chosen, matched, tried, imported."""

import datetime as dt
import html
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from outbrief.record.models import AuditEvent, Upload
from outbrief.record.scope import tenant_scope
from outbrief.run import parts, uploads
from outbrief.run.attempts import PRODUCING
from tests.facts.loading import rows
from tests.people import People, Person
from tests.web.intakes.page_forms import fields_of
from tests.web.visits import HTMX, visitor

LEADS = "Email,Full <b>name</b>,Company Name,Added\nann@x.test,Ann,X,03/04/2026\nben,Ben,,05/06/2026\n"


def send(person: Person, text: str = LEADS, name: str = "contacts.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return visitor(person).post("/data/new", {"file": file})


def uploaded(person: Person, text: str = LEADS, name: str = "contacts.csv") -> Upload:
    response = send(person, text, name)
    assert response.status_code == 302, response.content.decode()
    return found(person, response["Location"].rpartition("/")[2])


def found(person: Person, upload_id: str) -> Upload:
    with tenant_scope(person.tenant_id):
        return Upload.objects.get(id=upload_id)


def work(upload: Upload) -> None:
    now = dt.datetime.now(dt.UTC)
    uploads.import_upload(upload.tenant_id, upload.id, clock=lambda: now, attempt=PRODUCING.attempt(0))


def form_of(person: Person, upload: Upload, **changes: str) -> dict[str, str]:
    """Give what a browser would send of the form as it is shown."""
    page = visitor(person).get(f"/data/uploads/{upload.id}").content.decode()
    return {**fields_of(page, "match"), **changes}


def test_a_file_is_uploaded_matched_tried_imported_and_its_refused_rows_are_shown(people: People):
    upload = uploaded(people.alice)
    address = f"/data/uploads/{upload.id}"
    page = visitor(people.alice).get(address).content.decode()
    assert "03/04/2026 reads as 3 April 2026" in page
    assert "1 of the first 2 rows can be taken" in page
    assert "is not an e-mail address" in page
    assert html.escape("Full <b>name</b>") in page
    assert "Full <b>" not in page

    sent = form_of(people.alice, upload)
    response = visitor(people.alice).post(f"{address}/import", sent)
    assert (response.status_code, response["Location"]) == (302, address)
    assert "Importing" in visitor(people.alice).get(address).content.decode()
    fragment = visitor(people.alice).get(address, headers=HTMX).content.decode()
    assert "hx-trigger" in fragment
    assert "<html" not in fragment

    work(upload)
    done = found(people.alice, str(upload.id))
    result = f"/data/{done.intake_id}"
    assert visitor(people.alice).get(address)["Location"] == result
    assert visitor(people.alice).get(address, headers=HTMX)["HX-Redirect"] == result
    page = visitor(people.alice).get(result).content.decode()
    for text in ("contacts.csv", "Upload", "alice@acme.test", "is not an e-mail address", "Correct the address"):
        assert text in page
    assert rows(people.alice, "SELECT email, company FROM leads") == [("ann@x.test", "X")]
    assert list(parts.store().keys()) == []
    with tenant_scope(upload.tenant_id):
        actions = list(AuditEvent.objects.order_by("created_at").values_list("action", flat=True))
    assert actions[-3:] == ["upload.created", "upload.started", "facts.imported"]


def test_the_check_answers_for_what_is_typed_keeps_it_and_gives_it_as_a_map_file(people: People):
    upload = uploaded(people.alice)
    client = visitor(people.alice)
    check = f"/data/uploads/{upload.id}/check"
    wrong = client.post(check, form_of(people.alice, upload, fill_external_id=""), headers=HTMX).content.decode()
    assert "Not ready" in wrong
    assert "External id" in wrong
    changed = form_of(people.alice, upload, column_0="", fill_external_id="{Email}", fill_source="Fair 2026")
    right = client.post(check, changed, headers=HTMX).content.decode()
    assert "All of the first 2 rows can be taken" in right
    answer = client.get(f"/data/uploads/{upload.id}/map.yaml")
    assert "contacts.yaml" in answer["Content-Disposition"]
    assert yaml.safe_load(answer.content) == {
        "leads": {
            "columns": {"company": "Company Name", "created_at": "Added", "external_id": "{Email}"},
            "formats": {"created_at": "%d/%m/%Y"},
            "constants": {"source": "Fair 2026"},
        }
    }
    assert form_of(people.alice, upload)["fill_source"] == "Fair 2026"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column_1": "email"}, "becomes this already"),
        ({"fill_company": "Y"}, "says this already"),
        ({"fill_external_id": "{Nothing}"}, "has no column"),
        ({"fill_external_id": "{Email"}, "is not a template"),
        ({"timezone": "Mars/Base"}, "Mars/Base"),
        ({"column_0": "nonsense"}, "nonsense"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_imported(
    people: People, changes: dict[str, str], said: str
):
    upload = uploaded(people.alice)
    sent = form_of(people.alice, upload, **changes)
    response = visitor(people.alice).post(f"/data/uploads/{upload.id}/import", sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert re.search(rf'class="errors"[^>]*>(<p>)?[^<]*{re.escape(said)}', page)
    assert fields_of(page, "match")[next(iter(changes))] == next(iter(changes.values())) or "column" in next(
        iter(changes)
    )
    assert found(people.alice, str(upload.id)).status == "waiting"
    assert "Not ready" in page


def test_a_file_may_be_taken_for_another_kind(people: People):
    upload = uploaded(people.alice)
    page = visitor(people.alice).get(f"/data/uploads/{upload.id}?kind=campaigns").content.decode()
    assert fields_of(page, "match")["kind"] == "campaigns"
    assert found(people.alice, str(upload.id)).kind == "leads"
    sent = {"kind": "campaigns", "column_0": "external_id", "timezone": "UTC"}
    assert visitor(people.alice).post(f"/data/uploads/{upload.id}/import", sent).status_code == 302
    work(upload)
    assert rows(people.alice, "SELECT external_id FROM campaigns ORDER BY 1") == [("ann@x.test",), ("ben",)]
    assert visitor(people.alice).get(f"/data/uploads/{upload.id}?kind=nothing").status_code == 302


@pytest.mark.parametrize(("name", "text"), [("a.xlsx", "PK\x03\x04"), ("a.csv", "PK\x03\x04"), ("a.csv", "")])
def test_a_file_that_is_none_is_refused_beside_the_field(people: People, name: str, text: str):
    response = send(people.alice, text, name)
    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    with tenant_scope(people.alice.tenant_id):
        assert not Upload.objects.exists()


def test_a_viewer_may_not_upload_and_another_tenant_reaches_nothing(people: People):
    upload = uploaded(people.alice)
    for path in ("", "/check", "/import", "/discard", "/map.yaml"):
        address = f"/data/uploads/{upload.id}{path}"
        method = "get" if path in ("", "/map.yaml") else "post"
        assert getattr(visitor(people.bob), method)(address).status_code == 403
        assert getattr(visitor(people.charlie), method)(address).status_code == 403
    assert send(people.bob).status_code == 403
    assert "contacts.csv" not in visitor(people.bob).get("/data").content.decode()
    assert "contacts.csv" not in visitor(people.charlie).get("/data").content.decode()
    assert "contacts.csv" in visitor(people.alice).get("/data").content.decode()


def test_an_upload_is_discarded_with_its_bytes(people: People):
    upload = uploaded(people.alice)
    response = visitor(people.alice).post(f"/data/uploads/{upload.id}/discard")
    assert response["Location"] == "/data"
    assert list(parts.store().keys()) == []
    assert visitor(people.alice).get(f"/data/uploads/{upload.id}").status_code == 404


def test_a_file_that_is_gone_is_said_to_be(people: People, home: Path):
    upload = uploaded(people.alice)
    uploads.delete_files(upload)
    page = visitor(people.alice).get(f"/data/uploads/{upload.id}")
    assert "upload it again" in page.content.decode()


def test_a_failed_import_says_why_and_can_be_started_again(people: People):
    upload = uploaded(people.alice)
    sent = form_of(people.alice, upload)
    visitor(people.alice).post(f"/data/uploads/{upload.id}/import", sent)
    with tenant_scope(upload.tenant_id):
        Upload.objects.filter(id=upload.id).update(status="failed", error_message="It was cut off.")
    page = visitor(people.alice).get(f"/data/uploads/{upload.id}").content.decode()
    assert "It was cut off." in page
    assert visitor(people.alice).post(f"/data/uploads/{upload.id}/import", sent).status_code == 302
    assert visitor(people.alice).post(f"/data/uploads/{upload.id}/import", sent).status_code == 409


@pytest.mark.parametrize("size", [100, 3_000_000])
def test_small_and_large_files_are_read_alike(people: People, size: int):
    text = "external_id\n" + "".join(f"{number:09}\n" for number in range(size // 10))
    upload = uploaded(people.alice, text, "leads.csv")
    assert upload.file_size_bytes == len(text)
    assert UUID(str(upload.id))

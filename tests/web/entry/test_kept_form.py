"""A form that arrives when nobody is signed in any more is not lost."""

import html
import re

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from outbrief.record import models
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.visits import PASSWORD, give_password, visitor

SENT = {"email": "dora@new.test", "role": "editor", "note": 'line one\nline "two" <b>'}
PATH = "/settings/members/invite?from=here"


def hidden(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(html.unescape(name), html.unescape(value)) for name, value in found]


def sign_in(client: Client, page: str, password: str = PASSWORD) -> object:
    return client.post("/sign-in", {**dict(hidden(page)), "email": "alice@acme.test", "password": password})


def invited(people: People) -> list[str]:
    with tenant_scope(people.alice.tenant_id):
        return list(models.Invitation.objects.values_list("email", flat=True))


def test_a_form_is_kept_over_a_sign_in_and_sent_by_one_button(people: People):
    give_password(people.alice)
    client = visitor()
    lost = client.post(PATH, SENT)
    assert lost.status_code == 401
    assert "It is kept" in lost.content.decode()
    assert "no-store" in lost["Cache-Control"]
    wrong = sign_in(client, lost.content.decode(), "not it")
    assert wrong.status_code == 422
    page = sign_in(client, wrong.content.decode()).content.decode()
    assert "Continue: your form was kept" in page
    assert invited(people) == []
    assert f'action="{html.escape(PATH)}"' in page
    kept = hidden(page)
    assert kept[-3:] == list(SENT.items())
    assert client.post(PATH, dict(kept)).status_code == 302
    assert invited(people) == ["dora@new.test"]


def test_the_button_carries_a_fresh_token_against_forgery(people: People):
    give_password(people.alice)
    client = visitor(enforce_csrf=True)
    token = dict(hidden(client.get("/sign-in").content.decode()))["csrfmiddlewaretoken"]
    lost = client.post(PATH, {**SENT, "csrfmiddlewaretoken": token}).content.decode()
    page = sign_in(client, lost).content.decode()
    names = [name for name, _ in hidden(page)]
    assert names.count("csrfmiddlewaretoken") == 1
    assert client.post(PATH, dict(hidden(page))).status_code == 302
    assert invited(people) == ["dora@new.test"]


def test_a_field_with_several_values_keeps_them_all_in_order(people: People):
    give_password(people.alice)
    client = visitor()
    lost = client.post("/exports/new", {"fields": ["email", "company", "email"], "empty": ""}).content.decode()
    kept = hidden(sign_in(client, lost).content.decode())
    assert kept[-4:] == [("fields", "email"), ("fields", "company"), ("fields", "email"), ("empty", "")]


def test_passwords_and_files_are_never_kept_and_that_is_said(people: People):
    give_password(people.alice)
    client = visitor()
    sent = {"name": "x", "old_password": "hunter two", "file": SimpleUploadedFile("a.csv", b"a,b")}
    lost = client.post("/profile", sent).content.decode()
    assert "Not kept: passwords and files." in lost
    assert "hunter two" not in signing.dumps(signing.loads(dict(hidden(lost))["kept"], salt="outbrief.kept-form"))
    page = sign_in(client, lost).content.decode()
    assert "Not kept: passwords and files." in page
    assert [name for name, _ in hidden(page)][1:] == ["name"]


def test_no_password_of_any_form_of_ours_is_kept(people: People):
    typed = re.compile(r'<input type="password" name="([^"]+)"')
    names = typed.findall(visitor(people.alice).get("/profile").content.decode())
    assert len(names) == 2
    lost = visitor().post("/profile/password", dict.fromkeys(names, "hunter two")).content.decode()
    assert "Not kept: passwords." in lost
    assert "hunter two" not in lost
    assert "kept" not in dict(hidden(lost))


def test_what_is_too_large_is_not_kept_and_that_is_said(people: People):
    lost = visitor().post(PATH, {"note": "x" * 200_001}).content.decode()
    assert "Not kept: what is longer than 200 KB" in lost
    assert "kept" not in dict(hidden(lost))


def test_a_button_alone_leads_back_to_its_page_and_not_to_the_action(people: People):
    give_password(people.alice)
    client = visitor()
    lost = client.post("/profile/sign-out-elsewhere", headers={"Referer": "http://127.0.0.1/profile?x=1"})
    assert lost.status_code == 401
    assert sign_in(client, lost.content.decode())["Location"] == "/profile?x=1"


def test_a_page_of_another_host_is_no_way_back(people: People):
    for came in ("https://evil.test/a", "http://127.0.0.1//evil.test/", "javascript:alert(1)"):
        lost = visitor().post("/profile/sign-out-elsewhere", headers={"Referer": came})
        assert dict(hidden(lost.content.decode()))["next"] == "/", came


def test_a_kept_form_that_was_not_sealed_here_is_not_offered(people: People):
    give_password(people.alice)
    forged = signing.dumps(["https://evil.test/", [["a", "b"]], "/", ""], salt="something else")
    for kept in (forged, "nonsense", ""):
        response = visitor().post("/sign-in", {"email": "alice@acme.test", "password": PASSWORD, "kept": kept})
        assert response["Location"] == "/"


def test_a_page_that_asks_by_itself_goes_to_sign_in_and_back_to_where_it_was(people: People):
    response = visitor().get(
        "/settings/members", headers={"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/exports?x=1"}
    )
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/sign-in?next=%2Fexports%3Fx%3D1"
    elsewhere = visitor().get("/profile", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.test/"})
    assert elsewhere["HX-Redirect"] == "/sign-in?next=%2F"


def test_a_preview_of_what_is_typed_leaves_the_page_as_it_is(people: People):
    response = visitor().post("/settings/members/invite", SENT, headers={"HX-Request": "true"})
    assert response.status_code == 401
    page = response.content.decode()
    assert "You were signed out" in page
    assert 'target="_blank"' in page
    assert "<html" not in page
    assert "HX-Redirect" not in response


def test_who_is_signed_in_again_in_another_tab_is_asked_too(people: People):
    lost = visitor().post(PATH, SENT).content.decode()
    page = visitor(people.alice).post("/sign-in", {"kept": dict(hidden(lost))["kept"]}).content.decode()
    assert "Continue: your form was kept" in page


def test_a_form_of_a_page_from_before_signing_in_anew_is_kept(people: People):
    client = visitor(people.alice, enforce_csrf=True)
    client.get("/settings/members")
    stale = client.post(PATH, {**SENT, "csrfmiddlewaretoken": "x" * 64}, headers={"Origin": "http://127.0.0.1"})
    assert stale.status_code == 403
    assert "Continue: your form was kept" in stale.content.decode()
    assert invited(people) == []
    assert client.post(PATH, dict(hidden(stale.content.decode()))).status_code == 302
    assert invited(people) == ["dora@new.test"]


def test_a_form_of_another_host_or_of_nobody_knows_where_is_not_kept(people: People):
    client = visitor(people.alice, enforce_csrf=True)
    client.get("/settings/members")
    for headers in ({"Origin": "https://evil.test"}, {"Origin": "null"}, {}):
        refused = client.post(PATH, SENT, headers=headers)
        assert refused.status_code == 403
        assert "load the page again" in refused.content.decode()
        assert "dora@new.test" not in refused.content.decode()

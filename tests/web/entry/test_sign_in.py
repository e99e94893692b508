"""Signing in and out."""

import dataclasses

import pytest

from outbrief.web.entry import sign_in
from tests.people import People
from tests.web.visits import PASSWORD, give_password, visitor


def attempt(client: object, email: str, password: str, **more: str) -> object:
    return client.post("/sign-in", {"email": email, "password": password, **more})


def test_the_right_password_lets_in_whatever_the_case_of_the_address(people: People):
    give_password(people.alice)
    client = visitor()
    response = attempt(client, " Alice@ACME.test ", PASSWORD)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.get("/profile").status_code == 200


def test_one_is_sent_on_to_the_page_asked_for_and_never_to_another_host(people: People):
    give_password(people.alice)
    asked = visitor().get("/outbox")["Location"]
    assert asked == "/sign-in?next=%2Foutbox"
    assert 'value="/outbox"' in visitor().get(asked).content.decode()
    assert attempt(visitor(), "alice@acme.test", PASSWORD, next="/outbox")["Location"] == "/outbox"
    for elsewhere in ("https://evil.test/", "//evil.test", "javascript:alert(1)", "\\\\evil.test"):
        assert attempt(visitor(), "alice@acme.test", PASSWORD, next=elsewhere)["Location"] == "/"


def test_the_answer_does_not_tell_whether_an_address_is_known(people: People):
    give_password(people.alice)
    wrong = attempt(visitor(), "alice@acme.test", "not it")
    # Bob is known but has no password yet.
    unknown = [attempt(visitor(), email, "not it") for email in ("nobody@acme.test", "bob@acme.test", "no address")]
    assert {r.status_code for r in (wrong, *unknown)} == {422}
    for response in (wrong, *unknown):
        assert "do not belong together" in response.content.decode()
        assert "not it" not in response.content.decode()


@pytest.mark.parametrize("password", ["", "x" * 2000, "\x00"])
def test_a_password_that_cannot_be_one_is_refused_alike(people: People, password: str):
    assert attempt(visitor(), "alice@acme.test", password).status_code == 422


def test_after_five_failures_even_the_right_password_has_to_wait(people: People):
    give_password(people.alice)
    for _ in range(5):
        assert attempt(visitor(), "alice@acme.test", "not it").status_code == 422
    response = attempt(visitor(), "ALICE@acme.test", PASSWORD)
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    elsewhere = visitor()
    elsewhere.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert attempt(elsewhere, "alice@acme.test", PASSWORD).status_code == 302


def test_one_client_cannot_try_address_after_address(people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sign_in, "LIMITS", dataclasses.replace(sign_in.LIMITS, per_client=3))
    statuses = [attempt(visitor(), f"a{n}@acme.test", "not it").status_code for n in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_getting_in_forgets_the_failures_before(people: People):
    give_password(people.alice)
    for _ in range(3):
        for _ in range(4):
            attempt(visitor(), "alice@acme.test", "not it")
        assert attempt(visitor(), "alice@acme.test", PASSWORD).status_code == 302


def test_signing_out_ends_the_session(people: People):
    client = visitor(people.alice)
    assert client.get("/sign-in")["Location"] == "/"
    client.post("/sign-out")
    assert client.get("/profile")["Location"].startswith("/sign-in")


def test_the_session_gets_a_new_name_when_somebody_signs_in(people: People):
    give_password(people.alice)
    client = visitor()
    client.session.save()
    before = client.cookies.get("sessionid")
    attempt(client, "alice@acme.test", PASSWORD)
    assert client.cookies["sessionid"].value != (before.value if before else "")
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_a_forged_sign_in_is_refused(people: People):
    give_password(people.alice)
    assert attempt(visitor(enforce_csrf=True), "alice@acme.test", PASSWORD).status_code == 403
    stale = visitor(enforce_csrf=True).post(
        "/sign-in", {"email": "alice@acme.test", "password": PASSWORD}, headers={"Origin": "http://127.0.0.1"}
    )
    assert stale.status_code == 403
    assert "load the page again" in stale.content.decode()

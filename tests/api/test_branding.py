"""Branding: how a tenant's reports look, set by programs."""

import io
from pathlib import Path

import pytest
from django.db import OperationalError
from PIL import Image

from outbrief.record import audit
from outbrief.record.models import AuditEvent
from outbrief.record.scope import tenant_scope
from outbrief.run import parts
from outbrief.terms.errors import StoreUnavailable
from tests.api.caller import Caller, as_person, in_session
from tests.people import People
from tests.pictures import jpeg, png

NOTHING = {"colour": None, "font": None, "paper": None, "locale": None, "cover": None, "logo": None}
LOGO = "/api/branding/logo"


@pytest.fixture
def alice(people: People) -> Caller:
    return as_person(people.alice)


def files(tmp_path: Path) -> list[str]:
    return sorted(path.parent.name for path in tmp_path.rglob("*.png"))


def test_at_first_nothing_is_chosen(alice: Caller):
    assert alice.get("/api/branding") == NOTHING


def test_the_branding_is_replaced_as_a_whole_and_the_logo_stays(alice: Caller, people: People):
    logo = alice("PUT", LOGO, png(300, 80)).json()["logo"]
    assert (logo["width"], logo["height"]) == (300, 80)
    first = alice("PUT", "/api/branding", {"colour": "#FF8800", "locale": "fr", "cover": True})
    assert first.json() == {**NOTHING, "colour": "#ff8800", "locale": "fr", "cover": True, "logo": logo}
    second = alice("PUT", "/api/branding", {"font": "manrope", "cover": None})
    assert second.json() == alice.get("/api/branding") == {**NOTHING, "font": "manrope", "logo": logo}
    assert as_person(people.charlie).get("/api/branding") == NOTHING


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"colour": 7}, "colour"),
        ({"font": "Comic Sans"}, "font"),
        ({"paper": "a5"}, "paper"),
        ({"locale": "it"}, "locale"),
        ({"cover": "yes"}, "cover"),
        ({"logo": True}, "logo"),
        ({"color": "#123456"}, "color"),
    ],
)
def test_what_is_wrong_is_named(alice: Caller, body: dict, field: str):
    response = alice("PUT", "/api/branding", body)
    assert (response.status_code, response.json()["details"]["field"]) == (422, field), response.content
    assert alice.get("/api/branding") == NOTHING


def test_a_logo_is_kept_as_png_and_given_back(alice: Caller, people: People, tmp_path: Path):
    kept = alice("PUT", LOGO, jpeg(120, 40, colour=(200, 0, 0))).json()["logo"]
    response = alice("GET", LOGO)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(response.content)).size == (kept["width"], kept["height"]) == (120, 40)
    assert as_person(people.bob)("GET", LOGO).content == response.content
    assert as_person(people.charlie)("GET", LOGO).status_code == 404
    assert files(tmp_path) == ["branding"]


def test_a_new_logo_takes_the_place_of_the_one_before_and_deleting_leaves_none(alice: Caller, tmp_path: Path):
    first = alice("PUT", LOGO, png(30, 10)).json()["logo"]
    alice("GET", LOGO)
    second = alice("PUT", LOGO, png(60, 10)).json()["logo"]
    assert first["sha256"] != second["sha256"]
    assert Image.open(io.BytesIO(alice("GET", LOGO).content)).size == (60, 10)
    # The same once more is no reason to lose it.
    assert alice("PUT", LOGO, png(60, 10)).json()["logo"] == second
    assert len(files(tmp_path)) == 1
    assert alice("DELETE", LOGO).status_code == 204
    assert alice("DELETE", LOGO).status_code == 204
    assert alice("GET", LOGO).status_code == 404
    assert (alice.get("/api/branding"), files(tmp_path)) == (NOTHING, [])


def test_a_change_stands_when_the_store_keeps_the_logo_before(
    alice: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def refuse(*_: object) -> None:
        raise StoreUnavailable("Read-only today.")

    alice("PUT", LOGO, png(30, 10))
    monkeypatch.setattr(type(parts.store()), "delete", refuse)
    response = alice("PUT", LOGO, png(60, 10))
    assert (response.status_code, response.json()["logo"]["width"]) == (200, 60), response.content
    assert Image.open(io.BytesIO(alice("GET", LOGO).content)).size == (60, 10)
    assert alice("DELETE", LOGO).status_code == 204
    assert alice.get("/api/branding") == NOTHING
    assert [record.message for record in caplog.records].count("branding.logo_not_deleted") == 2


def test_a_logo_that_cannot_be_recorded_leaves_no_file_and_the_one_before_stays(
    alice: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def fail(**_: object) -> None:
        raise OperationalError("gone")

    alice("PUT", LOGO, png(30, 10))
    monkeypatch.setattr(audit, "note", fail)
    assert alice("PUT", LOGO, png(60, 10)).status_code == 503
    assert Image.open(io.BytesIO(alice("GET", LOGO).content)).size == (30, 10)
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("body", [b"", b"no picture", b"<svg/>", png(4001, 2), png(20, 10) + b"\0" * 1_048_576])
def test_what_is_no_logo_is_refused_and_the_one_there_is_stays(alice: Caller, tmp_path: Path, body: bytes):
    alice("PUT", LOGO, png(30, 10))
    response = alice("PUT", LOGO, body)
    assert (response.status_code, response.json()["details"]["field"]) == (422, "logo")
    assert Image.open(io.BytesIO(alice("GET", LOGO).content)).size == (30, 10)
    assert files(tmp_path) == ["branding"]


def test_a_body_beyond_all_measure_is_refused(alice: Caller):
    assert alice("PUT", LOGO, b"\0" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_a_forged_form_changes_no_logo(people: People):
    response = in_session(people.alice, enforce_csrf=True)("PUT", LOGO, png(30, 10))
    assert response.status_code == 403


def test_who_may_not_keeps_no_file(people: People, tmp_path: Path):
    assert as_person(people.bob)("PUT", LOGO, png(30, 10)).status_code == 403
    assert files(tmp_path) == []


def test_every_change_leaves_an_audit_event(alice: Caller, people: People):
    alice("PUT", "/api/branding", {"colour": "#123456"})
    alice("PUT", LOGO, png(30, 10))
    alice("DELETE", LOGO)
    with tenant_scope(people.alice.tenant_id):
        actions = AuditEvent.objects.order_by("created_at").values_list("action", flat=True)
        assert list(actions)[-3:] == ["branding.changed", "logo.changed", "logo.deleted"]

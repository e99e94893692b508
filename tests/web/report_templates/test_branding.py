"""Branding on the pages: seen by all, changed by those who make reports, tried before it is kept."""

import io
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from outbrief.record.models import AuditEvent, Membership, Role
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.terms.look import Font, Paper
from outbrief.terms.styling import Branding
from tests.people import People, Person
from tests.pictures import jpeg, png
from tests.web.conftest import Acme
from tests.web.visits import HTMX, visitor


def branding(person: Person) -> Branding:
    return tenant_facts(person.tenant_id).branding


def upload(person: Person, content: bytes, name: str = "logo.png"):
    return visitor(person).post("/branding/logo", {"logo": SimpleUploadedFile(name, content)}, follow=True)


def files() -> list[Path]:
    folder = Path(settings.OUTBRIEF.store_url.removeprefix("file://"))
    return [path for path in folder.rglob("*.png") if path.is_file()]


def test_an_editor_changes_the_look_and_empties_it_again(people: People):
    with tenant_scope(people.alice.tenant_id):
        Membership.objects.filter(user_id=people.alice.user_id).update(role=Role.EDITOR)
    client = visitor(people.alice)
    given = {"colour": "#AA3300", "font": "manrope", "paper": "letter", "locale": "de", "cover": "yes"}
    client.post("/branding/change", given)
    styling = branding(people.alice).styling
    assert (styling.colour, styling.font, styling.paper, styling.cover) == ("#aa3300", Font.MANROPE, Paper.LETTER, True)
    page = client.get("/branding").content.decode()
    assert 'value="manrope" selected' in page
    assert "it reads well as text" in page
    client.post("/branding/change", dict.fromkeys(given, ""))
    assert branding(people.alice).styling.as_json() == {}
    with tenant_scope(people.alice.tenant_id):
        assert AuditEvent.objects.filter(action="branding.changed").count() == 2


def test_a_colour_that_is_none_is_said_at_its_field_with_what_was_typed(people: People):
    answer = visitor(people.alice).post("/branding/change", {"colour": "blue", "paper": "letter"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is no colour" in page
    assert 'value="letter" selected' in page
    assert branding(people.alice).styling.as_json() == {}


def test_the_preview_is_of_what_is_typed_and_keeps_nothing(people: People, acme: Acme):
    client = visitor(people.alice)
    client.post("/branding/change", {"colour": "#aa3300"})
    kept = client.post("/branding/preview", {"colour": "#aa3300"}, headers=HTMX).content
    plain = client.post("/branding/preview", {"colour": ""}, headers=HTMX).content.decode()
    light = client.post("/branding/preview", {"colour": "#ffee00"}, headers=HTMX).content.decode()
    assert b"data:image/png;base64," in kept
    assert kept.decode() != plain
    assert "Contrast on white is 1.2 to 1, and text needs 4.5" in light
    assert "is no colour" in client.post("/branding/preview", {"colour": "#1"}, headers=HTMX).content.decode()
    whole = client.post("/branding/preview", {"colour": "#ffee00", "locale": "fr"}).content.decode()
    assert "<html" in whole
    assert 'value="fr" selected' in whole
    assert branding(people.alice).styling.as_json() == {"colour": "#aa3300"}


def test_a_logo_is_kept_shown_replaced_and_removed(people: People):
    assert "Reports and mails show this logo" in upload(people.alice, png(300, 80)).content.decode()
    first = branding(people.alice).logo
    assert first is not None
    page = visitor(people.bob).get("/branding").content.decode()
    assert page.count(f"/api/branding/logo?{first.sha256[:8]}") == 2
    shown = visitor(people.bob).get("/api/branding/logo")
    assert shown["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (300, 80)
    upload(people.alice, jpeg(100, 100), "logo.jpg")
    assert branding(people.alice).logo != first
    assert len(files()) == 1
    visitor(people.alice).post("/branding/logo/remove")
    assert (branding(people.alice).logo, files()) == (None, [])
    assert "There is no logo" in visitor(people.bob).get("/branding").content.decode()


def test_what_is_no_picture_is_refused_in_words(people: People):
    for content, said in (
        (b"<svg onload=alert(1)>", "no picture that can be read"),
        (b"x" * 1_200_000, "The file has"),
        (png(5000, 10), "5,000 by 10 pixels"),
    ):
        answer = upload(people.alice, content)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert "No file was chosen" in visitor(people.alice).post("/branding/logo").content.decode()
    assert branding(people.alice).logo is None


def test_others_see_the_branding_and_change_nothing(people: People, acme: Acme):
    upload(people.alice, png(300, 80))
    before = branding(people.alice)
    bob = visitor(people.bob)
    page = bob.get("/branding").content.decode()
    assert "Editors and owners can change the branding" in page
    assert "Upload" not in page
    assert "Save" not in page
    assert bob.post("/branding/preview").status_code == 200
    for address in ("/branding/change", "/branding/logo", "/branding/logo/remove"):
        assert bob.post(address, {"colour": "#000000"}).status_code == 403
    assert visitor(people.charlie).get("/api/branding/logo").status_code == 404
    assert branding(people.alice) == before

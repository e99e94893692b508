"""Who may see and do what, on every page that there is: a page that is added is tested by being added."""

import html
import re
import uuid
from typing import get_args

from django.db.models.base import ModelBase
from django.test import RequestFactory
from django.urls import URLPattern, reverse

from outbrief.access import Verb
from outbrief.record import models
from outbrief.record.scope import tenant_scope
from outbrief.web.urls import urlpatterns
from tests.people import People
from tests.web.conftest import TITLE, Acme
from tests.web.visits import visitor

# Open to anybody: by a password, by a signed link, or because it only leads out. Each has tests of its own.
OPEN = {
    "sign-in", "sign-out", "continue", "forgot-password", "reset-password", "invitation", "download", "unsubscribe",
}  # fmt: skip
PAGES: dict[str, URLPattern] = {pattern.name: pattern for pattern in urlpatterns if pattern.name not in OPEN}
WITH_ID = [name for name, page in PAGES.items() if page.pattern.converters]
VIEWERS = ("read", "export")
# What the mail itself brings: styles and pictures of its own, shut in by a policy of its own.
FOREIGN = {"mail-html"}


def address(name: str, acme: Acme, *, unknown: bool = False) -> str:
    return reverse(f"web:{name}", kwargs={key: _id(key, acme, unknown) for key in PAGES[name].pattern.converters})


def _id(key: str, acme: Acme, unknown: bool) -> uuid.UUID | int:
    own: uuid.UUID | int = getattr(acme, "pending_export_id" if key == "export_id" else key)
    if unknown:
        return uuid.uuid4() if isinstance(own, uuid.UUID) else 10**9
    return own


def methods(name: str) -> set[str]:
    """Ask a page which methods it takes: it says so whoever asks."""
    refused = PAGES[name].callback(RequestFactory().options("/"))
    assert refused.status_code == 405, name
    return set(refused.headers["Allow"].split(", ")) - {"HEAD"}


READING = [name for name in PAGES if "GET" in methods(name)]
POSTED = [name for name in PAGES if "POST" in methods(name)]
ACTIONS = [name for name in POSTED if name not in READING]


def verb(name: str) -> str:
    return str(PAGES[name].callback.verb)  # type: ignore[attr-defined]


def everything(acme: Acme) -> dict[str, list[dict[str, object]]]:
    """Give every row of Acme's, but for what signing in and downloading leave behind."""
    tables = [table for name in models.__all__ if isinstance(table := getattr(models, name), ModelBase)]
    with tenant_scope(acme.tenant_id):
        rows = {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
    for user in rows["User"]:
        del user["last_login"]
    rows["AuditEvent"] = [event for event in rows["AuditEvent"] if not str(event["action"]).endswith(".downloaded")]
    return rows


def test_every_page_says_who_may_see_it():
    for name, pattern in PAGES.items():
        assert getattr(pattern.callback, "verb", None) in get_args(Verb), name


def test_charlie_is_refused_on_every_page_with_an_id_of_acme(people: People, acme: Acme):
    before = everything(acme)
    client = visitor(people.charlie)
    for name in WITH_ID:
        for method in methods(name):
            assert getattr(client, method.lower())(address(name, acme)).status_code in (403, 404), (name, method)
    assert everything(acme) == before


def test_charlies_pages_show_nothing_of_acme(people: People, acme: Acme):
    client = visitor(people.charlie)
    for name in READING:
        page = client.get(address(name, acme)).content.decode()
        for text in ("Отчёт", "ann@example.test", "Acme", str(acme.generation_id), str(acme.export_id)):
            assert text not in page, name


def test_nobody_signed_in_is_asked_to_sign_in_and_changes_nothing(acme: Acme):
    before = everything(acme)
    for name in READING:
        response = visitor().get(address(name, acme))
        assert response["Location"].startswith("/sign-in"), name
    for name in POSTED:
        response = visitor().post(address(name, acme))
        assert response.status_code == 401 or response["Location"].startswith("/sign-in"), name
    assert everything(acme) == before


def test_an_action_is_no_link_and_no_forged_form(people: People, acme: Acme):
    before = everything(acme)
    client = visitor(people.alice, enforce_csrf=True)
    for name in ACTIONS:
        assert client.get(address(name, acme)).status_code == 405, name
    for name in POSTED:
        response = client.post(address(name, acme))
        assert response.status_code == 403, name
        assert "load the page again" in response.content.decode(), name
    assert everything(acme) == before


def test_a_viewer_reads_what_a_viewer_may_and_is_refused_the_rest(people: People, acme: Acme):
    before = everything(acme)
    client = visitor(people.bob)
    for name in READING:
        allowed = verb(name) in VIEWERS
        assert client.get(address(name, acme)).status_code == (200 if allowed else 403), name
    for name in POSTED:
        if verb(name) not in VIEWERS:
            assert client.post(address(name, acme)).status_code == 403, name
    assert everything(acme) == before


def test_a_viewer_sees_no_buttons_and_links_that_would_be_refused(people: People, acme: Acme):
    refused = {address(name, acme) for name in PAGES if verb(name) not in VIEWERS}
    for name in READING:
        if verb(name) in VIEWERS and name not in FOREIGN:
            page = visitor(people.bob).get(address(name, acme)).content.decode()
            shown = {found.split("?")[0] for found in re.findall(r'(?:href|action|hx-post|hx-get)="([^"#]+)', page)}
            assert not shown & refused, name


def test_looking_changes_nothing(people: People, acme: Acme):
    before = everything(acme)
    client = visitor(people.alice)
    for name in READING:
        assert client.get(address(name, acme)).status_code == 200, name
    assert everything(acme) == before


def test_an_id_that_nobody_has_is_404(people: People, acme: Acme):
    client = visitor(people.alice)
    for name in WITH_ID:
        for method in methods(name):
            response = getattr(client, method.lower())(address(name, acme, unknown=True))
            assert response.status_code == 404, (name, method)


def test_every_page_runs_only_our_scripts_and_loads_nothing_from_elsewhere(people: People, acme: Acme):
    for name in READING:
        response = visitor(people.alice).get(address(name, acme))
        policy = response["Content-Security-Policy"]
        page = response.content.decode()
        assert "default-src 'none'" in policy, name
        assert "script-src 'self';" in policy or name in FOREIGN, name
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        if name not in FOREIGN:
            assert not re.search(r"<script(?![^>]* src=)", page), name
            assert "unsafe-inline" not in policy
            assert not re.search(r'\sstyle="|\son[a-z]+="|<style|(?:src|href|action)="(?:https?:)?//', page), name


def test_names_are_shown_as_text(people: People, acme: Acme):
    shown = set()
    for name in READING:
        response = visitor(people.alice).get(address(name, acme))
        page = response.content.decode()
        assert "<b>&" not in page or not response["Content-Type"].startswith("text/html"), name
        if html.escape(TITLE) in page:
            shown.add(name)
    assert {"overview", "schedules", "schedule", "generations", "generation", "outbox", "mail"} <= shown


def test_a_member_of_nothing_is_told_so(people: People):
    from outbrief.record.models import Membership

    with tenant_scope(people.bob.tenant_id):
        Membership.objects.filter(user_id=people.bob.user_id).delete()
    response = visitor(people.bob).get("/")
    assert response.status_code == 403
    assert "not a member" in response.content.decode()


def test_an_address_that_is_none_is_a_page_of_ours(people: People):
    response = visitor().get("/nowhere")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_the_style_sheet_is_served_without_collecting_it_first_and_to_our_pages_alone(database: str):
    client = visitor()
    response = client.get("/static/web/outbrief.css")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert "Access-Control-Allow-Origin" not in response
    again = client.get("/static/web/outbrief.css", headers={"If-Modified-Since": response["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/static/web/../../settings.py").status_code == 404

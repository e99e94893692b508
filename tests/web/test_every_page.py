"""Who may see and do what, on every page that there is: a page that is added is tested by being added."""

import html
import re
import uuid

from django.urls import reverse

from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.web.urls import urlpatterns
from tests.people import People
from tests.web.conftest import TITLE, Acme
from tests.web.visits import visitor

# Open to anybody: by a password or by a signed link. The links have tests of their own.
OPEN = {"sign-in", "download", "unsubscribe"}
PAGES = {pattern.name: pattern.pattern for pattern in urlpatterns if pattern.name not in OPEN}
WITH_ID = [name for name, pattern in PAGES.items() if pattern.converters]
ACTIONS = ["run-schedule", "make-export", "cancel-export", "run-again", "resend", "sign-out"]
READING = [name for name in PAGES if name not in ACTIONS]
REPORTING = ["run-schedule", "run-again", "resend"]


def address(name: str, acme: Acme, *, unknown: bool = False) -> str:
    ids = {
        "schedule_id": acme.schedule_id,
        "generation_id": acme.generation_id,
        "export_id": acme.pending_export_id,
        "delivery_id": acme.sent_id,
    }
    chosen = {key: uuid.uuid4() if unknown else ids[key] for key in PAGES[name].converters}
    return reverse(f"web:{name}", kwargs=chosen)


def changed(acme: Acme) -> tuple[int, list[str], list[str]]:
    with tenant_scope(acme.tenant_id):
        return (
            ReportGeneration.objects.count(),
            sorted(ReportDelivery.objects.values_list("status", flat=True)),
            sorted(ExportJob.objects.values_list("status", flat=True)),
        )


def test_charlie_is_refused_on_every_page_with_an_id_of_acme(people: People, acme: Acme):
    before = changed(acme)
    client = visitor(people.charlie)
    for name in WITH_ID:
        statuses = {getattr(client, method)(address(name, acme)).status_code for method in ("get", "post")}
        assert statuses <= {403, 404, 405}, name
        assert statuses & {403, 404}, name
    assert changed(acme) == before


def test_charlies_pages_show_nothing_of_acme(people: People, acme: Acme):
    client = visitor(people.charlie)
    for name in READING:
        page = client.get(address(name, acme)).content.decode()
        for text in ("Отчёт", "ann@example.test", "Acme", str(acme.generation_id), str(acme.export_id)):
            assert text not in page, name


def test_nobody_signed_in_is_sent_to_sign_in_and_changes_nothing(acme: Acme):
    before = changed(acme)
    for name in [*READING, *ACTIONS]:
        for method in ("get", "post"):
            response = getattr(visitor(), method)(address(name, acme))
            assert response.status_code == 405 or response["Location"].startswith("/sign-in"), name
    assert changed(acme) == before


def test_an_action_is_no_link_and_no_forged_form(people: People, acme: Acme):
    before = changed(acme)
    client = visitor(people.alice, enforce_csrf=True)
    for name in ACTIONS:
        assert client.get(address(name, acme)).status_code == 405, name
        response = client.post(address(name, acme))
        assert response.status_code == 403, name
        assert "load the page again" in response.content.decode(), name
    assert changed(acme) == before


def test_a_viewer_reads_every_page_of_their_tenant_and_sends_no_report(people: People, acme: Acme):
    before = changed(acme)
    client = visitor(people.bob)
    for name in READING:
        assert client.get(address(name, acme)).status_code == 200, name
    for name in REPORTING:
        assert client.post(address(name, acme)).status_code == 403, name
    assert changed(acme) == before


def test_a_viewer_sees_no_buttons_that_would_be_refused(people: People, acme: Acme):
    for name in ("overview", "generation"):
        page = visitor(people.bob).get(address(name, acme)).content.decode()
        actions = re.findall(r'<form method="post" action="([^"]+)"', page)
        assert not [action for action in actions if action.endswith(("/run", "/resend"))]


def test_an_id_that_nobody_has_is_404(people: People, acme: Acme):
    client = visitor(people.alice)
    for name in WITH_ID:
        method = client.post if name in ACTIONS else client.get
        assert method(address(name, acme, unknown=True)).status_code == 404, name


def test_every_page_runs_nothing_and_loads_nothing_from_elsewhere(people: People, acme: Acme):
    for name in READING:
        response = visitor(people.alice).get(address(name, acme))
        policy = response["Content-Security-Policy"]
        page = response.content.decode()
        assert "default-src 'none'" in policy, name
        assert "script-src" not in policy, name
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert "<script" not in page
        if name != "mail-html":
            assert "unsafe-inline" not in policy
            assert not re.search(r'\sstyle="|\son[a-z]+="|<style|(?:src|href|action)="(?:https?:)?//', page), name


def test_names_are_shown_as_text(people: People, acme: Acme):
    for name in ("overview", "generation", "outbox", "mail"):
        page = visitor(people.alice).get(address(name, acme)).content.decode()
        assert "<b>&" not in page, name
        assert html.escape(TITLE) in page, name


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

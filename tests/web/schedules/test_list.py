"""The list of schedules and the page of each."""

import dataclasses
import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbrief.record import schedules as record
from outbrief.record import suppressions
from outbrief.record.models import ReportGeneration, ScheduledReport, Workspace
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run import schedules as run
from tests.people import People
from tests.web.conftest import TITLE, Acme
from tests.web.visits import visitor


def add(acme: Acme, **changes: object) -> ScheduledReport:
    with tenant_scope(acme.tenant_id):
        asked = dataclasses.replace(run.asked_of(record.get(acme.schedule_id)), **changes)
        now = dt.datetime.now(dt.UTC)
        return run.create(tenant_facts(acme.tenant_id), asked, actor="test", creator="", now=now)


def names(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<a class="name"[^>]*>([^<]*)</a>', page)]


def test_the_list_is_narrowed_by_name_state_type_and_workspace(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        workspace = Workspace.objects.create(tenant_id=acme.tenant_id, name="North")
    add(acme, name="Quiet", is_active=False, workspace_id=workspace.id)
    add(acme, name="Domains 100%", report_type="domain_health")
    client = visitor(people.bob)

    def found(query: str) -> list[str]:
        return names(client.get(f"/schedules?{query}").content.decode())

    assert found("") == ["Domains 100%", "Quiet", TITLE]
    assert found("state=paused") == ["Quiet"]
    assert found("state=active&type=campaign") == [TITLE]
    assert found("type=domain_health") == found("q=100%25") == ["Domains 100%"]
    assert found(f"workspace={workspace.id}") == ["Quiet"]
    assert "No schedule is like that" in client.get("/schedules?q=zzz").content.decode()


def test_a_longer_list_costs_no_more_questions(people: People, acme: Acme):
    client = visitor(people.alice)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/schedules").status_code == 200
        return len(queries)

    few = asked()
    for number in range(5):
        add(acme, name=f"More {number}")
    assert asked() == few


def test_a_long_list_goes_on_on_another_page(people: People, acme: Acme):
    for number in range(31):
        add(acme, name=f"S{number}")
    client = visitor(people.alice)
    page = client.get("/schedules?type=campaign").content.decode()
    assert len(names(page)) == 30
    (following,) = re.findall(r'href="([^"]*cursor=[^"]*)"', page)
    assert "type=campaign" in html.unescape(following)
    assert names(client.get("/schedules" + html.unescape(following)).content.decode()) == ["S0", TITLE]


def test_a_schedule_paused_by_failures_says_why_and_one_paused_by_a_person_does_not(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        record.pause(acme.schedule_id, now=dt.datetime.now(dt.UTC))
    client = visitor(people.alice)
    assert "no such mailbox" not in client.get("/schedules").content.decode()
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.update(status="failed", error_message="The <logo> is gone.")
    for address in ("/schedules", f"/schedules/{acme.schedule_id}"):
        assert "The &lt;logo&gt; is gone." in client.get(address).content.decode()


def test_a_viewer_sees_everything_and_no_button(people: People, acme: Acme):
    for address in ("/schedules", f"/schedules/{acme.schedule_id}"):
        page = visitor(people.bob).get(address).content.decode()
        assert html.escape(TITLE) in page
        assert not re.search(r'action="/schedules|href="/schedules/[^"]*(new|edit)', page)


def test_the_page_of_a_schedule_shows_each_recipients_last_mail_and_who_gets_none(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        suppressions.suppress(acme.tenant_id, "ann@example.test", reason="unsubscribed")
    page = visitor(people.bob).get(f"/schedules/{acme.schedule_id}").content.decode()
    assert "It gets no mail: it unsubscribed." in page
    assert "550 5.1.1 no such mailbox" in page
    assert f"/generations/{acme.generation_id}" in page


@pytest.mark.parametrize("config", [{"sections": "x"}, {"onlyWhen": 3}, {"measures": ["zz"]}, None])
def test_a_config_that_makes_no_sense_any_more_is_still_shown(people: People, acme: Acme, config: object):
    with tenant_scope(acme.tenant_id):
        ScheduledReport.objects.update(config=config)
    client = visitor(people.alice)
    for address in ("", "/edit"):
        assert client.get(f"/schedules/{acme.schedule_id}{address}").status_code == 200

"""The general settings: owners change them, the others read them."""

import dataclasses
import datetime as dt

from django.conf import settings

from outbrief.record.models import AuditEvent, Tenant
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run import worker
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def typed(**changes: object) -> dict[str, object]:
    return {"name": "Acme", "timezone": "Europe/Paris", "allowed_domains": "", "retention_days": "", **changes}


def test_an_owner_changes_them_and_is_told_and_it_is_noted(people: People, acme: Acme):
    client = visitor(people.alice)
    asked = typed(name="Acme & Söhne", allowed_domains="acme.test\n@EXAMPLE.test\n", retention_days="30")
    response = client.post("/settings", asked, follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [("/settings", 302)]
    assert "The settings are saved." in page
    assert "Acme &amp; Söhne" in page
    kept = tenant_facts(acme.tenant_id)
    assert (kept.name, kept.allowed_recipient_domains, kept.retention_days) == (
        "Acme & Söhne", ("acme.test", "example.test"), 30,
    )  # fmt: skip
    with tenant_scope(acme.tenant_id):
        event = AuditEvent.objects.get(action="settings.changed")
    assert event.actor == f"user:{people.alice.user_id}"


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(people: People, acme: Acme):
    asked = typed(name="Other", timezone="Pariss", allowed_domains="acme.test\nann@acme.test")
    response = visitor(people.alice).post("/settings", asked)
    page = response.content.decode()
    assert response.status_code == 422
    assert "is not a domain" in page
    assert 'value="Pariss"' in page
    assert "acme.test\nann@acme.test" in page
    assert 'value="Other"' in page
    assert tenant_facts(acme.tenant_id).name == "Acme"
    response = visitor(people.alice).post("/settings", typed(timezone="Europe/Pariss"))
    assert "Did you mean Europe/Paris?" in response.content.decode()


def test_the_longest_time_is_the_installations_and_it_is_said(people: People, acme: Acme):
    page = visitor(people.alice).get("/settings").content.decode()
    assert "Empty: 90, which is also the most" in page
    refused = visitor(people.alice).post("/settings", typed(retention_days="0"))
    assert refused.status_code == 422
    assert "at most 90 days" in refused.content.decode()
    settings.OUTBRIEF = dataclasses.replace(settings.OUTBRIEF, retention_days=0)
    assert "Empty or 0: for ever" in visitor(people.alice).get("/settings").content.decode()
    assert visitor(people.alice).post("/settings", typed(retention_days="0")).status_code == 302


def test_schedules_that_still_go_elsewhere_are_listed(people: People, acme: Acme):
    client = visitor(people.alice)
    assert "outside the allowed domains" not in client.get("/settings").content.decode()
    page = client.post("/settings", typed(allowed_domains="acme.test"), follow=True).content.decode()
    assert "outside the allowed domains" in page
    assert f'href="/schedules/{acme.schedule_id}"' in page


def test_another_zone_is_there_when_its_days_are_counted_and_the_page_says_so_meanwhile(people: People, acme: Acme):
    client = visitor(people.alice)
    page = client.post("/settings", typed(timezone="Asia/Tokyo"), follow=True).content.decode()
    assert "changing from Europe/Paris to <strong>Asia/Tokyo</strong>" in page
    part = client.get("/settings", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 2s"' in part
    worker.work(until_empty=True)
    part = client.get("/settings", headers={"HX-Request": "true"}).content.decode()
    assert "The days are counted in <strong>Asia/Tokyo</strong>" in part
    assert "hx-trigger" not in part


def test_a_viewer_reads_them_and_changes_nothing(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        Tenant.objects.update(retention_days=30, allowed_recipient_domains=["acme.test"])
    client = visitor(people.bob)
    page = client.get("/settings").content.decode()
    assert "30 days" in page
    assert "acme.test" in page
    assert '<form method="post">' not in page
    assert "API keys" not in page
    assert "Audit log" not in page
    assert client.post("/settings", typed(name="Bob's")).status_code == 403
    assert tenant_facts(acme.tenant_id).name == "Acme"
    assert dt.timedelta(days=tenant_facts(acme.tenant_id).retention_days or 0) == dt.timedelta(days=30)

"""The page of one generation."""

import datetime as dt
import re

from outbrief.record.models import ReportDelivery, ReportGeneration, ScheduledReport
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def test_it_tells_what_was_asked_promised_and_done(people: People, acme: Acme):
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    with tenant_scope(acme.tenant_id):
        generation = ReportGeneration.objects.get(id=acme.generation_id)
    for text in ("Campaign, CSV", "last 7 days", "All workspaces", "Asked for", "at once", "First mail sent", "Made in"):
        assert text in page
    assert generation.metadata["sha256"] in page
    assert "1 row" in page
    assert "550 5.1.1 no such mailbox" in page
    assert "kept as" in page


def test_resend_goes_to_the_failed_recipient_alone(people: People, acme: Acme):
    client = visitor(people.alice)
    assert "Resend to the 1 that failed" in client.get(f"/generations/{acme.generation_id}").content.decode()
    page = client.post(f"/generations/{acme.generation_id}/resend", follow=True).content.decode()
    assert "Sending again to 1 recipient." in page
    with tenant_scope(acme.tenant_id):
        statuses = dict(ReportDelivery.objects.values_list("recipient", "status"))
    assert statuses == {"ann@example.test": "sent", "ben@example.test": "pending"}
    assert "Resend" not in page


def test_resend_without_a_failure_is_refused(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ReportDelivery.objects.update(status="sent")
    response = visitor(people.alice).post(f"/generations/{acme.generation_id}/resend")
    assert response.status_code == 409
    assert "has failed" in response.content.decode()


def test_run_now_runs_the_schedule_again(people: People, acme: Acme):
    response = visitor(people.alice).post(f"/generations/{acme.generation_id}/run")
    assert response.status_code == 302
    with tenant_scope(acme.tenant_id):
        assert ReportGeneration.objects.filter(scheduled_report_id=acme.schedule_id).count() == 2


def test_a_report_whose_schedule_was_deleted_can_be_run_again_and_asks_for_the_same(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ScheduledReport.objects.all().delete()
    response = visitor(people.alice).post(f"/generations/{acme.generation_id}/run")
    assert response.status_code == 302
    with tenant_scope(acme.tenant_id):
        orders = [run.metadata["order"] for run in ReportGeneration.objects.all()]
    assert len(orders) == 2
    assert orders[0] == orders[1]


def test_a_file_that_was_pruned_says_so(people: People, acme: Acme):
    from outbrief.record import generations

    with tenant_scope(acme.tenant_id):
        generations.forget_file(generations.get(acme.generation_id))
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    assert "The file was deleted" in page
    assert "/downloads/" not in page


def made(acme: Acme, config: dict[str, object], *, trigger: str = "api") -> str:
    from outbrief.record.generations import Order
    from outbrief.record.tenants import tenant_facts
    from outbrief.run import pipeline, plan
    from outbrief.run.attempts import PRODUCING
    from outbrief.terms.report import Trigger

    tenant, now = tenant_facts(acme.tenant_id), dt.datetime.now(dt.UTC)
    order = Order(
        title="Several",
        report_type="overall",
        format="pdf",
        date_range="last_7d",
        timezone="UTC",
        workspace_id=None,
        config=config,
        recipients=(),
        notify=None,
    )
    with tenant_scope(tenant.id):
        run = plan.one_off(tenant, order, actor="test", now=now, trigger=Trigger(trigger))
    pipeline.produce_report(tenant.id, run.id, clock=lambda: now, attempt=PRODUCING.attempt(0))
    return str(run.id)


def test_every_file_has_its_own_download_and_what_was_asked_is_said_in_words(people: People, acme: Acme):
    config = {
        "formats": ["excel", "csv"],
        "onlyWhen": [{"measure": "bounceRate", "above": 3}],
        "measures": ["sent", "replyRate"],
        "sections": ["figures", {"type": "text", "markdown": "x"}],
        "attach": False,
    }
    page = visitor(people.alice).get(f"/generations/{made(acme, config, trigger='manual')}").content.decode()
    links = dict.fromkeys(re.findall(r'href="(/downloads/report/[^"]+)"', page))
    assert len(links) == 3
    kinds = {visitor(people.alice).get(link)["Content-Type"].split(";")[0] for link in links}
    assert len(kinds) == 3
    for text in ("PDF, Excel, CSV", "bounce rate above 3", "Sent, Reply rate", "figures, text", "Files attached"):
        assert text in page, text
    assert "Made because somebody asked for it" in page


def test_a_skipped_report_says_why_and_can_be_run_all_the_same(people: People, acme: Acme):
    run = made(acme, {"onlyWhen": [{"measure": "sent", "above": 1000}]})
    client = visitor(people.alice)
    page = client.get(f"/generations/{run}").content.decode()
    assert "Sent 100 is not above 1" in page
    assert 'class="problem"' not in page
    assert client.post(f"/generations/{run}/run").status_code == 302
    with tenant_scope(acme.tenant_id):
        assert ReportGeneration.objects.order_by("-generated_at").first().trigger == "manual"

"""The page of one generation."""

from outbrief.record.models import ReportDelivery, ReportGeneration, ScheduledReport
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def test_it_tells_what_was_asked_promised_and_done(people: People, acme: Acme):
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    with tenant_scope(acme.tenant_id):
        generation = ReportGeneration.objects.get(id=acme.generation_id)
    for text in ("Campaign, CSV", "last 7 days", "All workspaces", "Promised for", "(New York)", "Made in"):
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

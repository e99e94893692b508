"""The first page and what is done from it."""

import datetime as dt

from outbrief.record.models import AuditEvent, ExportJob, ReportGeneration, ScheduledReport
from outbrief.record.scope import tenant_scope, unscoped
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def overview(people: People) -> str:
    return visitor(people.alice).get("/").content.decode()


def test_a_schedule_is_said_in_words_on_its_own_clock(people: People, acme: Acme):
    page = overview(people)
    assert "Mondays 09:00" in page
    assert "New York" in page
    assert "Campaign · last 7 days · CSV" in page
    assert "Active" in page


def test_a_paused_schedule_says_so(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ScheduledReport.objects.update(is_active=False, next_run_at=None)
    assert "Paused" in overview(people)


def test_a_failure_has_its_reason_beside_it(people: People, acme: Acme):
    page = overview(people)
    assert "Partial" in page
    assert "ben@example.test: 550 5.1.1 no such mailbox" in page
    assert "1 sent" in page
    assert "1 failed" in page


def test_the_downloads_on_the_page_work(people: People, acme: Acme):
    page = overview(people)
    links = [part.split('"')[0] for part in page.split('href="') if part.startswith("/downloads/")]
    assert len(links) == 2
    for link in links:
        assert visitor().get(link).status_code == 200


def test_an_expired_export_has_no_download(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.export_id).update(expires_at=dt.datetime.now(dt.UTC))
    assert "/downloads/export/" not in overview(people)


def test_run_now_plans_a_generation_and_shows_it(people: People, acme: Acme):
    client = visitor(people.alice)
    response = client.post(f"/schedules/{acme.schedule_id}/run", follow=True)
    assert response.status_code == 200
    assert "is being made" in response.content.decode()
    with tenant_scope(acme.tenant_id):
        assert ReportGeneration.objects.filter(scheduled_report_id=acme.schedule_id).count() == 2
        last = AuditEvent.objects.filter(action="schedule.run").latest("created_at")
    assert last.actor == f"user:{people.alice.user_id}"


def test_an_export_is_made_by_the_form_also_for_a_viewer(people: People, acme: Acme):
    response = visitor(people.bob).post("/exports", {"dataset": "domains", "format": "parquet"}, follow=True)
    assert response.status_code == 200
    with tenant_scope(acme.tenant_id):
        job = ExportJob.objects.get(export_type="domains")
    assert (job.format, job.status, job.user_id) == ("parquet", "pending", people.bob.user_id)


def test_an_unknown_dataset_is_refused_by_name(people: People, acme: Acme):
    response = visitor(people.alice).post("/exports", {"dataset": "secrets", "format": "csv"})
    assert response.status_code == 422
    assert "dataset" in response.content.decode()


def test_an_export_under_way_can_be_cancelled_and_one_that_is_over_cannot(people: People, acme: Acme):
    client = visitor(people.alice)
    assert client.post(f"/exports/{acme.pending_export_id}/cancel").status_code == 302
    with tenant_scope(acme.tenant_id):
        assert ExportJob.objects.get(id=acme.pending_export_id).status == "cancelled"
    again = client.post(f"/exports/{acme.pending_export_id}/cancel")
    assert again.status_code == 409
    assert "over already" in again.content.decode()


def test_a_viewer_cannot_cancel_the_export_of_another(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.pending_export_id).update(user_id=people.alice.user_id)
    assert visitor(people.bob).post(f"/exports/{acme.pending_export_id}/cancel").status_code == 403
    with tenant_scope(acme.tenant_id):
        assert ExportJob.objects.get(id=acme.pending_export_id).status == "pending"


def test_with_nothing_there_the_page_says_what_to_do(people: People):
    page = visitor(people.charlie).get("/").content.decode()
    assert "No schedules yet" in page
    assert "/api/docs" in page
    assert "No report has been made yet" in page
    assert "No exports yet" in page


def test_an_owner_that_was_switched_off_is_signed_out(people: People, acme: Acme):
    from outbrief.record.models import User

    client = visitor(people.alice)
    with unscoped():
        User.objects.filter(id=people.alice.user_id).update(is_active=False)
    assert client.get("/")["Location"].startswith("/sign-in")

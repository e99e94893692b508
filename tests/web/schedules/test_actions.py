"""What can be done with a schedule, and taken back."""

import pytest

from outbrief.record.models import ReportGeneration, ScheduledReport
from outbrief.record.scope import tenant_scope
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import undo_in, visitor

ACTIONS = ("run", "test", "pause", "resume", "delete", "restore")


def state(acme: Acme) -> tuple[bool, bool, bool]:
    with tenant_scope(acme.tenant_id):
        row = ScheduledReport.objects.get(id=acme.schedule_id)
    return row.is_active, row.next_run_at is not None, row.deleted_at is not None


def test_a_pause_is_taken_back_by_the_button_beside_its_notice(people: People, acme: Acme):
    client, address = visitor(people.alice), f"/schedules/{acme.schedule_id}"
    page = client.post(f"{address}/pause", {"listed": "yes"}, follow=True)
    assert page.redirect_chain == [("/schedules", 302)]
    assert state(acme) == (False, False, False)
    client.post(undo_in(page.content.decode()))
    assert state(acme) == (True, True, False)


@pytest.mark.parametrize("paused", [False, True])
def test_a_deletion_is_taken_back_as_it_was(people: People, acme: Acme, paused: bool):
    client, address = visitor(people.alice), f"/schedules/{acme.schedule_id}"
    if paused:
        client.post(f"{address}/pause")
        client.get("/schedules")
    page = client.post(f"{address}/delete", follow=True).content.decode()
    assert state(acme) == (False, False, True)
    assert client.get(address).status_code == 404
    back = client.post(undo_in(page))
    assert back["Location"] == address
    assert state(acme) == (not paused, not paused, False)
    assert client.post(f"{address}/restore")["Location"] == address


def test_a_schedule_that_cannot_run_as_it_is_leads_to_its_form(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ScheduledReport.objects.update(is_active=False, next_run_at=None, config={"template": "Gone"})
    page = visitor(people.alice).post(f"/schedules/{acme.schedule_id}/resume", follow=True)
    assert page.redirect_chain[0][0] == f"/schedules/{acme.schedule_id}/edit"
    assert "It cannot run as it is." in page.content.decode()
    assert "Gone (deleted)" in page.content.decode()


def test_a_test_goes_to_the_person_alone_and_is_no_run_of_the_schedule(people: People, acme: Acme):
    response = visitor(people.alice).post(f"/schedules/{acme.schedule_id}/test")
    with tenant_scope(acme.tenant_id):
        test = ReportGeneration.objects.get(scheduled_report_id=None)
    assert response["Location"] == f"/generations/{test.id}"
    assert test.metadata["order"]["recipients"] == ["alice@acme.test"]


def test_a_viewer_and_a_stranger_can_do_none_of_it(people: People, acme: Acme):
    before = state(acme)
    for person in (people.bob, people.charlie):
        for action in ACTIONS:
            assert visitor(person).post(f"/schedules/{acme.schedule_id}/{action}").status_code == 403, action
    assert state(acme) == before

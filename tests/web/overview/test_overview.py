"""The first page: what it says of a period, of what went wrong, of what runs, and where it leads."""

import datetime as dt
import html
import re
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration, ScheduledReport, User, Workspace
from outbrief.record.scope import tenant_scope, unscoped
from tests.activity import add_activity
from tests.people import People, Person
from tests.web.conftest import TITLE, Acme
from tests.web.visits import visitor

NOW = dt.datetime.now(dt.UTC)
BAD = {"sent": 1000, "delivered": 900, "bounced": 100, "hard_bounced": 100, "opened": 300, "replied": 40}


def seen(person: Person, query: str = "", *, status: int = 200) -> str:
    response = visitor(person).get(f"/{query}")
    assert response.status_code == status
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def panel(page: str, heading: str) -> str:
    """Give the part of the page under this heading, up to the next one of its rank."""
    [_, found] = re.split(rf"<h2[^>]*>{heading}</h2>", page)
    return found.partition("<h2")[0]


def queries(page: str, path: str) -> list[dict[str, list[str]]]:
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
    return [parse_qs(urlsplit(link).query) for link in links if urlsplit(link).path == path]


def fail_the_run(acme: Acme, *, paused: bool = False, reason: str = "The workspace is gone.") -> None:
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.filter(id=acme.generation_id).update(
            status="failed", error_message=reason, file_path=None
        )
        if paused:
            ScheduledReport.objects.filter(id=acme.schedule_id).update(is_active=False, next_run_at=None)


# --- figures, trend, tables ------------------------------------------------------------------------------------------


def test_it_shows_figures_findings_charts_and_campaigns_of_the_last_thirty_days(people: People, acme: Acme):
    page = seen(people.alice)
    assert "Delivery rate" in panel(page, "Figures")
    assert "97.0" in panel(page, "Figures")
    assert "<svg" in panel(page, "Day by day")
    assert "Spring" in panel(page, "Top campaigns")
    assert '<option value="last_30d" selected>' in page


def test_every_panel_of_facts_leads_to_its_export_and_to_its_report_with_what_is_shown(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        main = Workspace.objects.get(name="Main").id
        add_activity(acme.tenant_id, days={NOW.date() - dt.timedelta(days=3): BAD}, campaign="bad")
    page = seen(people.alice, f"?date_range=last_7d&workspace={main}")
    common = {"date_range": ["last_7d"], "workspace": [str(main)]}
    exports = queries(page, "/exports/new")
    assert [one["dataset"] for one in exports] == [["metrics"], ["campaigns"], ["metrics"]]
    assert exports[2]["filter"] == ["domain=mail.acme.test"]
    assert all({key: one[key] for key in common} == common for one in exports)
    reports = queries(page, "/schedules/new")[:3]
    assert [one["report_type"] for one in reports] == [["overall"], ["campaign"], ["deliverability"]]
    assert all({key: one[key] for key in common} == common for one in reports)


def test_the_domains_beyond_limits_of_all_workspaces_are_exported_by_name(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        add_activity(acme.tenant_id, days={NOW.date() - dt.timedelta(days=3): BAD}, campaign="bad")
    page = seen(people.alice)
    assert "mail.acme.test" in panel(page, "Sending domains beyond limits")
    assert "Send less from" in panel(page, "Figures")
    assert queries(page, "/exports/new")[2]["dataset"] == ["domains"]


def test_domains_within_their_limits_are_only_counted(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id), connection.cursor() as cursor:
        cursor.execute("UPDATE sending_activity SET delivered = sent, bounced = 0")
    assert "1 sending domain is within the limits" in panel(seen(people.alice), "Sending domains beyond limits")


def test_what_leads_nowhere_else_links_to_pages_that_there_are(people: People, acme: Acme):
    fail_the_run(acme)
    client = visitor(people.alice)
    links = {html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', seen(people.alice))}
    ours = {link for link in links if not link.startswith(("/static/", "/api/"))}
    assert len(ours) > 10
    assert {link: client.get(link).status_code for link in ours} == dict.fromkeys(ours, 200)


# --- the period ------------------------------------------------------------------------------------------------------


def test_two_days_that_are_typed_become_an_address_to_share(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        main = Workspace.objects.get(name="Main").id
    response = visitor(people.alice).get(f"/?from=2025-10-01&to=2025-10-31&workspace={main}")
    assert response.status_code == 302
    assert response["Location"] == f"/?date_range=2025-10-01..2025-10-31&workspace={main}"
    page = seen(people.alice, "?date_range=2025-10-01..2025-10-31")
    assert '<option value="2025-10-01..2025-10-31" selected>1 – 31 October 2025</option>' in page
    assert 'name="from" value="2025-10-01"' in page
    assert 'name="to" value="2025-10-31"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("from=2026-11-09&to=2026-11-01", "ends (2026-11-01) before it starts"),
        ("from=2026-11-09&to=", "Give both days."),
        ("from=<b>&to=2026-11-09", "is not a day"),
    ],
)
def test_days_that_are_none_are_refused_beside_them_with_what_was_typed(
    people: People, acme: Acme, typed: str, said: str
):
    page = seen(people.alice, f"?{typed}", status=422)
    assert said in panel_of_days(page)
    first = html.escape(parse_qs(typed)["from"][0])
    assert f'name="from" value="{first}"' in page
    assert '<details class="menu" open>' in page


def panel_of_days(page: str) -> str:
    return page.partition('aria-label="Choose days"')[2].partition("</form>")[0]


def test_a_period_that_is_none_is_said_and_the_usual_one_shown(people: People, acme: Acme):
    page = seen(people.alice, "?date_range=lately", status=422)
    assert "These are the last 30 days." in page
    assert '<option value="last_30d" selected>' in page


@pytest.mark.parametrize(
    "name",
    [
        "yesterday", "last_7d", "last_30d", "last_90d", "week_to_date", "month_to_date", "quarter_to_date", "last_week",
        "last_month", "year_to_date", "today",
    ],
)  # fmt: skip
def test_every_period_has_a_page(people: People, acme: Acme, name: str):
    assert f'<option value="{name}" selected>' in seen(people.alice, f"?date_range={name}")


def test_it_says_whose_days_and_whose_times_where_they_differ(people: People, acme: Acme):
    assert "days in" not in seen(people.alice)
    with unscoped():
        User.objects.filter(id=people.alice.user_id).update(timezone="America/New_York")
    page = seen(people.alice)
    assert "days in Europe/Paris, times in America/New_York" in page
    assert "New York" in page


def test_an_unknown_workspace_is_404(people: People, acme: Acme):
    with tenant_scope(people.charlie.tenant_id):
        foreign = Workspace.objects.get(name="Main").id
    assert seen(people.alice, f"?workspace={foreign}", status=404)


# --- nothing there ---------------------------------------------------------------------------------------------------


def test_a_new_tenant_is_told_to_bring_data_and_then_to_schedule(people: People):
    page = seen(people.charlie)
    first = panel(page, "Begin here")
    assert first.index("Upload a file") < first.index("New schedule")
    assert "Nothing is due" in panel(page, "Due next")
    assert "No report has been made yet" in panel(page, "Sent lately")
    assert "Nothing" in panel(page, "Needs a look")


def test_a_period_without_messages_says_so_and_leads_to_the_latest(people: People, acme: Acme):
    page = seen(people.alice, "?date_range=2025-10-01..2025-10-31")
    empty = panel(page, "Nothing was sent in this period")
    latest = NOW.date() - dt.timedelta(days=2)
    assert queries(empty, "/") == [{"date_range": [f"{latest - dt.timedelta(days=29)}..{latest}"]}]
    assert "Top campaigns" not in page


def test_an_empty_workspace_says_so(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        empty = Workspace.objects.create(tenant_id=acme.tenant_id, name="New <b>client</b>").id
    page = seen(people.alice, f"?workspace={empty}")
    assert "Nothing was ever sent from this workspace" in page
    assert TITLE not in html.unescape(page)
    assert "<b>client" not in page


# --- what went wrong -------------------------------------------------------------------------------------------------


def test_a_report_that_reached_only_some_has_its_reason_and_a_resend(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.filter(id=acme.generation_id).update(
            status="partial", error_message="ben@example.test: 550 5.1.1 no such mailbox"
        )
    look = panel(seen(people.alice), "Needs a look")
    assert "550 5.1.1 no such mailbox" in look
    assert f'action="/generations/{acme.generation_id}/resend"' in look
    bob = panel(seen(people.bob), "Needs a look")
    assert "550 5.1.1 no such mailbox" in bob
    assert "<form" not in bob


def test_a_report_that_was_never_made_has_a_run_again(people: People, acme: Acme):
    fail_the_run(acme)
    page = seen(people.alice)
    assert "1 needs a look" in page
    assert "The workspace is gone." in panel(page, "Needs a look")
    assert re.search(rf'action="/generations/{acme.generation_id}/\w+"', panel(page, "Needs a look"))


def test_a_failure_that_a_later_run_mended_needs_no_look(people: People, acme: Acme):
    fail_the_run(acme)
    with tenant_scope(acme.tenant_id):
        run = ReportGeneration.objects.get(id=acme.generation_id)
        ReportGeneration.objects.create(
            tenant_id=acme.tenant_id,
            scheduled_report_id=acme.schedule_id,
            metadata=run.metadata,
            status="success",
            generated_at=run.generated_at + dt.timedelta(minutes=5),
        )
    assert "no report failed lately" in panel(seen(people.alice), "Needs a look")


def test_a_schedule_that_failures_paused_has_the_reason_once_and_a_way_to_mend_it(people: People, acme: Acme):
    fail_the_run(acme, paused=True)
    look = panel(seen(people.alice), "Needs a look")
    assert "Paused" in look
    assert look.count("The workspace is gone.") == 1
    assert f'href="/schedules/{acme.schedule_id}"' in look
    assert "Nothing is due" in panel(seen(people.alice), "Due next")


def test_a_schedule_that_somebody_paused_needs_no_look(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.update(status="success", error_message=None)
        ReportDelivery.objects.update(status="sent")
        ScheduledReport.objects.update(is_active=False, next_run_at=None)
    assert "no report failed lately" in panel(seen(people.alice), "Needs a look")


def test_a_recipient_whose_mail_came_back_is_named_with_the_answer(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.update(status="success", error_message=None)
        ReportDelivery.objects.filter(id=acme.failed_id).update(status="bounced", provider_answer="550 mailbox unknown")
    look = panel(seen(people.bob), "Needs a look")
    assert "ben@example.test bounced" in look
    assert "550 mailbox unknown" in look
    assert f'href="/generations/{acme.generation_id}"' in look


def test_a_failed_export_is_there_for_a_day(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.export_id).update(status="failed", error_message="The store is full.")
    assert "The store is full." in panel(seen(people.alice), "Needs a look")
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.export_id).update(created_at=NOW - dt.timedelta(days=2))
    assert "The store is full." not in seen(people.alice)


# --- what runs, what was sent, what is due ---------------------------------------------------------------------------


def test_what_runs_tells_how_far_it_is(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.pending_export_id).update(
            status="processing", progress=60, row_count=1_204_551, expected_rows=2_000_000, started_at=NOW
        )
        ReportGeneration.objects.update(status="running")
        ReportDelivery.objects.filter(id=acme.failed_id).update(status="pending")
    page = seen(people.alice).replace("\N{NARROW NO-BREAK SPACE}", " ")
    running = panel(page, "Running now")
    assert "1 204 551 of about 2 000 000 rows" in running
    assert 'value="60"' in running
    assert "Mailed to 1 of 2" in running
    assert 'hx-trigger="every 2s"' in page


def test_the_part_that_is_asked_for_again_says_when_something_has_finished(people: People, acme: Acme):
    client = visitor(people.bob)
    still = client.get("/running?were=1")
    assert "Waiting for its turn" in still.content.decode()
    assert "HX-Trigger" not in still
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.update(status="completed")
    over = client.get("/running?were=1")
    assert over["HX-Trigger"] == "finished"
    assert "Nothing is being made" in over.content.decode()
    assert client.get("/running?were=%C2%B2").status_code == 200


def test_what_was_sent_lately_has_its_state_deliveries_and_download(people: People, acme: Acme):
    latest = panel(seen(people.alice), "Sent lately")
    assert html.escape(TITLE) in latest
    assert "1 sent" in latest
    assert "1 failed" in latest
    link = re.search(r'href="(/downloads/[^"]+)"', latest)
    assert link
    assert visitor().get(link[1]).status_code == 200


def test_what_is_due_is_on_its_own_clock_and_counted_down(people: People, acme: Acme):
    due = panel(seen(people.alice), "Due next")
    assert "New York" in due
    assert re.search(r"Mon \d+ \w+ (\d{4} )?09:00", due)
    assert re.search(r"in \d+ (d|h)", due)
    assert f'href="/schedules/{acme.schedule_id}"' in due


def test_charlie_sees_nothing_of_acme(people: People, acme: Acme):
    fail_the_run(acme)
    for page in (seen(people.charlie), seen(people.charlie, "running")):
        for word in ("Отчёт", "Acme", "Spring", "gone", str(acme.generation_id), "Leads"):
            assert word not in page, word


def test_the_page_asks_as_much_of_one_report_as_of_many(people: People, acme: Acme):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    client = visitor(people.alice)
    counts = []
    for _ in range(2):
        with tenant_scope(acme.tenant_id):
            _multiply(acme.tenant_id)
        counts.append(asked())
    assert counts[0] == counts[1] < 50


def _multiply(tenant_id: UUID) -> None:
    """Add schedules of which each has runs that failed, went well and reached some."""
    schedule, run = ScheduledReport.objects.all()[:1].get(), ReportGeneration.objects.all()[:1].get()
    for number in range(20):
        schedule.pk, schedule.name = None, f"Copy {number}"
        schedule.save(force_insert=True)
        for status in ("failed", "success", "partial"):
            ReportGeneration.objects.create(
                tenant_id=tenant_id, scheduled_report=schedule, metadata=run.metadata, status=status
            )


def test_an_owner_that_was_switched_off_is_signed_out(people: People, acme: Acme):
    client: Client = visitor(people.alice)
    with unscoped():
        User.objects.filter(id=people.alice.user_id).update(is_active=False)
    assert client.get("/")["Location"].startswith("/sign-in")

"""The first page in a browser: read, narrowed, mended from and left, as alice, bob and charlie."""

import datetime as dt
import random

import pytest

from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration, Workspace
from outbrief.record.scope import tenant_scope
from tests.activity import add_activity
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import TITLE, Acme

NOW = dt.datetime.now(dt.UTC)
DAYS = [NOW.date() - dt.timedelta(days=back) for back in range(1, 61)]
NAMES = ["Referral bonus", "W" * 80, "حملة الربيع", "<b>Autumn</b> & co", "Year in review", "", "Beta access"]


@pytest.fixture
def busy(people: People, acme: Acme) -> Acme:
    """Give Acme two months of sending, a report that failed, a mail that came back, and an export under way."""
    draw = random.Random(5)
    with tenant_scope(acme.tenant_id):
        for number, name in enumerate(NAMES):
            days = {day: _counts(draw, day, bad=number == 1) for day in DAYS}
            add_activity(acme.tenant_id, days=days, campaign=f"busy{number}", name=name)
        Workspace.objects.create(tenant_id=acme.tenant_id, name="Globex")
        ReportGeneration.objects.filter(id=acme.generation_id).update(
            status="partial", error_message="Not sent to 1 of 2: ben@example.test: 550 5.1.1 no such mailbox"
        )
        run = ReportGeneration.objects.get(id=acme.generation_id)
        alone = ReportGeneration.objects.create(
            tenant_id=acme.tenant_id, metadata=run.metadata, status="success", row_count=3, file_size_bytes=12
        )
        ReportDelivery.objects.create(
            tenant_id=acme.tenant_id,
            generation=alone,
            recipient=f"{'very.' * 9}long@example.test",
            status="bounced",
            message_id="<1@test>",
            provider_answer="550-5.1.1 The email account that you tried to reach does not exist.",
        )
        ExportJob.objects.filter(id=acme.pending_export_id).update(
            status="processing", progress=60, row_count=1_204_551, expected_rows=2_000_000, started_at=NOW
        )
    return acme


def _counts(draw: random.Random, day: dt.date, *, bad: bool) -> dict[str, int]:
    sent = 40 if day.weekday() > 4 else draw.randint(180, 320)
    bounced = sent // (9 if bad else 90)
    delivered = sent - bounced
    parts = {"opened": 0.45, "clicked": 0.08, "replied": 0.04, "unsubscribed": 0.005}
    counts = {name: round(delivered * share * draw.uniform(0.8, 1.2)) for name, share in parts.items()}
    return {"sent": sent, "delivered": delivered, "bounced": bounced, "hard_bounced": bounced, **counts}


def test_alice_reads_hovers_narrows_and_mends(browse: Browse, people: People, busy: Acme):
    page = browse(people.alice)
    page.goto("/")
    look(page, "overview")
    page.set_viewport_size({"width": 1280, "height": 900})

    plot = page.locator(".plot").first
    plot.scroll_into_view_if_needed()
    plot.hover()
    assert "Sent:" in plot.locator(".tip").inner_text()

    page.get_by_label("Period").select_option("last_7d")
    page.wait_for_url("**/?date_range=last_7d")
    page.get_by_label("Workspace").select_option(label="Main")
    page.wait_for_url("**/?date_range=last_7d&workspace=*")
    page.get_by_role("link", name="Export the campaigns").click()
    assert page.locator("[name=date_range], [name=period]").first.input_value() == "last_7d"
    page.go_back()
    page.get_by_role("link", name="Schedule this: the campaigns").click()
    page.wait_for_url("**/schedules/new?report_type=campaign&date_range=last_7d&workspace=*")
    page.go_back()

    page.get_by_text("Other days", exact=True).press("Enter")
    page.get_by_label("From", exact=True).fill(DAYS[20].isoformat())
    page.get_by_label("To, included").fill(DAYS[30].isoformat())
    page.get_by_role("button", name="Show these days").click()
    assert "ends" in page.get_by_role("alert").inner_text()
    look(page, "overview-refused")
    page.get_by_label("To, included").fill(DAYS[10].isoformat())
    page.get_by_role("button", name="Show these days").click()
    page.wait_for_url(f"**/?date_range={DAYS[20]}..{DAYS[10]}&workspace=*")

    page.goto("/")
    page.get_by_role("button", name="Resend to failed").press("Enter")
    page.wait_for_url(f"**/generations/{busy.generation_id}*")
    with tenant_scope(busy.tenant_id):
        assert ReportDelivery.objects.get(id=busy.failed_id).status == "pending"


def test_what_runs_goes_on_by_itself_and_is_told_when_it_is_over(browse: Browse, people: People, busy: Acme):
    page = browse(people.alice)
    page.goto("/")
    running = page.locator("#running")
    assert running.get_by_role("progressbar").first.get_attribute("value") == "60"
    with tenant_scope(busy.tenant_id):
        ExportJob.objects.filter(id=busy.pending_export_id).update(status="failed", error_message="The store is full.")
    page.get_by_text("Nothing is being made.").wait_for()
    page.locator("#look-panel").get_by_text("The store is full.").wait_for()


def test_bob_sees_everything_and_no_button_that_would_be_refused(browse: Browse, people: People, busy: Acme):
    page = browse(people.bob, script=False)
    page.goto("/")
    assert page.get_by_role("heading", name="Top campaigns").is_visible()
    assert page.get_by_text("ben@example.test: 550 5.1.1").first.is_visible()
    assert page.locator("main form[method=post]").count() == 0
    assert page.get_by_role("link", name="Schedule this").count() == 0
    page.get_by_label("Period").select_option("last_90d")
    page.get_by_role("button", name="Show", exact=True).last.click()
    page.wait_for_url("**/?date_range=last_90d*")
    page.locator("summary", has_text="The figures").first.click()
    assert page.get_by_role("columnheader", name="Day").first.is_visible()
    page.get_by_role("link", name="Export the figures by day").click()
    page.wait_for_url("**/exports/new?dataset=metrics&date_range=last_90d*")


def test_charlie_sees_nothing_of_acme_and_how_to_begin(browse: Browse, people: People, busy: Acme):
    page = browse(people.charlie)
    page.goto("/")
    look(page, "overview-new")
    said = page.locator("body").inner_text()
    for word in (TITLE, "Referral", "Acme", "ben@example.test", "1 204 551"):
        assert word not in said
    page.get_by_role("link", name="Upload a file").click()
    page.wait_for_url("**/data/new")

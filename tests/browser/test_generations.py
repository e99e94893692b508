"""Runs of reports in a browser: read on screen, followed while they are made, sent again, found again."""

import datetime as dt

from playwright.sync_api import Page, expect

from outbrief.record.models import ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme
from tests.web.generations.test_generation import made


def plot(page: Page, form: str) -> "Page":
    return page.locator(f".chart[data-form={form}] .over").first


def test_alice_reads_a_report_as_it_was_sent_and_what_each_day_held(people: People, acme: Acme, browse: Browse):
    run = made(acme, {"formats": ["excel"]})
    page = browse(people.alice)
    page.goto("/generations")
    page.get_by_role("link", name="Several", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Several")
    assert page.url.endswith(run)
    article = page.get_by_role("article")
    expect(article.get_by_text("Sent", exact=True).first).to_be_visible()
    look(page, "generation")

    page.set_viewport_size({"width": 1280, "height": 900})
    over = page.get_by_role("slider").first
    over.focus()
    page.keyboard.press("Home")
    first = over.get_attribute("aria-valuetext")
    expect(page.locator(".tip:visible")).to_have_count(1)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert over.get_attribute("aria-valuenow") == over.get_attribute("aria-valuemax")
    page.keyboard.press("Escape")
    expect(page.locator(".tip:visible")).to_have_count(0)
    box = over.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 8)
    assert over.get_attribute("aria-valuetext") == first
    assert first is not None
    assert first.split(", ")[0] in page.locator(".tip:visible").inner_text()

    page.get_by_text("The figures").first.click()
    expect(page.locator("details[open] table").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_without_a_script_bob_reads_the_same_and_is_offered_no_sending(people: People, acme: Acme, browse: Browse):
    run = made(acme, {})
    page = browse(people.bob, script=False)
    page.goto(f"/generations/{run}")
    expect(page.get_by_role("article")).to_be_visible()
    page.get_by_text("The figures").first.click()
    expect(page.locator("details[open] td").first).to_be_visible()
    assert page.locator(".strips title").count() > 0
    page.goto(f"/generations/{acme.generation_id}")
    expect(page.get_by_role("cell", name="550 5.1.1 no such mailbox")).to_be_visible()
    assert page.get_by_role("button", name="Resend").count() == 0
    assert page.get_by_role("button", name="Run again").count() == 0
    page.goto("/generations")
    page.get_by_label("State").select_option("success")
    page.get_by_role("button", name="Show").click()
    assert "state=success" in page.url


def test_a_run_is_followed_until_it_is_over_and_sent_again_to_whom_it_did_not_reach(
    people: People, acme: Acme, browse: Browse
):
    with tenant_scope(acme.tenant_id):
        path = ReportGeneration.objects.get(id=acme.generation_id).file_path
        ReportGeneration.objects.update(status="running", attempt=1, file_path=None)
    page = browse(people.alice)
    page.goto(f"/generations/{acme.generation_id}")
    expect(page.get_by_text("The report is being made.")).to_be_visible()
    look(page, "generation-being-made")
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.update(
            status="partial",
            file_path=path,
            error_message="Not sent to 1 of 2: ben@example.test: 550 5.1.1 no such mailbox",
        )
    expect(page.get_by_role("heading", name="It did not reach everybody")).to_be_visible()
    look(page, "generation-partial")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Failed 1").click()
    expect(page.get_by_text("ann@example.test")).to_have_count(0)
    page.get_by_role("button", name="Resend to ben@example.test").click()
    expect(page.get_by_text("Sending again to ben@example.test.")).to_be_visible()
    with tenant_scope(acme.tenant_id):
        assert ReportDelivery.objects.get(id=acme.failed_id).status == "pending"


def test_the_history_is_narrowed_at_once_and_its_address_can_be_shared(people: People, acme: Acme, browse: Browse):
    with tenant_scope(acme.tenant_id):
        run = ReportGeneration.objects.get(id=acme.generation_id)
        for state in ("success", "failed", "partial", "skipped", "pending"):
            run.pk, run.status, run.error_message = None, state, "The reason why." if state == "failed" else None
            run.scheduled_for, run._state.adding = None, True
            run.generated_at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
            run.save()
    page = browse(people.bob)
    page.goto("/generations")
    look(page, "generations")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("State").select_option("failed")
    page.wait_for_url("**state=failed**")
    assert page.locator("tbody tr").count() == 1
    page.go_back()
    assert page.locator("tbody tr").count() == 6
    charlie = browse(people.charlie)
    charlie.goto("/generations")
    expect(charlie.get_by_text("No report has been made yet.")).to_be_visible()
    assert charlie.goto(f"/generations/{acme.generation_id}").status == 403

"""Schedules in a browser: made, changed, previewed while typing, run, paused, deleted and brought back."""

import dataclasses
import datetime as dt
import re

from playwright.sync_api import Page, expect

from outbrief.record import generations, schedules
from outbrief.record.models import ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run import plan
from outbrief.run import schedules as run_schedules
from outbrief.terms.report import GenerationStatus, Trigger
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme


def settled(page: Page) -> None:
    expect(page.locator("img.preview-page")).to_be_visible()
    page.wait_for_load_state("networkidle")


def give_a_past(acme: Acme) -> None:
    """Give the schedule more runs, and Acme two more: one that failed until it was paused, and a quiet one."""
    now = dt.datetime.now(dt.UTC)
    with tenant_scope(acme.tenant_id):
        first = schedules.get(acme.schedule_id)
        tenant, asked = tenant_facts(acme.tenant_id), run_schedules.asked_of(first)
        failing, quiet = (
            run_schedules.create(tenant, dataclasses.replace(asked, **changes), actor="test", creator="", now=now)
            for changes in (
                {"name": "Client review: Globex", "frequency": "monthly", "day_of_month": 31, "format": "pdf"},
                {"name": "Daily deliverability check", "frequency": "daily", "report_type": "deliverability"},
            )
        )
        past = {
            first: ("success", "partial", "success", "success", "success", "success", "success"),
            failing: ("success", "success", "failed", "failed", "failed"),
            quiet: ("skipped", "skipped", "success", "skipped", "success", "skipped", "skipped"),
        }
        for schedule, statuses in past.items():
            for ago, status in enumerate(reversed(statuses), start=1):
                at = now - dt.timedelta(days=7 * ago)
                run = generations.plan(
                    tenant_id=acme.tenant_id,
                    order=plan.order_for(schedule),
                    trigger=Trigger.SCHEDULE,
                    scheduled_for=at,
                    schedule_id=schedule.id,
                    status=GenerationStatus(status),
                    reason="The logo could not be read: it is not a PNG any more." if status == "failed" else None,
                )
                ReportGeneration.objects.filter(id=run.id).update(generated_at=at)
        schedules.pause(failing.id, now=now)


def test_alice_schedules_a_report_and_sees_what_comes_of_each_change(people: People, acme: Acme, browse: Browse):
    page = browse(people.alice)
    page.goto("/schedules/new")
    settled(page)
    look(page, "schedule-new")
    page.locator("summary", has_text="More").click()
    look(page, "schedule-more")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Name", exact=True).fill("Month for the board")
    expect(page.locator("img.preview-page")).to_have_attribute("alt", re.compile("Month for the board"))
    page.get_by_label("Runs", exact=True).select_option("monthly")
    expect(page.get_by_label("On the", exact=True)).to_be_visible()
    page.get_by_label("On the", exact=True).select_option("31")
    page.get_by_label("Time zone").fill("Europe/Pari")
    expect(page.locator("#dates")).to_contain_text("Did you mean Europe/Paris?")
    page.get_by_label("Time zone").fill("Europe/Paris")
    expect(page.locator("#dates li")).to_have_count(5)
    page.get_by_label("Recipients").fill("ann@example.test\nben.example.test")
    expect(page.locator("#seen .fine")).to_contain_text("ann@example.test")
    expect(page.locator("#seen .bad")).to_contain_text("not an e-mail address")
    page.get_by_role("button", name="Create the schedule").click()
    expect(page.locator(".errors")).to_contain_text("not an e-mail address")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Month for the board")
    settled(page)
    look(page, "schedule-wrong")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Recipients").fill("ann@example.test")
    page.get_by_role("button", name="Create the schedule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Month for the board")
    expect(page.locator(".notice")).to_contain_text("It runs next on")


def test_alice_pauses_deletes_and_brings_back_a_schedule(people: People, acme: Acme, browse: Browse):
    give_a_past(acme)
    page = browse(people.alice)
    page.goto("/schedules")
    look(page, "schedules")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("tr", has_text="Отчёт").locator("summary").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("tr", has_text="Отчёт").locator(".state")).to_have_text("Paused")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".heading .state")).to_have_text("Active")
    look(page, "schedule")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete the schedule").click()
    expect(page.locator("table")).not_to_contain_text("Отчёт")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Отчёт")
    page.get_by_role("button", name="Run now").click()
    expect(page).to_have_url(re.compile("/generations/"))


def test_bob_reads_schedules_and_charlie_sees_none_of_them(people: People, acme: Acme, browse: Browse):
    bob = browse(people.bob)
    bob.goto("/schedules")
    expect(bob.get_by_role("link", name="New schedule")).to_have_count(0)
    bob.locator("td.lead a").click()
    expect(bob.get_by_role("heading", level=1)).to_contain_text("Отчёт")
    for name in ("Run now", "Edit", "Delete", "Pause"):
        expect(bob.get_by_text(name, exact=True)).to_have_count(0)
    assert bob.goto(f"/schedules/{acme.schedule_id}/edit").status == 403
    charlie = browse(people.charlie)
    charlie.goto("/schedules")
    expect(charlie.get_by_text("No schedules yet.")).to_be_visible()
    look(charlie, "schedules-none")
    assert charlie.goto(f"/schedules/{acme.schedule_id}").status == 403


def test_with_script_off_alice_previews_checks_and_schedules_a_report(people: People, acme: Acme, browse: Browse):
    page = browse(people.alice, script=False, width=360)
    page.goto(f"/schedules/new?from={acme.schedule_id}")
    page.get_by_label("Name", exact=True).fill("Plain")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("img.preview-page")).to_have_attribute("alt", re.compile("of Plain"))
    page.get_by_label("Runs", exact=True).select_option("daily")
    expect(page.get_by_label("On", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#dates li")).to_have_count(5)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Plain")
    page.get_by_role("button", name="Create the schedule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain")


def test_the_page_of_the_preview_is_turned_and_the_latest_change_wins(people: People, acme: Acme, browse: Browse):
    page = browse(people.alice)
    page.goto(f"/schedules/{acme.schedule_id}/edit")
    settled(page)
    page.locator("summary", has_text="More").click()
    page.get_by_label("Title page").select_option("yes")
    expect(page.locator(".preview-pages")).to_contain_text("Page 1 of 2")
    page.get_by_role("button", name="Later page of the preview").click()
    expect(page.locator("img.preview-page")).to_have_attribute("alt", re.compile("Page 2 of 2"))
    name = page.get_by_label("Name", exact=True)
    name.fill("One")
    name.fill("Two")
    expect(page.locator("img.preview-page")).to_have_attribute("alt", re.compile("Page 2 of 2 of Two"))
    page.get_by_label("Period").select_option("custom")
    page.get_by_label("First day").fill("2026-02-01")
    expect(page.locator("#preview .problem")).to_contain_text("Period")
    page.get_by_label("Report", exact=True).select_option("deliverability")
    expect(page.locator("#sections")).not_to_contain_text("Campaigns")

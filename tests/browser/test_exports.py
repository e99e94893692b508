"""Exports in a real browser: the form by pointer and by keyboard, with script and without, and the way to the file."""

import datetime as dt
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from outbrief.facts.models import Lead
from outbrief.record import exports as record
from outbrief.record.models import ExportJob
from outbrief.record.schedules import workspace_names
from outbrief.record.scope import tenant_scope
from outbrief.run import pipeline
from outbrief.run.attempts import PRODUCING
from tests.browser.conftest import PATIENCE, Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme

expect.set_options(timeout=PATIENCE)
NAMES = ["O’Brien", "فاطمة", "<b>Bold</b>", "W" * 70]


@pytest.fixture
def leads(people: People) -> None:
    for person in (people.alice, people.charlie):
        with tenant_scope(person.tenant_id):
            [(workspace_id, _), *_] = workspace_names()
            for number in range(24):
                Lead.objects.create(
                    tenant_id=person.tenant_id,
                    workspace_id=workspace_id,
                    external_id=f"lead-{number}",
                    email=f"lead{number}@{person.tenant_slug}.test",
                    last_name=NAMES[number % len(NAMES)],
                    lead_score=number,
                    created_at=dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC),
                )


def test_alice_chooses_sorts_filters_samples_and_downloads(browse: Browse, people: People, leads: None, home: Path):
    page = browse(people.alice)
    page.goto("/exports")
    expect(page.locator(".empty")).to_contain_text("No exports yet")
    page.get_by_role("link", name="New export").click()
    page.get_by_label("Leads").check()
    page.get_by_label("Email", exact=True).wait_for()
    page.get_by_role("button", name="None").click()
    expect(page.locator("#fields-count")).to_have_text("0 of 19 chosen")
    expect(page.locator("#wrong-fields")).to_have_text("Choose at least one column.")
    for name in ("Email", "Last name", "Lead score"):
        page.get_by_label(name, exact=True).check()
    expect(columns(page)).to_have_text(["Email", "Last name", "Lead score"])

    # By button and by keyboard, with the focus kept.
    page.get_by_label("Lead score", exact=True).focus()
    for _ in range(12):
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#reordered")).to_have_text("Lead score is now 2 of 19")
    expect(page.get_by_label("Lead score", exact=True)).to_be_focused()
    page.get_by_role("button", name="Move Lead score up").press("Enter")
    expect(page.get_by_role("button", name="Move Lead score up")).to_be_focused()
    expect(columns(page)).to_have_text(["Lead score", "Email", "Last name"])
    # And by the handle.
    drag(page, "lastName", above="leadScore")
    expect(columns(page)).to_have_text(["Last name", "Lead score", "Email"])

    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Column of filter 1").select_option(label="Lead score")
    page.get_by_label("Comparison of filter 1").select_option(label="is at least")
    page.get_by_label("Value of filter 1").fill("many")
    page.keyboard.press("Tab")
    expect(page.locator("#wrong-filter-0")).to_have_text('"many" is not a number.')
    page.get_by_label("Value of filter 1").fill("20")
    page.get_by_label("NDJSON").check()
    expect(page.locator("#estimate")).to_have_text("4 rows, ready in about 2 seconds")
    expect(page.locator("#sample tbody tr")).to_have_count(4)
    look(page, "new-export")

    # The address says it all, so that loading it again, or giving it to somebody, loses nothing.
    page.reload()
    expect(columns(page)).to_have_text(["Last name", "Lead score", "Email"])
    expect(page.get_by_label("Value of filter 1")).to_have_value("20")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.locator("#file")).to_be_visible()
    expect(page.get_by_text("Waiting to start")).to_be_visible()
    look(page, "export-waiting")
    make_exports(people, "ndjson")
    expect(page.locator("#export-said")).to_have_text("Leads, NDJSON: Completed, 4 rows")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    rows = [json.loads(line) for line in download.value.path().read_text().splitlines()]
    assert [list(row) for row in rows] == [["lastName", "leadScore", "email"]] * 4
    assert sorted(row["leadScore"] for row in rows) == [20, 21, 22, 23]
    look(page, "export-ready")


def test_bob_exports_without_script_and_changes_nothing_of_others(
    browse: Browse, people: People, acme: Acme, leads: None
):
    page = browse(people.bob, script=False)
    page.goto("/exports/new?dataset=leads&fields=email,leadScore")
    page.get_by_role("button", name="Move Lead score up").click()
    expect(page.get_by_role("button", name="Move Lead score up")).to_be_focused()
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Column of filter 1").select_option(label="Email")
    page.get_by_label("Value of filter 1").fill("lead7@acme.test")
    page.keyboard.press("Enter")
    expect(page.locator("#sample tbody td")).to_have_text(["7.00", "lead7@acme.test"])
    page.get_by_label("Excel").check()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    make_exports(people, "excel")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()

    # An export of somebody else is seen and downloaded; to stop or delete it takes the right to report.
    with tenant_scope(acme.tenant_id):
        ExportJob.objects.filter(id=acme.pending_export_id).update(status="processing", user_id=people.alice.user_id)
    page.goto("/exports")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.get_by_role("link", name="Download")).to_have_count(2)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    page.goto(f"/exports/{acme.pending_export_id}")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_the_history_in_every_state_is_readable_and_an_export_is_cancelled_and_deleted(
    browse: Browse, people: People, acme: Acme
):
    with tenant_scope(acme.tenant_id):
        for status in ("failed", "cancelled", "expired"):
            ExportJob.objects.create(
                tenant_id=acme.tenant_id,
                user_id=people.bob.user_id,
                export_type="campaigns",
                format="parquet",
                filters={"campaignName": ["x" * 60, "تقرير أسبوعي"]},
                status=status,
                error_message="The disk is full. " * 10 if status == "failed" else None,
            )
        record.claim(acme.pending_export_id, now=dt.datetime.now(dt.UTC))
        record.advance(acme.pending_export_id, progress=40, rows=1_200_000)
        ExportJob.objects.filter(id=acme.pending_export_id).update(expected_rows=3_000_000)
        failed = ExportJob.objects.get(status="failed").id
    page = browse(people.alice)
    page.goto("/exports")
    expect(page.locator("tbody tr")).to_have_count(5)
    look(page, "exports")
    page.goto(f"/exports/{failed}")
    look(page, "export-failed")
    page.goto(f"/exports/{acme.pending_export_id}")
    expect(page.locator(".making")).to_contain_text("1 200 000 of about 3 000 000 rows")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status").first).to_contain_text("The export was cancelled.")
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("tbody tr")).to_have_count(4)


def test_charlie_sees_and_samples_nothing_of_acme(browse: Browse, people: People, acme: Acme, leads: None):
    page = browse(people.charlie)
    page.goto("/exports")
    expect(page.locator(".empty")).to_contain_text("No exports yet")
    page.goto("/exports/new?dataset=leads&fields=email")
    expect(page.locator("#sample tbody tr")).to_have_count(10)
    assert all("@zenith.test" in text for text in page.locator("#sample tbody td").all_inner_texts())
    page.goto(f"/exports/{acme.export_id}")
    assert page.title() == "Not allowed · Outbrief"


def make_exports(people: People, fmt: str) -> None:
    """Make what Acme has asked for in a format, as a worker does."""
    with tenant_scope(people.alice.tenant_id):
        jobs = list(ExportJob.objects.filter(status="pending", format=fmt))
    for job in jobs:
        pipeline.produce_export(
            job.tenant_id, job.id, clock=lambda: dt.datetime.now(dt.UTC), attempt=PRODUCING.attempt(0)
        )


def columns(page: Page):
    """Find the headings of the sample."""
    return page.locator("#sample th")


def drag(page: Page, key: str, *, above: str) -> None:
    """Drag a column by its handle to just above another."""
    handle = page.locator(f"li[data-key={key}] [data-handle]")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), page.locator(f"li[data-key={above}]").bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 3, steps=6)
    page.mouse.up()

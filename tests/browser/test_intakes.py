"""Data coming in, in a browser: a file uploaded, its columns matched with the trial beside, imported and looked at."""

import datetime as dt
from pathlib import Path

from playwright.sync_api import Page, expect

from outbrief.facts import FactKind, import_file
from outbrief.record.models import Upload
from outbrief.record.scope import tenant_scope
from outbrief.run import uploads
from outbrief.run.attempts import PRODUCING
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.facts.loading import rows
from tests.people import People

MESSAGES = (
    "Campaign ID,Campaign,Recipient,From Email,Sent,Opened,Opens,Bounce type,Notiz mit einem sehr langen Namen\n"
    "c1,Spring,ann@x.test,sales@mail.acme.test,03/04/2026 09:15,04/04/2026 10:00,2,,first\n"
    "c1,Spring,ben@y.test,sales@mail.acme.test,05/04/2026 09:16,,0,permanent,second\n"
    "c1,Spring,not an address,sales@mail.acme.test,06/04/2026 09:17,,many,,third\n"
)


def work(people: People) -> None:
    """Do what a worker does."""
    now = dt.datetime.now(dt.UTC)
    with tenant_scope(people.alice.tenant_id):
        waiting = Upload.objects.get(status="importing")
    uploads.import_upload(waiting.tenant_id, waiting.id, clock=lambda: now, attempt=PRODUCING.attempt(0))


def choose(page: Page, text: str, name: str) -> None:
    page.goto("/data/new")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Upload").click()


def test_alice_uploads_a_file_matches_its_columns_and_sees_what_came_of_it(people: People, home: Path, browse: Browse):
    page = browse(people.alice)
    page.goto("/data")
    look(page, "data-empty")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Choose a file").click()
    look(page, "data-new")
    page.set_viewport_size({"width": 1280, "height": 900})
    choose(page, "PK\x03\x04", "book.csv")
    expect(page.locator(".errors")).to_contain_text("a workbook")
    choose(page, MESSAGES, "messages.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("messages.csv")
    expect(page.get_by_label("What Sent becomes")).to_have_value("sent_at")
    expect(page.get_by_label("What Campaign ID becomes")).to_have_value("campaign")
    expect(page.get_by_label("What Campaign becomes", exact=True)).to_have_value("campaign_name")
    expect(page.get_by_label("How the times of Sent are read")).to_contain_text("reads as 3 April 2026, 09:15")
    expect(page.locator("#check")).to_contain_text("2 of the first 3 rows can be taken")
    look(page, "data-match")
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_label("External id").fill("")
    page.get_by_label("External id").blur()
    expect(page.locator("#check")).to_contain_text("Nothing says this yet")
    look(page, "data-match-not-ready")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("External id").fill("{Campaign ID}-{Recipient}")
    page.get_by_label("External id").blur()
    expect(page.locator("#check")).to_contain_text("2 of the first 3 rows can be taken")
    page.get_by_label("What Opens becomes").select_option("")
    page.get_by_label("What Recipient becomes").select_option("lead")
    expect(page.locator("#check")).to_contain_text("All of the first 3 rows can be taken")
    page.get_by_label("What Recipient becomes").select_option("lead_email")
    expect(page.locator("#check")).to_contain_text("2 of the first 3 rows can be taken")

    page.get_by_role("button", name="Import").click()
    expect(page.locator("#progress")).to_be_visible()
    look(page, "data-importing")
    page.set_viewport_size({"width": 1280, "height": 900})
    work(people)
    expect(page.get_by_role("heading", name="Refused rows")).to_be_visible()
    expect(page.locator("main")).to_contain_text("is not an e-mail address")
    look(page, "data-intake")
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert Path(download.value.path()).read_text().startswith("line,field,reason,value")

    # A file with the same columns needs no second thought.
    choose(page, MESSAGES, "april.csv")
    expect(page.locator("main")).to_contain_text("as in the last file that had the same ones")
    expect(page.get_by_label("What Opens becomes")).to_have_value("")
    page.goto("/data")
    look(page, "data")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="april.csv", exact=True).click()
    page.locator("summary", has_text="Discard").click()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".notice")).to_contain_text("april.csv was discarded")
    assert rows(people.alice, "SELECT count(*) FROM messages") == [(2,)]


def test_without_script_a_file_comes_in_all_the_same(people: People, home: Path, browse: Browse):
    page = browse(people.alice, script=False, width=360)
    choose(page, "Mail,Vorname\nann@x.test,Ann\n", "kontakte.csv")
    expect(page.get_by_label("What Mail becomes")).to_have_value("email")
    page.get_by_label("What Vorname becomes").select_option("company")
    page.get_by_role("button", name="Try it again").click()
    expect(page.locator("#check")).to_contain_text("All of the first 1 row can be taken")
    page.get_by_role("button", name="Import").click()
    work(people)
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator("main")).to_contain_text("Every row was kept")
    assert rows(people.alice, "SELECT email, company FROM leads") == [("ann@x.test", "Ann")]


def test_bob_reads_what_came_in_and_charlie_sees_nothing_of_it(people: People, home: Path, browse: Browse):
    path = home / "leads.csv"
    path.write_text("external_id,email\na,a@x.test\nb,nope\n")
    with tenant_scope(people.alice.tenant_id):
        result = import_file(
            path, FactKind.LEADS, tenant_id=people.alice.tenant_id, timezone="UTC", now=dt.datetime.now(dt.UTC),
            actor="operator",
        )  # fmt: skip
    page = browse(people.bob)
    page.goto("/data")
    assert page.get_by_role("link", name="Upload").count() == 0
    page.get_by_role("link", name="leads.csv").click()
    expect(page.locator("main")).to_contain_text("is not an e-mail address")
    assert page.get_by_role("link", name="Upload").count() == 0
    page.goto("/data/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
    page = browse(people.charlie)
    page.goto("/data")
    expect(page.locator("main")).to_contain_text("Nothing has come in yet")
    page.goto(f"/data/{result.intake_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")

"""The settings in a real browser: as an owner, as a viewer, as a stranger, and with script off."""

import re

from playwright.sync_api import Page, expect

from outbrief.record.models import ApiKey, Suppression
from outbrief.record.scope import tenant_scope
from outbrief.run import settings as run_settings
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Settings").get_by_role("link", name=name).click()


def test_alice_changes_what_her_company_decides(browse: Browse, people: People, acme: Acme):
    page = browse(people.alice)
    page.goto("/")
    page.get_by_role("navigation", name="Parts").get_by_role("link", name="Settings").click()
    look(page, "settings")
    page.get_by_label("Time zone").fill("Asia/Toky")
    page.get_by_label("Allowed recipient domains").fill("acme.test\nexample")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("'example' is not a domain.")).to_be_visible()
    expect(page.get_by_label("Allowed recipient domains")).to_have_value("acme.test\nexample")
    look(page, "settings-wrong")
    page.get_by_label("Allowed recipient domains").fill("acme.test")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_label("Days that reports are kept").fill("30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    expect(page.get_by_text("outside the allowed domains")).to_be_visible()
    look(page, "settings-saved")
    run_settings.move_zone(acme.tenant_id)
    expect(page.get_by_text("The days are counted in Asia/Tokyo.")).to_be_visible()


def test_alice_makes_a_key_sees_it_once_and_revokes_it(browse: Browse, people: People, acme: Acme):
    page = browse(people.alice)
    page.goto("/settings")
    tab(page, "API keys")
    look(page, "keys")
    page.get_by_role("link", name="New key").click()
    page.get_by_label("Name").fill("Nightly sync")
    page.get_by_label("Bring in campaigns").check()
    look(page, "new-key")
    page.get_by_role("button", name="Make the key").click()
    secret = page.locator(".secret code").first.inner_text()
    assert re.fullmatch(r"ob_[\w-]{43}", secret)
    look(page, "key-made")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text(secret)).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="Nightly sync")
    row.get_by_text("Revoke", exact=True).click()
    look(page, "keys-revoking")
    row.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("The key “Nightly sync” opens nothing any more.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Nightly sync").get_by_text("Revoked")).to_be_visible()
    with tenant_scope(acme.tenant_id):
        assert ApiKey.objects.get(name="Nightly sync").revoked_at


def test_alice_stops_and_allows_mail_and_reads_what_was_done(browse: Browse, people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        Suppression.objects.create(tenant_id=acme.tenant_id, address="mad@example.test", reason="complained")
    page = browse(people.alice)
    page.goto("/settings")
    tab(page, "Suppressions")
    page.get_by_label("Send no more mail to").fill("eve@example.test")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("eve@example.test gets no more mail.")).to_be_visible()
    page.get_by_role("row").filter(has_text="mad@example.test").get_by_text("Remove", exact=True).click()
    expect(page.get_by_text("marked a mail as spam")).to_be_visible()
    look(page, "suppressions")
    page.get_by_role("button", name="Allow mail again").locator("visible=true").click()
    expect(page.get_by_text("mad@example.test gets mail again.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("mad@example.test is on the list again.")).to_be_visible()
    page.get_by_label("Address begins with").fill("ev")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "begins=ev" in page.url
    tab(page, "Audit log")
    expect(page.get_by_role("cell", name="alice@acme.test stopped all mail again to mad@example.test")).to_be_visible()
    look(page, "audit-log")
    page.get_by_label("About").select_option(label="Suppressions")
    expect(page).to_have_url(re.compile("about=suppressions"))
    expect(page.locator("tbody tr")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "audit-log.csv"
    assert len(download.value.path().read_text().splitlines()) == 4
    look(page, "audit-log-filtered")


def test_bob_reads_and_is_offered_nothing_that_would_be_refused_and_charlie_sees_nothing_of_acme(
    browse: Browse, people: People, acme: Acme
):
    page = browse(people.bob)
    page.goto("/settings")
    expect(page.get_by_role("navigation", name="Settings").get_by_role("link")).to_have_text(
        ["General", "Members", "Suppressions"]
    )
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    look(page, "settings-viewer")
    tab(page, "Suppressions")
    expect(page.get_by_text("gone@example.test")).to_be_visible()
    expect(page.get_by_role("button", name="Add", exact=True)).to_have_count(0)
    page.goto("/settings/audit")
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()
    page = browse(people.charlie)
    for path in ("", "/keys", "/suppressions", "/audit"):
        page.goto(f"/settings{path}")
        assert not re.search("Acme|acme.test|gone@example", page.content())
    look(page, "audit-log-empty")


def test_all_of_it_works_with_script_off(browse: Browse, people: People, acme: Acme):
    page = browse(people.alice, script=False, width=360)
    page.goto("/settings")
    page.get_by_label("Name").fill("Acme Ltd")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    tab(page, "Suppressions")
    page.get_by_label("Reason").select_option(label="Bounced")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Remove gone@example.test").click()
    page.get_by_role("button", name="Allow mail again").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("gone@example.test is on the list again.")).to_be_visible()
    tab(page, "API keys")
    page.get_by_role("link", name="New key").click()
    page.get_by_label("Name").fill("By hand")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="The key, shown this once")).to_be_visible()

"""Getting in and being somebody: invitations, passwords, forms that are kept, members, and a person's own page."""

from pathlib import Path

from outbrief.record.models import Role
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import add_member
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.mails import link_in, mails_to, send_mails
from tests.web.visits import PASSWORD, give_password

NEW = "a quiet long sentence"


def test_alice_invites_somebody_who_joins_by_the_mail_and_is_given_another_role(
    browse: Browse, people: People, home: Path
):
    alice = browse(people.alice)
    alice.goto("/settings/members")
    alice.get_by_label("E-mail address").fill("dora@new.test")
    alice.get_by_label("Role", exact=True).select_option("editor")
    alice.get_by_role("button", name="Send the invitation").click()
    alice.get_by_text("dora@new.test is invited").wait_for()
    send_mails()
    alice.goto("/settings/members")
    look(alice, "members")

    dora = browse()
    dora.goto(link_in(mails_to(home, "dora@new.test")[0]))
    look(dora, "invitation")
    dora.keyboard.type("Dora")
    dora.keyboard.press("Tab")
    dora.keyboard.type(NEW)
    dora.keyboard.press("Enter")
    dora.get_by_text("You are a member of Acme now").wait_for()
    dora.goto("/settings/members")
    assert dora.get_by_role("button", name="Send the invitation").count() == 0

    alice.goto("/settings/members")
    alice.locator("summary[aria-label='Change the role of dora@new.test']").click()
    alice.get_by_role("button", name="Owner may do everything").click()
    alice.get_by_text("dora@new.test is an owner now").wait_for()
    alice.locator("summary[aria-label='Remove dora@new.test']").click()
    alice.get_by_role("button", name="Remove the member").click()
    alice.get_by_text("dora@new.test is no member any more").wait_for()
    dora.goto("/settings/members")
    assert "You are not a member" in dora.inner_text("main")


def test_charlie_is_invited_to_acme_and_changes_between_the_tenants(browse: Browse, people: People, home: Path):
    from tests.web.entry.test_invitation import invite

    give_password(people.charlie)
    path = invite(people, "charlie@zenith.test", "viewer")
    bob = browse(people.bob)
    bob.goto(path)
    assert "This invitation is for charlie@zenith.test" in bob.inner_text("main")
    look(bob, "invitation-of-another")
    bob.get_by_role("button", name="Sign out and go on").click()
    bob.get_by_role("link", name="Sign in as charlie@zenith.test").click()
    bob.get_by_label("Password").fill(PASSWORD)
    bob.get_by_role("button", name="Sign in").click()
    bob.get_by_role("button", name="Accept the invitation").click()
    bob.get_by_text("You are a member of Acme now").wait_for()
    bob.goto("/profile")
    bob.get_by_role("button", name="Switch to Zenith").click()
    bob.goto("/settings/members")
    assert "alice@acme.test" not in bob.inner_text("main")


def test_a_form_is_not_lost_when_the_session_has_ended_with_script_off(browse: Browse, people: People):
    give_password(people.alice)
    page = browse(people.alice, script=False)
    page.goto("/settings/members")
    page.get_by_label("E-mail address").fill("dora@new.test")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Send the invitation").click()
    assert "It is kept" in page.inner_text("main")
    page.get_by_label("E-mail address").fill("alice@acme.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.title() == "Your form was kept · Outbrief"
    page.get_by_role("button", name="Send it now").click()
    assert "dora@new.test is invited" in page.inner_text("main")


def test_a_part_of_a_page_says_that_one_was_signed_out_and_keeps_the_rest(browse: Browse, people: People):
    page = browse(people.alice)
    page.goto("/settings/members")
    page.get_by_label("E-mail address").fill("dora@new.test")
    page.context.clear_cookies(name="sessionid")
    page.evaluate("htmx.ajax('POST', '/settings/members/invite', {target: '.tabs', swap: 'afterend'})")
    page.get_by_text("You were signed out").wait_for()
    assert page.get_by_label("E-mail address").input_value() == "dora@new.test"
    page.evaluate("htmx.ajax('GET', '/settings/members', {target: '.tabs'})")
    page.wait_for_url("**/sign-in?next=%2Fsettings%2Fmembers")


def test_the_pages_of_signing_in_are_for_everybody(browse: Browse, people: People, home: Path):
    give_password(people.alice)
    with tenant_scope(people.charlie.tenant_id):
        add_member(tenant_id=people.charlie.tenant_id, email="alice@acme.test", role=Role.VIEWER)
    page = browse()
    page.goto("/profile")
    page.get_by_label("E-mail address").fill("alice@acme.test")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("do not belong together").wait_for()
    look(page, "sign-in")
    page.get_by_role("link", name="Forgot your password").click()
    look(page, "forgot-password")
    page.get_by_label("E-mail address").fill("alice@acme.test")
    page.get_by_role("button", name="Mail me a link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    look(page, "mailed-password")
    send_mails()
    page.goto(link_in(mails_to(home, "alice@acme.test")[0]))
    page.get_by_label("New password").fill("short")
    page.keyboard.press("Enter")
    page.get_by_text("at least 8 characters").first.wait_for()
    look(page, "reset-password")
    page.get_by_label("New password").fill(NEW)
    page.keyboard.press("Enter")
    page.get_by_text("Your new password is set").wait_for()
    page.get_by_label("E-mail address").fill("alice@acme.test")
    page.get_by_label("Password").fill(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.goto("/profile")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert "Times in Asia/Tokyo" in page.inner_text("body")
    look(page, "profile")
    page.locator("summary", has_text="Sign out everywhere else").click()
    look(page, "profile-asking")

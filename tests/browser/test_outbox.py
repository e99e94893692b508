"""The outbox: mails as their recipients see them."""

from outbrief.record.models import AccountMail
from outbrief.record.scope import tenant_scope
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme
from tests.web.mails import send_mails
from tests.web.visits import visitor


def test_alice_reads_every_mail_wide_narrow_and_as_text(browse: Browse, people: People, acme: Acme):
    visitor(people.alice).post("/settings/members/invite", {"email": "dora@new.test", "role": "editor"})
    send_mails()
    page = browse(people.alice)
    page.goto("/outbox")
    look(page, "outbox")
    page.get_by_role("link", name="Only mails to ann@example.test").click()
    assert "dora@new.test" not in page.inner_text("main")
    page.locator("tbody tr").first.get_by_role("link").first.click()
    assert "Campaign report" in page.frame_locator("iframe.mail").locator("body").inner_text()
    look(page, "mail")
    page.get_by_role("link", name="Phone").click()
    assert page.locator("iframe.mail").bounding_box()["width"] <= 400
    look(page, "mail-phone")
    page.get_by_role("link", name="Plain text").click()
    look(page, "mail-text")
    with tenant_scope(people.alice.tenant_id):
        page.goto(f"/outbox/{AccountMail.objects.get(kind='invitation').id}")
    page.frame_locator("iframe.mail").get_by_role("link", name="Accept the invitation").wait_for()
    look(page, "mail-invitation")


def test_bob_reads_reports_but_no_invitations_and_charlie_nothing(browse: Browse, people: People, acme: Acme):
    visitor(people.alice).post("/settings/members/invite", {"email": "dora@new.test", "role": "editor"})
    send_mails()
    bob = browse(people.bob, script=False, width=360)
    bob.goto("/outbox")
    assert "ann@example.test" in bob.inner_text("main")
    assert "dora@new.test" not in bob.inner_text("main")
    charlie = browse(people.charlie)
    charlie.goto("/outbox")
    assert "No mail yet" in charlie.inner_text("main")
    charlie.goto(f"/outbox/{acme.sent_id}")
    assert "Not found" in charlie.title() or "Not allowed" in charlie.title()
    look(charlie, "outbox-empty-for-others")

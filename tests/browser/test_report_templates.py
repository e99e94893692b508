"""Templates and branding as alice writes them, as bob reads them, and of which charlie sees nothing."""

from playwright.sync_api import Page, expect

from outbrief.record.models import ReportTemplate
from outbrief.record.scope import tenant_scope
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.pictures import png
from tests.web.conftest import Acme


def sections(page: Page) -> list[str]:
    return page.locator("#section-list > li [data-name]:not(.measures *)").all_inner_texts()


def kept(acme: Acme, name: str) -> list[object]:
    with tenant_scope(acme.tenant_id):
        return list(ReportTemplate.objects.get(name=name).sections)


def source(page: Page) -> str:
    return page.locator(".preview-page").get_attribute("src") or ""


def test_alice_writes_a_template_and_sees_its_report(browse: Browse, people: People, acme: Acme):
    page = browse(people.alice)
    page.goto("/templates")
    look(page, "templates")
    page.get_by_role("link", name="New template").click()
    page.get_by_label("Name").fill("Client monthly")
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
    before = source(page)

    page.get_by_role("button", name="Remove Findings").click()
    assert "Findings" not in sections(page)
    page.get_by_role("button", name="Put it back").click()
    assert sections(page)[1] == "Findings"
    for name in ("Reply rate by campaign", "Campaigns to copy", "Campaigns to stop", "Sent by day", "Rates by day"):
        page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_label("Add", exact=True).select_option("chart")
    page.get_by_role("button", name="Add section").click()
    expect(page.locator("#section-list > li")).to_have_count(4)
    page.get_by_role("button", name="Move Chart: Sent by day up").press("Enter")
    page.get_by_role("button", name="Move Chart: Sent by day up").press("Alt+ArrowUp")
    assert sections(page)[1] == "Chart: Sent by day"
    expect(page.locator("#reordered")).to_have_text("Chart: Sent by day is now 2 of 4")
    expect(page.locator(".preview-page")).not_to_have_attribute("src", before)

    chart = page.locator("#section-list > li").nth(1)
    chart.get_by_role("checkbox", name="Open rate", exact=True).check()
    expect(chart.locator(".errors")).to_contain_text("Counts, rates and times do not share an axis")
    look(page, "template-edit")
    chart.get_by_role("checkbox", name="Sent", exact=True).uncheck()
    expect(chart.locator(".errors")).to_be_empty()
    expect(chart.locator("summary")).to_have_text("Chart: Open rate by day")
    page.get_by_role("button", name="Save template").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Client monthly")
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
    look(page, "template")
    chosen = {"type": "chart", "by": "day", "measures": ["openRate"]}
    assert kept(acme, "Client monthly") == ["figures", chosen, "findings", "campaigns"]

    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete template").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Client monthly")
    page.goto("/templates/import")
    look(page, "template-import")


def test_a_template_is_written_without_script(browse: Browse, people: People, acme: Acme):
    page = browse(people.alice, script=False)
    page.goto("/templates/new")
    page.get_by_label("Name").fill("By hand")
    page.get_by_label("Type of report").select_option("domain_health")
    page.get_by_role("button", name="Use this type").click()
    assert "Bounce rate by domain" in sections(page)
    page.get_by_label("Add", exact=True).select_option("text")
    page.get_by_role("button", name="Add section").click()
    page.get_by_role("textbox", name="Text", exact=True).fill("Read **this** first.")
    for _ in range(6):
        page.get_by_role("button", name="Move Text up").click()
    assert sections(page)[0] == "Text"
    page.get_by_role("button", name="Remove Sent by day").click()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
    assert kept(acme, "By hand")[0] == {"type": "text", "markdown": "Read **this** first."}
    page.get_by_role("button", name="Show the first page").click()
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()


def test_alice_gives_her_reports_a_logo_and_a_colour(browse: Browse, people: People, acme: Acme):
    page = browse(people.alice)
    page.goto("/branding")
    picture = {"name": "logo.png", "mimeType": "image/png", "buffer": png(600, 160, colour=(20, 90, 160))}
    page.get_by_label("A picture").set_input_files(picture)
    page.get_by_role("button", name="Upload logo").click()
    expect(page.get_by_alt_text("The logo on white")).to_be_visible()
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
    before = source(page)
    page.get_by_label("Accent colour", exact=False).first.fill("#ffcc00")
    expect(page.locator("#colour-reads")).to_contain_text("use the darker")
    expect(page.locator(".preview-page")).not_to_have_attribute("src", before)
    look(page, "branding")
    page.get_by_label("Accent colour", exact=False).first.fill("#14607a")
    page.get_by_role("button", name="Save look").click()
    expect(page.get_by_role("status")).to_have_text("Reports look like this from now on.")
    page.locator("summary", has_text="Remove logo").click()
    page.get_by_role("button", name="Remove logo").click()
    expect(page.get_by_text("There is no logo")).to_be_visible()


def test_bob_reads_and_charlie_sees_nothing(browse: Browse, people: People, acme: Acme):
    page = browse(people.bob)
    page.goto(f"/templates/{acme.template_id}")
    expect(page.get_by_role("heading", level=2, name="Preview")).to_be_visible()
    main = page.locator("main")
    for name in ("Edit", "Delete", "Duplicate", "Save look", "Upload logo", "New template"):
        expect(main.get_by_role("button", name=name)).to_have_count(0)
        expect(main.get_by_role("link", name=name)).to_have_count(0)
    page.goto("/branding")
    expect(page.get_by_text("Editors and owners can change the branding.")).to_be_visible()
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
    look(page, "branding-viewer")
    theirs = browse(people.charlie)
    theirs.goto("/templates")
    expect(theirs.get_by_text("Make the first one")).to_be_visible()
    look(theirs, "templates-empty")
    theirs.goto(f"/templates/{acme.template_id}")
    expect(theirs).to_have_title("Not allowed · Outbrief")

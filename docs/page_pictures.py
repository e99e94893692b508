"""Take the pictures of pages that the docs show: `make pictures`.

They are of the demo as it runs, by a browser that does what a person would; each page as it is on a desk by day and by
night, and on a telephone.
"""

import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from outbrief.conf import env

FOLDER = Path(__file__).parent / "images" / "pages"
DESK, TELEPHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 780}
LOOKS = {"light": (DESK, "light"), "dark": (DESK, "dark"), "narrow": (TELEPHONE, "light")}
_UPLOADED = (
    "E-mail;First name;Firm;Joined\nann@example.test;Ann;Globex;03/11/2026\nben@example.test;Ben;Initech;14/11/2026\n"
    "no address;Cleo;Umbrella;15/11/2026\ndora@example.test;Dora;Hooli;21/11/2026\n"
)


def take(page: Page) -> None:
    """Go through the pages and take a picture of each; `page` is signed in as the demo's owner."""
    generation = _report_made(page)
    for name, address in {
        "overview": "/",
        "reports": "/schedules",
        "history": "/generations",
        "generation": generation,
        "exports": "/exports",
        "templates": "/templates",
        "branding": "/branding",
        "settings": "/settings",
        "outbox": "/outbox",
        "profile": "/profile",
    }.items():
        page.goto(address)
        shoot(page, name)
    _forms(page)
    _data(page)
    _people(page)
    page.goto("/outbox")
    page.locator("main table a").first.click()
    shoot(page, "mail")
    page.goto("/settings/audit")
    shoot(page, "audit-log")


def _report_made(page: Page) -> str:
    """Run the client report and wait until it is there; give the address of its page."""
    page.goto("/schedules")
    page.get_by_role("button", name="Run now: Monthly client report").click()
    page.wait_for_url("**/generations/*")
    page.get_by_text("Success", exact=True).first.wait_for(timeout=90_000)
    return page.url


def _forms(page: Page) -> None:
    page.goto("/schedules/new?report_type=deliverability&date_range=last_30d")
    page.get_by_label("Name", exact=True).fill("Deliverability, every Monday")
    page.locator("img.preview-page").wait_for(timeout=60_000)
    shoot(page, "schedule-form")
    page.goto("/schedules")
    page.get_by_role("link", name="Monthly client report").first.click()
    shoot(page, "schedule")
    page.goto("/exports/new?dataset=leads&fields=email,company,status,emailsSent,emailsOpened,emailsReplied")
    page.get_by_role("table").first.wait_for(timeout=60_000)
    shoot(page, "export-form")
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_text("Completed", exact=True).first.wait_for(timeout=60_000)
    shoot(page, "export")
    page.goto("/templates")
    page.get_by_role("link", name="Monthly client report").first.click()
    shoot(page, "template")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("img.preview-page").wait_for(timeout=60_000)
    shoot(page, "template-form")


def _data(page: Page) -> None:
    page.goto("/data/new")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": _UPLOADED.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/data/uploads/*")
    shoot(page, "upload")
    page.get_by_role("button", name="Import").click()
    page.get_by_text("no address").first.wait_for(timeout=60_000)
    shoot(page, "intake")
    page.goto("/data")
    shoot(page, "data")


def _people(page: Page) -> None:
    page.goto("/settings/members")
    page.get_by_label("E-mail address").fill("dora@acme.test")
    page.get_by_role("button", name="Send the invitation").click()
    shoot(page, "members")
    for name in ("keys", "suppressions"):
        page.goto(f"/settings/{name}")
        shoot(page, name)


def shoot(page: Page, name: str) -> None:
    """Take the pictures of the page as it is: what is seen of it without scrolling."""
    for look, (size, scheme) in LOOKS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(400)
        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        taken.save(FOLDER / f"{name}-{look}.webp", "WEBP", quality=82, method=6)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Run the demo in a folder that goes afterwards; give what it says of itself."""
    with tempfile.TemporaryDirectory(prefix="outbrief-pictures-") as home:
        running = subprocess.Popen(  # noqa: S603 - our own command
            [Path(sys.executable).with_name("outbrief"), "demo", "--json", "--port", "8700"],
            stdout=subprocess.PIPE, text=True, env=env.child_environment(OUTBRIEF_HOME=home),
        )  # fmt: skip
        try:
            yield json.loads(_first_value(running.stdout or ()))
        finally:
            running.terminate()
            running.wait(timeout=60)


def _first_value(lines: Iterable[str]) -> str:
    said = ""
    for line in lines:
        said += line
        if line.rstrip() == "}":
            break
    return said


def main() -> None:
    """Start the demo and the browser, sign in, and take every picture anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as facts, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(base_url=facts["address"], viewport=DESK, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto("/sign-in")
        shoot(page, "sign-in")
        page.get_by_label("E-mail address").fill(facts["email"])
        page.get_by_label("Password").fill(facts["password"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        take(page)
        browser.close()


if __name__ == "__main__":
    main()

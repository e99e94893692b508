"""The HTML of mails in a real browser: on a telephone and on a desk, by day and by night, whatever they hold."""

import base64
import dataclasses
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from outbrief.render.mail import FileShown, MailBody, write_failure_mail, write_mail
from outbrief.render.mail_pictures import CHART_ID, DARK_CHART_ID, LOGO_ID
from outbrief.terms.document import Document, Figures, Finding, Findings
from outbrief.terms.locale import Locale
from outbrief.terms.look import Brand, Look
from tests.render import documents

WIDTHS = (320, 600, 1000)
PAGE = "https://reports.example.test/g/1"
# Reads what a person would see: every piece of text with its colours and its place, every picture, every link.
SEEN = r"""(() => {
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).opacity !== "0";
  const box = (rect) => [rect.left, rect.top, rect.right, rect.bottom];
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    texts.push({
      text: node.data.trim(), colour: getComputedStyle(parent).color, ground: ground(parent),
      size: parseFloat(getComputedStyle(parent).fontSize), box: box(range.getBoundingClientRect()),
      cell: box((parent.closest("td") || document.body).getBoundingClientRect()),
    });
  }
  const clipped = [...document.body.querySelectorAll("*")].filter((element) => shown(element) && element.innerText
    && getComputedStyle(element).overflow !== "visible"
    && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1));
  const images = [...document.images].map((image) => ({
    id: image.id, alt: image.alt, shown: shown(image), natural: image.naturalWidth,
    box: box(image.getBoundingClientRect()), ground: ground(image.parentElement),
  }));
  const links = [...document.links].map((link) => ({
    button: link.closest(".button") !== null, text: link.innerText,
    box: box((link.closest(".button td") || link).getBoundingClientRect()),
    ground: ground(link), around: ground(link.closest(".panel") || document.body),
  }));
  return {
    texts, images, links, clipped: clipped.map((element) => element.outerHTML.slice(0, 200)),
    scrolls: document.documentElement.scrollWidth, title: document.title,
  };
})()"""


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "#1b233080").save(file, "PNG")
    return file.getvalue()


def coloured(colour: str) -> Document:
    return dataclasses.replace(documents.NORMAL, brand=Brand(name="Acme Outreach", colour=colour))


# One letter under more marks than any word has. Without a Thai typeface each mark is as wide as a letter of its own,
# and none of them may stand on another line.
PILED = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{20}")


def strings_in_letters() -> list[str]:
    return [text for text in documents.naughty() if text.strip() and not PILED.search(text)]


def naughty() -> Document:
    """Give a document with a naughty string wherever one can stand."""
    strings = strings_in_letters()
    document = documents.with_names(tuple(strings[::40]))
    figures = tuple(
        dataclasses.replace(figure, label=strings[i * 7], note=strings[i * 11])
        for i, figure in enumerate(documents.FIGURES)
    )
    findings = tuple(Finding(headline=strings[i * 31], detail=strings[i * 37]) for i in range(1, 8))
    sections = (Figures(figures=figures), Findings(findings=findings), documents.LINE)
    return dataclasses.replace(document, sections=sections, notes=tuple(strings[5::90]))


def mail(document: Document, message: str = "", *files: FileShown) -> MailBody:
    attached = FileShown(name="weekly-campaign-performance-2026-11-16.pdf", size=184_200, href=None)
    return write_mail(
        document,
        files=files or (attached, dataclasses.replace(attached, name="weekly-campaign-performance-2026-11-16.xlsx")),
        link_expires="24 November 2026 09:00 UTC",
        unsubscribe_url="https://reports.example.test/u/1",
        page_url=PAGE,
        message=message,
    )


LONG = "averylongnamewithoutanyplacetobreakit" * 8


def _mails() -> dict[str, MailBody]:
    branded = dataclasses.replace(documents.NORMAL, brand=dataclasses.replace(documents.BRAND, logo=png(420, 96)))
    linked = [FileShown(name=f"{LONG}.{end}", size=1, href=f"https://x.test/{end}") for end in ("pdf", "xlsx")]
    return {
        "normal": mail(branded, "Hi Dana,\n\nhere is last week.\n\nBest,\nJo"),
        "empty": mail(documents.EMPTY),
        "naughty": mail(naughty(), "\n\n".join(strings_in_letters())),
        "long": mail(documents.LONG, f"{LONG}\n\n{LONG}", *linked),
        "foreign": mail(documents.FOREIGN),
        "german": mail(dataclasses.replace(documents.NORMAL, look=Look(locale=Locale.DE)), "", linked[0]),
        "failure": write_failure_mail(
            schedule_name=LONG,
            what="The mail server refused the login.",
            whose_turn=LONG,
            how_to_rerun="Then press Run now.",
            paused=True,
            page_url=PAGE,
            brand=documents.BRAND,
        ),
    }


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """Give a tab; at the end nothing may have been blocked or missing in it."""
    with chromium.new_page() as opened:
        problems: list[str] = []
        opened.on("console", lambda message: problems.append(message.text))
        opened.on("requestfailed", lambda request: problems.append(request.url[:200]))
        yield opened
        assert problems == []


@pytest.fixture(scope="module")
def mails() -> dict[str, MailBody]:
    return _mails()


def show(page: Page, body: MailBody, *, width: int, dark: bool, folder: Path, name: str) -> dict[str, Any]:
    """Open a mail with its pictures and give what is seen of it."""
    html = body.html
    for picture in body.inline:
        data = base64.b64encode(picture.content).decode()
        html = html.replace(
            f'src="cid:{picture.content_id}"', f'id="{picture.content_id}" src="data:image/png;base64,{data}"'
        )
    file = folder / f"{name}.html"
    file.write_text(html, encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto(file.as_uri())
    page.screenshot(path=folder / f"{name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)
    seen: dict[str, Any] = page.evaluate(SEEN)
    return seen


def channels(colour: str) -> list[float]:
    assert colour.startswith("rgb("), f"{colour} lets through what is behind it"
    return [int(part) / 255 for part in colour[4:-1].split(",")]


def contrast(one: str, other: str) -> float:
    """Measure the WCAG contrast of two colours as the browser computes them."""
    lights = []
    for colour in (one, other):
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels(colour)]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def check_texts(seen: dict[str, Any], width: int) -> None:
    assert seen["scrolls"] <= width
    assert seen["clipped"] == []
    assert seen["texts"]
    for text in seen["texts"]:
        left, top, right, bottom = text["box"]
        cell = text["cell"]
        assert left >= max(0, cell[0]) - 1, text
        assert right <= min(width, cell[2]) + 1, text
        assert top >= cell[1] - 1, text
        assert bottom <= cell[3] + 1, text
        assert text["size"] >= 12, text
        assert contrast(text["colour"], text["ground"]) >= 4.5, text


def check_button(seen: dict[str, Any], width: int) -> None:
    (button,) = (link for link in seen["links"] if link["button"])
    left, top, right, bottom = button["box"]
    assert button["text"]
    assert left >= 0
    assert right <= width
    assert right - left >= 120
    assert bottom - top >= 44
    assert contrast(button["ground"], button["around"]) >= 1.35


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["normal", "empty", "naughty", "long", "foreign", "german", "failure"])
def test_nothing_scrolls_sideways_is_cut_or_hard_to_read(
    name: str, dark: bool, page: Page, mails: dict[str, MailBody], tmp_path: Path
) -> None:
    for width in WIDTHS:
        seen = show(page, mails[name], width=width, dark=dark, folder=tmp_path, name=name)
        check_texts(seen, width)
        check_button(seen, width)
        for image in seen["images"]:
            assert image["alt"]
            assert image["natural"] > 0
            assert not image["shown"] or 0 <= image["box"][0] < image["box"][2] <= width


def test_a_letter_too_wide_for_the_mail_widens_nothing_else(page: Page, tmp_path: Path) -> None:
    piled = next(text for text in documents.naughty() if PILED.search(text)).split()[0]
    seen = show(page, mail(documents.NORMAL, piled), width=320, dark=False, folder=tmp_path, name="piled")
    assert seen["scrolls"] <= 320
    check_button(seen, 320)
    assert all(text["box"][2] <= 320 for text in seen["texts"] if text["text"] != piled)


@pytest.mark.parametrize(("dark", "shown"), [(False, CHART_ID), (True, DARK_CHART_ID)])
def test_the_chart_is_the_one_for_the_ground_it_stands_on_and_sharp(
    dark: bool, shown: str, page: Page, mails: dict[str, MailBody], tmp_path: Path
) -> None:
    for width in WIDTHS:
        seen = show(page, mails["normal"], width=width, dark=dark, folder=tmp_path, name="normal")
        pictures = {image["id"]: image for image in seen["images"] if image["shown"]}
        assert set(pictures) == {LOGO_ID, shown}
        left, _, right, _ = pictures[shown]["box"]
        assert min(width - 40, 500) - 1 <= right - left <= pictures[shown]["natural"] / 1.6
        logo = pictures[LOGO_ID]["box"]
        assert (logo[2] - logo[0], logo[3] - logo[1]) == (140, 32)
        with Image.open(io.BytesIO(next(p.content for p in mails["normal"].inline if p.content_id == shown))) as drawn:
            assert "rgb({}, {}, {})".format(*drawn.convert("RGB").getpixel((1, 1))) == pictures[shown]["ground"]


@pytest.mark.parametrize(
    "colour", ["#ffd400", "#ffffff", "#111111", "#000000", "#7a7a7a", "#e8590c", "#00ff66", "#161a21"]
)
def test_any_colour_of_a_tenant_can_be_read_and_pressed(colour: str, page: Page, tmp_path: Path) -> None:
    body = mail(coloured(colour))
    for dark in (False, True):
        seen = show(page, body, width=320, dark=dark, folder=tmp_path, name="coloured")
        check_texts(seen, 320)
        check_button(seen, 320)


def test_all_figures_and_the_findings_after_them_are_in_reading_order_on_a_telephone(
    page: Page, mails: dict[str, MailBody], tmp_path: Path
) -> None:
    seen = show(page, mails["normal"], width=320, dark=False, folder=tmp_path, name="normal")
    tops = {text["text"]: text["box"][1] for text in seen["texts"]}
    wanted = ["Weekly campaign performance", "Hi Dana,", "Sent", "Open rate", "Complaints", "Sent per day", "Attached"]
    assert [tops[text] for text in wanted] == sorted(tops[text] for text in wanted)
    assert tops["Sent"] == tops["Delivery rate"]

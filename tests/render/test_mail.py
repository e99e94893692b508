import dataclasses
import html
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from outbrief.render import colours, words
from outbrief.render.mail import FileShown, MailBody, write_failure_mail, write_mail
from outbrief.render.mail_pictures import CHART_ID, DARK_CHART_ID, LOGO_ID
from outbrief.terms.delivery import Attachment
from outbrief.terms.document import Document, Findings
from outbrief.terms.locale import Locale
from outbrief.terms.look import Look
from tests.render import documents

LINK = "https://reports.example.test/d/abc?x=1&y=2"
UNSUBSCRIBE = "https://reports.example.test/u/abc"
PAGE = "https://reports.example.test/g/1"


class Page(HTMLParser):
    """What a reader of the HTML sees: text, links, pictures, and every tag that is there."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.hidden = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(told["href"] or "")
        if tag == "img":
            self.pictures.append((told["src"] or "", told["alt"] or ""))
        self.hidden += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


LINKED = FileShown(name="weekly.pdf", size=84_200, href=LINK)
ATTACHED = FileShown(name="weekly.pdf", size=84_200, href=None)


def mail(
    document: Document, *files: FileShown, subject: str | None = None, message: str = "", page_url: str = PAGE
) -> MailBody:
    return write_mail(
        document,
        files=files or (LINKED,),
        link_expires="24 Nov 2026, 09:00 (New York)",
        unsubscribe_url=UNSUBSCRIBE,
        page_url=page_url,
        subject=subject,
        message=message,
    )


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def normal() -> MailBody:
    return mail(documents.NORMAL)


def test_html_and_text_both_say_the_figures_with_their_change_and_the_findings(normal: MailBody) -> None:
    for said in (flat(normal.text), Page(normal.html).text):
        for figure in documents.FIGURES:
            assert figure.label in said
            assert flat(words.measure(figure.value, figure.kind)) in said
            assert flat(words.change(figure)) in said
        for finding in documents.FINDINGS.findings:
            assert finding.headline in said
            assert finding.detail in said
        assert "16 – 22 November 2026 · North America Compared with 9 – 15 November 2026" in said
        assert "Data as of 23 Nov 2026, 09:00 (New York)" in said
        assert "rather than a count" in said


def test_the_subject_names_report_and_period_on_one_line(normal: MailBody) -> None:
    assert normal.subject == "Weekly campaign performance: 16 – 22 November 2026"
    sly = mail(dataclasses.replace(documents.NORMAL, title="a\r\nBcc: x@y.test\n" + "b" * 300)).subject
    assert "\n" not in sly
    assert "\r" not in sly
    assert len(sly) <= 152


def test_one_chart_is_inline_for_light_and_for_dark_with_its_text_alternative(normal: MailBody) -> None:
    assert [picture.content_id for picture in normal.inline] == [CHART_ID, DARK_CHART_ID]
    for picture, ground in zip(normal.inline, ("#ffffff", colours.DARK_PANEL), strict=True):
        assert picture.content_type == "image/png"
        with Image.open(io.BytesIO(picture.content)) as seen:
            assert seen.width == 840
            assert "#%02x%02x%02x" % seen.convert("RGB").getpixel((1, 1)) == ground  # noqa: UP031 - of a tuple
        assert len(picture.content) < 200_000
    assert Page(normal.html).pictures == [
        (f"cid:{CHART_ID}", documents.LINE.alt),
        (f"cid:{DARK_CHART_ID}", documents.LINE.alt),
    ]
    assert documents.LINE.alt in normal.text


def logo(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "#1b2330").save(file, "PNG")
    return file.getvalue()


def branded(content: bytes | None) -> Document:
    return dataclasses.replace(documents.NORMAL, brand=dataclasses.replace(documents.BRAND, logo=content))


@pytest.mark.parametrize(
    ("pixels", "shown"), [((480, 96), (160, 32)), ((60, 60), (32, 32)), ((1200, 80), (240, 16)), ((9, 600), (1, 32))]
)
def test_a_logo_is_inline_as_high_as_a_line_with_the_name_as_its_alternative(
    pixels: tuple[int, int], shown: tuple[int, int]
) -> None:
    content = logo(*pixels)
    body = mail(branded(content))
    assert body.inline[0] == Attachment(
        filename="logo.png", content_type="image/png", content=content, content_id=LOGO_ID
    )
    assert Page(body.html).pictures[0] == (f"cid:{LOGO_ID}", "Acme Outreach")
    assert f'width="{shown[0]}" height="{shown[1]}"' in body.html


@pytest.mark.parametrize("content", [None, b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", logo(4, 4)[:16] + bytes(8)])
def test_a_mail_without_a_readable_logo_names_the_tenant_instead(content: bytes | None) -> None:
    body = mail(branded(content))
    assert "logo" not in " ".join(src for src, _ in Page(body.html).pictures)
    assert "Acme Outreach · Campaign report" in Page(body.html).text
    assert [picture.content_id for picture in body.inline] == [CHART_ID, DARK_CHART_ID]


MESSAGE = "Hi <b>Dana</b>,\nhere it is & more.\n\n\n  \r\nBest,\r\nJo {{0}}\n"


def test_the_tenants_message_stands_as_plain_paragraphs_above_the_figures() -> None:
    body = mail(documents.NORMAL, message=MESSAGE)
    assert "Hi <b>Dana</b>,\nhere it is & more.\n\nBest,\nJo {{0}}\n\nSent:" in body.text
    assert "<p>Hi &lt;b&gt;Dana&lt;/b&gt;,<br />here it is &amp; more.</p><p>Best,<br />Jo {{0}}</p>" in body.html
    said = Page(body.html).text
    assert said.index("Jo {{0}}") < said.index("Delivery rate 97.6")
    assert "<p>" not in mail(documents.NORMAL, message=" \n ").html


def test_a_chosen_subject_is_one_line_of_up_to_250_characters() -> None:
    assert (
        mail(documents.NORMAL, subject="Your week,  Dana\r\nBcc: x@y.test").subject == "Your week, Dana Bcc: x@y.test"
    )
    assert len(mail(documents.NORMAL, subject="é" * 999).subject) == 250
    assert mail(documents.NORMAL, subject=" ").subject == mail(documents.NORMAL).subject


WORKBOOK = FileShown(name="weekly.xlsx", size=1_290_000, href=None)


def test_several_attached_files_have_a_line_each() -> None:
    body = mail(documents.NORMAL, ATTACHED, WORKBOOK)
    assert "Attached weekly.pdf 84 KB weekly.xlsx 1.3 MB Open in Outbrief" in Page(body.html).text
    assert "Attached: weekly.pdf (84 KB) Attached: weekly.xlsx (1.3 MB)" in flat(body.text)


def test_several_linked_files_have_a_link_each_and_the_button_opens_the_page() -> None:
    sheet = dataclasses.replace(WORKBOOK, href=f"{LINK}&z")
    body = mail(documents.NORMAL, LINKED, sheet)
    page = Page(body.html)
    assert page.links == [LINK, f"{LINK}&z", PAGE, UNSUBSCRIBE]
    assert "Download weekly.pdf 84 KB weekly.xlsx 1.3 MB Open in Outbrief The links work until 24 Nov" in page.text
    assert f"weekly.xlsx (1.3 MB): {LINK}&z" in flat(body.text)


def test_a_file_that_is_too_large_to_attach_is_linked_beside_the_attached_ones() -> None:
    body = mail(documents.NORMAL, dataclasses.replace(LINKED, size=40_000_000), WORKBOOK)
    page = Page(body.html)
    assert page.links == [LINK, PAGE, UNSUBSCRIBE]
    assert "weekly.pdf 40.0 MB weekly.xlsx 1.3 MB, attached" in page.text
    assert "The link works until" in page.text


def test_numbers_and_dates_are_written_for_the_readers_locale() -> None:
    body = mail(dataclasses.replace(documents.NORMAL, look=Look(locale=Locale.DE)), WORKBOOK)
    for said in (Page(body.html).text, flat(body.text)):
        assert "97,6 %" in said
        assert "▼ 0,4 pt" in said
        assert "1,3 MB" in said
        assert "Data as of 23. Nov. 2026, 09:00 (New York)" in said


def test_links_lead_to_the_file_the_page_and_out(normal: MailBody) -> None:
    assert Page(normal.html).links == [LINK, PAGE, UNSUBSCRIBE]
    for url in (LINK, PAGE, UNSUBSCRIBE):
        assert url in normal.text
    assert "The link works until 24 Nov 2026, 09:00 (New York)." in Page(normal.html).text


def test_an_attached_report_is_named_and_the_button_opens_the_page() -> None:
    body = mail(documents.NORMAL, ATTACHED)
    for said in (Page(body.html).text, flat(body.text)):
        assert "The link works" not in said
    assert "Attached weekly.pdf 84 KB" in Page(body.html).text
    assert "Attached: weekly.pdf (84 KB)" in flat(body.text)
    assert Page(body.html).links == [PAGE, UNSUBSCRIBE]


def test_a_mail_without_unsubscribe_address_offers_none() -> None:
    body = write_mail(documents.NORMAL, files=(ATTACHED,), unsubscribe_url="", page_url="")
    assert "Unsubscribe" not in body.html + body.text
    assert Page(body.html).links == []


def test_an_empty_period_is_said_kindly_without_figures_or_chart() -> None:
    body = mail(documents.EMPTY)
    assert words.NO_ACTIVITY in Page(body.html).text
    assert words.NO_ACTIVITY in body.text
    assert body.inline == ()
    assert "<img" not in body.html
    assert "Sent:" not in body.text


NASTY = (
    '</mj-text><script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "{{0}} {{1}} {{title}} <mj-raw>",
    "-->]]><![endif]--> &lt;b&gt; &amp;",
)


def test_user_text_is_only_ever_text() -> None:
    body = mail(documents.with_names(NASTY))
    page = Page(body.html)
    plain = Page(mail(documents.with_names(("a", "b", "c"))).html)
    assert page.tags == plain.tags
    assert page.links == plain.links
    assert page.pictures[0][0] == f"cid:{CHART_ID}"
    assert NASTY[0] in page.text
    assert NASTY[2] in page.text
    assert "{{0}} {{1}} {{title}} <mj-raw>" not in body.html


def test_slots_in_user_text_stay_text() -> None:
    body = mail(dataclasses.replace(documents.NORMAL, title="{{0}}{{7}}"))
    assert "{{0}}{{7}}" in Page(body.html).text


def test_naughty_strings_make_a_whole_mail() -> None:
    for name in documents.naughty()[::5]:
        body = mail(dataclasses.replace(documents.NORMAL, title=name, scope=name, sections=(documents.FINDINGS,)))
        assert body.html.endswith("</html>")
        shown = words.printable(name, 120)
        assert not shown or html.escape(shown) in body.html
        assert not shown or shown in body.text


@pytest.mark.parametrize("message", ["", '"' * 4001, "x\n\n" * 2000, "🧨" * 9000])
def test_the_html_stays_under_100_kb_whatever_comes_in(message: str) -> None:
    worst = "<&\"'>" * 2000
    document = documents.with_names((worst,) * 40)
    many = Findings(findings=tuple(dataclasses.replace(f, detail=worst) for f in documents.FINDINGS.findings * 10))
    figures = dataclasses.replace(documents.NORMAL.sections[0], figures=documents.FIGURES * 5)  # type: ignore[type-var]
    document = dataclasses.replace(document, sections=(figures, many, documents.LINE), notes=(worst,) * 50)
    file = FileShown(name=worst, size=1, href=LINK)
    body = mail(document, *[file] * 30, message=message)
    assert len(body.html.encode()) < 100_000
    assert html.escape(worst[:30]) in body.html
    assert "15 more in the report." in body.html
    assert "44 more notes are in the report." in body.html


def test_dark_clients_get_dark_colours(normal: MailBody) -> None:
    assert "prefers-color-scheme:dark" in normal.html
    assert 'name="color-scheme" content="light dark"' in normal.html
    assert 'lang="en"' in normal.html


def test_the_page_is_built_of_what_outlook_knows(normal: MailBody) -> None:
    body = mail(branded(logo(480, 96)), message=MESSAGE)
    styles = " ".join(re.findall(r'style="([^"]*)"', body.html))
    assert not re.search(r"flex|grid|float|position:|background-image|var\(|calc\(", styles)
    assert "<!--[if mso | IE]>" in body.html
    assert "o:PixelsPerInch" in body.html
    for picture in re.findall(r"<img[^>]*>", body.html):
        assert re.search(r'width="[0-9]+"', picture), picture
    # Outlook knows neither the dark nor `display:none`: the second chart is not there for it at all.
    assert re.search(
        r"<!--\[if !mso\]><!--><div class=\"night\"[^>]*mso-hide:all[^>]*>.*?</div><!--<!\[endif\]-->", body.html
    )
    (button,) = re.findall(r'<td[^>]*bgcolor="(#[0-9a-f]{6})"[^>]*role="presentation"[^>]*>', body.html)
    assert colours.contrast(button, "#ffffff") > 4.5
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", body.html))


def failure(*, paused: bool, what: str = "The mail server refused the login.") -> MailBody:
    return write_failure_mail(
        schedule_name="Weekly <b>numbers</b>",
        what=what,
        whose_turn="Your operator must correct OUTBRIEF_EMAIL_URL.",
        how_to_rerun="Then press Run now on the schedule's page.",
        paused=paused,
        page_url=PAGE,
        brand=documents.BRAND,
    )


@pytest.mark.parametrize("paused", [False, True])
def test_a_failure_mail_says_what_happened_whose_turn_it_is_and_what_to_do(paused: bool) -> None:
    body = failure(paused=paused)
    page = Page(body.html)
    assert body.subject == "Weekly <b>numbers</b> could not be sent"
    for said in (page.text, flat(body.text)):
        assert "Weekly <b>numbers</b> could not be sent" in said
        assert "The mail server refused the login." in said
        assert "Your operator must correct OUTBRIEF_EMAIL_URL." in said
        assert "Then press Run now" in said
        assert ("The schedule is paused" in said) is paused
    assert page.links == [PAGE]
    assert PAGE in body.text
    assert "b" not in page.tags
    assert body.inline == ()


def test_a_failure_mail_holds_a_message_of_any_length() -> None:
    assert len(failure(paused=True, what="x" * 100_000).html) < 100_000

import dataclasses
import html
import struct
from html.parser import HTMLParser

import pytest

from outbrief.render import words
from outbrief.render.mail import CHART_ID, FileShown, MailBody, write_failure_mail, write_mail
from outbrief.terms.document import Document, Findings
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
        assert "16 – 22 November 2026, compared with 9 – 15 November 2026" in said
        assert "Data as of 23 Nov 2026, 09:00 (New York)" in said
        assert "rather than a count" in said


def test_the_subject_names_report_and_period_on_one_line(normal: MailBody) -> None:
    assert normal.subject == "Weekly campaign performance: 16 – 22 November 2026"
    sly = mail(dataclasses.replace(documents.NORMAL, title="a\r\nBcc: x@y.test\n" + "b" * 300)).subject
    assert "\n" not in sly
    assert "\r" not in sly
    assert len(sly) <= 152


def test_one_chart_is_inline_with_its_text_alternative(normal: MailBody) -> None:
    (picture,) = normal.inline
    assert (picture.content_type, picture.content_id) == ("image/png", CHART_ID)
    assert struct.unpack(">I", picture.content[16:20]) == (1000,)
    assert len(picture.content) < 200_000
    assert Page(normal.html).pictures == [(f"cid:{CHART_ID}", documents.LINE.alt)]
    assert documents.LINE.alt in normal.text


def test_links_lead_to_the_file_the_page_and_out(normal: MailBody) -> None:
    assert Page(normal.html).links == [LINK, PAGE, UNSUBSCRIBE]
    for url in (LINK, PAGE, UNSUBSCRIBE):
        assert url in normal.text
    assert "The link works until 24 Nov 2026, 09:00 (New York)." in Page(normal.html).text


def test_an_attached_report_is_named_and_the_button_opens_the_page() -> None:
    body = mail(documents.NORMAL, ATTACHED)
    for said in (Page(body.html).text, flat(body.text)):
        assert "Attached: weekly.pdf (84 KB)" in said
        assert "The link works" not in said
    assert Page(body.html).links == [PAGE, PAGE, UNSUBSCRIBE]


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


def test_the_html_stays_under_100_kb_whatever_the_document_holds() -> None:
    worst = "<&\"'>" * 2000
    document = documents.with_names((worst,) * 40)
    many = Findings(findings=tuple(dataclasses.replace(f, detail=worst) for f in documents.FINDINGS.findings * 10))
    figures = dataclasses.replace(documents.NORMAL.sections[0], figures=documents.FIGURES * 5)  # type: ignore[type-var]
    body = mail(dataclasses.replace(document, sections=(figures, many, documents.LINE), notes=(worst,) * 50))
    assert len(body.html.encode()) < 100_000
    assert "15 more in the report." in body.html
    assert "44 more notes are in the report." in body.html


def test_dark_clients_get_dark_colours(normal: MailBody) -> None:
    assert "prefers-color-scheme:dark" in normal.html
    assert 'name="color-scheme" content="light dark"' in normal.html
    assert 'lang="en"' in normal.html


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

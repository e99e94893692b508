"""The mails of a report, as HTML and as text that says the same."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outbrief.render import colours, mjml, words
from outbrief.render.mail_pictures import (
    CHART_ID,
    CHART_SHOWN,
    DARK_CHART_ID,
    LOGO_ID,
    key_chart,
    logo_size,
    pictures,
)
from outbrief.terms import locale
from outbrief.terms.delivery import Attachment
from outbrief.terms.document import Document, Figure, Finding, Findings, change_of
from outbrief.terms.locale import THIN
from outbrief.terms.look import Brand

_MOST_FIGURES, _MOST_FINDINGS, _MOST_NOTES, _MOST_FILES = 8, 5, 6, 6
_NAME, _SUBJECT, _MESSAGE = 120, 250, 4000
# Mail programs cut a mail of more than 102 KB; sentences are shortened step by step until it is smaller.
_SENTENCES, _MOST_BYTES = (500, 200, 60), 100_000


@dataclass(frozen=True, kw_only=True)
class MailBody:
    """What a mail says: `html` and `text` alike; `inline` are the pictures that the HTML shows by their content id."""

    subject: str
    html: str
    text: str
    inline: tuple[Attachment, ...]


@dataclass(frozen=True, kw_only=True)
class FileShown:
    """A file of the report: its name, its size in bytes, and the address to fetch it from, None when it is attached."""

    name: str
    size: int
    href: str | None


def write_mail(
    document: Document,
    *,
    files: Sequence[FileShown],
    link_expires: str = "",
    unsubscribe_url: str,
    page_url: str,
    subject: str | None = None,
    message: str = "",
) -> MailBody:
    """Write the mail of a report: key figures with their change, findings, one chart, and where the whole report is.

    `files` are attached or linked; `link_expires` says in words until when the links work. `subject` is complete;
    without one, it names report and period. `message` is the tenant's own plain text. An empty `unsubscribe_url` or
    `page_url` leaves that link out. The HTML stays under 100 KB, whatever the document holds.
    """
    with locale.writing_in(document.look.locale):
        return _write(document, files, link_expires, unsubscribe_url, page_url, subject, message)


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file in words; `href` is empty when it needs no link of its own."""

    name: str
    size: str
    attached: bool
    href: str


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What a mail says, fit for print, before it is HTML or text."""

    title: str
    sender: str
    kind: str
    lines: list[str]
    own: list[list[str]]
    figures: list[mjml.Tile]
    findings: list[Finding]
    more: str
    chart: tuple[str, str] | None
    files: list[_File]
    until: str
    button: tuple[str, str]
    below: list[str]
    links: list[tuple[str, str]]


def _write(
    document: Document,
    files: Sequence[FileShown],
    link_expires: str,
    unsubscribe_url: str,
    page_url: str,
    subject: str | None,
    message: str,
) -> MailBody:
    button = _button(files, page_url)
    for longest in _SENTENCES:
        figures = () if document.empty else document.figures()[:_MOST_FIGURES]
        said = _Said(
            title=_title(document),
            sender=words.printable(document.brand.name, 60),
            kind=words.REPORT_NAMES[document.report_type],
            lines=_covered(document),
            own=_own_words(message),
            figures=[_tile(figure) for figure in figures],
            findings=[_shortened(one, longest) for one in _findings(document)[:_MOST_FINDINGS]],
            more=_more(_findings(document)),
            chart=_chart_words(document, longest),
            files=_shown(files, button[1]),
            until=_until(files, link_expires),
            button=button,
            below=_below(document, longest),
            links=_links("" if button[1] == page_url else page_url, unsubscribe_url),
        )
        html = _html(said, document)
        if len(html.encode()) < _MOST_BYTES:
            break
    return MailBody(
        subject=words.printable(subject or "", _SUBJECT) or _subject(document, said.title),
        html=html,
        text=_text(said),
        inline=pictures(document),
    )


def _html(said: _Said, document: Document) -> str:
    slots, accent = mjml.Slots(), colours.accent(document.brand)
    panel, kicker = [], _kicker(said)
    if size := logo_size(document.brand):
        panel.append(mjml.logo(slots, content_id=LOGO_ID, alt=said.sender, width=size[0], height=size[1]))
        kicker = said.kind
    panel.append(mjml.heading(slots, kicker=kicker, title=said.title, lines=said.lines, accent=accent))
    if said.own:
        panel.append(mjml.letter(slots, said.own))
    panel.append(mjml.tiles(slots, said.figures))
    for place, one in enumerate(said.findings):
        look = {"headline": one.headline, "detail": one.detail, "verdict": one.verdict}
        panel.append(mjml.callout(slots, **look, above=8 if place else 22))
    if said.more:
        panel.append(mjml.section(mjml.paragraph(slots.put(said.more), muted=True, above=6)))
    if said.chart:
        title, alt = said.chart
        ids = {"content_id": CHART_ID, "dark_id": DARK_CHART_ID}
        panel.append(mjml.picture(slots, title=title, alt=alt, width=CHART_SHOWN, **ids))
    if whole := _whole_report(slots, said, accent):
        panel.append(mjml.section(whole, above=26 if said.files else 0))
    links = " · ".join(slots.link(name, url) for name, url in said.links)
    footer = [*(slots.put(line) for line in said.below), *filter(None, [links])]
    preview = said.findings[0].headline if document.empty else ", ".join(map(_figure_line, said.figures[:3]))
    return mjml.compose(slots, title=said.title, preview=preview, accent=accent, panel=panel, footer=footer)


def _whole_report(slots: mjml.Slots, said: _Said, accent: str) -> str:
    """Give MJML that names the files and leads to the report; empty when there is neither file nor address."""
    whole = ""
    if said.files:
        attached = all(file.attached for file in said.files)
        whole += mjml.subtitle(slots, "Attached" if attached else "Download")
        for file in said.files:
            aside = file.size if attached or not file.attached else f"{file.size}, attached"
            whole += mjml.file_line(slots, name=file.name, aside=aside, url=file.href)
    act, target = said.button
    if target:
        whole += mjml.button(slots, text=act, url=target, accent=accent)
    if said.until:
        whole += mjml.paragraph(slots.put(said.until), muted=True, above=10)
    return whole


def write_failure_mail(
    *,
    schedule_name: str,
    what: str,
    whose_turn: str,
    how_to_rerun: str,
    paused: bool,
    page_url: str,
    brand: Brand,
) -> MailBody:
    """Write the one mail to the owner of a schedule after its last attempt failed.

    `what` says what happened, `whose_turn` who must act, `how_to_rerun` how to run it again; with `paused` the mail
    also says that the schedule sends nothing more until somebody resumes it.
    """
    slots, accent = mjml.Slots(), colours.accent(brand)
    name = words.printable(schedule_name, _NAME)
    title = f"{name} could not be sent"
    pause = "The schedule is paused, so it sends nothing more until somebody resumes it." if paused else ""
    said = [words.printable(text, _SENTENCES[0] * 2) for text in (what, whose_turn, how_to_rerun)]
    panel = [
        mjml.heading(slots, kicker=words.printable(brand.name, _NAME), title=title, lines=(), accent=accent),
        mjml.callout(slots, headline=said[0], detail="", verdict="bad", above=14),
    ]
    rest = [text for text in (pause, *said[1:]) if text]
    content = "".join(mjml.paragraph(slots.put(text), above=14) for text in rest)
    act = "Review and resume the schedule" if paused else "Open the schedule"
    content += mjml.button(slots, text=act, url=page_url, accent=accent) if page_url else ""
    panel.append(mjml.section(content, above=4))
    why = f"You get this mail because you own this schedule at {words.printable(brand.name, _NAME)}."
    html = mjml.compose(slots, title=title, preview=said[0], accent=accent, panel=panel, footer=[slots.put(why)])
    text = "\n\n".join(filter(None, [title, said[0], *rest, f"{act}: {page_url}" if page_url else "", why])) + "\n"
    return MailBody(subject=title, html=html, text=text, inline=())


def _title(document: Document) -> str:
    return words.printable(document.title, _NAME) or words.REPORT_NAMES[document.report_type]


def _kicker(said: _Said) -> str:
    return " · ".join(filter(None, (said.sender, said.kind)))


def _covered(document: Document) -> list[str]:
    """Say what the figures are of, and what they are compared with."""
    period, scope = words.printable(document.period_label, _NAME), words.printable(document.scope, _NAME)
    comparison = words.printable(document.comparison_label, _NAME)
    lines = [" · ".join(filter(None, (period, scope))), f"Compared with {comparison}" if comparison else ""]
    return [line for line in lines if line]


def _tile(figure: Figure) -> mjml.Tile:
    moved = change_of(figure)
    return mjml.Tile(
        label=words.printable(figure.label, 60),
        value=words.measure(figure.value, figure.kind),
        change=words.change(figure),
        verdict=moved.verdict if moved else "neutral",
        aside=words.printable(words.aside(figure), 100),
    )


def _findings(document: Document) -> tuple[Finding, ...]:
    if document.empty:
        return (Finding(headline=words.NO_ACTIVITY, detail=words.NO_ACTIVITY_DETAIL, verdict="neutral"),)
    return tuple(f for section in document.sections if isinstance(section, Findings) for f in section.findings)


def _shortened(finding: Finding, longest: int) -> Finding:
    headline, detail = words.printable(finding.headline, longest), words.printable(finding.detail, longest)
    return Finding(headline=headline, detail=detail, verdict=finding.verdict)


def _more(findings: Sequence[Finding]) -> str:
    rest = len(findings) - _MOST_FINDINGS
    return f"{rest} more in the report." if rest > 0 else ""


def _chart_words(document: Document, longest: int) -> tuple[str, str] | None:
    """Give title and text alternative of the chart."""
    chart = key_chart(document)
    return (words.printable(chart.title, _NAME), words.printable(chart.alt, longest)) if chart else None


def _own_words(message: str) -> list[list[str]]:
    """Give the paragraphs of the tenant's own message, which empty lines part, each as its lines."""
    told = message.strip()
    cut = f"{told[:_MESSAGE]}…" if len(told) > _MESSAGE else told
    lines = [words.printable(line) for line in cut.splitlines()]
    return [[*paragraph] for said, paragraph in itertools.groupby(lines, key=bool) if said]


def _button(files: Sequence[FileShown], page_url: str) -> tuple[str, str]:
    """Give the button's words and address: the file when it is the only one and not attached, else the page."""
    if len(files) == 1 and files[0].href:
        return "Download the report", files[0].href
    return "Open in Outbrief", page_url


def _shown(files: Sequence[FileShown], target: str) -> list[_File]:
    """Put files in words; the one that the button fetches needs no link of its own."""
    return [
        _File(
            name=words.printable(file.name, _NAME),
            size=_size(file.size),
            attached=file.href is None,
            href=file.href if file.href and file.href != target else "",
        )
        for file in files[:_MOST_FILES]
    ]


def _until(files: Sequence[FileShown], expires: str) -> str:
    linked = sum(file.href is not None for file in files)
    if not linked or not expires:
        return ""
    works = "link works" if linked == 1 else "links work"
    return f"The {works} until {words.printable(expires, _NAME)}."


def _size(size: int) -> str:
    if size < 999_500:
        return f"{words.number(max(1, round(size / 1000)))}{THIN}KB"
    return f"{words.number(size / 1e6, 1)}{THIN}MB"


def _subject(document: Document, title: str) -> str:
    return f"{words.printable(title, 100)}: {words.printable(document.period_label, 50)}"


def _links(page_url: str, unsubscribe_url: str) -> list[tuple[str, str]]:
    links = (("Open in Outbrief", page_url), ("Unsubscribe from this report", unsubscribe_url))
    return [(name, url) for name, url in links if url]


def _below(document: Document, longest: int) -> list[str]:
    """Give the small lines at the end: notes, how fresh the figures are, and why this mail came."""
    notes = [words.printable(note, longest) for note in document.notes[:_MOST_NOTES]]
    if (rest := len(document.notes) - _MOST_NOTES) > 0:
        notes.append(f"{rest} more notes are in the report.")
    why = f"You get this mail because {words.printable(document.brand.name, 60)} sends you this report."
    return [*notes, f"{words.sentence(words.as_of(document))}.", why]


def _figure_line(tile: mjml.Tile) -> str:
    changed = f" ({tile.change})" if tile.change else ""
    return f"{tile.label}: {tile.value}{changed}"


def _text(said: _Said) -> str:
    """Say in plain text what the HTML says; the chart becomes its text alternative."""
    act, target = said.button
    blocks = [
        _joined([_kicker(said), said.title, *said.lines]),
        *map(_joined, said.own),
        _joined(", ".join(filter(None, (_figure_line(tile), tile.aside))) for tile in said.figures),
        _joined(f"* {' '.join(filter(None, (one.headline, one.detail)))}" for one in said.findings),
        said.more,
        ": ".join(filter(None, said.chart or ())),
        _joined(_file_text(file) for file in said.files),
        _joined([f"{act}: {target}" if target else "", said.until]),
        _joined(said.below),
        _joined(f"{name}: {url}" for name, url in said.links),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _file_text(file: _File) -> str:
    named = f"{'Attached: ' if file.attached else ''}{file.name} ({file.size})"
    return f"{named}: {file.href}" if file.href else named


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))

"""The mails of a report, as HTML and as text that says the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outbrief.render import chart as charts
from outbrief.render import colours, mjml, words
from outbrief.terms import locale
from outbrief.terms.delivery import Attachment
from outbrief.terms.document import Chart, Document, Figure, Finding, Findings, change_of
from outbrief.terms.locale import THIN
from outbrief.terms.look import Brand

CHART_ID = "chart@outbrief"
_MOST_FIGURES, _MOST_FINDINGS, _MOST_NOTES = 8, 5, 6
# Drawn narrow, so that its text is still read on a telephone, and sharp on a dense screen.
_CHART_WIDTH, _SHOWN_WIDTH, _CHART_SCALE = 400, 500, 2.5
_NAME, _SENTENCE, _SUBJECT = 120, 500, 250
_MESSAGE, _MOST_LINES, _MOST_FILES = 4000, 200, 6


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


def _write(
    document: Document,
    files: Sequence[FileShown],
    link_expires: str,
    unsubscribe_url: str,
    page_url: str,
    subject: str | None,
    message: str,
) -> MailBody:
    slots, accent = mjml.Slots(), colours.accent(document.brand)
    title = _title(document)
    figures = () if document.empty else document.figures()[:_MOST_FIGURES]
    findings = () if document.empty else _findings(document)
    chart = None if document.empty else _key_chart(document)
    lines = [words.subtitle(document), words.printable(document.scope, _NAME)]
    own = _own_words(message)
    panel = [_heading(slots, document, title, lines, accent)]
    if own:
        panel.append(mjml.section(mjml.paragraph(slots.lines(own), above=16)))
    if document.empty:
        panel.append(_callout(slots, _no_activity(), above=18))
    panel.append(mjml.tiles(slots, [_tile(figure) for figure in figures]))
    panel += [_callout(slots, one, above=8 if i else 20) for i, one in enumerate(findings[:_MOST_FINDINGS])]
    if more := _more(findings):
        panel.append(mjml.section(mjml.paragraph(slots.put(more), muted=True, above=6)))
    if chart:
        alt = words.printable(chart.alt, _SENTENCE)
        shown = words.printable(chart.title, _NAME)
        panel.append(mjml.picture(slots, title=shown, content_id=CHART_ID, alt=alt, width=_SHOWN_WIDTH))
    act, target = _button(files, page_url)
    listed, until = _shown(files, target), _until(files, link_expires)
    whole = "".join(mjml.paragraph(_file_line(slots, *one), above=0 if i else 22) for i, one in enumerate(listed))
    if until:
        whole += mjml.paragraph(slots.put(until), muted=True, above=2 if listed else 22)
    if target:
        whole += mjml.button(slots, text=act, url=target, accent=accent)
    if whole:
        panel.append(mjml.section(whole))
    below = _below(document)
    footer = [slots.put(line) for line in below]
    links = _links(page_url, unsubscribe_url)
    footer.append(" · ".join(slots.link(name, url) for name, url in links))
    html = mjml.compose(
        slots,
        title=title,
        preview=_preview(document, figures),
        accent=accent,
        panel=panel,
        footer=[*filter(None, footer)],
    )
    where = [f"{said}: {href}" if href else said for said, href in listed]
    where += [until, f"{act}: {target}" if target else ""]
    return MailBody(
        subject=words.printable(subject or "", _SUBJECT) or _subject(document, title),
        html=html,
        text=_text(document, [title, *lines], own, figures, findings, chart, where, below, links),
        inline=(_inline(chart, document.brand),) if chart else (),
    )


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
    said = [words.printable(text, _SENTENCE * 2) for text in (what, whose_turn, how_to_rerun)]
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


def _heading(slots: mjml.Slots, document: Document, title: str, lines: Sequence[str], accent: str) -> str:
    name = words.printable(document.brand.name, 60)
    kicker = " · ".join(filter(None, (name, words.REPORT_NAMES[document.report_type])))
    return mjml.heading(slots, kicker=kicker, title=title, lines=[*filter(None, lines)], accent=accent)


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
    return tuple(f for section in document.sections if isinstance(section, Findings) for f in section.findings)


def _callout(slots: mjml.Slots, finding: Finding, *, above: int) -> str:
    return mjml.callout(
        slots,
        headline=words.printable(finding.headline, _SENTENCE),
        detail=words.printable(finding.detail, _SENTENCE),
        verdict=finding.verdict,
        above=above,
    )


def _no_activity() -> Finding:
    return Finding(headline=words.NO_ACTIVITY, detail=words.NO_ACTIVITY_DETAIL, verdict="neutral")


def _more(findings: Sequence[Finding]) -> str:
    rest = len(findings) - _MOST_FINDINGS
    return f"{rest} more in the report." if rest > 0 else ""


def _key_chart(document: Document) -> Chart | None:
    """Choose the one chart of the mail: the first over days, else the first."""
    drawn = document.charts()
    return next((chart for chart in drawn if chart.form == "line"), next(iter(drawn), None))


def _inline(chart: Chart, brand: Brand) -> Attachment:
    png = charts.chart_png(chart, brand, _CHART_SCALE, width=_CHART_WIDTH)
    return Attachment(filename="chart.png", content_type="image/png", content=png, content_id=CHART_ID)


def _own_words(message: str) -> list[str]:
    """Give the lines of the tenant's own message; an empty line parts its paragraphs."""
    cut = message.strip()[:_MESSAGE]
    lines = [words.printable(line) for line in cut.splitlines()]
    return [line for i, line in enumerate(lines) if line or lines[i - 1]][:_MOST_LINES]


def _button(files: Sequence[FileShown], page_url: str) -> tuple[str, str]:
    """Give the button's words and address: the file when it is the only one and not attached, else the page."""
    if len(files) == 1 and files[0].href:
        return "Download the report", files[0].href
    return "Open in Outbrief", page_url


def _shown(files: Sequence[FileShown], target: str) -> list[tuple[str, str]]:
    """Say which files there are, a line for each with its address; the file that the button fetches needs none."""
    lines = []
    for file in files[:_MOST_FILES]:
        named = f"{words.printable(file.name, _NAME)} ({_size(file.size)})"
        if file.href is None:
            lines.append((f"Attached: {named}", ""))
        elif file.href != target:
            lines.append((named, file.href))
    return lines


def _file_line(slots: mjml.Slots, said: str, href: str) -> str:
    return slots.link(said, href) if href else slots.put(said)


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


def _below(document: Document) -> list[str]:
    """Give the small lines at the end: notes, how fresh the figures are, and why this mail came."""
    notes = [words.printable(note, _SENTENCE) for note in document.notes[:_MOST_NOTES]]
    if rest := len(document.notes) - _MOST_NOTES:
        notes += [f"{rest} more notes are in the report."] if rest > 0 else []
    why = f"You get this mail because {words.printable(document.brand.name, 60)} sends you this report."
    return [*notes, f"{words.sentence(words.as_of(document))}.", why]


def _preview(document: Document, figures: Sequence[Figure]) -> str:
    if document.empty:
        return words.NO_ACTIVITY
    return ", ".join(_figure_line(figure) for figure in figures[:3])


def _figure_line(figure: Figure) -> str:
    tile = _tile(figure)
    changed = f" ({tile.change})" if tile.change else ""
    return f"{tile.label}: {tile.value}{changed}"


def _text(
    document: Document,
    heading: Sequence[str],
    own: Sequence[str],
    figures: Sequence[Figure],
    findings: Sequence[Finding],
    chart: Chart | None,
    where: Sequence[str],
    below: Sequence[str],
    links: Sequence[tuple[str, str]],
) -> str:
    """Say in plain text what the HTML says; the chart becomes its text alternative."""
    told = [_no_activity()] if document.empty else [*findings[:_MOST_FINDINGS]]
    asides = [words.printable(words.aside(figure), 100) for figure in figures]
    blocks = [
        _joined(heading),
        "\n".join(own),
        _joined(
            [f"{_figure_line(f)}{f', {aside}' if aside else ''}" for f, aside in zip(figures, asides, strict=True)]
        ),
        _joined(f"* {' '.join(filter(None, (words.printable(f.headline), words.printable(f.detail))))}" for f in told),
        _more(findings),
        words.printable(chart.alt) if chart else "",
        _joined(where),
        _joined(below),
        _joined(f"{name}: {url}" for name, url in links),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))

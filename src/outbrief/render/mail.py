"""The mails of a report, as HTML and as text that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from outbrief.render import chart as charts
from outbrief.render import colours, mjml, words
from outbrief.terms.delivery import Attachment
from outbrief.terms.document import Chart, Document, Figure, Finding, Findings, change_of
from outbrief.terms.look import Brand

CHART_ID = "chart@outbrief"
_MOST_FIGURES, _MOST_FINDINGS, _MOST_NOTES = 8, 5, 6
# Drawn narrow, so that its text is still read on a telephone, and sharp on a dense screen.
_CHART_WIDTH, _SHOWN_WIDTH, _CHART_SCALE = 400, 500, 2.5
_NAME, _SENTENCE = 120, 500


@dataclass(frozen=True, kw_only=True)
class MailBody:
    """What a mail says: `html` and `text` alike; `inline` are the pictures that the HTML shows by their content id."""

    subject: str
    html: str
    text: str
    inline: tuple[Attachment, ...]


def write_mail(
    document: Document,
    *,
    link: str | None,
    link_expires: str = "",
    attachment_name: str | None,
    unsubscribe_url: str,
    page_url: str,
) -> MailBody:
    """Write the mail of a report: key figures with their change, findings, one chart, and where the whole report is.

    `link` is the address of the file, `link_expires` says in words until when it works, `attachment_name` is the
    file's name when it is attached. An empty `unsubscribe_url` or `page_url` leaves that link out. The HTML stays
    under 100 KB, whatever the document holds.
    """
    slots, accent = mjml.Slots(), colours.accent(document.brand)
    title = _title(document)
    figures = () if document.empty else document.figures()[:_MOST_FIGURES]
    findings = () if document.empty else _findings(document)
    chart = None if document.empty else _key_chart(document)
    lines = [words.subtitle(document), words.printable(document.scope, _NAME)]
    panel = [_heading(slots, document, title, lines, accent)]
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
    target, said, where = _whole_report(link, link_expires, attachment_name, page_url)
    whole = mjml.paragraph(slots.put(where), above=22) if where else ""
    if target:
        whole += mjml.button(slots, text=said, url=target, accent=accent)
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
    return MailBody(
        subject=f"{words.printable(title, 100)}: {words.printable(document.period_label, 50)}",
        html=html,
        text=_text(document, title, lines, figures, findings, chart, where, (said, target), below, links),
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


def _whole_report(link: str | None, expires: str, attached: str | None, page_url: str) -> tuple[str, str, str]:
    """Say where the whole report is: the button's address, its words, and the sentence above it."""
    until = words.printable(expires, _NAME)
    sentence = f"The whole report is attached as {words.printable(attached, _NAME)}." if attached else ""
    if link:
        works = f"The link works until {until}." if until else ""
        return link, "Download the report", " ".join(filter(None, (sentence, works)))
    return page_url, "Open in Outbrief", sentence


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
    title: str,
    lines: Sequence[str],
    figures: Sequence[Figure],
    findings: Sequence[Finding],
    chart: Chart | None,
    where: str,
    target: tuple[str, str],
    below: Sequence[str],
    links: Sequence[tuple[str, str]],
) -> str:
    """Say in plain text what the HTML says; the chart becomes its text alternative."""
    told = [_no_activity()] if document.empty else [*findings[:_MOST_FINDINGS]]
    asides = [words.printable(words.aside(figure), 100) for figure in figures]
    blocks = [
        [title, *lines],
        [f"{_figure_line(f)}{f', {aside}' if aside else ''}" for f, aside in zip(figures, asides, strict=True)],
        [f"* {' '.join(filter(None, (words.printable(f.headline), words.printable(f.detail))))}" for f in told],
        [_more(findings)],
        [words.printable(chart.alt)] if chart else [],
        [where, f"{target[0]}: {target[1]}" if target[1] else ""],
        [*below],
        [f"{name}: {url}" for name, url in links],
    ]
    kept = ["\n".join(filter(None, block)) for block in blocks]
    return "\n\n".join(filter(None, kept)) + "\n"

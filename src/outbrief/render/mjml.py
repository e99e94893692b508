"""Mail in MJML: the parts of a message, and the way user text gets into it.

MJML is compiled with numbered slots where text belongs; the text, escaped for HTML, replaces them in the compiled page.
So the compiler never sees what a user typed, and neither text nor address can become a tag.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import mrml

from outbrief.render import colours, words

_FACES = "'Hanken Grotesk', -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_SLOT = re.compile(r"\{\{([0-9]+)\}\}")
_TINTS = {"good": ("#eef8f3", "#12261f"), "bad": ("#fff5ed", "#2b1b14"), "neutral": (colours.GROUND, "#1d222b")}
_EDGES = {"good": colours.GOOD, "bad": colours.BAD, "neutral": colours.GREY}


@dataclass(frozen=True, kw_only=True)
class Slots:
    """The texts of one mail, in the order they were put in."""

    texts: list[str] = field(default_factory=list)

    def put(self, text: str) -> str:
        """Keep a text and give the slot that stands for it."""
        self.texts.append(html.escape(words.clean(text), quote=True))
        return "{{" + str(len(self.texts) - 1) + "}}"

    def lines(self, texts: Sequence[str]) -> str:
        """Keep lines of text and give their slots, each on a line of its own."""
        return "<br/>".join(self.put(text) if text else "" for text in texts)

    def link(self, text: str, url: str) -> str:
        """Give a link; its text and address are slots."""
        return f'<a class="link" href="{self.put(url)}">{self.put(text)}</a>'

    def fill(self, page: str) -> str:
        """Replace every slot by its text, once: a slot inside a text stays text."""
        return _SLOT.sub(lambda match: self.texts[int(match[1])], page)


def compose(slots: Slots, *, title: str, preview: str, accent: str, panel: Sequence[str], footer: Sequence[str]) -> str:
    """Compile a whole mail: `panel` holds MJML sections on the white ground, `footer` lines of MJML text below it."""
    below = "".join(f'<mj-text css-class="muted" {_MUTED} padding="3px 0">{line}</mj-text>' for line in footer)
    page = (
        f'<mjml lang="en"><mj-head><mj-title>{slots.put(title)}</mj-title><mj-preview>{slots.put(preview)}</mj-preview>'
        '<mj-raw><meta name="color-scheme" content="light dark"/>'
        '<meta name="supported-color-schemes" content="light dark"/></mj-raw>'
        f'<mj-attributes><mj-all font-family="{_FACES}"/>'
        f'<mj-text font-size="14px" line-height="1.5" color="{colours.INK}" padding="0"/>'
        '<mj-section padding="0"/><mj-column padding="0"/></mj-attributes>'
        f"<mj-style>{_style(accent)}</mj-style></mj-head>"
        f'<mj-body background-color="{colours.GROUND}" css-class="ground" width="600px">'
        f'<mj-section padding="12px 0 0"><mj-column><mj-spacer height="4px"/></mj-column></mj-section>'
        f'<mj-wrapper css-class="panel" background-color="{colours.PANEL}" border-radius="10px" padding="24px 20px">'
        f"{''.join(panel)}</mj-wrapper>"
        f'<mj-section padding="14px 20px 28px"><mj-column>{below}</mj-column></mj-section></mj-body></mjml>'
    )
    # By default the library makes the reader's mail program fetch faces it knows by name from another host.
    return slots.fill(mrml.to_html(page, render_options=mrml.RenderOptions(fonts={})).content)


def heading(slots: Slots, *, kicker: str, title: str, lines: Sequence[str], accent: str) -> str:
    """Open a mail with its sender, title and what it covers."""
    ink = colours.readable(accent, colours.PANEL)
    said = "".join(
        f'<mj-text css-class="muted" color="{colours.MUTED}" font-size="13px">{slots.put(line)}</mj-text>'
        for line in lines
    )
    return section(
        f'<mj-text css-class="accent" color="{ink}" font-size="12px" font-weight="600">{slots.put(kicker)}</mj-text>'
        '<mj-text css-class="ink" font-size="21px" font-weight="600" line-height="1.25" padding="4px 0 6px">'
        f"{slots.put(title)}</mj-text>{said}"
    )


def section(content: str, *, above: int = 0) -> str:
    """Put MJML into a section of one column."""
    return f'<mj-section padding="{above}px 0 0"><mj-column>{content}</mj-column></mj-section>'


def paragraph(content: str, *, bold: bool = False, muted: bool = False, above: int = 0) -> str:
    """Set MJML text, already made of slots, as a paragraph."""
    look = f'css-class="muted" {_MUTED}' if muted else f'css-class="ink" font-weight="{600 if bold else 400}"'
    return f'<mj-text {look} padding="{above}px 0 0">{content}</mj-text>'


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One key figure in words; `verdict` colours its change."""

    label: str
    value: str
    change: str
    verdict: str
    aside: str


def tiles(slots: Slots, figures: Sequence[Tile]) -> str:
    """Set key figures four in a row, on a telephone two in a row."""
    rows = []
    for start in range(0, len(figures), 4):
        row: list[Tile | None] = [*figures[start : start + 4]]
        row += [None] * (-len(row) % 4)
        groups = (f"<mj-group>{_tile(slots, row[i])}{_tile(slots, row[i + 1])}</mj-group>" for i in (0, 2))
        rows.append(f'<mj-section padding="6px 0 0">{"".join(groups)}</mj-section>')
    return "".join(rows)


def _tile(slots: Slots, tile: Tile | None) -> str:
    if tile is None:
        return '<mj-column><mj-spacer height="1px"/></mj-column>'
    colour = {"good": colours.GOOD, "bad": colours.BAD}.get(tile.verdict, colours.MUTED)
    change = (
        f'<mj-text css-class="{tile.verdict}" color="{colour}" font-size="12.5px" font-weight="600" line-height="1.4">'
        f"{slots.put(tile.change)}</mj-text>"
    )
    aside = f'<mj-text css-class="muted" {_MUTED}>{slots.put(tile.aside)}</mj-text>'
    return (
        f'<mj-column padding="12px 10px 0 0"><mj-text css-class="muted" {_MUTED}>{slots.put(tile.label)}</mj-text>'
        '<mj-text css-class="ink" font-size="21px" font-weight="600" line-height="1.3">'
        f"{slots.put(tile.value)}</mj-text>{change if tile.change else ''}{aside if tile.aside else ''}</mj-column>"
    )


def callout(slots: Slots, *, headline: str, detail: str, verdict: str, above: int = 8) -> str:
    """Set a finding on a tinted ground with an edge in the colour of its verdict."""
    detail = f" {slots.put(detail)}" if detail else ""
    look = f'background-color="{_TINTS[verdict][0]}" border-left="3px solid {_EDGES[verdict]}" padding="9px 13px"'
    return (
        f'<mj-section padding="{above}px 0 0"><mj-column css-class="tint-{verdict}" {look}>'
        f'<mj-text css-class="ink" font-size="13.5px"><strong>{slots.put(headline)}</strong>{detail}</mj-text>'
        "</mj-column></mj-section>"
    )


def picture(slots: Slots, *, title: str, content_id: str, alt: str, width: int) -> str:
    """Show an inline picture under its title, at most `width` pixels wide."""
    return section(
        f"{paragraph(slots.put(title), bold=True)}"
        f'<mj-image src="cid:{content_id}" alt="{slots.put(alt)}" padding="8px 0 0" border-radius="6px" '
        f'align="left" width="{width}px"/>',
        above=24,
    )


def button(slots: Slots, *, text: str, url: str, accent: str) -> str:
    """Give a button to one address."""
    return (
        f'<mj-button align="left" href="{slots.put(url)}" background-color="{accent}" color="{colours.on(accent)}" '
        'border-radius="7px" font-size="14px" font-weight="600" inner-padding="11px 20px" padding="20px 0 0">'
        f"{slots.put(text)}</mj-button>"
    )


def _style(accent: str) -> str:
    """Give the dark colours, for clients that know them; `!important` since the light ones stand on the elements."""
    tints = "".join(
        f".tint-{verdict},.tint-{verdict}>table,.tint-{verdict}>table>tbody>tr>td{{background-color:{tint} !important}}"
        for verdict, (_, tint) in _TINTS.items()
    )
    return (
        f":root{{color-scheme:light dark}}.link{{color:{colours.readable(accent, colours.GROUND)}}}"
        "@media (prefers-color-scheme:dark){"
        f"body,.ground{{background-color:{colours.DARK_GROUND} !important}}"
        f".panel,.panel>table{{background:{colours.DARK_PANEL} !important}}"
        f".ink div{{color:{colours.DARK_INK} !important}}.muted div{{color:{colours.DARK_MUTED} !important}}"
        f".good div{{color:{colours.DARK_GOOD} !important}}.bad div{{color:{colours.DARK_BAD} !important}}"
        f".neutral div{{color:{colours.DARK_MUTED} !important}}"
        f".accent div,.link{{color:{colours.readable(accent, colours.DARK_PANEL)} !important}}{tints}}}"
    )


_MUTED = f'color="{colours.MUTED}" font-size="12px" line-height="1.45"'

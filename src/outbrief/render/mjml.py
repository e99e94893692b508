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
_EDGES = {
    "good": (colours.GOOD, colours.DARK_GOOD),
    "bad": (colours.BAD, colours.DARK_BAD),
    "neutral": (colours.GREY, colours.MUTED),
}


@dataclass(frozen=True, kw_only=True)
class Slots:
    """The texts of one mail, in the order they were put in."""

    texts: list[str] = field(default_factory=list)

    def put(self, text: str) -> str:
        """Keep a text and give the slot that stands for it."""
        self.texts.append(html.escape(words.clean(text), quote=True))
        return "{{" + str(len(self.texts) - 1) + "}}"

    def paragraphs(self, texts: Sequence[Sequence[str]]) -> str:
        """Keep paragraphs, each of lines of text, and give their slots."""
        return "".join(f"<p>{'<br/>'.join(map(self.put, lines))}</p>" for lines in texts)

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
        f'<mj-text font-size="15px" line-height="1.5" color="{colours.INK}" padding="0"/>'
        '<mj-section padding="0"/><mj-column padding="0"/></mj-attributes>'
        f"<mj-style>{_style(accent)}</mj-style></mj-head>"
        f'<mj-body background-color="{colours.GROUND}" css-class="ground" width="600px">'
        '<mj-section css-class="gap" padding="20px 0 0"><mj-column><mj-spacer height="1px"/></mj-column></mj-section>'
        f'<mj-wrapper css-class="panel" background-color="{colours.PANEL}" border-radius="10px" '
        f'padding="26px 20px 28px">{"".join(panel)}</mj-wrapper>'
        f'<mj-section padding="16px 20px 32px"><mj-column>{below}</mj-column></mj-section></mj-body></mjml>'
    )
    # By default the library makes the reader's mail program fetch faces it knows by name from another host.
    return slots.fill(mrml.to_html(page, render_options=mrml.RenderOptions(fonts={})).content)


def heading(slots: Slots, *, kicker: str, title: str, lines: Sequence[str], accent: str) -> str:
    """Open a mail with its sender, title and what it covers."""
    ink = colours.readable(accent, colours.PANEL)
    said = "".join(
        f'<mj-text css-class="muted" color="{colours.MUTED}" font-size="14px">{slots.put(line)}</mj-text>'
        for line in lines
    )
    return section(
        f'<mj-text css-class="accent" color="{ink}" font-size="13px" font-weight="600">{slots.put(kicker)}</mj-text>'
        f'<mj-text css-class="ink" padding="4px 0 6px">'
        f'<h1 style="{_PLAIN};font-size:22px;line-height:1.25;letter-spacing:-0.3px">'
        f"{slots.put(title)}</h1></mj-text>{said}"
    )


def logo(slots: Slots, *, content_id: str, alt: str, width: int, height: int) -> str:
    """Show a logo, `width` by `height` pixels; where the ground is dark it gets a light card."""
    return section(
        f'<mj-text padding="0 0 20px" line-height="1"><img class="logo" src="cid:{content_id}" alt="{slots.put(alt)}" '
        f'width="{width}" height="{height}" style="{_BLOCK};width:{width}px;height:{height}px"/></mj-text>'
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
        rows.append(f'<mj-section padding="{4 if start else 10}px 0 0">{"".join(groups)}</mj-section>')
    return "".join(rows)


def _tile(slots: Slots, tile: Tile | None) -> str:
    if tile is None:
        return '<mj-column><mj-spacer height="1px"/></mj-column>'
    colour = {"good": colours.GOOD, "bad": colours.BAD}.get(tile.verdict, colours.MUTED)
    # A space that may break: beside a long figure there is no room for its change.
    small = "font-size:12.5px;letter-spacing:-0.1px;white-space:nowrap"
    change = f' <span class="{tile.verdict}" style="color:{colour};{small}">{slots.put(tile.change)}</span>'
    aside = f'<mj-text css-class="muted" {_MUTED}>{slots.put(tile.aside)}</mj-text>'
    return (
        f'<mj-column padding="12px 4px 0 0"><mj-text css-class="muted" {_MUTED}>{slots.put(tile.label)}</mj-text>'
        '<mj-text css-class="ink" font-size="21px" font-weight="600" line-height="1.35" letter-spacing="-0.3px">'
        f"{slots.put(tile.value)}{change if tile.change else ''}</mj-text>{aside if tile.aside else ''}</mj-column>"
    )


def callout(slots: Slots, *, headline: str, detail: str, verdict: str, above: int = 8) -> str:
    """Set a finding on a tinted ground with an edge in the colour of its verdict."""
    detail = f" {slots.put(detail)}" if detail else ""
    look = f'background-color="{_TINTS[verdict][0]}" border-left="3px solid {_EDGES[verdict][0]}" padding="10px 14px"'
    return (
        f'<mj-section padding="{above}px 0 0"><mj-column css-class="tint-{verdict}" {look}>'
        f'<mj-text css-class="ink" font-size="14px"><strong>{slots.put(headline)}</strong>{detail}</mj-text>'
        "</mj-column></mj-section>"
    )


def picture(slots: Slots, *, title: str, content_id: str, dark_id: str, alt: str, width: int) -> str:
    """Show one of two inline pictures under its title, at most `width` pixels wide: the second where it is dark.

    Programs that do not know the dark keep to the first, and so does Outlook, which needs a word of its own to hide.
    """
    look = f'alt="{slots.put(alt)}" width="{width}" style="{_BLOCK};width:100%;max-width:{width}px;height:auto;'
    # Where a program darkens the mail by itself, the picture stays light: then it needs an edge of its own.
    card = f'background:{colours.PANEL};border-radius:8px;box-sizing:border-box;padding:6px"'
    return section(
        f"{subtitle(slots, title)}"
        f'<mj-text padding="10px 0 0" line-height="1"><img class="day" src="cid:{content_id}" {look}{card}/>'
        '<!--[if !mso]><!--><div class="night" style="display:none;mso-hide:all;max-height:0;overflow:hidden">'
        f'<img src="cid:{dark_id}" {look}"/></div><!--<![endif]--></mj-text>',
        above=26,
    )


def letter(slots: Slots, paragraphs: Sequence[Sequence[str]]) -> str:
    """Set the paragraphs of somebody's own words; even without the style of `own`, they stand apart."""
    return section(f'<mj-text css-class="ink own">{slots.paragraphs(paragraphs)}</mj-text>', above=18)


def subtitle(slots: Slots, text: str) -> str:
    """Head a part of the mail."""
    style = f"{_PLAIN};font-size:15px;line-height:1.4"
    return f'<mj-text css-class="ink"><h2 style="{style}">{slots.put(text)}</h2></mj-text>'


def file_line(slots: Slots, *, name: str, aside: str, url: str) -> str:
    """Name a file, as a link where it has an address, and say what else is known of it."""
    named = slots.link(name, url) if url else slots.put(name)
    return (
        f'<mj-text css-class="ink" font-size="14px" padding="4px 0 0">{named} '
        f'<span class="aside" style="color:{colours.MUTED};white-space:nowrap">{slots.put(aside)}</span></mj-text>'
    )


def button(slots: Slots, *, text: str, url: str, accent: str) -> str:
    """Give a button to one address."""
    ground, ink = _button_colours(accent, colours.PANEL)
    return (
        f'<mj-button css-class="button" align="left" href="{slots.put(url)}" background-color="{ground}" color="{ink}" '
        'border-radius="8px" font-size="15px" font-weight="600" inner-padding="13px 24px" padding="22px 0 0">'
        f"{slots.put(text)}</mj-button>"
    )


def _button_colours(accent: str, panel: str) -> tuple[str, str]:
    """Choose the ground and the text of a button, so that it stands out from its panel and its text from it."""
    ground = colours.readable(accent, panel, 1.4)
    ink = colours.on(ground)
    return colours.readable(ground, ink), ink


def _style(accent: str) -> str:
    """Give what stands in no element: how long words break, the telephone's edges, and the dark colours.

    These are for programs that know them, and `!important` since the light ones stand on the elements.
    """
    tints = "".join(
        f".tint-{verdict},.tint-{verdict}>table,.tint-{verdict}>table>tbody>tr>td{{background-color:{tint} !important;"
        f"border-color:{_EDGES[verdict][1]} !important}}"
        for verdict, (_, tint) in _TINTS.items()
    )
    ground, ink = _button_colours(accent, colours.DARK_PANEL)
    link = colours.in_the_dark(accent)
    return (
        f":root{{color-scheme:light dark}}.link{{color:{colours.readable(accent, colours.GROUND)}}}"
        ".ground div{overflow-wrap:anywhere;word-break:break-word}.ground table{table-layout:fixed}"
        ".own p{margin:0 0 10px}"
        "@media (max-width:599px){.gap{display:none}.panel,.panel>table{border-radius:0 !important}}"
        "@media (prefers-color-scheme:dark){"
        f"body,.ground{{background-color:{colours.DARK_GROUND} !important}}"
        f".panel,.panel>table{{background:{colours.DARK_PANEL} !important}}"
        f".ink div{{color:{colours.DARK_INK} !important}}.muted div,.aside{{color:{colours.DARK_MUTED} !important}}"
        f".good{{color:{colours.DARK_GOOD} !important}}.bad{{color:{colours.DARK_BAD} !important}}"
        f".neutral{{color:{colours.DARK_MUTED} !important}}"
        ".day{display:none !important}.night{display:block !important;max-height:none !important}"
        ".logo{background:#ffffff;border-radius:2px;box-shadow:0 0 0 6px #ffffff}"
        f".button td,.button a{{background:{ground} !important;color:{ink} !important}}"
        f".accent div,.link{{color:{link} !important}}{tints}}}"
    )


_MUTED = f'color="{colours.MUTED}" font-size="13px" line-height="1.4"'
_PLAIN = "margin:0;font-weight:600"
_BLOCK = "display:block;border:0;outline:none"

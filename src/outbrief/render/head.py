"""What the template of the PDF is told of a report as a whole: title, brand, cover, header, footer, notes."""

import base64
import functools
from collections.abc import Sequence

from outbrief.render import chart as charts
from outbrief.render import colours, words
from outbrief.render.columns import breakable
from outbrief.render.typefaces import TYPEFACES
from outbrief.render.typeset import Json
from outbrief.terms.document import Document
from outbrief.terms.locale import THIN
from outbrief.terms.look import Brand, Paper

LONGEST_NAME, LONGEST_PARAGRAPH = 160, 4000
_TYPST_PAPERS = {Paper.A4: "a4", Paper.LETTER: "us-letter"}
_PALETTE: dict[str, Json] = {
    "ink": colours.INK, "muted": colours.MUTED, "line": colours.LINE, "rule": colours.RULE, "good": colours.GOOD,
    "bad": colours.BAD,
}  # fmt: skip
_PNG, _HEADER = b"\x89PNG\r\n\x1a\n", 24
_MOST_PIXELS = 900  # across a logo; on paper that is more than 300 an inch


def head_of(document: Document) -> dict[str, Json]:
    """Tell what stands on more than one page or above all sections."""
    accent = colours.accent(document.brand)
    face = TYPEFACES[document.brand.font]
    title = words.printable(document.title, LONGEST_NAME) or words.REPORT_NAMES[document.report_type]
    name = words.printable(document.brand.name, 40)
    return {
        "face": face.family,
        "slanted": face.slanted,
        "paper": _TYPST_PAPERS[document.look.paper],
        "cover": _cover(document) if document.look.cover else None,
        "title": title,
        "shown_title": breakable(title, 34),
        "kicker": words.REPORT_NAMES[document.report_type],
        "description": f"{name}: {words.subtitle(document)}",
        "subtitle": set_text(words.subtitle(document)),
        "scope": line(document.scope, LONGEST_NAME),
        "header": [line(document.title, 60), line(document.period_label, 60), line(document.brand.name, 30)],
        "footer": _footer(document),
        "brand": {
            "name": name,
            "logo": logo(document.brand),
            "fill": accent,
            "text": colours.on(accent),
            "ink": colours.readable(accent, colours.PANEL),
        },
        "palette": _PALETTE,
        "notes": _halves([line(note, LONGEST_PARAGRAPH) for note in document.notes]),
    }


def line(text: str, most: int, *, letters: int = 60) -> str:
    """Make user text one line to be set, of `most` letters, that can be broken within words over `letters`."""
    return breakable(set_text(words.printable(text, most)), letters)


def set_text(text: str) -> str:
    """Give a text with the spaces that our typefaces have."""
    return text.replace(THIN, words.NO_BREAK)


def logo(brand: Brand) -> Json:
    """Tell the logo as a picture with its size in pixels; None without one, or for what is no PNG."""
    return _logo(brand.logo) if brand.logo else None


@functools.lru_cache(maxsize=16)
def _logo(png: bytes) -> Json:
    if not png.startswith(_PNG) or len(png) < _HEADER:
        return None
    width, height = _size(png)
    if not width or not height:
        return None
    # Drawn anew, so that what Typst gets is whole, and no larger than it can be seen.
    drawn = charts.svg_png(_wrapped(png, width, height), min(1.0, _MOST_PIXELS / max(width, height * 2)))
    width, height = _size(drawn)
    return {"svg": _wrapped(drawn, width, height), "width": width, "height": height}


def _size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def _wrapped(png: bytes, width: int, height: int) -> str:
    # Typst takes data only as text: bytes one by one would take a second for a large picture.
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/png;base64,{data}"/></svg>'
    )


def _cover(document: Document) -> Json:
    told = [
        ("Period", document.period_label),
        ("Compared with", document.comparison_label),
        ("Scope", document.scope),
        ("Data as of", words.moment(document.as_of, document.timezone)),
    ]
    return [[name, line(said, LONGEST_NAME, letters=24)] for name, said in told if words.printable(said)]


def _footer(document: Document) -> str:
    parts = (line(document.brand.name, 24), line(document.title, 44), set_text(words.as_of(document)))
    return " · ".join(part for part in parts if part)


def _halves(notes: Sequence[str]) -> Json:
    """Part notes into two columns about as long as each other, in their order."""
    lengths = [len(note) + 40 for note in notes]
    if len(notes) < 2:
        return [list(notes)] if notes else []
    cut = min(range(1, len(notes)), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
    return [list(notes[:cut]), list(notes[cut:])]

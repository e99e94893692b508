"""A section of text as the template of the PDF is told it: paragraphs, headings and lists, all as data."""

import re
from collections.abc import Sequence
from itertools import groupby

from outbrief.render.head import LONGEST_NAME, LONGEST_PARAGRAPH, line
from outbrief.render.typeset import Json
from outbrief.terms.document import Block, Span, Text

_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
_LISTS = {"bullet": "bullets", "number": "numbers"}


def prose(text: Text) -> dict[str, Json]:
    """Tell a section of text; items of a list that follow each other are one list."""
    parts: list[Json] = []
    for form, group in groupby(text.blocks, key=lambda block: block.form):
        blocks = list(group)
        if form in _LISTS:
            parts.append({"form": _LISTS[form], "items": [_item(block, i) for i, block in enumerate(blocks, 1)]})
        else:
            parts += [{"form": form, "items": [_item(block, 0)]} for block in blocks]
    return {"form": "text", "above": 22, "wide": False, "title": line(text.title, LONGEST_NAME), "parts": parts}


def _item(block: Block, place: int) -> Json:
    return {"place": block.place or place, "spans": _spans(block.spans)}


def _spans(spans: Sequence[Span]) -> list[Json]:
    return [
        {
            "text": _spaced(span.text),
            "strong": span.strong,
            "emphasis": span.emphasis,
            "href": span.href if span.href and _ADDRESS.fullmatch(span.href) else None,
        }
        for span in spans
        if span.text
    ]


def _spaced(text: str) -> str:
    """Make a run of text printable, and keep the spaces that part it from its neighbours."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{line(text, LONGEST_PARAGRAPH)}{after}" if text.strip() else " "

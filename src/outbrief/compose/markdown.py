"""Markdown as blocks of text: the one place that knows the library.

Only the manner of words is taken from it: paragraphs, headings, lists, strong, emphasis, links. HTML and images stand
as they were typed, and a link to anything but http, https and mailto is only its words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from outbrief.terms.document import Block, Span

_Form = Literal["paragraph", "heading", "bullet", "number"]
_SAFE = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s@]+@)", re.IGNORECASE)
_reader = MarkdownIt("commonmark", {"html": False})


@dataclass(kw_only=True)
class _Place:
    """Where in the lists the reader is: for each list that is open, its form and the number of its next item."""

    lists: list[tuple[_Form, int]] = field(default_factory=list)
    # The first paragraph of an item is the item; what follows in it is a paragraph of its own.
    item: bool = False
    heading: bool = False


def blocks_of(markdown: str) -> tuple[Block, ...]:
    """Give the blocks of a text in Markdown (CommonMark). Any text is Markdown: there are no errors."""
    place = _Place()
    blocks: list[Block] = []
    for token in _reader.parse(markdown):
        if token.type in ("inline", "fence", "code_block"):
            spans = _spans(token.children or []) if token.type == "inline" else _plain(token.content)
            if spans:
                blocks.append(_block(spans, place))
        else:
            _move(token, place)
    return tuple(blocks)


def _move(token: Token, place: _Place) -> None:
    match token.type:
        case "bullet_list_open":
            place.lists.append(("bullet", 0))
        case "ordered_list_open":
            place.lists.append(("number", int(token.attrs.get("start", 1))))
        case "bullet_list_close" | "ordered_list_close":
            place.lists.pop()
        case "list_item_open":
            place.item = True
        case "list_item_close":
            # An item without words still counts.
            if place.item:
                _next_number(place)
            place.item = False
        case "heading_open" | "heading_close":
            place.heading = token.nesting > 0


def _block(spans: tuple[Span, ...], place: _Place) -> Block:
    if place.item:
        place.item = False
        form, number = place.lists[-1]
        _next_number(place)
        return Block(form=form, spans=spans, place=number)
    return Block(form="heading" if place.heading else "paragraph", spans=spans)


def _next_number(place: _Place) -> None:
    form, number = place.lists[-1]
    if form == "number":
        place.lists[-1] = (form, number + 1)


def _plain(text: str) -> tuple[Span, ...]:
    text = text.strip("\n")
    return (Span(text=text),) if text.strip() else ()


def _spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for span in _told(tokens):
        if spans and replace(span, text="") == replace(spans[-1], text=""):
            spans[-1] = replace(span, text=spans[-1].text + span.text)
        elif span.text:
            spans.append(span)
    return tuple(spans) if any(span.text.strip() for span in spans) else ()


def _told(tokens: Sequence[Token]) -> Iterator[Span]:
    strong = emphasis = 0
    href: str | None = None
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                address = str(token.attrs.get("href", ""))
                href = address if _SAFE.match(address) else None
            case "link_close":
                href = None
            case _:
                yield Span(text=_text(token), strong=strong > 0, emphasis=emphasis > 0, href=href)


def _text(token: Token) -> str:
    if token.type == "image":
        return f"![{token.content}]({token.attrs.get('src', '')})"
    return {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)

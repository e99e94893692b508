"""Lines and pages of a long table, found by arithmetic, so that its pages can be set apart from each other."""

import unicodedata
from collections.abc import Mapping, Sequence

from outbrief.render.words import printable

_SLACK = 1.03  # kerning widens few texts, and those by less
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs"})
_JOINERS = frozenset("\u200d\u2060\ufeff")
_BREAKS_AFTER = "-_/@.:;,&=?"


def lines_of(text: str, room: float, widths: Mapping[str, float]) -> list[str]:
    """Break a text into lines of at most `room` ems: at spaces, else after a mark, else between two letters.

    `widths` are those of single letters in ems; letters of other scripts count as wide as they may be. A text in which
    nothing can be seen gives one line with a no-break space.
    """
    if all(unicodedata.category(letter) in _UNSEEN for letter in text):
        return ["\u00a0"]
    room /= _SLACK
    if width_of(text, widths) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, widths) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, room, widths)
        lines += full
    return [*lines, line] if line else lines


def pages_of(heights: Sequence[float], first: float, other: float) -> list[range]:
    """Pack rows of these heights onto pages that hold `first`, then `other`; each page takes at least one row."""
    pages: list[range] = []
    start, left = 0, first
    for index, height in enumerate(heights):
        if height > left and index > start:
            pages.append(range(start, index))
            start, left = index, other
        left -= height
    return [*pages, range(start, len(heights))]


def cut_short(text: str, room: float, widths: Mapping[str, float]) -> str:
    """Cut a text to `room` ems, with `…` at its end if it is longer; what belongs to one sign stays together."""
    room /= _SLACK
    if width_of(text, widths) <= room:
        return text
    used = width_of("…", widths)
    for index, letter in enumerate(text):
        used += width_of(letter, widths)
        if used > room and index and not _belongs(text, index):
            return printable(f"{text[:index].rstrip()}…")
    return text


def width_of(text: str, widths: Mapping[str, float]) -> float:
    """Add up how wide the letters of a text are, in ems."""
    return sum(widths[letter] if letter in widths else _widest(letter) for letter in text)


def _widest(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if letter < "\u1100":
        return 0.9
    return 1.1 if letter < "\U0001f000" else 1.4


def _cut(word: str, room: float, widths: Mapping[str, float]) -> list[str]:
    """Cut a word that is too wide for a line; what belongs to one sign (accents, joined emoji) stays together."""
    parts: list[str] = []
    start, mark, used = 0, 0, 0.0
    for index, letter in enumerate(word):
        width = width_of(letter, widths)
        if used + width > room and index > start and not _belongs(word, index):
            cut = mark if mark > start + (index - start) // 2 else index
            parts.append(word[start:cut])
            start, used = cut, width_of(word[cut:index], widths)
        used += width
        if letter in _BREAKS_AFTER:
            mark = index + 1
    return [*parts, word[start:]]


def _belongs(word: str, index: int) -> bool:
    letter, before = word[index], word[index - 1]
    joined = letter in _JOINERS or before in _JOINERS
    tone = "\U0001f3fb" <= letter <= "\U0001f3ff"
    return joined or tone or unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf")

"""Rows of every kind with the values that break files, the same at every call."""

import datetime as dt
import json
import math
import random
from collections.abc import Iterator

from outbrief.terms.table import Kind
from tests.render.written import Row, naughty_strings

PROVERBIAL = (
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(1+9)", "+1", "-5", "-", "0012", "1e5", "1E-9", "TRUE", "NULL", "\\N", "\\.",
    "2025-10-01", "1/2", "12%", "  two  spaces ", "a\tb", "line\nbreak", "cr\rhere", "both\r\nhere", "\n", "\r", "\t",
    " ", "", "<b>&amp;</b>", "]]>", "<![CDATA[", "&#13;", "_x0041_", "_x0041_x0042_", "_x005F_", "_x000D_",
    "my_xylophone", '"quoted"', '"', '""', "'apostrophe", "'=1", "a,b;c|d\te", "عربي", "\u202eתירבע\u202c", "李雷 😀",
    "👩‍👩‍👧‍👦", "e\u0301", "\u200f\u2028|\x7f\x85", "\ufeffmark", "\x01\x07\x1b", "\ufffe\uffff", "𝒳" * 40,
    "{}", "[1]", "null", "NaN", "-Infinity", "--", "#REF!",
)  # fmt: skip
LONGEST = 32_767
_PIECES = (
    *"=+-@\t\r\n\"',;|<>&\\/_ x0{}[]%", "\x01", "\x0b", "\x1f", "\x7f", "\x85", "\u00a0", "é", "ß", "ع", "ש", "\u202e",
    "\u2028", "\ufeff", "\ufffd", "\ufffe", "李", "😀", "🇫🇷", "\u0301", "_x000A_", "\r\n", "12", "abc",
)  # fmt: skip
_INTEGERS = (0, -1, 2**31, 10**15 - 1, 10**15, -(10**15), 2**53 + 1, 2**63 - 1, -(2**63))
_NUMBERS = (0.0, -0.25, 0.1, 1e-7, -1.5e300, 5e-324, 123456789.123456789, math.inf, -math.inf, math.nan)
_DATES = (dt.date(1, 1, 1), dt.date(1899, 12, 31), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(9999, 12, 31))
_TIMES = tuple(
    dt.datetime(*parts, tzinfo=dt.UTC)
    for parts in ((1, 1, 1), (1899, 12, 31, 23, 59, 59), (1900, 3, 1), (1969, 12, 31, 23, 59, 59, 999_999),
                  (2024, 2, 29, 12, 0, 0, 120_000), (9999, 12, 31, 23, 59, 59))
)  # fmt: skip


def nasty_texts(rng: random.Random) -> Iterator[str]:
    """Give texts without end: the known ones first, then mixtures of what is dangerous; none holds a NUL."""
    known = [*PROVERBIAL, *naughty_strings()]
    yield from known
    while True:
        parts = rng.choices(_PIECES, k=rng.randrange(1, 9))
        yield rng.choice(known) if rng.random() < 0.3 else "".join(parts)


def nasty_rows(count: int, *, seed: int = 1) -> list[Row]:
    """Give rows with one cell of every kind, in the order of `EVERY_KIND`; one in ten cells is null."""
    rng = random.Random(seed)
    texts = nasty_texts(rng)
    return [
        tuple(None if rng.random() < 0.1 else _cell(kind, place, rng, texts) for kind in Kind) for place in range(count)
    ]


def _cell(kind: Kind, place: int, rng: random.Random, texts: Iterator[str]) -> object:
    odd = rng.random() < 0.05
    match kind:
        case Kind.TEXT:
            return _long(rng) if place % 2500 == 7 else next(texts)
        case Kind.INTEGER:
            return rng.choice(_INTEGERS) if odd else rng.randrange(-(10**9), 10**9)
        case Kind.NUMBER:
            return rng.choice(_NUMBERS) if odd else rng.uniform(-1e6, 1e6)
        case Kind.RATE:
            return rng.choice((0.0, 1.0, 1 / 3, 0.00005)) if odd else rng.random()
        case Kind.MINUTES:
            return rng.random() * 10_000
        case Kind.BOOLEAN:
            return rng.random() < 0.5
        case Kind.DATE:
            return rng.choice(_DATES) if odd else dt.date(1890, 1, 1) + dt.timedelta(days=rng.randrange(80_000))
        case Kind.TIMESTAMP:
            passed = dt.timedelta(microseconds=rng.randrange(7 * 10**15))
            return rng.choice(_TIMES) if odd else dt.datetime(1890, 1, 1, tzinfo=dt.UTC) + passed
        case Kind.JSON:
            return json.dumps({next(texts): [next(texts), rng.random()]}, ensure_ascii=odd)
        case Kind.TAGS:
            return [next(texts) for _ in range(rng.randrange(4))]


def _long(rng: random.Random) -> str:
    """Give a text as long as an Excel cell may be, or one longer, or one that only counts as longer in UTF-16."""
    return rng.choice(("x" * LONGEST, "x" * (LONGEST + 1), "=" + "é\n" * 17_000, "😀" * 20_000))

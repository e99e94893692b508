"""PDF files as numbered objects: read as bytes, and numbered anew so that several can stand in one file.

A long table has a tag for each cell: to read and write these one by one through a PDF library takes several times as
long.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from outbrief.terms.errors import RenderFailed

_END = re.compile(rb"startxref\s+([0-9]+)\s+%%EOF\s*$")
_TABLE = re.compile(rb"xref\s+0 ([0-9]+)\s*?\n")
_REFERENCE = re.compile(rb"\b([0-9]+)(?= 0 R\b)")
_ENTRY = 20  # bytes of a line of the cross-reference table
_CLOSES = b"\nendobj"
_BETWEEN = b"\0"  # stands in no object but in strings and streams


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """The objects of a PDF file by their numbers, as they stand between `obj` and `endobj`, and its trailer."""

    objects: Mapping[int, bytes]
    trailer: bytes


def numbered(file: bytes) -> Numbered:
    """Take a PDF file apart. It must have a plain cross-reference table, as Typst writes it; else RenderFailed."""
    at = int(found(_END, file[-1024:])[1])
    table = found(_TABLE, file[at : at + 64])
    first = at + table.end()
    end = first + int(table[1]) * _ENTRY
    entries = file[first:end].split()
    placed = sorted(
        (int(place), number)
        for number, (place, kind) in enumerate(zip(entries[::3], entries[2::3], strict=True))
        if kind == b"n"
    )
    objects: dict[int, bytes] = {}
    for (place, number), (following, _) in pairwise([*placed, (at, 0)]):
        opens = b"%d 0 obj\n" % number
        closes = file.rfind(_CLOSES, place, following)
        if closes < 0 or not file.startswith(opens, place):
            raise RenderFailed("Typst wrote a PDF file of an unknown form.")
        objects[number] = file[place + len(opens) : closes]
    return Numbered(objects=objects, trailer=file[end:])


def renumbered(objects: Mapping[int, bytes], numbers: Mapping[int, int]) -> dict[int, bytes]:
    """Give objects and what they refer to other numbers; nothing in their strings and streams is touched."""
    names = {b"%d" % old: b"%d" % new for old, new in numbers.items()}
    plain = [number for number, body in objects.items() if b"(" not in body and not is_stream(body)]
    together = _renamed(_BETWEEN.join(objects[number] for number in plain), names).split(_BETWEEN)
    bodies = dict(zip(plain, together, strict=True))
    return {
        numbers[number]: bodies[number] if number in bodies else _apart(body, names) for number, body in objects.items()
    }


def is_stream(body: bytes) -> bool:
    """Tell whether an object is a stream."""
    return body.endswith(b"endstream")


def found(pattern: re.Pattern[bytes], text: bytes) -> re.Match[bytes]:
    """Find what Typst is known to write there; RenderFailed if it is not."""
    match = pattern.search(text)
    if match is None:
        raise RenderFailed("Typst wrote a PDF file of an unknown form.")
    return match


def _apart(body: bytes, names: Mapping[bytes, bytes]) -> bytes:
    """Rename what an object refers to outside its strings and its stream."""
    head, stream, rest = body.partition(b"stream\n") if is_stream(body) else (body, b"", b"")
    pieces = [head[start:end] for start, end in pairwise([0, *_strings(head), len(head)])]
    pieces[::2] = [_renamed(piece, names) for piece in pieces[::2]]
    return b"".join([*pieces, stream, rest])


def _renamed(text: bytes, names: Mapping[bytes, bytes]) -> bytes:
    pieces = _REFERENCE.split(text)
    try:
        pieces[1::2] = map(names.__getitem__, pieces[1::2])
    except KeyError as missing:
        raise RenderFailed("Typst wrote a PDF file that refers to an object it has not.") from missing
    return b"".join(pieces)


def _strings(head: bytes) -> Iterator[int]:
    """Give where each literal string starts and ends."""
    depth = 0
    escaped = False
    for index, byte in enumerate(head):
        if escaped:
            escaped = False
        elif depth and byte == 0x5C:
            escaped = True
        elif byte == 0x28:
            depth += 1
            if depth == 1:
                yield index
        elif byte == 0x29 and depth:
            depth -= 1
            if depth == 0:
                yield index + 1

"""PDF files put into one, as bytes: objects are numbered anew, and nothing is read that need not be.

A long table has a tag for each cell. To copy these one by one through a PDF library takes four times as long as this.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from outbrief.terms.errors import RenderFailed

_END = re.compile(rb"startxref\s+([0-9]+)\s+%%EOF\s*$")
_TABLE = re.compile(rb"xref\s+0 ([0-9]+)\s*?\n")
_ROOT = re.compile(rb"/Root ([0-9]+) 0 R")
_REFERENCE = re.compile(rb"\b([0-9]+)(?= 0 (?:R|obj)\b)")
_ENTRY = 20  # bytes of a line of the cross-reference table


def one_file(files: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """Put the objects of PDF files into one file, and tell the numbers of their catalogs there.

    The file opens as the first one did; the others' objects are only carried along until they are referred to. The
    files must have plain cross-reference tables, as Typst writes them; RenderFailed if one has not.
    """
    written = [b"%PDF-1.7\n%\xc7\xec\x8f\xa2\n"]
    places = [0]
    roots: list[int] = []
    trailer = b""
    at = len(written[0])
    for file in files:
        added = len(places) - 1
        table, count, tail = _tables(file)
        trailer = trailer or tail
        roots.append(added + int(_found(_ROOT, tail)[1]))
        positions: dict[int, int] = {}
        for number, item in _objects(file, table, count):
            renumbered = _renumbered(item, added) if added else item
            positions[number] = at
            written.append(renumbered)
            at += len(renumbered)
        places += [positions.get(number, 0) for number in range(1, count)]
    written.append(b"xref\n0 %d\n0000000000 65535 f\r\n" % len(places))
    written += [b"%010d 00000 n\r\n" % place if place else b"0000000000 65535 f\r\n" for place in places[1:]]
    written.append(re.sub(rb"/Size [0-9]+", b"/Size %d" % len(places), trailer))
    written.append(b"\nstartxref\n%d\n%%%%EOF\n" % at)
    return b"".join(written), roots


def _tables(file: bytes) -> tuple[int, int, bytes]:
    """Find the cross-reference table, its count of entries, and the trailer."""
    at = int(_found(_END, file[-1024:])[1])
    table = _found(_TABLE, file[at : at + 64])
    count = int(table[1])
    first = at + table.end()
    end = file.rindex(b"startxref")
    return first, count, file[first + count * _ENTRY : end].strip()


def _objects(file: bytes, table: int, count: int) -> Iterator[tuple[int, bytes]]:
    """Give each object with its number, in the order of the file."""
    entries = [file[table + _ENTRY * number : table + _ENTRY * (number + 1)] for number in range(count)]
    placed = sorted((int(entry[:10]), number) for number, entry in enumerate(entries) if entry[17:18] == b"n")
    ends = [*(place for place, _ in placed[1:]), file.rindex(b"xref", 0, table)]
    for (place, number), end in zip(placed, ends, strict=True):
        if not file.startswith(b"%d 0 obj" % number, place):
            raise RenderFailed("Typst wrote a PDF file of an unknown form.")
        yield number, file[place:end]


def _renumbered(item: bytes, added: int) -> bytes:
    """Raise the number of an object and those it refers to, but nothing in its strings and its stream."""
    if b"(" not in item and b"stream" not in item:
        return _raised(item, added)
    head, stream, rest = item.partition(b"stream\n") if b"endstream" in item else (item, b"", b"")
    pieces = [head[start:end] for start, end in pairwise([0, *_strings(head), len(head)])]
    pieces[::2] = [_raised(piece, added) for piece in pieces[::2]]
    return b"".join([*pieces, stream, rest])


def _raised(text: bytes, added: int) -> bytes:
    pieces = _REFERENCE.split(text)
    pieces[1::2] = [b"%d" % (int(number) + added) for number in pieces[1::2]]
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


def _found(pattern: re.Pattern[bytes], text: bytes) -> re.Match[bytes]:
    match = pattern.search(text)
    if match is None:
        raise RenderFailed("Typst wrote a PDF file of an unknown form.")
    return match

"""A PDF file written as it comes: small objects together in deflated streams, and a table of where each is."""

import hashlib
import zlib
from collections.abc import Mapping
from itertools import accumulate

from outbrief.render.numbered import is_stream

_HEADER = b"%PDF-1.7\n%\xc7\xec\x8f\xa2\n"
_TOGETHER = 200  # objects in a stream; a reading program undoes a whole stream to get at one
_KIND, _PLACE, _INDEX = 1, 4, 1  # bytes of an entry of the table
_ENTRY = _KIND + _PLACE + _INDEX
_FREE = bytes(_ENTRY)


class Packed:
    """A file to which objects are put under numbers taken before; it ends with `closed`."""

    def __init__(self) -> None:
        self._written = [_HEADER]
        self._at = len(_HEADER)
        self._entries = [_FREE]

    def take(self, count: int = 1) -> int:
        """Take numbers for objects to come, and tell the first one."""
        first = len(self._entries)
        self._entries += [_FREE] * count
        return first

    def put(self, objects: Mapping[int, bytes]) -> None:
        """Put objects into the file: streams as they are, all others together."""
        for number, body in objects.items():
            if is_stream(body):
                self._put_stream(number, body)
        small = [item for item in objects.items() if not is_stream(item[1])]
        for start in range(0, len(small), _TOGETHER):
            self._put_together(dict(small[start : start + _TOGETHER]))

    def closed(self, root: int, info: int) -> bytes:
        """End the file with its table, and give all of it; `root` is the number of the catalog."""
        number = self.take()
        start = self._at
        self._entries[number] = _entry(1, start, 0)
        # The difference to the entry above deflates to next to nothing.
        table = b"".join(self._entries)
        above = zip(table, _FREE + table, strict=False)
        less = bytes([(byte - other) & 255 for byte, other in above])
        rows = b"".join(b"\2" + less[i : i + _ENTRY] for i in range(0, len(less), _ENTRY))
        digest = hashlib.md5(b"".join(self._written), usedforsecurity=False).hexdigest().encode()
        told = b"/Type/XRef/Size %d/Root %d 0 R/Info %d 0 R" % (len(self._entries), root, info)
        form = b"/ID[<%b><%b>]" % (digest, digest)
        form += b"/W[%d %d %d]/DecodeParms<</Predictor 12/Columns %d>>" % (_KIND, _PLACE, _INDEX, _ENTRY)
        self._put_stream(number, _stream(told + form, rows))
        return b"".join([*self._written, b"startxref\n%d\n%%%%EOF\n" % start])

    def _put_stream(self, number: int, body: bytes) -> None:
        self._entries[number] = _entry(1, self._at, 0)
        item = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self._written.append(item)
        self._at += len(item)

    def _put_together(self, objects: Mapping[int, bytes]) -> None:
        stream = self.take()
        starts = accumulate((len(body) + 1 for body in objects.values()), initial=0)
        index = b" ".join([b"%d %d" % pair for pair in zip(objects, starts, strict=False)]) + b"\n"
        for place, number in enumerate(objects):
            self._entries[number] = _entry(2, stream, place)
        told = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(index))
        self._put_stream(stream, _stream(told, index + b"\n".join(objects.values())))


def _entry(kind: int, place: int, index: int) -> bytes:
    return kind.to_bytes(_KIND) + place.to_bytes(_PLACE) + index.to_bytes(_INDEX)


def _stream(told: bytes, content: bytes) -> bytes:
    deflated = zlib.compress(content)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (told, len(deflated), deflated)

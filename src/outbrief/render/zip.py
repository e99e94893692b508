"""A ZIP archive written straight through to a sink that cannot seek.

A member that streams has its sizes behind it, in a data descriptor of 32-bit fields: Excel refuses the 64-bit form.
So `MEMBER_LIMIT` bounds what a streamed member may hold; the archive itself may grow past it (zip64). All times are the
same, so the same content gives the same bytes.
"""

import struct
from dataclasses import dataclass
from typing import Final

from isal import isal_zlib

from outbrief.render.writer import Sink
from outbrief.terms.errors import RenderFailed

MEMBER_LIMIT: Final = 0xFFFFFFFF
_OFFSET_LIMIT = 0xFFFFFFFF
_ENTRIES_LIMIT: Final = 0xFFFF

_RAW_WINDOW: Final = -15
_LEVEL: Final = 1
_METHOD: Final = 8
_SIZES_FOLLOW: Final = 0x0008
_TIME_AND_DATE: Final = (0, 0x0021)
_VERSION: Final = 20
_VERSION_ZIP64: Final = 45


@dataclass(frozen=True, kw_only=True)
class _Entry:
    name: bytes
    flags: int
    crc: int
    packed: int
    size: int
    offset: int


class ZipStream:
    """Write members one after another: `add` a small one whole, or `open` one, `write` its parts and `close` it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._position = 0
        self._entries: list[_Entry] = []

    def add(self, name: str, content: bytes) -> None:
        """Write a whole member; `name` is ASCII."""
        packer = isal_zlib.compressobj(_LEVEL, _METHOD, _RAW_WINDOW)
        packed = packer.compress(content) + packer.flush()
        entry = _Entry(
            name=name.encode("ascii"),
            flags=0,
            crc=isal_zlib.crc32(content),
            packed=len(packed),
            size=len(content),
            offset=self._position,
        )
        self._put(_local_header(entry) + packed)
        self._entries.append(entry)

    def open(self, name: str) -> None:
        """Begin a member whose size is not known yet; `name` is ASCII."""
        self._name = name.encode("ascii")
        self._offset = self._position
        self._packer = isal_zlib.compressobj(_LEVEL, _METHOD, _RAW_WINDOW)
        self._crc = self._packed = self.size = 0
        self._put(_local_header(self._entry()))

    def write(self, content: bytes) -> None:
        """Append to the open member."""
        self._crc = isal_zlib.crc32(content, self._crc)
        self.size += len(content)
        self._put_packed(self._packer.compress(content))

    def close(self) -> None:
        """End the open member; RenderFailed when it holds more than `MEMBER_LIMIT` bytes."""
        self._put_packed(self._packer.flush())
        if max(self.size, self._packed) > MEMBER_LIMIT:
            raise RenderFailed(f"The part {self._name.decode()} of the archive is larger than 4 GiB.")
        entry = self._entry()
        self._entries.append(entry)
        self._put(struct.pack("<4s3I", b"PK\x07\x08", entry.crc, entry.packed, entry.size))

    def finish(self) -> None:
        """Write the directory that ends the archive."""
        start = self._position
        for entry in self._entries:
            self._put(_directory_record(entry))
        self._put(_directory_end(len(self._entries), self._position - start, start))

    def _entry(self) -> _Entry:
        return _Entry(
            name=self._name,
            flags=_SIZES_FOLLOW,
            crc=self._crc,
            packed=self._packed,
            size=self.size,
            offset=self._offset,
        )

    def _put_packed(self, chunk: bytes) -> None:
        self._packed += len(chunk)
        self._put(chunk)

    def _put(self, chunk: bytes) -> None:
        if chunk:
            self._sink.write(chunk)
            self._position += len(chunk)


def _local_header(entry: _Entry) -> bytes:
    sizes = (entry.crc, entry.packed, entry.size)
    fields = (_VERSION, entry.flags, _METHOD, *_TIME_AND_DATE, *sizes, len(entry.name), 0)
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields) + entry.name


def _directory_record(entry: _Entry) -> bytes:
    far = entry.offset >= _OFFSET_LIMIT
    extra = struct.pack("<2HQ", 1, 8, entry.offset) if far else b""
    version = _VERSION_ZIP64 if far else _VERSION
    sizes = (entry.crc, entry.packed, entry.size)
    lengths = (len(entry.name), len(extra), 0)
    offset = 0xFFFFFFFF if far else entry.offset
    fields = (version, version, entry.flags, _METHOD, *_TIME_AND_DATE, *sizes, *lengths, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *fields) + entry.name + extra


def _directory_end(count: int, size: int, start: int) -> bytes:
    end = b""
    if start >= _OFFSET_LIMIT or count >= _ENTRIES_LIMIT:
        fields = (44, _VERSION_ZIP64, _VERSION_ZIP64, 0, 0, count, count, size, start)
        end += struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", *fields)
        end += struct.pack("<4sIQI", b"PK\x06\x07", 0, start + size, 1)
    few, near = min(count, _ENTRIES_LIMIT), min(start, 0xFFFFFFFF) if start < _OFFSET_LIMIT else 0xFFFFFFFF
    return end + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, few, few, size, near, 0)

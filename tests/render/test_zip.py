"""The ZIP stream, read back by the standard library."""

import io
import struct
import zipfile

import pytest

from outbrief.render import zip as zip_module
from outbrief.render.zip import ZipStream
from outbrief.terms.errors import RenderFailed
from tests.render.written import MemorySink

PARTS = [b"<row/>" * 10_000, b"", bytes(range(256)) * 999]


def archive() -> MemorySink:
    sink = MemorySink()
    stream = ZipStream(sink)
    stream.add("small.xml", b"<a/>")
    for name in ("one.xml", "two.xml"):
        stream.open(name)
        for part in PARTS:
            stream.write(part)
        stream.close()
    stream.finish()
    return sink


def test_members_come_back_whole_with_right_sums() -> None:
    found = zipfile.ZipFile(io.BytesIO(archive().content))
    assert found.testzip() is None
    assert found.namelist() == ["small.xml", "one.xml", "two.xml"]
    assert found.read("small.xml") == b"<a/>"
    assert found.read("two.xml") == b"".join(PARTS)


def test_a_streamed_member_is_followed_by_its_sum_and_sizes() -> None:
    content = archive().content
    streamed = zipfile.ZipFile(io.BytesIO(content)).getinfo("one.xml")
    header = struct.unpack_from("<4s5H3I2H", content, streamed.header_offset)
    end = streamed.header_offset + 30 + len("one.xml") + streamed.compress_size
    assert header[2] & 0x0008
    assert header[6:9] == (0, 0, 0)
    sums = (streamed.CRC, streamed.compress_size, streamed.file_size)
    assert struct.unpack_from("<4s3I", content, end) == (b"PK\x07\x08", *sums)


def test_an_archive_past_the_old_limits_has_a_zip64_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_module, "_OFFSET_LIMIT", 100)
    content = archive().content
    assert b"PK\x06\x06" in content
    assert b"PK\x06\x07" in content
    found = zipfile.ZipFile(io.BytesIO(content))
    assert found.testzip() is None
    assert found.read("two.xml") == b"".join(PARTS)
    assert [each.header_offset for each in found.infolist()][1] < 100 < found.infolist()[2].header_offset


def test_a_member_past_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_module, "MEMBER_LIMIT", 1000)
    stream = ZipStream(MemorySink())
    stream.open("one.xml")
    stream.write(b"x" * 1001)
    with pytest.raises(RenderFailed, match=r"one\.xml"):
        stream.close()

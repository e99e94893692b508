"""PDF files taken apart, numbered anew and packed: another library must read what was put in."""

import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.render.joined import Part, join
from outbrief.render.numbered import numbered, renumbered
from outbrief.render.packed import Packed
from outbrief.render.pdf import write_pdf
from outbrief.terms.errors import RenderFailed
from tests.render import documents

STREAM = b"<</Length 9>>\nstream\n7 0 R (8\x00\nendstream"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=450), st.lists(st.binary(max_size=40), max_size=5))
def test_another_library_reads_every_object_that_was_put(numbers: list[int], contents: list[bytes]) -> None:
    file = Packed()
    first = file.take(len(numbers) + 3)
    page = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Resources<<>>>>" % (first + 1)
    pages = b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (first + 2)
    file.put({first: b"<</Type/Catalog/Pages %d 0 R>>" % (first + 1), first + 1: pages, first + 2: page})
    file.put({first + 3 + place: b"<</N %d>>" % number for place, number in enumerate(numbers)})
    streams = file.take(len(contents))
    file.put(
        {
            streams + place: b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)
            for place, content in enumerate(contents)
        }
    )
    with pikepdf.open(io.BytesIO(file.closed(first, first + 1))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert [int(pdf.get_object(first + 3 + i, 0).N) for i in range(len(numbers))] == numbers
        assert [pdf.get_object(streams + i, 0).read_raw_bytes() for i in range(len(contents))] == contents


def test_the_same_objects_give_the_same_file_and_others_another_id() -> None:
    def packed(text: bytes) -> bytes:
        file = Packed()
        root = file.take(2)
        file.put({root: b"<</Type/Catalog/Pages 2 0 R/Note(%b)>>" % text, root + 1: b"<</Type/Pages/Count 0/Kids[]>>"})
        return file.closed(root, root + 1)

    def id_of(file: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(file)) as pdf:
            return bytes(pdf.trailer.ID[0])

    assert packed(b"one") == packed(b"one")
    assert id_of(packed(b"one")) != id_of(packed(b"two"))


def test_only_references_are_numbered_anew_not_what_is_in_strings_and_streams() -> None:
    objects = {
        1: b"<</K[2 0 R 11 0 R 2]/Pg 1 0 R/MediaBox[0 0 2 11]>>",
        2: b"<</T(2 0 R \\) (11 0 R) \\\\)/P 11 0 R>>",
        11: b"<</Length 9/Font 2 0 R>>" + STREAM.removeprefix(b"<</Length 9>>"),
    }
    assert renumbered(objects, {1: 101, 2: 5, 11: 111}) == {
        101: b"<</K[5 0 R 111 0 R 2]/Pg 101 0 R/MediaBox[0 0 2 11]>>",
        5: b"<</T(2 0 R \\) (11 0 R) \\\\)/P 111 0 R>>",
        111: b"<</Length 9/Font 5 0 R>>" + STREAM.removeprefix(b"<</Length 9>>"),
    }


def test_a_file_comes_apart_into_the_objects_that_another_library_finds() -> None:
    file = write_pdf(documents.NORMAL)
    objects = numbered(file).objects
    with pikepdf.open(io.BytesIO(file)) as pdf:
        assert set(objects) == {thing.objgen[0] for thing in pdf.objects}
        assert objects[pdf.Root.objgen[0]].startswith(b"<</Type/Catalog")


def test_a_file_of_another_form_is_refused_with_a_reason() -> None:
    other = io.BytesIO()
    with pikepdf.open(io.BytesIO(write_pdf(documents.NORMAL))) as pdf:
        pdf.save(other, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    for file in (other.getvalue(), b"", b"%PDF-1.7\n"):
        with pytest.raises(RenderFailed, match="unknown form"):
            join([Part(pdf=file)])


def test_a_reference_to_no_object_is_refused_with_a_reason() -> None:
    with pytest.raises(RenderFailed, match="has not"):
        renumbered({1: b"<</K[2 0 R]>>"}, {1: 7})

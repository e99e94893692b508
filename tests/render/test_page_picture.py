import dataclasses
import struct

import pytest

from outbrief.render.pdf import write_page_picture
from outbrief.terms.errors import InvalidInput
from outbrief.terms.look import Look, Paper
from tests.render import documents


def size(png: bytes) -> tuple[int, int]:
    """Read width and height from the header of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


@pytest.mark.parametrize(("paper", "ratio"), [(Paper.A4, 842 / 595), (Paper.LETTER, 11 / 8.5)])
def test_the_picture_of_a_page_is_as_wide_as_asked_and_as_high_as_its_paper(paper: Paper, ratio: float) -> None:
    document = dataclasses.replace(documents.NORMAL, look=Look(paper=paper))
    width, height = size(write_page_picture(document, width=500))
    assert abs(width - 500) <= 1
    assert height / width == pytest.approx(ratio, abs=0.01)


def test_each_page_has_a_picture_of_its_own_also_within_a_long_table() -> None:
    document = documents.with_rows(400)
    pictures = {write_page_picture(document, page=page, width=200) for page in range(1, 7)}
    assert len(pictures) == 6


def test_the_same_page_gives_the_same_picture() -> None:
    assert write_page_picture(documents.EMPTY, width=300) == write_page_picture(documents.EMPTY, width=300)


def test_text_without_a_font_does_not_stop_a_picture() -> None:
    assert size(write_page_picture(documents.with_names(("\U00010330\U0001d11e", "x")), width=200))[0] == 200


@pytest.mark.parametrize(("page", "width", "field"), [(0, 500, "page"), (99, 500, "page"), (1, 20, "width")])
def test_a_page_that_is_not_there_is_an_error_that_names_it(page: int, width: int, field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        write_page_picture(documents.NORMAL, page=page, width=width)
    assert error.value.field == field

"""The pictures that the docs show are there, and small."""

import re

import pytest
from docs.pictures import FOLDER, TITLES
from PIL import Image

from outbrief.terms.report import ReportType

ROOT = FOLDER.parents[2]


@pytest.mark.parametrize("kind", list(ReportType))
def test_every_type_of_report_has_a_picture_of_its_first_page(kind: ReportType) -> None:
    assert kind in TITLES
    file = FOLDER / f"{kind}.png"
    assert file.stat().st_size < 150_000
    width, height = Image.open(file).size
    assert height / width == pytest.approx(842 / 595, abs=0.01)


def test_every_picture_that_a_page_shows_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    picture = re.compile(r"\]\(([^)\s]+\.(?:png|webp))\)")
    shown = [page.parent / place for page in pages for place in picture.findall(page.read_text("utf-8"))]
    assert [place for place in shown if not place.exists()] == []
    assert {file.resolve() for file in FOLDER.parent.rglob("*.webp")} == {
        place.resolve() for place in shown if place.suffix == ".webp"
    }
    assert len(shown) >= len(ReportType)

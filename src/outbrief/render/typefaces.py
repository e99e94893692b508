"""The typefaces on offer: what they are called, where their files are, and what they lack."""

import functools
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import font_hanken_grotesk
import font_manrope
import font_source_sans_pro

from outbrief.terms.look import Font


@dataclass(frozen=True, kw_only=True)
class Typeface:
    """A typeface: the name of its family, how wide its figures are in ems, and whether it has slanted letters."""

    family: str
    figure: float
    slanted: bool = True


TYPEFACES: Mapping[Font, Typeface] = {
    Font.HANKEN_GROTESK: Typeface(family="Hanken Grotesk", figure=0.56),
    Font.SOURCE_SANS: Typeface(family="Source Sans Pro", figure=0.5),
    Font.MANROPE: Typeface(family="Manrope", figure=0.62, slanted=False),
}
_FILES: tuple[tuple[str, str], ...] = (
    (font_hanken_grotesk.font_directory, "*.otf"),
    (font_source_sans_pro.font_directory, "*.otf"),
    (font_manrope.font_directory, "Manrope-[!V]*.ttf"),
)


def folder() -> str:
    """Give a folder with the files of all typefaces, the same as long as this process lives."""
    return _linked().name


@functools.cache
def _linked() -> tempfile.TemporaryDirectory[str]:
    # The file of Manrope with all weights in one says that it is regular and shows as thin, so that texts in charts
    # would take it: the others are linked to from a folder of their own.
    place = tempfile.TemporaryDirectory(prefix="outbrief-fonts-")
    for source, pattern in _FILES:
        for file in Path(source).glob(pattern):
            Path(place.name, file.name).symlink_to(file)
    return place

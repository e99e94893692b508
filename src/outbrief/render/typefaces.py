"""The typefaces on offer: what they are called, where their files are, and what they lack."""

from collections.abc import Mapping
from dataclasses import dataclass

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
FOLDERS: tuple[str, ...] = (
    font_hanken_grotesk.font_directory,
    font_source_sans_pro.font_directory,
    font_manrope.font_directory,
)

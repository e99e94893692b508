"""How a tenant and its documents look: colour, logo, typeface, paper, locale."""

from dataclasses import dataclass, field
from enum import StrEnum

from outbrief.terms.locale import Locale


class Font(StrEnum):
    """The typefaces on offer for PDFs and charts."""

    HANKEN_GROTESK = "hanken-grotesk"
    SOURCE_SANS = "source-sans-pro"
    MANROPE = "manrope"


class Paper(StrEnum):
    """The papers that a PDF is set for."""

    A4 = "a4"
    LETTER = "letter"


@dataclass(frozen=True, kw_only=True)
class Brand:
    """How the tenant looks: its name, its accent colour as `#rrggbb`, its logo as the bytes of a PNG, its typeface."""

    name: str
    colour: str = "#2f5fde"
    logo: bytes | None = field(default=None, repr=False)
    font: Font = Font.HANKEN_GROTESK


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a document is set: for readers of which locale, on which paper, with a page of its own for the title or a
    line above the figures.
    """

    locale: Locale = Locale.EN
    paper: Paper = Paper.A4
    cover: bool = False

"""What reports are made of and look like, in words: sections, typefaces, papers, languages."""

import re
from collections.abc import Mapping

from outbrief.terms.locale import Locale
from outbrief.terms.look import Font, Paper

FONTS: Mapping[str, str] = {
    Font.HANKEN_GROTESK: "Hanken Grotesk",
    Font.SOURCE_SANS: "Source Sans Pro",
    Font.MANROPE: "Manrope",
}
PAPERS: Mapping[str, str] = {Paper.A4: "A4", Paper.LETTER: "US Letter"}
LOCALES: Mapping[str, str] = {
    Locale.EN: "English",
    Locale.DE: "German",
    Locale.FR: "French",
    Locale.ES: "Spanish",
}
COVERS: Mapping[str, str] = {"yes": "With a title page", "no": "Without"}
_SECTIONS = {"figures": "Headline figures", "toCopy": "Campaigns to copy", "toStop": "Campaigns to stop"}
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")


def section(key: str) -> str:
    """Say the key of a section that a type of report makes by itself: `sentByDay` is "Sent by day"."""
    return _SECTIONS.get(key) or _HUMP.sub(" ", key).capitalize()

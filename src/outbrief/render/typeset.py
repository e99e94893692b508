"""Typst's part: the template set with data, and how wide letters come out."""

import functools
import importlib.resources
import json
from collections.abc import Mapping, Sequence
from typing import Literal

import typst

from outbrief.render.typefaces import TYPEFACES, folder
from outbrief.terms.errors import RenderFailed
from outbrief.terms.look import Font

Json = str | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
Standard = Literal["ua-1"] | None

# Latin, Greek, Cyrillic, punctuation and currencies: what names are mostly written in.
_MEASURED = ((0x20, 0x7F), (0xA0, 0x250), (0x370, 0x530), (0x2010, 0x2028), (0x202F, 0x205F), (0x20A0, 0x20C0))
_MEASURE = b"""#let width(letter) = measure(text(
  font: (sys.inputs.face, "Noto Sans", "DejaVu Sans Mono"), size: 100pt, number-width: "tabular", lang: "en", letter,
)).width
#context [#metadata(json(bytes(sys.inputs.letters)).map(letter => width(letter) / 100pt)) <widths>]
"""


class StandardRefused(Exception):
    """Typst cannot set this text and keep to PDF/UA-1."""


def typeset(told: Json, *, standard: Standard, timestamp: int) -> bytes:
    """Set what the template `report.typ` is told as one PDF file, dated `timestamp` (seconds since 1970).

    Raises StandardRefused when only the standard stands in the way, else RenderFailed.
    """
    compiler = typst.Compiler(_template(), font_paths=_fonts(), sys_inputs={"document": json.dumps(told)})
    try:
        written = compiler.compile(format="pdf", pdf_standards=standard, timestamp=timestamp)
    except typst.TypstError as error:
        if error.message.startswith("PDF/UA-1 error"):
            raise StandardRefused(error.message) from error
        raise RenderFailed(f"Typst could not set the report: {error.message}") from error
    if not isinstance(written, bytes):
        raise RenderFailed("Typst gave no single PDF file.")
    return written


def typeset_pictures(told: Json, *, ppi: float) -> list[bytes]:
    """Set what the template is told as PNG pictures, one per page; RenderFailed when Typst refuses."""
    compiler = typst.Compiler(_template(), font_paths=_fonts(), sys_inputs={"document": json.dumps(told)})
    try:
        pictures = compiler.compile(format="png", ppi=ppi, timestamp=0)
    except typst.TypstError as error:
        raise RenderFailed(f"Typst could not draw the report: {error.message}") from error
    if pictures is None:
        raise RenderFailed("Typst drew no page.")
    return [pictures] if isinstance(pictures, bytes) else pictures


@functools.cache
def letter_widths(font: Font) -> Mapping[str, float]:
    """Measure once how wide common letters are, in ems; kerning moves a text by about 1 % of their sum."""
    letters = [chr(code) for first, end in _MEASURED for code in range(first, end)]
    told = {"letters": json.dumps(letters), "face": TYPEFACES[font].family}
    compiler = typst.Compiler(_MEASURE, font_paths=_fonts(), sys_inputs=told)
    widths = json.loads(compiler.query("<widths>", field="value", one=True))
    return dict(zip(letters, widths, strict=True))


@functools.cache
def _template() -> bytes:
    return importlib.resources.files("outbrief.render").joinpath("report.typ").read_bytes()


@functools.cache
def _fonts() -> typst.Fonts:
    """Read the fonts once: ours first, then those of the machine and those that Typst carries, for other scripts."""
    return typst.Fonts(font_paths=[folder()])

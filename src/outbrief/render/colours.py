"""The colours of the look, and a tenant's own colour made readable on any ground."""

import re

from outbrief.terms.look import Brand

ACCENT = "#2f5fde"
INK, MUTED, LINE, PANEL, GROUND = "#1b2330", "#667085", "#e5e8ee", "#ffffff", "#f7f8fa"
GOOD, BAD, GREY, RULE = "#0f7a55", "#b93815", "#98a2b3", "#c9d0da"
DARK_INK, DARK_MUTED, DARK_LINE, DARK_PANEL, DARK_GROUND = "#e7ebf2", "#97a1b2", "#262c36", "#161a21", "#0f1217"
DARK_GOOD, DARK_BAD = "#4ac795", "#ff8a5c"
# What each colour of the light look is in the dark.
_IN_THE_DARK = {
    PANEL: DARK_PANEL,
    INK: DARK_INK,
    MUTED: DARK_MUTED,
    LINE: DARK_LINE,
    RULE: DARK_LINE,
    GREY: MUTED,
}
_OTHERS = ("#d9730d", "#12463f", "#7a4fd0", "#b0387a")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def accent(brand: Brand) -> str:
    """Give the tenant's colour as `#rrggbb`, or ours when it is not one."""
    return brand.colour.lower() if _HEX.fullmatch(brand.colour) else ACCENT


def contrast(one: str, other: str) -> float:
    """Measure the WCAG contrast of two `#rrggbb` colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def on(colour: str) -> str:
    """Choose the text colour that reads on `colour`: white, ink, or black where neither reaches a contrast of 4.5."""
    best = max(("#ffffff", INK), key=lambda text: contrast(text, colour))
    return best if contrast(best, colour) >= 4.5 else max((best, "#000000"), key=lambda text: contrast(text, colour))


def beside(colour: str) -> tuple[str, ...]:
    """Give colours for further lines beside one of this colour, those unlike it first.

    They differ in lightness too, so that they are told apart in grey and by the colour-blind.
    """
    return tuple(sorted(_OTHERS, key=lambda other: _alike(colour, other)))


def readable(colour: str, ground: str, at_least: float = 4.5) -> str:
    """Move `colour` towards black or white, whichever stands out from `ground`, until it reaches the contrast."""
    target = "#000000" if _luminance(ground) > 0.18 else "#ffffff"
    for step in range(21):
        mixed = mix(colour, target, step / 20)
        if contrast(mixed, ground) >= at_least:
            return mixed
    return target


def in_the_dark(colour: str) -> str:
    """Make a colour stand out from the dark panel as our own accent does there."""
    return readable(colour, DARK_PANEL, 6)


def drawn_in_the_dark(colour: str, brand: Brand) -> str:
    """Give what a colour of a chart that is drawn for the light becomes on the dark panel."""
    if known := _IN_THE_DARK.get(colour):
        return known
    if contrast(colour, PANEL) < 1.5:
        # What hardly stands out from white is the fill under a line.
        return mix(DARK_PANEL, in_the_dark(accent(brand)), 0.2)
    return in_the_dark(colour)


def mix(colour: str, other: str, share: float) -> str:
    """Mix two `#rrggbb` colours; `share` is how much of `other` goes in, 0 to 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _alike(one: str, other: str) -> bool:
    return sum(abs(a - b) for a, b in zip(_channels(one), _channels(other), strict=True)) < 140


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""What charts are drawn of: texts, frames and colours, as parts of Vega-Lite specs.

Positions are pixels: no scale or axis of the engine's own has a say in them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outbrief.render import colours, words
from outbrief.render.lines import cut_short, width_of
from outbrief.terms.document import Series
from outbrief.terms.locale import THIN

Json = str | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
Spec = dict[str, Json]

FONT_SIZE = 11
PLACE: Spec = {
    channel: {"field": channel, "type": "quantitative", "scale": None, "axis": None} for channel in ("x", "y")
}
# Of lines of one period, so that they are told apart in grey too.
DASHES: tuple[tuple[float, ...], ...] = ((1, 0), (9, 3), (2.5, 2.5), (9, 3, 2, 3))
BEFORE_DASH: tuple[float, ...] = (4, 4)


@dataclass(frozen=True, kw_only=True)
class Pen:
    """What a chart is drawn with: the tenant's colour, and a typeface with the widths of its letters in ems."""

    accent: str
    face: str
    widths: Mapping[str, float]

    def width(self, text: str) -> float:
        """Measure a text in pixels."""
        return width_of(text, self.widths) * FONT_SIZE

    def shortened(self, text: str, room: float) -> str:
        """Cut a text to `room` pixels, with `…` at its end if it is longer."""
        return cut_short(text, room / FONT_SIZE, self.widths)

    def text(self, rows: Sequence[Json], align: str, *, colour: str = colours.MUTED, bold: bool = False) -> Json:
        """Write texts that `label` has placed."""
        mark: Spec = {
            "type": "text", "align": align, "baseline": "middle", "fontSize": FONT_SIZE, "color": colour,
            "font": self.face, "fontWeight": 600 if bold else 400, "limit": 0,
        }  # fmt: skip
        encoding: Spec = {**PLACE, "text": {"field": "text", "type": "nominal"}}
        return {"data": {"values": rows}, "mark": mark, "encoding": encoding}

    def frame(self, width: float, height: float, layers: Sequence[Json]) -> Spec:
        """Put layers together as one spec."""
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": width,
            "height": height,
            "padding": 0,
            "autosize": "none",
            "background": "#ffffff",
            "config": {"aria": False, "font": self.face, "view": {"stroke": None}},
            "layer": layers,
        }

    def paints(self, series: Sequence[Series]) -> list[str]:
        """Give each series its colour: the accent to the first of this period, grey to the period before."""
        first = colours.readable(self.accent, "#ffffff", 3.0)
        free = iter((first, *colours.beside(first) * len(series)))
        return [colours.GREY if one.role == "previous" else next(free) for one in series]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """The part of a chart that is about one of its days or names, in pixels; `ys` are the heights of its values.

    A value that is not drawn has None. Bars have no heights: there a spot is a whole row.
    """

    x: float
    y: float
    width: float
    height: float
    middle: float = 0.0
    ys: tuple[float | None, ...] = ()


def label(x: float, y: float, text: str) -> Spec:
    """Place a text."""
    return {"x": x, "y": y, "text": text.replace(THIN, words.NO_BREAK)}


def rect(rows: Sequence[Json], **look: Json) -> Json:
    """Draw boxes from x, y to x2, y2."""
    mark: Spec = {"type": "rect", **look}
    encoding: Spec = {**PLACE, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def rule(rows: Sequence[Json], **look: Json) -> Json:
    """Draw level lines from x to x2 at y."""
    mark: Spec = {"type": "rule", "strokeWidth": 1, **look}
    return {"data": {"values": rows}, "mark": mark, "encoding": {**PLACE, "x2": {"field": "x2"}}}


def known(values: Sequence[float | None]) -> list[float]:
    """Give the values that can be drawn."""
    return [value for value in values if value is not None and math.isfinite(value)]

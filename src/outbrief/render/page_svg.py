"""The picture of a chart as part of a page: light and dark in one, as wide as its place, with what each day held.

It is drawn from the same spec as the picture of the PDF and the mail, but not by the engine that draws those: that one
takes a twentieth of a second, and a page needs two pictures of each chart, one for broad places and one for slim ones.
"""

import functools
import html
import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import cast

from outbrief.render import chart as charts
from outbrief.render import colours, words
from outbrief.render.marks import Spot
from outbrief.terms.document import Chart
from outbrief.terms.look import Brand

# A part of a spec: a mark, or a row of data.
_Part = Mapping[str, object]
_MANY = 92  # days; more have strips too narrow to be pointed at without a script
_COARSE_BELOW = 500  # a picture this narrow shows no fractions of so many days
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_TEXT_DOWN = 3  # pixels from the middle of a text to its foot


@dataclass(frozen=True, kw_only=True)
class _Pen:
    """What a picture is drawn with: colours, the decimals of its curves, and a name of its own on the page."""

    brand: Brand
    digits: int
    name: str


def picture(chart: Chart, brand: Brand, *, width: int, said: Sequence[str], manner: str) -> str:
    """Give the chart as an `svg` element of the class `manner`; `said` tells what each of `chart.x` held.

    Where a day or bar is wide enough to be pointed at it is an unseen strip with what it held as its title. For scripts
    the group of strips tells of a chart over days where each day is (`data-x`) and the heights of its values, series
    by series (`data-y`, a dash where there is none).
    """
    spec = charts.chart_spec(chart, brand, width=width)
    spots = charts.chart_spots(chart, brand, width=width)
    digits = 0 if width < _COARSE_BELOW and len(spots) > _MANY else 1
    pen = _Pen(brand=brand, digits=digits, name=f"g{zlib.crc32(repr((chart.title, chart.key, manner)).encode()):08x}")
    drawn = "".join(_layer(layer, pen) for layer in cast("Sequence[_Part]", spec["layer"]))
    box = f"0 0 {_number(_float(spec['width']))} {_number(_float(spec['height']))}"
    alt = html.escape(words.printable(chart.alt) or words.printable(chart.title) or "Chart")
    strips = _strips(spots, said)
    return f'<svg class="{manner}" viewBox="{box}" role="img" aria-label="{alt}" fill="none">{drawn}{strips}</svg>'


def _strips(spots: Sequence[Spot], said: Sequence[str]) -> str:
    if not spots:
        return ""
    places = ""
    if spots[0].ys:
        heights = (" ".join(map(_height, series)) for series in zip(*(spot.ys for spot in spots), strict=True))
        places = f' data-x="{" ".join(_number(spot.middle) for spot in spots)}" data-y="{"|".join(heights)}"'
    strips = "".join(map(_strip, spots, said)) if len(spots) <= _MANY else ""
    return f'<g class="strips" pointer-events="all"{places}>{strips}</g>'


def _strip(spot: Spot, said: str) -> str:
    place = _attributes(x=spot.x, y=spot.y, width=spot.width, height=spot.height)
    return f"<rect{place}><title>{html.escape(said)}</title></rect>"


def _height(y: float | None) -> str:
    return "-" if y is None else _number(y)


def _layer(layer: _Part, pen: _Pen) -> str:
    rows = cast("Sequence[_Part]", cast(_Part, layer["data"])["values"])
    mark = cast(_Part, layer["mark"])
    if mark["type"] in ("line", "area"):
        return _curves(mark, rows, pen)
    look = _look(mark, pen.brand)
    inside = "".join(_SHAPES[str(mark["type"])](mark, row) for row in rows)
    return f"<g{look}>{inside}</g>" if inside else ""


def _look(mark: _Part, brand: Brand) -> str:
    """Tell how all shapes of a mark are painted."""
    colour = str(mark.get("color") or mark.get("stroke"))
    paint = _paint(colour, brand)
    if mark["type"] == "text":
        anchor = _ANCHORS[str(mark["align"])]
        letters = _attributes(font_size=mark["fontSize"], font_weight=mark["fontWeight"], text_anchor=anchor)
        return f' fill="{paint}"{letters}'
    if mark["type"] in ("rule", "line") or "stroke" in mark:
        dash = cast("Sequence[float]", mark.get("strokeDash", ()))
        dashes = " ".join(map(_number, dash)) if len(dash) > 1 and dash[1] else None
        cap, join = mark.get("strokeCap"), mark.get("strokeJoin")
        stroke = _attributes(
            stroke_width=mark.get("strokeWidth"), stroke_dasharray=dashes, stroke_linecap=cap, stroke_linejoin=join
        )
        return f' stroke="{paint}"{stroke}'
    return f' fill="{paint}"'


def _text(_: _Part, row: _Part) -> str:
    place = _attributes(x=row["x"], y=_float(row["y"]) + _TEXT_DOWN)
    return f"<text{place}>{html.escape(str(row['text']))}</text>"


def _rule(_: _Part, row: _Part) -> str:
    return f"<line{_attributes(x1=row['x'], x2=row['x2'], y1=row['y'], y2=row['y'])}/>"


def _rect(mark: _Part, row: _Part) -> str:
    x, x2, y, y2 = (_float(row[key]) for key in ("x", "x2", "y", "y2"))
    radius = mark.get("cornerRadius", mark.get("cornerRadiusTopLeft"))
    return f"<rect{_attributes(x=min(x, x2), y=min(y, y2), width=abs(x2 - x), height=abs(y2 - y), rx=radius)}/>"


def _point(mark: _Part, row: _Part) -> str:
    return f"<circle{_attributes(cx=row['x'], cy=row['y'], r=math.sqrt(_float(mark['size']) / math.pi))}/>"


_SHAPES: Mapping[str, Callable[[_Part, _Part], str]] = {"text": _text, "rule": _rule, "rect": _rect, "point": _point}


def _curves(mark: _Part, rows: Sequence[_Part], pen: _Pen) -> str:
    """Draw a line or an area through the rows, apart where there is a gap."""
    paths = []
    for _, run in groupby(rows, key=lambda row: row["run"]):
        points = [(_float(row["x"]), _float(row["y"]), _float(row["y2"])) for row in run]
        path = curve(tuple((x, y) for x, y, _ in points), pen.digits)
        if mark["type"] == "area":
            path += f"V{_number(points[-1][2], pen.digits)}H{_number(points[0][0], pen.digits)}Z"
        paths.append(path)
    if not paths:
        return ""
    if mark["type"] == "line":
        return f'<path{_look(mark, pen.brand)} d="{"".join(paths)}"/>'
    gradient = _gradient(cast(_Part, mark["color"]), pen)
    return f'{gradient}<path fill="url(#{pen.name})" d="{"".join(paths)}"/>'


@functools.lru_cache(maxsize=16)
def curve(points: tuple[tuple[float, float], ...], digits: int = 1) -> str:
    """Draw a smooth line that never passes beyond its points, as the commands of a path.

    The tangents are those of Steffen, "A simple method for monotonic interpolation in one dimension", 1990; Vega-Lite
    calls this "monotone". `points` go from left to right. Kept because an area has the edge of its line.
    """
    start = "M" + _pair(*points[0], digits)
    if len(points) < 3:
        return start + "".join(f"L{_pair(*point, digits)}" for point in points[1:])
    slopes = [(y2 - y) / (x2 - x) for (x, y), (x2, y2) in pairwise(points)]
    steps = [x2 - x for (x, _), (x2, _) in pairwise(points)]
    tangents = [0.0]
    for (one, other), (step, next_step) in zip(pairwise(slopes), pairwise(steps), strict=True):
        mean = (one * next_step + other * step) / (step + next_step)
        sign = math.copysign(1, one) + math.copysign(1, other)
        tangents.append(sign * min(abs(one), abs(other), 0.5 * abs(mean)))
    tangents[0] = (3 * slopes[0] - tangents[1]) / 2
    tangents.append((3 * slopes[-1] - tangents[-1]) / 2)
    pieces = []
    for ((x, y), (x2, y2)), (tangent, next_tangent) in zip(pairwise(points), pairwise(tangents), strict=True):
        third = (x2 - x) / 3
        places = ((x + third, y + third * tangent), (x2 - third, y2 - third * next_tangent), (x2, y2))
        pieces.append("C" + " ".join(_pair(*place, digits) for place in places))
    return start + "".join(pieces)


def _gradient(colour: _Part, pen: _Pen) -> str:
    stops = "".join(
        f'<stop offset="{_number(_float(stop["offset"]))}" stop-color="{_paint(str(stop["color"]), pen.brand)}"/>'
        for stop in cast("Iterable[_Part]", colour["stops"])
    )
    return f'<linearGradient id="{pen.name}" x1="0" x2="0" y1="0" y2="1">{stops}</linearGradient>'


def _paint(colour: str, brand: Brand) -> str:
    return f"light-dark({colour},{colours.drawn_in_the_dark(colour.lower(), brand)})"


def _attributes(**values: object) -> str:
    """Write attributes, those that are None left out; `_` in a name stands for a dash."""
    return "".join(
        f' {name.replace("_", "-")}="{_number(value) if isinstance(value, float | int) else html.escape(str(value))}"'
        for name, value in values.items()
        if value is not None
    )


def _pair(x: float, y: float, digits: int) -> str:
    return f"{_number(x, digits)},{_number(y, digits)}"


def _float(value: object) -> float:
    return value if isinstance(value, float) else float(str(value))


def _number(value: float, digits: int = 1) -> str:
    text = f"{value:.{digits}f}"
    return text.removesuffix(".0")

"""A long table, laid out by arithmetic into pages that can be set apart from each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outbrief.render.columns import Fit
from outbrief.render.lines import lines_of, pages_of
from outbrief.render.typeset import Json

# In ems of the type size: a line of text is as high as its capitals, and a row has room above and below.
_CAPITALS, _LINE, _PAD = 0.73, 1.25, 0.55
_TITLE_SIZE, _BELOW_TITLE = 11.0, 10.0
_SPARE = 0.3  # points kept free across and down a page, so that no rounding breaks a row or a page
_PAGES_IN_PART = 4


@dataclass(frozen=True, kw_only=True)
class Long:
    """A table as parts that are set apart, each told to the template; all but the last have `pages` pages."""

    parts: tuple[Mapping[str, Json], ...]
    pages: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What a table says: title, headings with whether their column stands right, rows, and the lines below it."""

    title: str
    labels: Sequence[str]
    right: Sequence[bool]
    rows: Sequence[Sequence[str]]
    total: bool
    lines: Sequence[str]


def long_table(texts: Texts, fitted: Fit, room: tuple[float, float], widths: Mapping[str, float]) -> Long:
    """Lay out a table over pages of its own, with `room` points across and down; `widths` are those of letters in ems.

    `fitted` gives the type size and the columns. The last row is the closing one when `texts.total` says so. The pages
    come in parts of a few each, and the last one alone, for the lines below it may need one page more.
    """
    across, down = room[0] - _SPARE, room[1] - _SPARE
    columns = _columns(texts, fitted, across)
    rooms = [column["width"] - column["left"] - column["gap"] for column in columns]
    head_size = min(8.0, fitted.size)
    labels = [_wrapped(label, space / head_size, widths) for label, space in zip(texts.labels, rooms, strict=True)]
    head_height = _height(labels, head_size, fitted.size)
    title = lines_of(texts.title, across / _TITLE_SIZE * 0.95, widths)
    title_height = round(_TITLE_SIZE * (_CAPITALS + _LINE * (len(title) - 1)) + _BELOW_TITLE, 2)
    rows = _rows(texts.rows, [space / fitted.size for space in rooms], widths)
    heights = [_height(row, fitted.size, fitted.size) for row in rows]
    pages = pages_of(heights, down - head_height - title_height, down - head_height)
    shared: dict[str, Json] = {
        "form": "rows", "above": 0, "wide": fitted.wide, "title": texts.title, "title_height": title_height,
        "size": fitted.size, "head_size": head_size, "head_height": head_height, "labels": labels,
        "columns": [{**column, "right": right} for column, right in zip(columns, texts.right, strict=True)],
    }  # fmt: skip
    starts = [*range(0, len(pages) - 1, _PAGES_IN_PART), len(pages) - 1]
    parts: list[Mapping[str, Json]] = []
    for start, end in zip(starts, [*starts[1:], len(pages)], strict=True):
        told: list[Json] = [[[heights[i], rows[i]] for i in page] for page in pages[start:end]]
        last = end == len(pages)
        below: Json = list(texts.lines) if last else []
        parts.append({**shared, "pages": told, "begins": start == 0, "total": texts.total and last, "lines": below})
    counts = [end - start for start, end in zip(starts, [*starts[1:], len(pages)], strict=True)]
    return Long(parts=tuple(parts), pages=tuple(counts))


def _columns(texts: Texts, fitted: Fit, across: float) -> list[dict[str, float]]:
    """Give each column its width and what is free on its left and right, in points."""
    left = across - sum(fitted.widths)
    shares = sum(fitted.shares) or 1.0
    last = len(texts.labels) - 1
    widths = [width + left * share / shares for width, share in zip(fitted.widths, fitted.shares, strict=True)]
    if not any(fitted.shares):
        widths = [width * min(1.0, across / sum(fitted.widths)) for width in fitted.widths]
    return [
        {
            "width": round(width - 0.005, 2),
            "left": 0.0 if i == 0 else fitted.inset,
            "gap": 0.0 if i == last else fitted.inset,
        }
        for i, width in enumerate(widths)
    ]


def _rows(rows: Sequence[Sequence[str]], rooms: Sequence[float], widths: Mapping[str, float]) -> list[list[str]]:
    """Break the cells into lines; the same text is broken once per column."""
    columns: list[list[str]] = []
    for index, room in enumerate(rooms):
        cells = [row[index] for row in rows]
        broken = {cell: _wrapped(cell, room, widths) for cell in dict.fromkeys(cells)}
        columns.append([broken[cell] for cell in cells])
    return [list(row) for row in zip(*columns, strict=True)]


def _wrapped(text: str, room: float, widths: Mapping[str, float]) -> str:
    return "\n".join(lines_of(text, room, widths))


def _height(cells: Sequence[str], size: float, pad_size: float) -> float:
    """Compute the height of a row in points from its tallest cell."""
    lines = 1 + max(cell.count("\n") for cell in cells)
    return round(size * (_CAPITALS + _LINE * (lines - 1)) + 2 * _PAD * pad_size, 2)

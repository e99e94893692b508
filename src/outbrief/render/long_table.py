"""A long table, laid out by arithmetic into pages that can be set apart from each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outbrief.render.columns import Fit
from outbrief.render.lines import lines_of, pages_of
from outbrief.render.typeset import Json

# In ems of the type size: a line of text is as high as its capitals, and a row has room above and below.
_CAPITALS, _LINE, _PAD = 0.69, 1.25, 0.55
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
    """What a table says: title, headings, rows, and the lines below it.

    `right` and `firm` tell which columns stand on the right, and which hold figures or dates rather than text.
    """

    title: str
    labels: Sequence[str]
    right: Sequence[bool]
    firm: Sequence[bool]
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
    # Cells stand on the line of their first words: with as many lines each, their last words stand on one line too.
    most = max(label.count("\n") for label in labels)
    labels = ["\u00a0\n" * (most - label.count("\n")) + label for label in labels]
    head_height = _height(labels, head_size, fitted.size)
    title = lines_of(texts.title, across / _TITLE_SIZE * 0.95, widths)
    title_height = round(_TITLE_SIZE * (_CAPITALS + _LINE * (len(title) - 1)) + _BELOW_TITLE, 2)
    rows = _rows(texts.rows, [space / fitted.size for space in rooms], widths)
    heights = [_height(row, fitted.size, fitted.size) for row in rows]
    pages = pages_of(heights, down - head_height - title_height, down - head_height)
    lengths = _lengths(texts, rows, fitted.size, widths)
    gaps = [_gaps(row, lengths, columns, texts.right) for row in rows]
    shared: dict[str, Json] = {
        "form": "rows", "above": 0, "wide": fitted.wide, "title": texts.title, "title_height": title_height,
        "size": fitted.size, "head_size": head_size, "head_height": head_height, "labels": labels,
        "columns": [
            {**column, "right": right, "flows": known is not None}
            for column, right, known in zip(columns, texts.right, lengths, strict=True)
        ],
    }  # fmt: skip
    starts = [*range(0, len(pages) - 1, _PAGES_IN_PART), len(pages) - 1]
    parts: list[Mapping[str, Json]] = []
    for start, end in zip(starts, [*starts[1:], len(pages)], strict=True):
        told: list[Json] = [[[heights[i], rows[i], gaps[i]] for i in page] for page in pages[start:end]]
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


def _lengths(
    texts: Texts, rows: Sequence[Sequence[str]], size: float, widths: Mapping[str, float]
) -> list[Mapping[str, float] | None]:
    """Give for each column the widths in points of what stands in it, where they are known exactly, else None.

    Known are figures and dates in letters that were measured. The first column has none: it gives a row its height.
    """
    lengths: list[Mapping[str, float] | None] = []
    for index, firm in enumerate(texts.firm):
        each = dict.fromkeys(row[index] for row in rows)
        known = firm and index > 0 and all(letter in widths for letter in frozenset("".join(each)))
        lengths.append({cell: size * sum(widths[letter] for letter in cell) for cell in each} if known else None)
    return lengths


def _gaps(
    row: Sequence[str],
    lengths: Sequence[Mapping[str, float] | None],
    columns: Sequence[Mapping[str, float]],
    right: Sequence[bool],
) -> list[float]:
    """Give each cell of a row the points between the end of the cell before it and its own beginning."""
    gaps: list[float] = []
    at = start = 0.0
    for cell, known, on_right, column in zip(row, lengths, right, columns, strict=True):
        end = start + column["width"]
        if known is None:
            place, at_end = start, end
        else:
            place = end - column["gap"] - known[cell] if on_right else start + column["left"]
            at_end = place + known[cell]
        gaps.append(round(place - at, 2))
        at, start = at_end, end
    return gaps


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

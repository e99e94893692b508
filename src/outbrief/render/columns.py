"""The widths of a printed table: which type size, which page, and how much room each column gets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_UPRIGHT, _LYING = (9.0, 8.0, 7.0), (8.0, 7.0, 6.0, 5.0)
_TEXT_AT_LEAST, _TEXT_LIKED, _TEXT_AT_MOST = 16, 28, 60
_HEAD, _MEDIUM = 8.0, 1.07  # the largest type of headings, and how much wider than regular type it is
_ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as the printer sees it. The cells of a `firm` one (figures, dates) never wrap."""

    heading: str
    cells: Sequence[str]
    firm: bool

    def letters(self, size: float) -> int:
        """Count the letters of the widest cell, and of the widest word of the heading, whose type is smaller."""
        widest = max((len(cell) for cell in self.cells), default=0)
        word = max((len(word) for word in self.heading.split()), default=1)
        return max(widest, math.ceil(word * _MEDIUM * min(size, _HEAD) / size), 3)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How a table is set: type `size` and `inset` in points, `wide` for a lying page, and one entry per column.

    `widths` are points (0 where a `shares` entry divides what is left); `letters` is how many fit on one line.
    """

    size: float
    inset: float
    wide: bool
    widths: tuple[float, ...]
    shares: tuple[float, ...]
    letters: tuple[int, ...]


def fit(columns: Sequence[Column], upright: float, lying: float, figure: float) -> Fit:
    """Fit columns into `upright` points across, in smaller type if need be, else into `lying` points.

    Slightly smaller type is better than names on two lines.

    `figure` is the width of a digit in ems; letters are a little narrower on average.
    """
    for size in _UPRIGHT[:-1]:
        if _least(columns, size, figure, _TEXT_LIKED) <= upright:
            return _fit(columns, size, upright, figure, wide=False)
    for size in _UPRIGHT:
        if _least(columns, size, figure) <= upright:
            return _fit(columns, size, upright, figure, wide=False)
    for size in _LYING:
        if _least(columns, size, figure) <= lying:
            return _fit(columns, size, lying, figure, wide=True)
    return _fit(columns, _LYING[-1], lying, figure, wide=True)


def breakable(text: str, letters: int) -> str:
    """Allow a line break inside words that are longer than a line of `letters`, at a mark where there is one."""
    if len(text) <= letters // 2:
        return text
    return " ".join(_broken(word, _fitting(word, letters)) for word in text.split(" "))


def _fitting(word: str, letters: int) -> int:
    """Count how many letters of this word fit: those of most other scripts are wider than Latin ones."""
    if word.isascii():
        return letters
    return max(2, letters // 2 if max(word) >= "\u1100" else letters * 3 // 4)


def _broken(word: str, letters: int) -> str:
    parts: list[str] = []
    while len(word) > letters:
        cut = 1 + max((word.rfind(mark, letters // 2, letters) for mark in "-_/.@:;,&=?"), default=-1)
        cut = cut or letters
        parts.append(word[:cut])
        word = word[cut:]
    return _ZERO_WIDTH_SPACE.join((*parts, word))


def _inset(size: float) -> float:
    return round(size * 0.6, 2)


def _points(letters: float, size: float, figure: float) -> float:
    return letters * size * figure + 2 * _inset(size)


def _least_of(column: Column, size: float, figure: float, text: int = _TEXT_AT_LEAST) -> float:
    letters = column.letters(size)
    return _points(letters if column.firm else min(letters, text), size, figure)


def _least(columns: Sequence[Column], size: float, figure: float, text: int = _TEXT_AT_LEAST) -> float:
    return sum(_least_of(column, size, figure, text) for column in columns)


def _fit(columns: Sequence[Column], size: float, room: float, figure: float, *, wide: bool) -> Fit:
    least = [_least_of(column, size, figure) for column in columns]
    spare = room - sum(least)
    # What a column of text would like beyond the least.
    wishes = [
        0.0 if column.firm else float(max(min(column.letters(size), _TEXT_AT_MOST) - _TEXT_AT_LEAST, 0)) + 0.01
        for column in columns
    ]
    if not any(wishes) or spare < 0:
        # No column that may wrap, or more than fits: share the line by what each column holds.
        fixed, shares = [0.0] * len(columns), [float(column.letters(size)) for column in columns]
    else:
        fixed = [points if column.firm else 0.0 for column, points in zip(columns, least, strict=True)]
        shares = [
            0.0 if column.firm else points + spare * wish / sum(wishes)
            for column, points, wish in zip(columns, least, wishes, strict=True)
        ]
    left = room - sum(fixed)
    letters = [
        column.letters(size) if not share else int((left * share / sum(shares) - 2 * _inset(size)) / (size * figure))
        for column, share in zip(columns, shares, strict=True)
    ]
    return Fit(
        size=size,
        inset=_inset(size),
        wide=wide,
        widths=tuple(round(width, 2) for width in fixed),
        shares=tuple(round(share, 3) for share in shares),
        letters=tuple(max(4, count) for count in letters),
    )

"""The sample of an export as a table of texts, and what the whole amounts to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outbrief.run.exports import Sample
from outbrief.terms.table import Kind
from outbrief.web import words

_LONGEST = 60
_NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES)


@dataclass(frozen=True, kw_only=True)
class SampleWords:
    """A sample to be shown: `estimate` says rows and time, `rows` is None when finding some took too long.

    Each column is its label, its key and whether it holds numbers; each cell its text and whether it is a number.
    """

    columns: Sequence[tuple[str, str, bool]]
    rows: Sequence[Sequence[tuple[str, bool]]] | None
    estimate: str


def sample_words(sample: Sample, *, timezone: str) -> SampleWords:
    """Say a sample, its times on the clock of `timezone`."""
    zone = ZoneInfo(timezone)
    rows = sample.rows
    if rows is not None:
        columns = sample.columns
        shown = [
            [
                (_text(column.kind, value, zone), column.kind in _NUMBERS)
                for column, value in zip(columns, row, strict=True)
            ]
            for row in rows
        ]
    seconds = words.counted(sample.seconds, "second", "seconds")
    counted = words.counted(_rounded(sample), "row", "rows")
    return SampleWords(
        columns=[(column.label, column.key, column.kind in _NUMBERS) for column in sample.columns],
        rows=None if rows is None else shown,
        estimate=f"{'' if sample.is_all else 'About '}{counted}, ready in about {seconds}",
    )


def _rounded(sample: Sample) -> int:
    """Round an estimate to three digits: it is no better than that."""
    rows = sample.expected_rows
    return rows if sample.is_all else round(rows, min(0, 3 - len(str(rows))))


def _text(kind: Kind, value: object, zone: ZoneInfo) -> str:
    if value is None or value in ([], ""):
        return "–"
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value * 100:.2f}\u202f%" if kind is Kind.RATE else f"{value:,.2f}".replace(",", "\u202f")
    if isinstance(value, int) and not isinstance(value, bool):
        return words.grouped(value)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

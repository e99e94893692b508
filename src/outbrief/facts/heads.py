"""Looking at the head of a file: its columns, what they hold, and what an import would make of the first rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl

from outbrief.facts.checking import Zones
from outbrief.facts.columns import plan_columns
from outbrief.facts.maps import ColumnMap
from outbrief.facts.reading import open_source, sound_file
from outbrief.facts.results import REFUSALS_KEPT, Refusal, Refusals, cell_shown
from outbrief.facts.shapes import FactKind
from outbrief.facts.sifting import sift
from outbrief.facts.time_forms import TimeForm, time_forms
from outbrief.terms.errors import InvalidInput

HEAD_ROWS = 1_000
_SAMPLES = 3
_MOST_COLUMNS = 500
_MOST = 0.8
_CHOICES = 30


class Likeness(StrEnum):
    """What the values of a column look like."""

    EMPTY = "empty"
    EMAIL = "e-mail addresses"
    TIME = "times"
    WHOLE = "whole numbers"
    NUMBER = "numbers"
    DOMAIN = "domains"
    ID = "ids"
    TEXT = "text"


_PATTERNS = (
    (Likeness.EMAIL, r"^[^\s@]+@[^\s@]+\.[^\s@]+$"),
    (Likeness.WHOLE, r"^\d{1,15}(\.0*)?$"),
    (Likeness.NUMBER, r"^-?\d+(\.\d+)?$"),
    (Likeness.DOMAIN, r"(?i)^([a-z0-9-]+\.)+[a-z]{2,}$"),
)


@dataclass(frozen=True, kw_only=True)
class ColumnSeen:
    """A column of a file: its first distinct values, what they look like, and how they may be read as times.

    `values` are all distinct ones of the head, where they are few; `repeats` tells whether a value comes twice.
    """

    name: str
    samples: tuple[str, ...]
    likeness: Likeness
    times: tuple[TimeForm, ...]
    values: tuple[str, ...]
    repeats: bool


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What an import would make of the first rows, as far as can be said before they are matched with what is there."""

    rows_read: int
    rows_refused: int
    refusals: tuple[Refusal, ...]

    @property
    def rows_kept(self) -> int:
        """Count the rows that would be kept."""
        return self.rows_read - self.rows_refused


def head_of(path: Path, *, name: str) -> bytes:
    """Cut the first thousand rows off a file; InvalidInput when it is not what its name says, or has no rows."""
    with sound_file(name):
        return open_source(path, name=name).head(HEAD_ROWS)


def head_name(name: str) -> str:
    """Name the head of a file so that it is read as what it is: it is not compressed."""
    plain = name.lower().removesuffix(".gz")
    known = re.search(r"\.(csv|tsv|txt|ndjson|jsonl|parquet)$", plain)
    if known is None:
        raise InvalidInput(f"{name} is of no kind that is read.", field="file")
    return f"head{known[0]}"


def look_at(head: Path, *, name: str, timezone: str) -> tuple[ColumnSeen, ...]:
    """Describe the columns of a head; InvalidInput when it has none, or is no such file."""
    with sound_file(name):
        frame = _cells(head, name)
    if not frame.columns:
        raise InvalidInput(f"{name} has no rows.", field="file", hint="Choose a file that has some.")
    if len(frame.columns) > _MOST_COLUMNS:
        raise InvalidInput(
            f"{name} has {len(frame.columns):,} columns, and {_MOST_COLUMNS} can be matched here.",
            field="file",
            hint="Leave out what is not needed, or import it by the command line with a map file.",
        )
    return tuple(_seen(frame[column], timezone) for column in frame.columns)


def try_out(head: Path, kind: FactKind, mapping: ColumnMap, *, name: str, timezone: str) -> Trial:
    """Check the rows of a head as an import would; nothing is kept. InvalidInput as by `import_file`."""
    refusals = Refusals()
    with sound_file(name):
        source = open_source(head, delimiter=mapping.delimiter, name=name)
        plan = plan_columns(source, kind, mapping)
        zones = Zones(of_times=mapping.timezone or timezone, of_days=timezone)
        read, _ = sift(source, plan, zones, refusals, take=_drop)
        lines = source.lines([refused.number for refused in refusals.first()]) if refusals.kept else {}
    return Trial(
        rows_read=read,
        rows_refused=refusals.total,
        refusals=tuple(
            Refusal(line=lines[one.number], field=one.field, reason=one.reason, value=one.value)
            for one in refusals.first()[:REFUSALS_KEPT]
        ),
    )


def _drop(frame: pl.DataFrame) -> None:
    """Take sound rows, of which nothing more is wanted."""


def _cells(head: Path, name: str) -> pl.DataFrame:
    source = open_source(head, name=name)
    batches = [batch.cells for batch in source.batches(None)]
    if not batches:
        return pl.DataFrame(schema=dict.fromkeys(source.columns or (), pl.String))
    return pl.concat(batches, how="diagonal")


def _seen(cells: pl.Series, timezone: str) -> ColumnSeen:
    values = cells.str.strip_chars().drop_nulls()
    values = values.filter(values != "")
    distinct: Sequence[str] = values.unique(maintain_order=True).to_list()
    times = time_forms(values, timezone=timezone)
    return ColumnSeen(
        name=cells.name,
        samples=tuple(cell_shown(value) for value in distinct[:_SAMPLES]),
        likeness=_likeness(values, distinct, times),
        times=times,
        values=tuple(distinct) if len(distinct) <= _CHOICES else (),
        repeats=len(distinct) < len(values),
    )


def _likeness(values: pl.Series, distinct: Sequence[str], times: Sequence[TimeForm]) -> Likeness:
    if values.is_empty():
        return Likeness.EMPTY
    shares: Mapping[Likeness, float] = {
        likeness: int(values.str.contains(pattern).sum()) / len(values) for likeness, pattern in _PATTERNS
    }
    if shares[Likeness.EMAIL] >= _MOST:
        return Likeness.EMAIL
    if times and shares[Likeness.NUMBER] < _MOST:
        return Likeness.TIME
    for likeness in (Likeness.WHOLE, Likeness.NUMBER, Likeness.DOMAIN):
        if shares[likeness] >= _MOST:
            return likeness
    alike = len(distinct) == len(values) and not values.str.contains(r"\s").any()
    return Likeness.ID if alike and values.str.contains(r"\d").all() else Likeness.TEXT

"""What the sections of reports are made of: what is given to them, and what a type of report consists of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from outbrief.compose.measures import Row, only_row, rows_of
from outbrief.compose.questions import Needs, nothing
from outbrief.terms.calendar import local_today
from outbrief.terms.document import Section
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Cell

Answers = Mapping[str, pa.Table]

# A document is read by people and held in memory; whoever needs more rows than this takes the export.
MOST_ROWS = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """What a section is made of: what was asked for, the answers by name, and when the facts were read."""

    request: ReportRequest
    answers: Answers
    as_of: dt.datetime
    _read: dict[tuple[str, int | None], list[Row]] = field(default_factory=dict, repr=False)

    @cached_property
    def totals(self) -> Row:
        """Give the sums of the period."""
        return only_row(self.answers["totals"])

    @cached_property
    def before(self) -> Row:
        """Give the sums of the comparison."""
        return only_row(self.answers["totals_before"])

    @property
    def today(self) -> dt.date:
        """Give the day of the report's time zone on which the facts were read; it is not over yet."""
        return local_today(self.as_of, self.request.timezone)

    @property
    def running(self) -> bool:
        """Tell whether the period is not over, so that its counts do not compare with those of a whole one."""
        return self.today < self.request.period.end

    def rows(self, name: str, most: int | None = None) -> list[Row]:
        """Give the rows of an answer, or its first `most`; callers leave them as they are."""
        if (name, most) not in self._read:
            self._read[name, most] = rows_of(self.answers[name], most)
        return self._read[name, most]

    def counted(self, name: str) -> int:
        """Count all rows of an answer, also those that a document does not hold."""
        return int(self.answers[name].num_rows)

    def earlier(self, name: str, dimension: str) -> dict[Cell, Row]:
        """Give the rows of an answer about the comparison by the names of a dimension."""
        return {row[dimension]: row for row in self.rows(name)}

    def measures(self, otherwise: Sequence[str]) -> tuple[str, ...]:
        """Give the measures that were chosen for the report, or those it has by itself."""
        return self.request.measures or tuple(otherwise)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section of a report: its key, what it asks beside the totals, and how it is made of the answers.

    `make` gives None when there is nothing to show. `always` marks a table that is there even without a row.
    """

    key: str
    make: Callable[[Given], Section | None]
    needs: Needs = nothing
    always: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """One type of report: its sections in their usual order, the table that CSV holds, figures and notes of its own."""

    parts: tuple[Part, ...]
    main_table: str
    figures: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def part(self, key: str) -> Part | None:
        """Give the section with this key, or None."""
        return next((part for part in self.parts if part.key == key), None)

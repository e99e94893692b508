"""What an import says when it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from outbrief.facts.shapes import FactKind

# So many refusals are kept with their reasons; all of them are counted.
REFUSALS_KEPT = 1_000
_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One row that was not taken in: its line, the column at fault ("" for the row as a whole), why, and the cell.

    `line` counts the lines of a CSV or NDJSON file from 1, the header included; for Parquet and for rows of the API
    it is the number of the row.
    """

    line: int
    field: str
    reason: str
    value: str


@dataclass(frozen=True, kw_only=True)
class IntakeResult:
    """What an import did: every row read was kept or refused; what was kept created, updated or changed nothing.

    `refusals` are the first 1,000 by line. `created`, `updated` and `unchanged` count campaigns, leads, messages,
    events, or days of totals; an id that occurs twice counts once. `notes` are sentences for people. `intake_id`
    is under which it is on record.
    """

    kind: FactKind
    rows_read: int
    rows_kept: int
    rows_refused: int
    created: int
    updated: int
    unchanged: int
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    intake_id: int = 0


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A refusal whose line is not known yet: `number` is what the reading calls the row."""

    number: int
    field: str
    reason: str
    value: str


def cell_shown(value: object) -> str:
    """Cut a cell to what a message can hold; a NUL, which no database holds, is shown by its picture."""
    text = "" if value is None else str(value).replace("\x00", "\u2400")
    text = text.encode("utf-8", "replace").decode()
    return f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text


@dataclass
class Refusals:
    """The refusals of one import as they come up."""

    kept: list[Refused] = field(default_factory=list)
    total: int = 0

    def add(self, refused: Iterable[Refused], *, total: int | None = None) -> None:
        """Take note of refusals; `total` counts them all where `refused` holds only the first ones."""
        new = list(refused)
        self.total += len(new) if total is None else total
        self.kept += new
        if len(self.kept) > 4 * REFUSALS_KEPT:
            self.kept = self.first()

    def first(self) -> list[Refused]:
        """Give the first ones in the order of the file."""
        return sorted(self.kept, key=lambda refused: refused.number)[:REFUSALS_KEPT]

"""The rows that an import refused, as a file."""

from typing import Final

from outbrief.facts.models import Intake
from outbrief.facts.results import Refusal
from outbrief.render.batches import table_batches
from outbrief.render.formats import open_writer
from outbrief.render.writer import Sink
from outbrief.terms.export import ExportFormat
from outbrief.terms.table import Column, Kind, Table

_COLUMNS: Final = (
    Column(key="line", label="Line", kind=Kind.INTEGER),
    Column(key="field", label="Field", kind=Kind.TEXT),
    Column(key="reason", label="Reason", kind=Kind.TEXT),
    Column(key="value", label="Value", kind=Kind.TEXT),
)


def refusals_of(intake: Intake) -> tuple[Refusal, ...]:
    """Give the first thousand rows that an import refused."""
    return tuple(
        Refusal(line=row["line"], field=row["field"], reason=row["reason"], value=row["value"])
        for row in intake.refusals
    )


def write_refusals(intake: Intake, sink: Sink) -> None:
    """Write them as CSV; a value that a spreadsheet would take for a formula gets an apostrophe."""
    rows = tuple((one.line, one.field, one.reason, one.value) for one in refusals_of(intake))
    writer = open_writer(ExportFormat.CSV, sink, _COLUMNS)
    writer.begin()
    table = Table(key="refused", title="Refused rows", columns=_COLUMNS, rows=rows, total_rows=len(rows))
    for batch in table_batches(table):
        writer.write(batch)
    writer.finish()

"""Excel workbooks of any number of rows, written straight through: sheet XML into a ZIP that never seeks.

Text is inline text in cells of the text format: never a formula, not even after somebody edits it. Numbers, percents,
dates and times are real ones; times are UTC and their format says so. Tags are the text of a JSON array. Rows past the
last of a sheet go on in the next. What Excel cannot hold is counted and said, in the summary and on a sheet of notes.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl
import pyarrow as pa

from outbrief.render.frame import frames
from outbrief.render.sheet import Tally, area, sheet_rows
from outbrief.render.writer import Sink, WriteSummary
from outbrief.render.xlsx_parts import (
    APP_PROPERTIES,
    ROOT_RELATIONSHIPS,
    STYLES,
    THEME,
    content_types,
    core_properties,
    notes_sheet,
    sheet_end,
    sheet_path,
    sheet_start,
    widths,
    workbook,
    workbook_relationships,
)
from outbrief.render.zip import ZipStream
from outbrief.terms.table import Column

ROWS_PER_SHEET: Final = 1_048_575  # beside the header
# Room for one more frame below the 4 GiB that a member of the archive may hold.
_BYTES_PER_SHEET: Final = 3 * 1024**3


class XlsxWriter:
    """Write an Excel workbook: sheets `Data`, `Data 2` and on, and `Notes` when there is something to say."""

    def __init__(
        self,
        sink: Sink,
        columns: Sequence[Column],
        *,
        title: str = "",
        rows_per_sheet: int = ROWS_PER_SHEET,
        bytes_per_sheet: int = _BYTES_PER_SHEET,
    ) -> None:
        """Prepare the file; a sheet ends at `rows_per_sheet` data rows or past `bytes_per_sheet` bytes of XML."""
        self._zip = ZipStream(sink)
        self._columns = tuple(columns)
        self._title = title or "Outbrief export"
        self._rows_per_sheet = rows_per_sheet
        self._bytes_per_sheet = bytes_per_sheet
        self._tally = Tally()
        self._sheet_rows: list[int] = []
        self._widths: list[int] = []

    def begin(self) -> None:
        """Write the parts that are known before the rows."""
        # First, so that tools which guess a file's type by its first bytes see a workbook.
        self._zip.add("_rels/.rels", ROOT_RELATIONSHIPS)
        self._zip.add("docProps/core.xml", core_properties(self._title))
        self._zip.add("docProps/app.xml", APP_PROPERTIES)
        self._zip.add("xl/styles.xml", STYLES)
        self._zip.add("xl/theme/theme1.xml", THEME)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows, opening a further sheet whenever one is full."""
        for frame in frames(batch, self._columns):
            rest = frame
            while rest.height:
                if not self._sheet_rows or self._full():
                    self._next_sheet(rest)
                part = rest.head(self._rows_per_sheet - self._sheet_rows[-1])
                self._zip.write(sheet_rows(part, self._columns, self._sheet_rows[-1] + 2, self._tally))
                self._sheet_rows[-1] += part.height
                rest = rest.slice(part.height)

    def finish(self) -> WriteSummary:
        """End the last sheet, write the notes and the parts that name all others."""
        if not self._sheet_rows:
            self._next_sheet(pl.DataFrame())
        self._end_sheet()
        names = ["Data", *(f"Data {number}" for number in range(2, len(self._sheet_rows) + 1))]
        areas = [area(len(self._columns), rows, "$") for rows in self._sheet_rows]
        notes = (*self._spread(), *self._tally.sentences())
        if notes:
            names.append("Notes")
            self._zip.add(sheet_path(len(names)), notes_sheet(notes))
        self._zip.add("xl/workbook.xml", workbook(names, areas))
        self._zip.add("xl/_rels/workbook.xml.rels", workbook_relationships(len(names)))
        self._zip.add("[Content_Types].xml", content_types(len(names)))
        self._zip.finish()
        return WriteSummary(rows=sum(self._sheet_rows), notes=notes)

    def _full(self) -> bool:
        return self._sheet_rows[-1] >= self._rows_per_sheet or self._zip.size > self._bytes_per_sheet

    def _next_sheet(self, sample: pl.DataFrame) -> None:
        if self._sheet_rows:
            self._end_sheet()
        else:
            self._widths = widths(self._columns, sample)
        self._sheet_rows.append(0)
        self._zip.open(sheet_path(len(self._sheet_rows)))
        self._zip.write(sheet_start(self._columns, self._widths, shown=len(self._sheet_rows) == 1))

    def _end_sheet(self) -> None:
        self._zip.write(sheet_end(area(len(self._columns), self._sheet_rows[-1])))
        self._zip.close()

    def _spread(self) -> tuple[str, ...]:
        count = len(self._sheet_rows)
        if count == 1:
            return ()
        return (f"One sheet cannot hold all {sum(self._sheet_rows):,} rows: they go on through {count:,} sheets.",)

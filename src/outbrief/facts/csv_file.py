"""Reading CSV: streaming, with the lines of what is not sound."""

import codecs
import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO, Literal, TextIO, cast

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from outbrief.facts.results import REFUSALS_KEPT, Refused, cell_shown
from outbrief.facts.sources import HEAD_BYTES, RawBatch
from outbrief.terms.choices import shown
from outbrief.terms.errors import InvalidInput

_DELIMITERS = ",;\t|"
_HEAD = 1 << 20
# A row must fit into one block.
_BLOCK = 8 << 20


class CsvFile:
    """A CSV file (RFC 4180, UTF-8) with a header; `number` counts records, the header being 1, blank lines none."""

    def __init__(self, name: str, opened: Callable[[], IO[bytes]], delimiter: str | None) -> None:
        self.name = name
        self._open = opened
        head = self._head()
        self._delimiter = delimiter or _delimiter_of(head)
        self.columns = self._header(head)
        self.delimiter_help = f"The cells are taken to be separated by {shown(self._delimiter)}."
        self._ragged: list[int] = []
        self._ragged_texts: list[str] = []
        self._told = 0

    def batches(self, wanted: Sequence[str] | None) -> Iterator[RawBatch]:
        """Read the rows in blocks; rows with too many or too few cells become broken ones."""
        names = list(self.columns if wanted is None else wanted)
        kept = 0
        with self._open() as file:
            tap = _Tap(file)
            try:
                reader = self._reader(tap, names)
                for batch in reader:
                    if batch.num_rows:
                        yield RawBatch(cells=_frame(batch, names), numbers=self._numbers(kept, batch.num_rows))
                        kept += batch.num_rows
            except pa.ArrowInvalid as error:
                raise self._unsound(error) from error
        self._check_end(tap, records=1 + kept + len(self._ragged))

    def broken(self) -> list[Refused]:
        """Give, once, the rows with too many or too few cells; past the first 1,000 without their text."""
        start, self._told = self._told, len(self._ragged)
        texts = self._ragged_texts[start:] + [""] * len(self._ragged)
        return [
            Refused(number=number, field="", reason=self._ragged_reason(text), value=cell_shown(text))
            for number, text in zip(self._ragged[start:], texts, strict=False)
        ]

    def lines(self, numbers: Sequence[int]) -> dict[int, int]:
        """Find the lines by reading the file once more, as far as needed."""
        wanted = set(numbers)
        return {number: line for number, line in self._records(until=max(wanted, default=0)) if number in wanted}

    def head(self, rows: int) -> bytes:
        """Cut the file after so many records behind the header, or before the one that would make it too large."""
        with self._open() as file:
            start = file.read(HEAD_BYTES + 1)
        whole = len(start) <= HEAD_BYTES
        try:
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(start, final=whole)
        except UnicodeDecodeError as error:
            raise self._not_utf8(start.count(b"\n", 0, error.start) + 1) from error
        ends = [0]
        for _, _, last in self._records_of(io.StringIO(text, newline=""), until=rows + 2):
            ends.append(last)
        if whole and len(ends) <= rows + 2:
            return text.encode()
        # The last record found may go on behind what was read.
        return "".join(islice(io.StringIO(text, newline=""), ends[-2] if len(ends) > 1 else 0)).encode()

    def _reader(self, tap: "_Tap", names: list[str]) -> arrow_csv.CSVStreamingReader:
        return arrow_csv.open_csv(
            cast(IO[bytes], tap),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._note_ragged
            ),
            convert_options=arrow_csv.ConvertOptions(
                # An empty cell is no value; an empty text is written "".
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                include_columns=self._names_in_file(names),
                column_types=dict.fromkeys(self._names_in_file(names), pa.string()),
            ),
        )

    def _names_in_file(self, names: list[str]) -> list[str]:
        exact = {name.strip(): name for name in self._exact}
        return [exact[name] for name in names]

    def _note_ragged(self, row: arrow_csv.InvalidRow) -> Literal["skip"]:
        self._ragged.append(row.number or 0)
        if len(self._ragged_texts) < REFUSALS_KEPT:
            self._ragged_texts.append(row.text)
        return "skip"

    def _numbers(self, kept: int, rows: int) -> pl.Series:
        """Number the rows of a batch whose first one is the `kept`-th that was kept, stepping over the broken ones."""
        order = pl.int_range(kept, kept + rows, eager=True)
        kept_before = pl.Series([number - 2 - index for index, number in enumerate(self._ragged)], dtype=pl.Int64)
        return order + 2 + kept_before.search_sorted(order, side="right").cast(pl.Int64)

    def _head(self) -> str:
        with self._open() as file:
            head = file.read(_HEAD)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InvalidInput(f"{self.name} is UTF-16 text.", field="file", hint="Save it as CSV in UTF-8.")
        try:
            return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
        except UnicodeDecodeError as error:
            raise self._not_utf8(head.count(b"\n", 0, error.start) + 1) from error

    def _header(self, head: str) -> tuple[str, ...]:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=self._delimiter)
        self._exact: list[str] = next((row for row in rows if row), [])
        names = [name.strip() for name in self._exact]
        if not any(names):
            raise InvalidInput(f"{self.name} is empty.", field="file", hint="Its first line names the columns.")
        for name in names:
            if name and names.count(name) > 1:
                raise InvalidInput(f"{self.name} has two columns {shown(name)}.", field=name, hint="Rename one.")
        return tuple(name for name in names if name)

    def _ragged_reason(self, text: str) -> str:
        cells = len(next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), []))
        return f"has {cells} cells where the header has {len(self._exact)}"

    def _records(self, until: int) -> Iterator[tuple[int, int]]:
        """Give number and first line of each record up to the one numbered `until`."""
        with self._open() as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            for number, first, _ in self._records_of(text, until=until):
                yield number, first

    def _records_of(self, text: TextIO, until: int) -> Iterator[tuple[int, int, int]]:
        """Give number, first and last line of each record of a text up to the one numbered `until`."""
        limit = csv.field_size_limit(sys.maxsize)
        try:
            reader = csv.reader(text, delimiter=self._delimiter)
            number, line = 0, 1
            for row in reader:
                if row:
                    number += 1
                    yield number, line, reader.line_num
                if number >= until:
                    return
                line = reader.line_num + 1
        finally:
            csv.field_size_limit(limit)

    def _check_end(self, tap: "_Tap", *, records: int) -> None:
        """Refuse a file that stops inside a row: whatever wrote it did not finish."""
        if tap.quotes % 2:
            *_, (_, line) = self._records(until=records)
            if self._quote_left_open(line):
                raise self._cut_off(line, "in a quoted cell that never closes")
        if self._ragged and self._ragged[-1] == records and not tap.last.endswith((b"\n", b"\r")):
            line = self.lines([records])[records]
            raise self._cut_off(line, "in the middle of a row")

    def _quote_left_open(self, line: int) -> bool:
        with self._open() as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            for _ in range(line - 1):
                text.readline()
            record = text.read()
        inside, start = False, True
        for character in record:
            if character == '"' and (inside or start):
                # A doubled quote closes and opens again, which comes to the same.
                inside = not inside
            start = (character == self._delimiter and not inside) or (character == '"' and not inside)
        return inside

    def _cut_off(self, line: int, where: str) -> InvalidInput:
        return InvalidInput(
            f"{self.name} ends {where}, which begins on line {line}: it was cut off, and nothing of it is kept.",
            field="file",
            hint="Get the whole file and import it again.",
        )

    def _unsound(self, error: pa.ArrowInvalid) -> InvalidInput:
        if "UTF8" in str(error):
            with self._open() as file:
                for line, text in enumerate(file, start=1):
                    if not _decodes(text):
                        return self._not_utf8(line)
        if "straddl" in str(error):
            return InvalidInput(
                f"{self.name} has a row of more than {_BLOCK >> 20} MB.",
                field="file",
                hint='Look for a quote (") that never closes.',
            )
        return InvalidInput(f"{self.name} is not CSV: {error}", field="file")

    def _not_utf8(self, line: int) -> InvalidInput:
        return InvalidInput(
            f"{self.name} is not UTF-8 text: line {line} holds other bytes.", field="file", hint="Save it in UTF-8."
        )


class _Tap:
    """A file read through by Arrow that counts quotes and remembers the last bytes."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.quotes = 0
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        if part:
            self.quotes += part.count(b'"')
            self.last = part[-1:]
        return part

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


def _frame(batch: pa.RecordBatch, names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(batch).rename(dict(zip(batch.schema.names, names, strict=True)))


def _delimiter_of(head: str) -> str:
    line = head.lstrip("\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=line.count)


def _decodes(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True

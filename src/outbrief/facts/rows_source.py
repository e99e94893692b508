"""Reading rows that name their own columns: NDJSON files and batches of the API."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO

import polars as pl

from outbrief.facts.results import Refused, cell_shown
from outbrief.facts.sources import HEAD_BYTES, RawBatch
from outbrief.terms.errors import InvalidInput

_BATCH = 20_000
# As much as a row of CSV may have; a small gzip file can hold a line of many gigabytes.
_LONGEST_LINE = 8 << 20
# Each column costs a cell of every row, whether the row has it or not.
_COLUMNS_AT_MOST = 500
_SURROGATE = re.compile("[\ud800-\udfff]")

Row = Mapping[str, object]


class RowsSource:
    """Rows that are at hand, such as those of a request; they are numbered from 1."""

    columns = None
    delimiter_help = ""

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self._rows = rows
        self._broken: list[Refused] = []

    def batches(self, wanted: Sequence[str] | None) -> Iterator[RawBatch]:
        """Give the rows; `wanted` limits the columns."""
        yield from _batched(enumerate(self._rows, start=1), wanted, self._broken, what=self.name, field="rows")

    def broken(self) -> list[Refused]:
        """Give, once, the rows that hold what cannot be read as text."""
        return _drained(self._broken)

    def lines(self, numbers: Sequence[int]) -> dict[int, int]:
        """Give the numbers themselves."""
        return {number: number for number in numbers}


class NdjsonFile:
    """A file with one JSON object per line, in UTF-8; the lines are the numbers."""

    columns = None
    delimiter_help = ""

    def __init__(self, name: str, opened: Callable[[], IO[bytes]]) -> None:
        self.name = name
        self._open = opened
        self._broken: list[Refused] = []

    def batches(self, wanted: Sequence[str] | None) -> Iterator[RawBatch]:
        """Read the objects; lines that are none become broken rows, unless the file stops inside one."""
        yield from _batched(self._objects(), wanted, self._broken, what=self.name, field="file")

    def broken(self) -> list[Refused]:
        """Give, once, the lines met so far that are no JSON objects."""
        return _drained(self._broken)

    def lines(self, numbers: Sequence[int]) -> dict[int, int]:
        """Give the numbers themselves."""
        return {number: number for number in numbers}

    def head(self, rows: int) -> bytes:
        """Give the first lines."""
        kept: list[bytes] = []
        size = 0
        with self._open() as file:
            for line in islice(self._lines(file), rows):
                size += len(line)
                if size > HEAD_BYTES:
                    break
                kept.append(line)
        return b"".join(kept)

    def _objects(self) -> Iterator[tuple[int, Row]]:
        with self._open() as file:
            for number, line in enumerate(self._lines(file), start=1):
                text = self._decoded(line, number).strip()
                if not text:
                    continue
                if number == 1 and text.startswith("["):
                    raise InvalidInput(
                        f"{self.name} is one JSON array.", field="file", hint="Write one object per line instead."
                    )
                row = _object(text)
                if row is not None:
                    yield number, row
                elif not line.endswith(b"\n"):
                    raise InvalidInput(
                        f"{self.name} ends in the middle of line {number}: it was cut off, and nothing of it is kept.",
                        field="file",
                        hint="Get the whole file and import it again.",
                    )
                else:
                    self._broken.append(
                        Refused(number=number, field="", reason="is not a JSON object", value=cell_shown(text))
                    )

    def _lines(self, file: IO[bytes]) -> Iterator[bytes]:
        number = 0
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                message = f"{self.name}: line {number} is longer than {_LONGEST_LINE >> 20} MB."
                raise InvalidInput(message, field="file", hint="Write one object per line.")
            yield line

    def _decoded(self, line: bytes, number: int) -> str:
        try:
            return line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"{self.name} is not UTF-8 text: line {number} holds other bytes.",
                field="file",
                hint="Save it in UTF-8.",
            ) from error


def _object(text: str) -> Row | None:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _drained(broken: list[Refused]) -> list[Refused]:
    new = broken[:]
    broken.clear()
    return new


def _batched(
    rows: Iterator[tuple[int, Row]], wanted: Sequence[str] | None, broken: list[Refused], *, what: str, field: str
) -> Iterator[RawBatch]:
    while some := list(islice(rows, _BATCH)):
        sound = [(number, text) for number, row in some if (text := _text_of(number, row, broken)) is not None]
        names = list(dict.fromkeys(key for _, row in sound for key in row)) if wanted is None else list(wanted)
        if len(names) > _COLUMNS_AT_MOST:
            message = f"{what} has {len(names):,} columns, and {_COLUMNS_AT_MOST} are read at most."
            raise InvalidInput(message, field=field, hint="Leave out those that are not ours.")
        cells = [pl.Series(name, [row.get(name) for _, row in sound], dtype=pl.String) for name in names]
        given = [pl.Series(name, [name in row for _, row in sound], dtype=pl.Boolean) for name in names]
        yield RawBatch(
            cells=pl.DataFrame(cells),
            numbers=pl.Series([number for number, _ in sound], dtype=pl.Int64),
            given=pl.DataFrame(given),
        )


def _text_of(number: int, row: Row, broken: list[Refused]) -> dict[str, str | None] | None:
    """Give the cells of a row as text; None, and the reason in `broken`, when one of them cannot be."""
    cells: dict[str, str | None] = {}
    for name, value in row.items():
        reason = ""
        try:
            cells[name] = cell = _cell(value)
        except RecursionError:
            cell, reason = "", "is nested too deeply"
        if _SURROGATE.search(name) or (cell and _SURROGATE.search(cell)):
            reason = "holds half a character (a lone surrogate)"
        if reason:
            broken.append(Refused(number=number, field=cell_shown(name), reason=reason, value=cell_shown(cell)))
            return None
    return cells


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=True)
    return str(value)

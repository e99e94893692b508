"""What every data-file writer is: three verbs between a sink and a stream of Arrow batches."""

from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa


class Sink(Protocol):
    """What a writer writes to; the store's upload implements it, and so does any binary file."""

    def write(self, chunk: bytes, /) -> object:
        """Take the next bytes of the file."""


@dataclass(frozen=True, kw_only=True)
class WriteSummary:
    """What was written: `rows` counts data rows; `notes` say, for people, what the format could not hold."""

    rows: int
    notes: tuple[str, ...] = ()


class Writer(Protocol):
    """A data file in the making: `begin`, then `write` per batch, then `finish` exactly once.

    The writer never closes the sink, whatever happens: whoever opened it closes it, or aborts it when a verb raised.
    A file is whole only after `finish`, which is called only when all went well. Memory does not grow with rows.
    """

    def begin(self) -> None:
        """Write what stands before the first row."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch that has one Arrow column per `Column`, of the same name and in the same order.

        The types per kind are those of `frame.ARROW_TYPES`, or what casts to them without loss; every value may be
        null. RenderFailed names the column that does not fit.
        """

    def finish(self) -> WriteSummary:
        """Write what stands after the last row, and say what was written."""

"""The rows of an export as a stream of Arrow batches, read ahead by one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Self

import pyarrow as pa

from outbrief.query.arrow import arrow_schema, conformed
from outbrief.query.compile import export_sql
from outbrief.query.connection import DRIVER_ERRORS, Engine, explanation, reading
from outbrief.terms.errors import Cancelled, OutbriefError
from outbrief.terms.export import ExportRequest

_STOP_AGAIN = 0.2  # seconds


class BatchStream:
    """Record batches of one `schema`; while one is worked on, a thread reads the next.

    `rows` counts what has been handed out. Iterating raises Cancelled after `cancel`, DatabaseUnavailable when the
    server dies. `opened` starts the statement and `stop` asks the server to end it; `failed` explains what the driver
    raises.
    """

    def __init__(
        self,
        opened: Callable[[], pa.RecordBatchReader],
        schema: pa.Schema,
        *,
        stop: Callable[[], None],
        failed: Callable[[BaseException], OutbriefError],
    ) -> None:
        self.schema = schema
        self.rows = 0
        self._opened = opened
        self._stop = stop
        self._failed = failed
        self._reader: pa.RecordBatchReader | None = None
        self._cancelled = False
        self._ended = False
        # Nobody may ask the server to stop while the connection is being given up.
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead")
        self._next: Future[pa.RecordBatch | None] = self._thread.submit(self._read)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> pa.RecordBatch:
        """Give the next batch; StopIteration after the last."""
        batch = None if self._cancelled or self._ended else self._arrived()
        if self._cancelled:
            raise Cancelled("The export was cancelled.")
        if batch is None:
            self._ended = True
            raise StopIteration
        self._next = self._thread.submit(self._read)
        self.rows += batch.num_rows
        return batch

    def cancel(self) -> None:
        """Stop the stream from any thread: whoever reads it gets Cancelled instead of the next batch."""
        with self._lock:
            self._cancelled = True
            if not self._ended:
                self._stop_reading()

    def close(self) -> None:
        """Stop reading and give up what has not been read; doing it again does nothing."""
        with self._lock:
            self._stop_reading()
            self._ended = True
        self._thread.shutdown(wait=True)
        with suppress(*DRIVER_ERRORS):
            if self._reader is not None:
                self._reader.close()

    def _stop_reading(self) -> None:
        # A request that reaches the server before the statement does is lost, so it is made until it has worked.
        while not self._next.done():
            self._stop()
            wait([self._next], timeout=_STOP_AGAIN)

    def _arrived(self) -> pa.RecordBatch | None:
        try:
            return self._next.result()
        except OutbriefError:
            self._ended = True
            if self._cancelled:
                return None
            raise
        except DRIVER_ERRORS as error:
            self._ended = True
            if self._cancelled:
                return None
            raise self._failed(error) from error

    def _read(self) -> pa.RecordBatch | None:
        # Started here and not before: a statement that sorts or groups gives no sign of life until its first row,
        # and can be cancelled meanwhile.
        if self._reader is None:
            self._reader = self._opened()
        try:
            return conformed(self._reader.read_next_batch(), self.schema)
        except StopIteration:
            return None


@contextmanager
def export_batches(engine: Engine, request: ExportRequest) -> Iterator[BatchStream]:
    """Read the rows of an export in a stable order, with the columns asked for and in their order.

    One transaction, so that the whole export is of one moment. Memory does not grow with the rows. InvalidInput for
    what cannot be asked, DatabaseUnavailable when the server does not answer.
    """
    schema = arrow_schema(request.columns)
    sql = export_sql(request, engine.tenant_id)
    with reading(engine) as transaction:
        stream = BatchStream(
            lambda: transaction.rows(sql),
            schema,
            stop=transaction.cancel,
            failed=lambda error: explanation(error, engine.url),
        )
        try:
            yield stream
        finally:
            stream.close()

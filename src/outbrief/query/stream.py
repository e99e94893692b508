"""The rows of an export as a stream of Arrow batches, read ahead by one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Self

import pyarrow as pa

from outbrief.query.arrow import arrow_schema, conformed
from outbrief.query.compile import export_sql
from outbrief.query.connection import DRIVER_ERRORS, Engine, explanation, reading
from outbrief.terms.errors import Cancelled
from outbrief.terms.export import ExportRequest


class BatchStream:
    """Record batches of one `schema`; while one is worked on, a thread reads the next.

    `rows` counts what has been handed out. Iterating raises Cancelled after `cancel`, and DatabaseUnavailable when
    the server dies.
    """

    def __init__(
        self,
        reader: pa.RecordBatchReader,
        schema: pa.Schema,
        *,
        stop: Callable[[], None],
        failed: Callable[[BaseException], Exception],
    ) -> None:
        self.schema = schema
        self.rows = 0
        self._reader = reader
        self._stop = stop
        self._failed = failed
        self._cancelled = False
        self._closed = False
        # Nobody may ask the server to stop while the connection is being given up.
        self._lock = Lock()
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead")
        self._next: Future[pa.RecordBatch | None] = self._ahead.submit(self._read)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> pa.RecordBatch:
        """Give the next batch; StopIteration after the last."""
        if self._cancelled:
            raise _cancelled()
        if self._closed:
            raise StopIteration
        try:
            batch = self._next.result()
        except DRIVER_ERRORS as error:
            self._closed = True
            raise (_cancelled() if self._cancelled else self._failed(error)) from error
        if self._cancelled:
            raise _cancelled()
        if batch is None:
            self._closed = True
            raise StopIteration
        self._next = self._ahead.submit(self._read)
        self.rows += batch.num_rows
        return batch

    def cancel(self) -> None:
        """Stop the stream from any thread: whoever reads it gets Cancelled instead of the next batch."""
        with self._lock:
            self._cancelled = True
            if not self._closed:
                self._stop()

    def close(self) -> None:
        """Stop reading, wait for the thread, and give the rest up; more than once does nothing."""
        with self._lock:
            if not self._closed and not self._next.done():
                self._stop()
            self._closed = True
        self._ahead.shutdown(wait=True)
        with suppress(*DRIVER_ERRORS):
            self._reader.close()

    def _read(self) -> pa.RecordBatch | None:
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
            transaction.rows(sql),
            schema,
            stop=transaction.cancel,
            failed=lambda error: explanation(error, engine.url),
        )
        try:
            yield stream
        finally:
            stream.close()


def _cancelled() -> Cancelled:
    return Cancelled("The export was cancelled.")

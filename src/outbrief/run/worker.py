"""A worker process, in lanes: what is slow in one, such as a mail server that hangs, holds up nothing in another."""

import asyncio
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import django.db
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from outbrief import telemetry
from outbrief.record import queue
from outbrief.run import sweep
from outbrief.terms.errors import Blame, DatabaseUnavailable, OutbriefError

_GRACE_SECONDS = 30.0
# Seconds between attempts to come back to a database that went away, the last one again and again.
_PAUSES = (1, 2, 5, 10, 30)


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Queues that share `concurrency` places."""

    name: str
    queues: tuple[str, ...]
    concurrency: int


def lanes_for(*, concurrency: int, exports: int) -> tuple[Lane, ...]:
    """Give the lanes of a worker: the tick and the rescue have a place that nothing else can take."""
    return (
        Lane(name="upkeep", queues=("upkeep",), concurrency=1),
        Lane(name="reports", queues=("interactive", "scheduled"), concurrency=concurrency),
        Lane(name="mail", queues=("mail",), concurrency=concurrency),
        Lane(name="exports", queues=("bulk",), concurrency=exports),
    )


def work(*, concurrency: int = 3, exports: int = 1, until_empty: bool = False) -> None:
    """Work jobs until told to stop (SIGTERM, SIGINT), or, with `until_empty`, until none is due.

    `concurrency` reports, as many mails, and `exports` exports are worked at a time. A worker that is told to stop
    begins nothing more and ends when what it has begun is done; what a killed one leaves is rescued by another.
    When the database goes away it waits for it to come back; with `until_empty` that is DatabaseUnavailable. Raises
    LaneEnded, or what ended the lane, when one of them ends by itself.
    """
    planned = lanes_for(concurrency=concurrency, exports=exports)
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        if not until_empty:
            _work_on(planned)
            return
        with _told_of_the_database():
            sweep.rescue_stalled_jobs()
            asyncio.run(_work(planned, wait=False))
            # A job in one lane may have deferred one for the other, which by then had found nothing and ended.
            while queue.is_job_due():
                asyncio.run(_work(planned, wait=False))


def _work_on(planned: Sequence[Lane]) -> None:
    """Work until told to stop, beginning anew after each time that the database went away."""
    failures = 0
    while True:
        began = time.monotonic()
        try:
            with _told_of_the_database():
                sweep.rescue_stalled_jobs()
                asyncio.run(_work(planned, wait=True))
            return
        except DatabaseUnavailable as error:
            failures = 0 if time.monotonic() - began > max(_PAUSES) else failures
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            failures += 1
            telemetry.complain("worker.database_away", error, again_in=pause)
            connections.close_all()
            time.sleep(pause)


@contextmanager
def _told_of_the_database() -> Iterator[None]:
    try:
        yield
    except (ConnectorException, django.db.OperationalError, django.db.InterfaceError) as error:
        raise DatabaseUnavailable(
            f"the database went away while the worker ran: {error.__cause__ or error}",
            hint="Look at its server; a worker that waits for jobs goes on by itself when it is back.",
        ) from error


class LaneEnded(OutbriefError):
    """A part of a worker ended that nobody had told to; the log before says why."""

    code = "lane_ended"
    blame = Blame.OPERATOR


async def _work(planned: Sequence[Lane], *, wait: bool) -> None:
    async with app.open_async():
        lanes = [asyncio.create_task(_fetch(lane, wait=wait), name=lane.name) for lane in planned]
        if wait:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, _stop, lanes)
        telemetry.say("worker.started", lanes={lane.name: lane.concurrency for lane in planned})
        # One lane alone would look alive, and half of the work would wait for ever.
        first, others = await asyncio.wait(
            lanes, return_when=asyncio.FIRST_COMPLETED if wait else asyncio.FIRST_EXCEPTION
        )
        _stop(others)
        for outcome in await asyncio.gather(*lanes, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        if wait and not all(lane.cancelled() for lane in first):
            raise LaneEnded(
                f"the {next(iter(first)).get_name()} lane of this worker ended by itself.",
                hint="Start the worker again; see its log, and that of PostgreSQL.",
            )
        telemetry.say("worker.stopped")


def _stop(lanes: Iterable["asyncio.Task[None]"]) -> None:
    """Make lanes fetch no more jobs and finish those they have; told twice, they would drop those as well."""
    for lane in lanes:
        if not lane.cancelling():
            lane.cancel()


async def _fetch(lane: Lane, *, wait: bool) -> None:
    await app.run_worker_async(
        name=lane.name,
        queues=list(lane.queues),
        concurrency=lane.concurrency,
        wait=wait,
        install_signal_handlers=False,
        shutdown_graceful_timeout=_GRACE_SECONDS,
        fetch_job_polling_interval=1.0,
    )

"""A worker process: one lane for exports, which take long, and one for everything that people wait for."""

import asyncio
import signal
from collections.abc import Iterable

from procrastinate.contrib.django import app

from outbrief import telemetry
from outbrief.record import queue
from outbrief.run import sweep
from outbrief.terms.errors import Blame, OutbriefError

_PROMPT_QUEUES = ("interactive", "mail", "scheduled", "upkeep")
_GRACE_SECONDS = 30.0


def work(*, concurrency: int = 3, exports: int = 1, until_empty: bool = False) -> None:
    """Work jobs until told to stop (SIGTERM, SIGINT), or, with `until_empty`, until none is due.

    `concurrency` jobs of the prompt queues and `exports` export jobs run at a time. A worker that is told to stop
    begins nothing more and ends when what it has begun is done; what a killed one leaves is rescued by another.
    Raises LaneEnded, or what ended the lane, when one of the two ends by itself.
    """
    sweep.rescue_stalled_jobs()
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(_lanes(concurrency=concurrency, exports=exports, wait=not until_empty))
        # A job in one lane may have deferred one for the other, which by then had found nothing and ended.
        while until_empty and queue.is_job_due():
            asyncio.run(_lanes(concurrency=concurrency, exports=exports, wait=False))


class LaneEnded(OutbriefError):
    """A part of a worker ended that nobody had told to; the log before says why."""

    code = "lane_ended"
    blame = Blame.OPERATOR


async def _lanes(*, concurrency: int, exports: int, wait: bool) -> None:
    async with app.open_async():
        lanes = [
            asyncio.create_task(_lane("prompt", _PROMPT_QUEUES, concurrency, wait=wait), name="prompt"),
            asyncio.create_task(_lane("bulk", ("bulk",), exports, wait=wait), name="bulk"),
        ]
        if wait:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, _stop, lanes)
        telemetry.say("worker.started", concurrency=concurrency, exports=exports)
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


async def _lane(name: str, queues: tuple[str, ...], concurrency: int, *, wait: bool) -> None:
    await app.run_worker_async(
        name=name,
        queues=list(queues),
        concurrency=concurrency,
        wait=wait,
        install_signal_handlers=False,
        shutdown_graceful_timeout=_GRACE_SECONDS,
        fetch_job_polling_interval=1.0,
    )

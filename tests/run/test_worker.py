"""The worker process as a whole."""

import asyncio
import os
import signal

import pytest
from procrastinate.exceptions import ConnectorException

from outbrief.record.queue import PRIORITIES
from outbrief.run import worker
from outbrief.terms.errors import DatabaseUnavailable


@pytest.fixture
def lanes(monkeypatch):
    """Give a function that replaces what the lanes do: the one for reports as told, the others wait."""
    stopped = []

    def become(reports):
        async def fetch(lane, **_):
            try:
                await (reports() if lane.name == "reports" else asyncio.Event().wait())
            except asyncio.CancelledError:
                stopped.append(lane.name)
                raise

        monkeypatch.setattr(worker, "_fetch", fetch)
        return stopped

    return become


def test_a_lane_that_fails_stops_the_others_and_the_process_with_its_reason(database, lanes):
    async def fail():
        raise ConnectionError("the database is away")

    stopped = lanes(fail)
    with pytest.raises(ConnectionError, match="is away"):
        worker.work()
    assert sorted(stopped) == ["exports", "mail", "upkeep"]


def test_a_lane_that_ends_by_itself_stops_the_others_and_the_process_fails(database, lanes):
    async def end():
        return

    stopped = lanes(end)
    with pytest.raises(worker.LaneEnded, match="reports"):
        worker.work()
    assert sorted(stopped) == ["exports", "mail", "upkeep"]


def test_a_database_that_goes_away_ends_a_worker_that_shall_end_with_a_sentence(database, lanes):
    async def fail():
        raise ConnectorException("Database error.")

    lanes(fail)
    with pytest.raises(DatabaseUnavailable, match="went away"):
        worker.work(until_empty=True)


def test_a_worker_that_waits_for_jobs_begins_anew_when_the_database_is_back(database, lanes, monkeypatch):
    pauses = []
    monkeypatch.setattr(worker.time, "sleep", pauses.append)

    async def fail_until_it_is_back():
        if len(pauses) < 6:
            raise ConnectorException("Database error.")
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    stopped = lanes(fail_until_it_is_back)
    worker.work()
    assert pauses == [1, 2, 5, 10, 30, 30]
    assert sorted(stopped[-4:]) == ["exports", "mail", "reports", "upkeep"]


def test_nothing_slow_shares_a_lane_with_the_tick_and_the_rescue():
    lanes = {lane.name: lane.queues for lane in worker.lanes_for(concurrency=3, exports=1)}
    assert lanes["upkeep"] == ("upkeep",)
    assert sorted(queue for queues in lanes.values() for queue in queues) == sorted(PRIORITIES)

"""The worker process as a whole."""

import asyncio

import pytest

from outbrief.run import worker


@pytest.fixture
def lanes(monkeypatch):
    """Give a function that replaces what the two lanes do."""
    stopped = []

    def become(prompt):
        async def lane(name, *_, **__):
            try:
                await (prompt() if name == "prompt" else asyncio.Event().wait())
            except asyncio.CancelledError:
                stopped.append(name)
                raise

        monkeypatch.setattr(worker, "_lane", lane)
        return stopped

    return become


def test_a_lane_that_fails_stops_the_other_and_the_process_with_its_reason(database, lanes):
    async def fail():
        raise ConnectionError("the database is away")

    stopped = lanes(fail)
    with pytest.raises(ConnectionError, match="is away"):
        worker.work()
    assert stopped == ["bulk"]


def test_a_lane_that_ends_by_itself_stops_the_other_and_the_process_fails(database, lanes):
    async def end():
        return

    stopped = lanes(end)
    with pytest.raises(worker.LaneEnded, match="prompt"):
        worker.work()
    assert stopped == ["bulk"]

"""Defer jobs by name, in the transaction of the rows they are about."""

from uuid import UUID

from procrastinate.contrib.django import app

# Queues by who waits, and how urgent their jobs are where one worker serves several.
PRIORITIES = {"interactive": 100, "mail": 50, "scheduled": 10, "bulk": 0, "upkeep": 80}


def defer(task: str, *, queue: str, later_by: int = 0, lock: str | None = None, **ids: UUID) -> None:
    """Defer a job of `task` with ids as its only arguments; it exists if and only if the transaction commits.

    `later_by` lowers the priority, so that the hundredth job of one tenant waits behind the first of another. Jobs
    with the same `lock` run one after the other.
    """
    configured = app.configure_task(name=task, queue=queue, priority=PRIORITIES[queue] - later_by, lock=lock)
    configured.defer(**{name: str(value) for name, value in ids.items()})

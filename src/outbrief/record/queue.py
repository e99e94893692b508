"""The queue: jobs deferred by name in the transaction of the rows they are about, and given back when a worker died."""

import datetime as dt
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job, JobDeferrer
from procrastinate.manager import JobManager

# Queues by who waits, and how urgent their jobs are where one worker serves several.
PRIORITIES = {"interactive": 100, "mail": 50, "scheduled": 10, "bulk": 0, "upkeep": 80}

# Inside a worker the queue's own app talks to the database on other connections; a job must be deferred on ours, in
# the transaction of the rows it is about.
_JOBS = JobManager(DjangoConnector())


def defer(task: str, *, queue: str, later_by: int = 0, lock: str | None = None, **ids: UUID) -> None:
    """Defer a job of `task` with ids as its only arguments; it exists if and only if the transaction commits.

    `later_by` lowers the priority, so that the hundredth job of one tenant waits behind the first of another. Jobs
    with the same `lock` run one after the other.
    """
    job = Job(
        id=None, task_name=task, queue=queue, priority=PRIORITIES[queue] - later_by, lock=lock, queueing_lock=None
    )
    JobDeferrer(job=job, job_manager=_JOBS).defer(**{name: str(value) for name, value in ids.items()})


def is_job_due() -> bool:
    """Tell whether a job could be worked now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()))"
        )
        return bool(cursor.fetchone()[0])


def ids_with_jobs(task: str, name: str) -> set[str]:
    """Give the values of the argument `name` in the jobs of `task` that wait or are under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> %s FROM procrastinate_jobs WHERE task_name = %s AND status IN ('todo', 'doing')",
            [name, task],
        )
        return {row[0] for row in cursor.fetchall()}


def rescue_stalled(*, silent_for: dt.timedelta) -> list[int]:
    """Give back the jobs whose worker has sent no heartbeat for so long, or no longer exists; give their ids.

    A job that a rescue finds may still be worked by a process that only seemed dead: every job is safe to be worked
    twice. Needs no lock: rows that another rescue holds are passed over.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT job.id FROM procrastinate_jobs job"
            " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.status = 'doing'"
            " AND (worker.id IS NULL OR worker.last_heartbeat < now() - %s * interval '1 second')"
            " ORDER BY job.id FOR UPDATE OF job SKIP LOCKED",
            [silent_for.total_seconds()],
        )
        stalled = [row[0] for row in cursor.fetchall()]
        for job_id in stalled:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    return stalled


def forget_finished(*, older_than: dt.timedelta) -> int:
    """Delete jobs that ended long ago; what they did is in the record. Gives how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_periodic_defers d USING procrastinate_jobs j WHERE j.id = d.job_id"
            " AND j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
            " AND to_timestamp(d.defer_timestamp) < now() - %s * interval '1 second'",
            [older_than.total_seconds()],
        )
        cursor.execute(
            "DELETE FROM procrastinate_jobs job WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_events e"
            "  WHERE e.job_id = job.id AND e.at >= now() - %s * interval '1 second')"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_periodic_defers d WHERE d.job_id = job.id)",
            [older_than.total_seconds()],
        )
        return int(cursor.rowcount)

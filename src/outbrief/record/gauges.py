"""How things stand over all tenants: counts and delays for those who run the installation, and nobody's rows."""

import json
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.db import connection

from outbrief.terms.errors import DatabaseUnavailable

_PATIENCE_SECONDS = 2

# What the numbers of `outbrief_gauges()` mean; the function is in migration 0003.
MEANINGS: dict[str, str] = {
    "outbrief_schedules": "Scheduled reports, by whether they are active.",
    "outbrief_generations": "Report generations, by status.",
    "outbrief_exports": "Export jobs, by status.",
    "outbrief_deliveries": "Mails to recipients, by status.",
    "outbrief_delay_seconds": "From the promise to the mail's hand-over, in the last day; quantile 1 is the worst.",
    "outbrief_jobs": "Jobs in the queue that are waiting (todo) or under way (doing).",
    "outbrief_oldest_job_seconds": "How long the oldest job that is due has waited.",
}

_ALL = """
SELECT name, labels, value FROM outbrief_gauges()
UNION ALL
SELECT 'outbrief_jobs', jsonb_build_object('queue', queue_name, 'status', status), count(*)::float8
FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY queue_name, status
UNION ALL
SELECT 'outbrief_oldest_job_seconds', jsonb_build_object('queue', job.queue_name),
    max(extract(epoch FROM now() - coalesce(job.scheduled_at, event.at)))::float8
FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now()) GROUP BY job.queue_name
"""


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One number: `name` is a key of MEANINGS, `labels` its dimensions."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


def read() -> list[Gauge]:
    """Read every gauge, by name and labels. Needs no tenant: the database gives sums only."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, labels::text, value FROM ({_ALL}) gauges")
        rows = cursor.fetchall()
    gauges = [
        Gauge(name=name, labels=tuple(sorted(json.loads(labels).items())), value=value) for name, labels, value in rows
    ]
    return sorted(gauges, key=lambda gauge: (gauge.name, gauge.labels))


def ping() -> None:
    """Ask the database for nothing, on a connection of its own; DatabaseUnavailable when it does not answer at once.

    A load balancer must know within seconds, and not wait in line with the requests for their pool.
    """
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=_PATIENCE_SECONDS) as server:
            server.execute(f"SET statement_timeout = '{_PATIENCE_SECONDS}s'")
            server.execute("SELECT 1")
    except psycopg.Error as error:
        raise DatabaseUnavailable(f"the database does not answer: {error}") from error

"""What became of schedules: their last runs, their recipients' last mails, and how punctual all of it was."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

# Of a schedule only so many of its last runs are looked through for what a recipient got.
_RUNS_LOOKED_AT = 50
# A report whose first mail left later than this after its promise was not on time.
ON_TIME = dt.timedelta(minutes=5)

_LATEST = """
SELECT wanted.id, run.id, run.status, run.generated_at, run.error_message
FROM unnest(%s::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
    SELECT * FROM report_generations WHERE scheduled_report_id = wanted.id
    ORDER BY generated_at DESC, id DESC LIMIT %s
) run ORDER BY run.generated_at DESC, run.id DESC
"""
_MAILS = """
SELECT DISTINCT ON (mail.recipient) mail.recipient, mail.status, mail.provider_answer, mail.sent_at, run.id
FROM (
    SELECT id, generated_at FROM report_generations WHERE scheduled_report_id = %s
    ORDER BY generated_at DESC, id DESC LIMIT %s
) run JOIN report_deliveries mail ON mail.generation_id = run.id
ORDER BY mail.recipient, run.generated_at DESC
"""
_PUNCTUALITY = """
WITH run AS (
    SELECT id, status, scheduled_for, trigger = 'schedule' AND status IN ('success', 'partial', 'failed') AS promised
    FROM report_generations WHERE tenant_id = %s AND generated_at >= %s
), mail AS (
    SELECT generation_id, min(sent_at) AS first_sent,
        count(*) FILTER (WHERE status IN ('sent', 'delivered')) AS arrived,
        count(*) FILTER (WHERE status IN ('failed', 'bounced', 'complained')) AS refused
    FROM report_deliveries WHERE generation_id IN (SELECT id FROM run) GROUP BY generation_id
)
SELECT count(*) FILTER (WHERE promised),
    count(*) FILTER (WHERE promised AND first_sent - scheduled_for <= make_interval(secs => %s)),
    coalesce(sum(arrived), 0)::bigint, coalesce(sum(refused), 0)::bigint,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY first_sent - scheduled_for) FILTER (WHERE promised),
    percentile_cont(0.99) WITHIN GROUP (ORDER BY first_sent - scheduled_for) FILTER (WHERE promised),
    count(*) FILTER (WHERE status IN ('pending', 'running'))
FROM run LEFT JOIN mail ON mail.generation_id = run.id
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a schedule, in short."""

    id: UUID
    status: str
    generated_at: dt.datetime
    error: str


@dataclass(frozen=True, kw_only=True)
class LastMail:
    """What became of the last mail of a schedule to one recipient."""

    status: str
    answer: str
    sent_at: dt.datetime | None
    generation_id: UUID


@dataclass(frozen=True, kw_only=True)
class Punctuality:
    """How a tenant's reports went: of `promised` runs `on_time` were; the delays are from promise to first mail.

    `delivered` and `refused` count mails to recipients; `running` counts what is under way.
    """

    promised: int
    on_time: int
    delivered: int
    refused: int
    typical_delay: dt.timedelta | None
    longest_delay: dt.timedelta | None
    running: int


def latest_runs(schedule_ids: Sequence[UUID], *, each: int) -> dict[UUID, list[Run]]:
    """Give up to `each` last runs of every one of these schedules of the tenant in scope, newest first, at once."""
    found: dict[UUID, list[Run]] = {schedule_id: [] for schedule_id in schedule_ids}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(schedule_ids), each])
        for schedule_id, run_id, status, generated_at, error in cursor.fetchall():
            found[schedule_id].append(Run(id=run_id, status=status, generated_at=generated_at, error=error or ""))
    return found


def last_mails(schedule_id: UUID) -> dict[str, LastMail]:
    """Give what became of the last mail of a schedule to each recipient that it lately had, by address."""
    with connection.cursor() as cursor:
        cursor.execute(_MAILS, [schedule_id, _RUNS_LOOKED_AT])
        return {
            recipient: LastMail(status=status, answer=answer, sent_at=sent_at, generation_id=run_id)
            for recipient, status, answer, sent_at, run_id in cursor.fetchall()
        }


def punctuality(tenant_id: UUID, *, since: dt.datetime) -> Punctuality:
    """Count how the reports of the tenant in scope went since an instant."""
    with connection.cursor() as cursor:
        cursor.execute(_PUNCTUALITY, [tenant_id, since, ON_TIME.total_seconds()])
        promised, on_time, delivered, refused, typical, longest, running = cursor.fetchone()
    return Punctuality(
        promised=promised,
        on_time=on_time,
        delivered=delivered,
        refused=refused,
        typical_delay=typical,
        longest_delay=longest,
        running=running,
    )

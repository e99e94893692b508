"""Building the rollups anew from messages, as after a change of the tenant's reporting zone."""

from uuid import UUID

from django.db import connection, transaction

from outbrief.facts.rollup import note_touched, recompute
from outbrief.facts.shapes import FactKind
from outbrief.facts.stage import Stage, check_scope, lock


def rebuild(tenant_id: UUID, timezone: str) -> int:
    """Put every message on its day in `timezone` and recompute all rollups, inside the tenant's scope.

    Gives the number of messages that changed their day. Imported totals stay on the days that were told, unless
    messages of the same campaign come to lie there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        stage = Stage(
            cursor=cursor,
            kind=FactKind.MESSAGES,
            tenant_id=tenant_id,
            timezone=timezone,
            have=(),
            masked=False,
            assume_delivered=False,
        )
        check_scope(stage)
        lock(stage)
        moved = stage.run(
            "UPDATE messages SET sent_day = (sent_at AT TIME ZONE %(timezone)s)::date"
            " WHERE sent_day <> (sent_at AT TIME ZONE %(timezone)s)::date"
        )
        note_touched(
            stage,
            "SELECT campaign_id, sent_day, lead_id FROM messages",
            "SELECT campaign_id, day, NULL::bigint FROM daily_activity WHERE origin = 'messages'",
            "SELECT NULL::bigint, NULL::date, lead_id FROM lead_activity",
        )
        recompute(stage)
        return moved

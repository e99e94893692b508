"""A little activity of known numbers, put straight into the tables."""

import datetime as dt
from uuid import UUID

from django.db import connection

_SUMS = (
    "sent", "delivered", "bounced", "hard_bounced", "soft_bounced", "opened", "clicked", "replied", "complained",
    "unsubscribed", "opens", "clicks", "open_seconds", "timed_opens", "click_seconds", "timed_clicks",
)  # fmt: skip


def sum_up() -> None:
    """Derive `sending_activity` and `bounce_activity` from what was put straight into the other tables."""
    key = "tenant_id, campaign_id, day, workspace_id, sending_domain"
    bounce = "bounce_type, bounce_reason"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sending_activity")
        cursor.execute(
            f"INSERT INTO sending_activity ({key}, {', '.join(_SUMS)})"
            f" SELECT {key}, {', '.join(f'sum({name})' for name in _SUMS)} FROM daily_activity GROUP BY {key}"
        )
        cursor.execute("DELETE FROM bounce_activity")
        cursor.execute(
            f"INSERT INTO bounce_activity ({key}, {bounce}, digest, bounced)"
            f" SELECT {key}, {bounce}, sha256(convert_to(concat_ws('|', {bounce}), 'UTF8')), count(*)"
            " FROM (SELECT *, sent_day AS day FROM messages WHERE bounced_at IS NOT NULL) m"
            f" GROUP BY {key}, {bounce}"
        )


def add_activity(
    tenant_id: UUID, *, days: dict[dt.date, dict[str, int]], campaign: str = "c1", name: str = "Spring"
) -> None:
    """Add one campaign of the tenant in scope with these totals per day; unnamed counts are zero."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM workspaces WHERE name = 'Main'")
        workspace = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO campaigns (tenant_id, workspace_id, external_id, name, status) VALUES (%s, %s, %s, %s, 'sent')"
            " RETURNING id",
            [tenant_id, workspace, campaign, name],
        )
        campaign_id = cursor.fetchone()[0]
        for day, counts in days.items():
            known = {
                name: counts.get(name, 0)
                for name in (
                    "sent", "delivered", "bounced", "hard_bounced", "soft_bounced", "opened", "clicked", "replied",
                    "complained", "unsubscribed", "opens", "clicks",
                )
            }  # fmt: skip
            columns = ", ".join(known)
            marks = ", ".join(["%s"] * len(known))
            cursor.execute(
                f"INSERT INTO daily_activity (tenant_id, workspace_id, campaign_id, sending_domain, recipient_domain,"
                f" day, origin, open_seconds, timed_opens, click_seconds, timed_clicks, {columns})"
                f" VALUES (%s, %s, %s, 'mail.acme.test', '', %s, 'totals', 0, 0, 0, 0, {marks})",
                [tenant_id, workspace, campaign_id, day, *known.values()],
            )
    sum_up()

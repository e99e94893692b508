"""The tables that hold the facts, as Ibis relations: what `query` relies on and nothing more.

The facts may lie in another database than the record, so they are named here and not taken from Django's models; a
contract test compares the two.
"""

from uuid import UUID

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import Table

_TEXT = dt.string(nullable=False)
_NUMBER = dt.int64(nullable=False)
_SECONDS = dt.float64(nullable=False)
_ID = dt.uuid(nullable=False)
_DAY = dt.date(nullable=False)
_INSTANT = dt.Timestamp(timezone="UTC")
JSONB = dt.JSON(binary=True)

WORKSPACES = ibis.table({"id": _ID, "tenant_id": _ID, "name": _TEXT}, name="workspaces")

CAMPAIGNS = ibis.table(
    {
        "id": _NUMBER, "tenant_id": _ID, "workspace_id": _ID, "external_id": _TEXT, "name": _TEXT, "status": _TEXT,
        "created_at": _INSTANT, "launched_at": _INSTANT,
    },
    name="campaigns",
)  # fmt: skip

LEADS = ibis.table(
    {
        "id": _NUMBER, "tenant_id": _ID, "workspace_id": _ID, "external_id": _TEXT,
        "email": dt.string, "first_name": dt.string, "last_name": dt.string, "company": dt.string,
        "status": dt.string, "lead_score": dt.float64, "tags": dt.Array(dt.string), "custom_fields": JSONB,
        "source": dt.string, "created_at": _INSTANT, "updated_at": _INSTANT,
    },
    name="leads",
)  # fmt: skip

LEAD_ACTIVITY = ibis.table(
    {
        "lead_id": _NUMBER, "tenant_id": _ID,
        "emails_sent": _NUMBER, "emails_delivered": _NUMBER, "emails_opened": _NUMBER, "emails_clicked": _NUMBER,
        "last_opened_at": _INSTANT, "last_clicked_at": _INSTANT,
    },
    name="lead_activity",
)  # fmt: skip

MESSAGES = ibis.table(
    {
        "id": _NUMBER, "tenant_id": _ID, "external_id": _TEXT, "campaign_id": _NUMBER, "lead_id": dt.int64,
        "workspace_id": _ID, "sending_domain": _TEXT, "mailbox": _TEXT, "recipient_domain": _TEXT,
        "sent_at": dt.Timestamp(timezone="UTC", nullable=False), "sent_day": _DAY,
        "delivered_at": _INSTANT, "bounced_at": _INSTANT, "bounce_type": dt.string, "bounce_reason": dt.string,
        "opened_at": _INSTANT, "last_opened_at": _INSTANT, "open_count": dt.int32(nullable=False),
        "clicked_at": _INSTANT, "last_clicked_at": _INSTANT, "click_count": dt.int32(nullable=False),
        "replied_at": _INSTANT, "complained_at": _INSTANT, "unsubscribed_at": _INSTANT,
    },
    name="messages",
)  # fmt: skip

_ACTIVITY = {
    "tenant_id": _ID, "workspace_id": _ID, "campaign_id": _NUMBER, "sending_domain": _TEXT, "day": _DAY,
    "sent": _NUMBER, "delivered": _NUMBER, "bounced": _NUMBER, "hard_bounced": _NUMBER, "soft_bounced": _NUMBER,
    "opened": _NUMBER, "clicked": _NUMBER, "replied": _NUMBER, "complained": _NUMBER, "unsubscribed": _NUMBER,
    "opens": _NUMBER, "clicks": _NUMBER,
    "open_seconds": _SECONDS, "timed_opens": _NUMBER, "click_seconds": _SECONDS, "timed_clicks": _NUMBER,
}  # fmt: skip

DAILY_ACTIVITY = ibis.table({**_ACTIVITY, "recipient_domain": _TEXT}, name="daily_activity")
# The same without recipients, and so with far fewer rows: what does not ask for recipients is answered from here.
SENDING_ACTIVITY = ibis.table(_ACTIVITY, name="sending_activity")

BOUNCE_ACTIVITY = ibis.table(
    {
        "tenant_id": _ID, "workspace_id": _ID, "campaign_id": _NUMBER, "sending_domain": _TEXT, "day": _DAY,
        "bounce_type": dt.string, "bounce_reason": dt.string, "bounced": _NUMBER,
    },
    name="bounce_activity",
)  # fmt: skip

RELATIONS: tuple[Table, ...] = (
    WORKSPACES, CAMPAIGNS, LEADS, LEAD_ACTIVITY, MESSAGES, DAILY_ACTIVITY, SENDING_ACTIVITY, BOUNCE_ACTIVITY,
)  # fmt: skip


def own(relation: Table, tenant_id: UUID) -> Table:
    """Give the rows of one tenant: the first lock, row-level security being the second."""
    return relation.filter(relation.tenant_id == ibis.literal(tenant_id, type="uuid"))

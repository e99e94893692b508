"""Random facts for the tests of queries, put straight into the tables."""

import datetime as dt
import random
from dataclasses import dataclass
from uuid import UUID

from outbrief.facts.models import Campaign, DailyActivity, Lead, LeadActivity, Message
from outbrief.record.models import Workspace
from outbrief.record.scope import tenant_scope
from outbrief.terms.question import COUNTS
from tests.activity import sum_up

FIRST_DAY = dt.date(2026, 1, 1)
DAYS = 40
DOMAINS = ("", "acme.test", "mail.acme.test", "o'brien.test")
RECIPIENTS = ("", "gmail.com", "example.org")
SUMS = (*COUNTS, "open_seconds", "timed_opens", "click_seconds", "timed_clicks")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was put in for one tenant."""

    tenant_id: UUID
    workspaces: list[Workspace]
    campaigns: list[Campaign]
    leads: list[Lead]
    lead_activity: list[LeadActivity]
    messages: list[Message]
    daily: list[DailyActivity]

    def daily_rows(self) -> list[dict[str, object]]:
        """Give the daily activity as plain rows, with names in place of keys."""
        campaigns = {campaign.pk: campaign for campaign in self.campaigns}
        workspaces = {workspace.pk: workspace.name for workspace in self.workspaces}
        return [
            {
                "campaign": campaigns[row.campaign_id].external_id,
                "campaign_name": campaigns[row.campaign_id].name,
                "campaign_status": campaigns[row.campaign_id].status,
                "workspace": workspaces[row.workspace_id],
                "workspace_id": str(row.workspace_id),
                "sending_domain": row.sending_domain,
                "recipient_domain": row.recipient_domain,
                "day": row.day,
                **{name: getattr(row, name) for name in SUMS},
            }
            for row in self.daily
        ]


def put_facts(tenant_id: UUID, seed: int) -> Facts:
    """Put random campaigns, leads, messages and totals into the tenant's tables."""
    rng = random.Random(seed)
    with tenant_scope(tenant_id):
        workspaces = [*Workspace.objects.all(), Workspace.objects.create(tenant_id=tenant_id, name="Nord & Süd")]
        # The last campaign has no activity.
        campaigns = Campaign.objects.bulk_create(_campaign(tenant_id, rng, workspaces, n) for n in range(6))
        leads = Lead.objects.bulk_create(_lead(tenant_id, rng, workspaces, n) for n in range(40))
        activity = LeadActivity.objects.bulk_create(
            _lead_activity(tenant_id, rng, lead) for lead in leads if rng.random() < 0.7
        )
        messages = Message.objects.bulk_create(_message(tenant_id, rng, campaigns, leads, n) for n in range(60))
        places = {
            (rng.choice(campaigns[:-1]), rng.choice(workspaces), rng.choice(DOMAINS), rng.choice(RECIPIENTS), _day(rng))
            for _ in range(120)
        }
        # Some places and days have totals beside what is derived from messages.
        origins = (["messages"], ["totals"], ["messages", "totals"])
        keys = [(*place, origin) for place in sorted(places, key=str) for origin in rng.choice(origins)]
        daily = DailyActivity.objects.bulk_create(_daily(tenant_id, rng, *key) for key in keys)
        sum_up()
    return Facts(
        tenant_id=tenant_id,
        workspaces=workspaces,
        campaigns=campaigns,
        leads=leads,
        lead_activity=activity,
        messages=messages,
        daily=daily,
    )


def _day(rng: random.Random) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=rng.randrange(DAYS))


def _at(rng: random.Random) -> dt.datetime:
    start = dt.datetime.combine(FIRST_DAY, dt.time(), dt.UTC)
    return start + dt.timedelta(microseconds=rng.randrange(DAYS * 86_400_000_000))


def _maybe(rng: random.Random, value: object) -> object:
    return value if rng.random() < 0.7 else None


def _campaign(tenant_id: UUID, rng: random.Random, workspaces: list[Workspace], n: int) -> Campaign:
    return Campaign(
        tenant_id=tenant_id,
        workspace=rng.choice(workspaces),
        external_id=f"campaign-{n}",
        name=rng.choice(["Spring", "Été", "春", "O'Brien's"]),
        status=rng.choice(["", "active", "paused"]),
        created_at=_maybe(rng, _at(rng)),
        launched_at=_maybe(rng, _at(rng)),
    )


def _lead(tenant_id: UUID, rng: random.Random, workspaces: list[Workspace], n: int) -> Lead:
    return Lead(
        tenant_id=tenant_id,
        workspace=rng.choice(workspaces),
        external_id=f"lead-{n}",
        email=_maybe(rng, f"lead{n}@example.org"),
        first_name=_maybe(rng, rng.choice(["Ana", "Błażej", ""])),
        last_name=_maybe(rng, rng.choice(["O'Brien", "Müller"])),
        company=_maybe(rng, rng.choice(["Foo, Inc.", "Bar"])),
        status=_maybe(rng, rng.choice(["active", "replied"])),
        lead_score=_maybe(rng, rng.choice([0.0, 1.5, 99.25, rng.random() * 100])),
        tags=_maybe(rng, rng.sample(["vip", "it's", "a,b"], k=rng.randrange(4))),
        custom_fields=_maybe(rng, rng.choice([{"city": "Zürich", "n": 1}, {"n": 1.5, "deep": [None, {"a": "'"}]}, {}])),
        source=_maybe(rng, "import"),
        created_at=_maybe(rng, _at(rng)),
        updated_at=_maybe(rng, _at(rng)),
    )


def _lead_activity(tenant_id: UUID, rng: random.Random, lead: Lead) -> LeadActivity:
    return LeadActivity(
        lead=lead,
        tenant_id=tenant_id,
        emails_sent=rng.randrange(9),
        emails_delivered=rng.randrange(9),
        emails_opened=rng.randrange(9),
        emails_clicked=rng.randrange(9),
        last_opened_at=_maybe(rng, _at(rng)),
        last_clicked_at=_maybe(rng, _at(rng)),
    )


def _message(tenant_id: UUID, rng: random.Random, campaigns: list[Campaign], leads: list[Lead], n: int) -> Message:
    bounced = rng.random() < 0.4
    return Message(
        tenant_id=tenant_id,
        external_id=f"message-{n}",
        campaign=(campaign := rng.choice(campaigns)),
        lead=_maybe(rng, rng.choice(leads)),
        workspace_id=campaign.workspace_id,
        sending_domain=rng.choice(DOMAINS),
        mailbox=rng.choice(["", "box@acme.test"]),
        recipient_domain=rng.choice(RECIPIENTS),
        sent_at=_at(rng),
        sent_day=_day(rng),
        delivered_at=_maybe(rng, _at(rng)),
        bounced_at=_at(rng) if bounced else None,
        bounce_type=rng.choice(["hard", "soft"]) if bounced else None,
        bounce_reason=rng.choice(["550 no such user", "mailbox full", None]) if bounced else None,
        opened_at=_maybe(rng, _at(rng)),
        last_opened_at=_maybe(rng, _at(rng)),
        open_count=rng.randrange(5),
        clicked_at=_maybe(rng, _at(rng)),
        last_clicked_at=_maybe(rng, _at(rng)),
        click_count=rng.randrange(5),
        replied_at=_maybe(rng, _at(rng)),
        complained_at=_maybe(rng, _at(rng)),
        unsubscribed_at=_maybe(rng, _at(rng)),
    )


def _daily(
    tenant_id: UUID,
    rng: random.Random,
    campaign: Campaign,
    workspace: Workspace,
    domain: str,
    recipient: str,
    day: dt.date,
    origin: str,
) -> DailyActivity:
    # Zeros are frequent, so that 0/0 and days without sending occur; quarters of a second add up exactly in whatever
    # order.
    sums: dict[str, float] = {name: rng.choice([0, rng.randrange(20), rng.randrange(10**6)]) for name in COUNTS}
    return DailyActivity(
        tenant_id=tenant_id,
        campaign=campaign,
        workspace=workspace,
        sending_domain=domain,
        recipient_domain=recipient,
        day=day,
        origin=origin,
        open_seconds=rng.randrange(10**6) / 4,
        timed_opens=rng.choice([0, rng.randrange(50)]),
        click_seconds=rng.randrange(10**6) / 4,
        timed_clicks=rng.choice([0, rng.randrange(50)]),
        **sums,
    )

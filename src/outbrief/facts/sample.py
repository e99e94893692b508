"""A made-up tenant's activity, the same for the same seed and day: for the demo and for trying things out."""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from outbrief.facts import sample_words as words
from outbrief.facts.columns import NUMBER, Plan
from outbrief.facts.intake import import_frame
from outbrief.facts.maps import ColumnMap
from outbrief.facts.results import IntakeResult
from outbrief.facts.shapes import FactKind, Shape, fields_by_name

DAYS = 120
CAMPAIGNS, LEADS, MESSAGES_PER_LEAD = 24, 20_000, 3
_LONGEST = 60
# From Monday to Sunday, and from eight in the morning on.
_WEEK = (0.95, 1.2, 1.15, 1.1, 0.75, 0.04, 0.02)
_HOURS = (0.6, 1.3, 1.5, 1.1, 0.5, 0.9, 1.2, 1.1, 0.7, 0.3)

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class _Campaign:
    external_id: str
    name: str
    workspace: str
    launched: dt.date
    days: tuple[dt.date, ...]
    weights: tuple[float, ...]
    domains: tuple[str, ...]
    open_rate: float
    click_rate: float
    reply_rate: float
    unsubscribe_rate: float
    bounce_rate: float


def sample_facts(
    *,
    tenant_id: UUID,
    timezone: str,
    now: dt.datetime,
    seed: int = 20,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[IntakeResult, IntakeResult, IntakeResult]:
    """Load 3 workspaces, 24 campaigns, 20,000 leads and 60,000 messages over the 120 days up to `now`.

    To be called inside the tenant's scope; goes the way of every import, and gives what the three imports (campaigns,
    leads, messages) say. The same seed, zone and `now` give the same rows. `on_progress` is called with the number of
    messages made up so far.
    """
    draw = random.Random(seed)  # noqa: S311 - a sample keeps no secret
    zone = ZoneInfo(timezone)
    campaigns = _campaigns(draw, now.astimezone(zone).date())
    leads: list[Row] = []
    messages: list[Row] = []
    for index in range(LEADS):
        campaign = campaigns[index % CAMPAIGNS]
        lead = _lead(draw, index, campaign)
        own = [_message(draw, campaign, lead, step, zone, now) for step in range(MESSAGES_PER_LEAD)]
        leads.append(_with_status(lead, own))
        messages += own
        if on_progress and len(messages) % 6_000 == 0:
            on_progress(len(messages))
    return (
        _load(FactKind.CAMPAIGNS, [_campaign_row(c, now, zone) for c in campaigns], tenant_id, timezone, now),
        _load(FactKind.LEADS, leads, tenant_id, timezone, now),
        _load(FactKind.MESSAGES, messages, tenant_id, timezone, now),
    )


_TYPES: dict[Shape, pl.DataType] = {
    Shape.INSTANT: pl.Datetime("us", "UTC"),
    Shape.COUNT: pl.Int64(),
    Shape.NUMBER: pl.Float64(),
}


def _load(kind: FactKind, rows: list[Row], tenant_id: UUID, timezone: str, now: dt.datetime) -> IntakeResult:
    have = tuple(field for name, field in fields_by_name(kind).items() if name in rows[0])
    plan = Plan(kind=kind, mapping=ColumnMap(), have=have, masked=False, columns={}, wanted=None, ignored=())
    schema = {field.name: _TYPES.get(field.shape, pl.String()) for field in have}
    frame = pl.DataFrame(rows, schema=schema).with_row_index(NUMBER, offset=1)
    return import_frame(frame, plan, tenant_id=tenant_id, timezone=timezone, now=now, source="sample")


def _campaigns(draw: random.Random, today: dt.date) -> list[_Campaign]:
    campaigns = []
    for index, name in enumerate(words.CAMPAIGNS):
        launched = today - dt.timedelta(days=DAYS - 1 - index * 4)
        length = min(_LONGEST, (today - launched).days + 1)
        days = tuple(launched + dt.timedelta(days=day) for day in range(length))
        quality = draw.uniform(0.6, 1.4)
        campaigns.append(
            _Campaign(
                external_id=f"cmp-{index + 1:03d}",
                name=name,
                workspace=words.WORKSPACES[index % 3],
                launched=launched,
                days=days,
                weights=tuple(_WEEK[day.weekday()] * draw.uniform(0.8, 1.2) for day in days),
                domains=(words.SENDING_DOMAINS[index % 5], words.SENDING_DOMAINS[(index + 1) % 5]),
                open_rate=0.42 * quality,
                click_rate=0.16 * quality,
                reply_rate=0.035 * quality * quality,
                unsubscribe_rate=0.006 / quality,
                bounce_rate=draw.uniform(0.006, 0.018),
            )
        )
    return campaigns


def _campaign_row(campaign: _Campaign, now: dt.datetime, zone: ZoneInfo) -> Row:
    launched = dt.datetime.combine(campaign.launched, dt.time(8), zone).astimezone(dt.UTC)
    over = campaign.days[-1] < now.astimezone(zone).date()
    return {
        "external_id": campaign.external_id,
        "name": campaign.name,
        "workspace": campaign.workspace,
        "status": "completed" if over else "active",
        "created_at": launched - dt.timedelta(days=3, hours=5),
        "launched_at": launched,
    }


def _lead(draw: random.Random, index: int, campaign: _Campaign) -> Row:
    first, last, spelled = draw.choice(words.PEOPLE)
    company = f"{draw.choice(words.COMPANY_FIRST)} {draw.choice(words.COMPANY_LAST)}"
    created = dt.datetime.combine(campaign.launched, dt.time(7), dt.UTC) - dt.timedelta(
        days=draw.randrange(1, 40), seconds=draw.randrange(86_400)
    )
    return {
        "external_id": f"lead-{index + 1:05d}",
        "email": f"{spelled}.{index + 1}@{_provider(draw, company)}",
        "first_name": first,
        "last_name": last,
        "company": f"{company} {draw.choice(words.COMPANY_FORM)}",
        "lead_score": float(draw.randrange(5, 100)),
        "tags": json.dumps(draw.sample(words.TAGS, draw.randrange(3))),
        "custom_fields": json.dumps(
            {"industry": draw.choice(words.INDUSTRIES), "employees": 10 ** draw.randrange(1, 5)}
        ),
        "source": draw.choice(words.SOURCES),
        "workspace": campaign.workspace,
        "created_at": created,
        "updated_at": created,
    }


def _provider(draw: random.Random, company: str) -> str:
    at = draw.random()
    for domain, share, _ in words.PROVIDERS:
        at -= share
        if at < 0:
            return domain
    return f"{company.lower().replace(' ', '-')}.example"


def _message(draw: random.Random, campaign: _Campaign, lead: Row, step: int, zone: ZoneInfo, now: dt.datetime) -> Row:
    sent_at = _sent_at(draw, campaign, zone, now)
    domain = draw.choice(campaign.domains)
    row: Row = {
        "external_id": f"msg-{str(lead['external_id'])[5:]}-{step + 1}",
        "campaign": campaign.external_id,
        "lead": lead["external_id"],
        "sending_domain": domain,
        "mailbox": f"{draw.choice(words.SENDERS)}@{domain}",
        "sent_at": sent_at,
        **dict.fromkeys(_OUTCOMES),
        "open_count": 0,
        "click_count": 0,
    }
    bounce = _bounce(draw, campaign, domain, now - sent_at)
    if bounce:
        reason = draw.choice(words.BOUNCE_REASONS[bounce])
        return row | {"bounced_at": _later(draw, sent_at, 3, now), "bounce_type": bounce, "bounce_reason": reason}
    row["delivered_at"] = _later(draw, sent_at, 0.5, now)
    return row | _reactions(draw, campaign, str(lead["email"]), sent_at, now)


_OUTCOMES = (
    "delivered_at", "bounced_at", "bounce_type", "bounce_reason", "opened_at", "last_opened_at", "clicked_at",
    "last_clicked_at", "replied_at", "complained_at", "unsubscribed_at",
)  # fmt: skip


def _sent_at(draw: random.Random, campaign: _Campaign, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    day = draw.choices(campaign.days, campaign.weights)[0]
    hour = 8 + draw.choices(range(len(_HOURS)), _HOURS)[0]
    wall = dt.datetime.combine(day, dt.time(hour, draw.randrange(60), draw.randrange(60)), zone)
    sent_at = wall.astimezone(dt.UTC)
    # What would be sent later today was sent on the same day of last week.
    return sent_at if sent_at <= now else sent_at - dt.timedelta(days=7)


def _bounce(draw: random.Random, campaign: _Campaign, domain: str, age: dt.timedelta) -> str | None:
    hard = campaign.bounce_rate
    if domain == words.TROUBLED_DOMAIN:
        hard = 0.11 if age.days < 30 else 0.035
    at = draw.random()
    if at < hard:
        return "hard"
    return "soft" if at < hard + 0.007 else None


def _reactions(draw: random.Random, campaign: _Campaign, email: str, sent_at: dt.datetime, now: dt.datetime) -> Row:
    row: Row = {}
    seen = next((seen for domain, _, seen in words.PROVIDERS if email.endswith(f"@{domain}")), 1.0)
    if draw.random() < campaign.open_rate * seen:
        opened_at = _later(draw, sent_at, 180, now)
        opens = 1 + int(draw.expovariate(0.9))
        row |= {"opened_at": opened_at, "open_count": opens}
        row["last_opened_at"] = opened_at if opens == 1 else _later(draw, opened_at, 900, now)
        if draw.random() < campaign.click_rate:
            clicked_at = _later(draw, opened_at, 12, now)
            clicks = 1 + int(draw.expovariate(1.6))
            row |= {"clicked_at": clicked_at, "click_count": clicks}
            row["last_clicked_at"] = clicked_at if clicks == 1 else _later(draw, clicked_at, 200, now)
        if draw.random() < campaign.reply_rate / campaign.open_rate:
            row["replied_at"] = _later(draw, opened_at, 400, now)
    if draw.random() < campaign.unsubscribe_rate:
        row["unsubscribed_at"] = _later(draw, sent_at, 300, now)
    if draw.random() < campaign.unsubscribe_rate / 8:
        row["complained_at"] = _later(draw, sent_at, 240, now)
    return row


def _later(draw: random.Random, start: dt.datetime, minutes: float, now: dt.datetime) -> dt.datetime:
    """Give a time that follows `start` by about so many minutes, mostly fewer and seldom many more."""
    later = start + dt.timedelta(seconds=int(draw.expovariate(1 / (minutes * 60))) + 1)
    return min(later, max(now, start))


def _with_status(lead: Row, messages: Iterable[Row]) -> Row:
    status = "contacted"
    for column, meaning in (
        ("opened_at", "active"),
        ("replied_at", "replied"),
        ("unsubscribed_at", "unsubscribed"),
    ):
        if any(message.get(column) for message in messages):
            status = meaning
    if all(message.get("bounce_type") == "hard" for message in messages):
        status = "bounced"
    return lead | {"status": status}

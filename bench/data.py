"""The databases that are measured: made by the server itself from row numbers, so every run makes the same rows.

What an import costs is measured by importing (imports.py); here the rows are inserted directly, and the rollups are
then derived from them by `outbrief.facts.rebuild`, as after a change of a tenant's time zone.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg

from bench.scale import ABREAST, CAMPAIGNS, DAYS, NOW, TIMEZONE

VERSION = 2
_BATCH = 500_000

FIRST_NAMES = (
    "Anna", "Ben", "Chloé", "Dmitri", "Elif", "Farid", "Grace", "Hiroshi", "Inês", "Jürgen", "Katarzyna", "Liam",
    "Mei", "Noor", "Óscar", "Priya",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Müller", "García", "Rossi", "Nakamura", "Kowalski", "Okafor", "Silva", "Dubois", "O'Neill", "Nguyen",
    "Haddad", "Ivanova", "Jensen",
)  # fmt: skip
COMPANIES = (
    "Acme", "Zenith Works", 'Braun & "Sons", Ltd.', "Café Noir", "Północ sp. z o.o.", "Globex", "Initech",
    "+Plus Media", "Umbrella, Inc.", "株式会社さくら", "Stark Industries", "Wayne Enterprises", "@home GmbH", "Hooli",
    "Vandelay", "Soylent",
)  # fmt: skip
STATUSES = ("new", "contacted", "replied", "interested", "not_interested", "unsubscribed")
SOURCES = ("import", "linkedin", "website", "event", "referral")
TAGS = ("vip", "eu", "us", "saas", "retail", "agency", "fintech", "health")
PROVIDERS = 24
SENDING_DOMAINS = 40
REASONS = (
    "550 5.1.1 The email account that you tried to reach does not exist", "552 5.2.2 Mailbox full",
    "554 5.7.1 Message rejected due to content", "421 4.7.0 Try again later", "550 5.4.1 Recipient address rejected",
    "451 4.3.0 Temporary lookup failure", "550 5.7.26 Unauthenticated email is not accepted", "550 No such user here",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Made:
    """One database to build: how many leads and messages, over how many days, and how many leads in a hundred have
    a mailbox at a company's own domain instead of one of a few large providers.
    """

    name: str
    leads: int
    messages: int
    days: int = DAYS
    own_domains: int = 0


def build(url: str, made: Made, *, say: Callable[[str], None]) -> UUID:
    """Fill a migrated, empty database with one tenant's activity; give the tenant's id."""
    from outbrief.facts import rebuild
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import create_tenant

    tenant, _ = create_tenant(name="Bench", owner_email="owner@bench.test", timezone=TIMEZONE)
    if made.leads:
        with psycopg.connect(url, autocommit=True) as server:
            # Only while building; what is measured runs on the server's own settings.
            server.execute("SET synchronous_commit = off; SET jit = off; SET work_mem = '128MB'")
            _insert_named(server, tenant.id)
            _insert_leads(server, tenant.id, made, say)
            _insert_messages(server, tenant.id, made, say)
            server.execute("VACUUM (ANALYZE) leads, messages, campaigns")
        say(f"{made.name}: rollups of {made.messages:,} messages")
        with tenant_scope(tenant.id):
            rebuild(tenant.id, TIMEZONE)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("VACUUM (ANALYZE)")
        server.execute("CHECKPOINT")
    return tenant.id


def first_day(made: Made) -> dt.date:
    """Give the first day of sending; the last is the day before NOW."""
    return NOW.date() - dt.timedelta(days=made.days)


def _insert_named(server: psycopg.Connection, tenant_id: UUID) -> None:
    for number in range(2, 6):
        server.execute(
            "INSERT INTO workspaces (id, tenant_id, name) VALUES (gen_random_uuid(), %s, %s)",
            [tenant_id, f"Team {number}"],
        )
    server.execute(
        "INSERT INTO campaigns (tenant_id, workspace_id, external_id, name, status, created_at, launched_at)"
        " SELECT %(tenant)s, w.ids[1 + g %% 5], 'c' || g, 'Campaign ' || g,"
        " CASE WHEN g %% 3 = 0 THEN 'paused' ELSE 'active' END,"
        " %(now)s - interval '400 days' + g * interval '1 day', %(now)s - interval '399 days' + g * interval '1 day'"
        " FROM generate_series(0, %(last)s::bigint) g, (SELECT array_agg(id ORDER BY name) AS ids FROM workspaces"
        " WHERE tenant_id = %(tenant)s) w ORDER BY g",
        {"tenant": tenant_id, "now": NOW, "last": CAMPAIGNS - 1},
    )


_LEADS = """
INSERT INTO leads (tenant_id, workspace_id, external_id, email, first_name, last_name, company, status, lead_score,
  tags, custom_fields, source, created_at, updated_at)
SELECT %(tenant)s, w.ids[1 + (g %% 120) %% 5], 'lead-' || g,
  lower(n.ascii) || '.' || g || '@' || {domain},
  n.first, n.last, n.company, (%(statuses)s::text[])[1 + n.h %% 6], round((n.h %% 1000)::numeric / 10, 1)::float8,
  CASE WHEN n.h %% 4 > 0 THEN
    ARRAY[(%(tags)s::text[])[1 + n.h %% 8], (%(tags)s::text[])[1 + (n.h / 8) %% 8]] END,
  jsonb_build_object('employees', n.h %% 5000, 'city', (%(cities)s::text[])[1 + n.h %% 5], 'linkedin', 'in/' || g),
  (%(sources)s::text[])[1 + n.h %% 5], %(now)s - (g %% 500) * interval '1 day' - (n.h %% 86400) * interval '1 second',
  %(now)s - (g %% 30) * interval '1 day'
FROM generate_series(%(start)s::bigint, %(end)s::bigint) g,
  (SELECT array_agg(id ORDER BY name) AS ids FROM workspaces WHERE tenant_id = %(tenant)s) w,
  LATERAL (SELECT abs(hashint8extended(g, 1)) AS h) h0,
  LATERAL (SELECT h0.h, (%(firsts)s::text[])[1 + h0.h %% 16] AS first,
    (%(lasts)s::text[])[1 + (h0.h / 16) %% 14] AS last,
    (%(companies)s::text[])[1 + (h0.h / 256) %% 16] AS company, 'p' || h0.h %% 997 AS ascii) n
ORDER BY g
"""

# By a hash of the lead, so that every campaign writes to every provider.
_DOMAIN = (
    "CASE WHEN abs(hashint8extended({lead}, 4)) %% 100 < %(own)s"
    " THEN 'company-' || abs(hashint8extended({lead}, 5)) %% 20000 || '.test'"
    f" ELSE 'mail-' || abs(hashint8extended({{lead}}, 6)) %% {PROVIDERS} || '.test' END"
)


def _insert_leads(server: psycopg.Connection, tenant_id: UUID, made: Made, say: Callable[[str], None]) -> None:
    known = {
        "tenant": tenant_id, "now": NOW, "own": made.own_domains,
        "firsts": list(FIRST_NAMES), "lasts": list(LAST_NAMES),
        "companies": list(COMPANIES), "statuses": list(STATUSES), "sources": list(SOURCES), "tags": list(TAGS),
        "cities": ["Paris", "Berlin", "São Paulo", "New York", "Osaka"],
    }  # fmt: skip
    sql = _LEADS.format(domain=_DOMAIN.format(lead="g"))
    for start in range(0, made.leads, _BATCH):
        end = min(start + _BATCH, made.leads)
        say(f"{made.name}: leads {end:,} of {made.leads:,}")
        server.execute(sql, known | {"start": start, "end": end - 1})
    server.execute("VACUUM (ANALYZE) leads")


# Messages come in the order of sending. On each day ABREAST campaigns send, each to its own leads in turn.
_MESSAGES = """
INSERT INTO messages (tenant_id, external_id, campaign_id, lead_id, workspace_id, sending_domain, mailbox,
  recipient_domain, sent_at, sent_day, delivered_at, bounced_at, bounce_type, bounce_reason, opened_at, last_opened_at,
  open_count, clicked_at, last_clicked_at, click_count, replied_at, complained_at, unsubscribed_at)
SELECT %(tenant)s, 'm' || g, %(campaign)s + c, %(lead)s + l, w.ids[1 + c %% 5], 'out-' || s || '.test',
  'sales' || g %% 3 || '@out-' || s || '.test', {domain}, at, (at AT TIME ZONE %(timezone)s)::date,
  CASE WHEN h %% 1000 >= 30 THEN at + interval '2 seconds' END,
  CASE WHEN h %% 1000 < 30 THEN at + interval '5 seconds' END,
  CASE WHEN h %% 1000 < 20 THEN 'hard' WHEN h %% 1000 < 30 THEN 'soft' END,
  CASE WHEN h %% 1000 < 30 THEN (%(reasons)s::text[])[1 + h %% 8] END,
  CASE WHEN opened THEN at + 600 * o END, CASE WHEN opened THEN at + 4000 * o END,
  CASE WHEN opened THEN 1 + h %% 3 ELSE 0 END,
  CASE WHEN clicked THEN at + 700 * o END, CASE WHEN clicked THEN at + 900 * o END, clicked::int,
  CASE WHEN h %% 1000 BETWEEN 900 AND 919 THEN at + 5000 * o END,
  CASE WHEN h %% 1000 = 999 THEN at + 100 * o END, CASE WHEN h %% 1000 BETWEEN 990 AND 993 THEN at + 100 * o END
FROM (SELECT g, c, l, at, h, 2 * (c %% 20) + (g / 20) %% 2 AS s, (h %% 997 + 1) * interval '0.1 seconds' AS o,
    h %% 1000 BETWEEN 500 AND 940 AS opened, h %% 1000 BETWEEN 890 AND 940 AS clicked
  FROM (SELECT g, abs(hashint8extended(g, 2)) AS h, c, at,
      (c + {campaigns} * ((g / {abreast}) %% %(each)s))::bigint AS l
    FROM (SELECT g,
        ((g * %(days)s / %(all)s) * {campaigns} / %(days)s + {campaigns} - g %% {abreast}) %% {campaigns} AS c,
        (%(first)s + (g * %(days)s / %(all)s)::int) + time '07:00' + ((g * %(days)s %% %(all)s) * 36000.0 / %(all)s)
          * interval '1 second' AS local
      FROM generate_series(%(start)s::bigint, %(end)s::bigint) g) numbered,
    LATERAL (SELECT local AT TIME ZONE %(timezone)s AS at) timed) placed) told,
  (SELECT array_agg(id ORDER BY name) AS ids FROM workspaces WHERE tenant_id = %(tenant)s) w
"""


def _insert_messages(server: psycopg.Connection, tenant_id: UUID, made: Made, say: Callable[[str], None]) -> None:
    known = {
        "tenant": tenant_id, "timezone": TIMEZONE, "own": made.own_domains, "reasons": list(REASONS),
        "campaign": _first_id(server, "campaigns"), "lead": _first_id(server, "leads"),
        "each": made.leads // CAMPAIGNS, "days": made.days, "all": made.messages, "first": first_day(made),
    }  # fmt: skip
    sql = _MESSAGES.format(domain=_DOMAIN.format(lead="l"), campaigns=CAMPAIGNS, abreast=ABREAST)
    for start in range(0, made.messages, _BATCH):
        end = min(start + _BATCH, made.messages)
        say(f"{made.name}: messages {end:,} of {made.messages:,}")
        server.execute(sql, known | {"start": start, "end": end - 1})


def _first_id(server: psycopg.Connection, table: str) -> int:
    found = server.execute(f"SELECT min(id), max(id) - min(id) + 1 = count(*) FROM {table}").fetchone()
    assert found is not None
    assert found[1], f"the ids of {table} have gaps"
    return int(found[0])

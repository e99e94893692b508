"""Leads and messages with the values that break files, put straight into the tables."""

import random

import psycopg
from psycopg.types.json import Jsonb

from tests.people import People
from tests.render.nasty import nasty_rows, nasty_texts
from tests.render.written import EVERY_KIND

_MESSAGE_TIMES = (
    "delivered_at", "bounced_at", "opened_at", "last_opened_at", "clicked_at", "last_clicked_at", "replied_at",
    "complained_at", "unsubscribed_at",
)  # fmt: skip


def put_nasty_leads(server: psycopg.Connection, people: People, count: int) -> None:
    """Put leads of Acme in, every text, number, time, tag and custom field of theirs nasty, and any of them null."""
    rng = random.Random(2)
    texts = nasty_texts(rng)
    tenant, workspace = _place(server, people)
    columns = (
        "tenant_id, workspace_id, external_id, email, first_name, last_name, company, status, source, lead_score,"
        " tags, custom_fields, created_at, updated_at"
    )
    kinds = [one.kind.value for one in EVERY_KIND]
    with server.cursor().copy(f"COPY leads ({columns}) FROM STDIN") as copy:
        for place, row in enumerate(nasty_rows(count)):
            cell = dict(zip(kinds, row, strict=True))
            others = [None if rng.random() < 0.1 else next(texts) for _ in range(5)]
            # Ids are unique; the last character is the nasty one.
            copy.write_row([
                tenant, workspace, f"{place}{next(texts)[:3]}", cell["text"], *others, cell["number"],
                None if cell["tags"] is None else [*cell["tags"], *([None] if place % 50 == 0 else [])],
                None if place % 9 == 0 else Jsonb({next(texts): [next(texts), cell["integer"], None, {"x": True}]}),
                cell["timestamp"], cell["timestamp"],
            ])  # fmt: skip
    # Half of them have had no mail.
    server.execute(
        "INSERT INTO lead_activity (lead_id, tenant_id, emails_sent, emails_delivered, emails_opened, emails_clicked,"
        " last_opened_at) SELECT id, tenant_id, 9, 8, id % 7, 0, created_at FROM leads WHERE id % 2 = 0"
    )


def put_nasty_messages(server: psycopg.Connection, people: People, count: int) -> None:
    """Put messages of Acme's campaigns and leads in, with nasty texts and times."""
    rng = random.Random(3)
    texts = nasty_texts(rng)
    tenant, workspace = _place(server, people)
    campaigns = [
        server.execute(
            "INSERT INTO campaigns (tenant_id, workspace_id, external_id, name, status) VALUES (%s, %s, %s, %s, '')"
            " RETURNING id",
            [tenant, workspace, f"c{number}", name],
        ).fetchone()[0]
        for number, name in enumerate(("=Spring", 'a,b\n"c"', "", "'quoted", "李雷 😀"))
    ]
    leads = [*(key for (key,) in server.execute("SELECT id FROM leads LIMIT 500")), None]
    columns = (
        "tenant_id, workspace_id, external_id, campaign_id, lead_id, sending_domain, mailbox, recipient_domain,"
        f" bounce_type, bounce_reason, open_count, click_count, sent_at, sent_day, {', '.join(_MESSAGE_TIMES)}"
    )
    with server.cursor().copy(f"COPY messages ({columns}) FROM STDIN") as copy:
        for place, row in enumerate(nasty_rows(count, seed=4)):
            at = row[7] or "2026-01-01 00:00:00.5+00"
            copy.write_row([
                tenant, workspace, f"{place}{next(texts)[:3]}", rng.choice(campaigns), rng.choice(leads), next(texts),
                next(texts), next(texts), rng.choice(("hard", "soft", None)), row[0], rng.randrange(9), 0, at,
                "2026-01-01", *(at if rng.random() < 0.5 else None for _ in _MESSAGE_TIMES),
            ])  # fmt: skip


def _place(server: psycopg.Connection, people: People) -> tuple[object, object]:
    tenant = people.alice.tenant_id
    [workspace] = server.execute("SELECT id FROM workspaces WHERE tenant_id = %s LIMIT 1", [tenant]).fetchone()
    return tenant, workspace

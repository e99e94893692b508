"""Loading rows as the tests of facts do, and looking at what is there."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import connection

from outbrief.facts import ColumnMap, FactKind, IntakeResult, import_file, import_rows, read_map
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from tests.people import Person

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MAPS = Path(__file__).parents[2] / "docs" / "how-to" / "maps"
FACT_TABLES = (
    "workspaces", "campaigns", "leads", "messages", "message_events", "daily_activity", "sending_activity",
    "bounce_activity", "lead_activity",
)  # fmt: skip


def map_section(name: str, kind: FactKind) -> ColumnMap:
    section = read_map(MAPS / name).section(kind)
    assert section is not None
    return section


def load(
    person: Person, kind: FactKind, path: Path, *, mapping: ColumnMap | None = None, strict: bool = False
) -> IntakeResult:
    """Import a file for the person's tenant."""
    timezone = tenant_facts(person.tenant_id).timezone
    with tenant_scope(person.tenant_id):
        return import_file(
            path, kind, tenant_id=person.tenant_id, timezone=timezone, mapping=mapping, strict=strict, now=NOW
        )


def load_text(person: Person, kind: FactKind, folder: Path, text: str, **more: object) -> IntakeResult:
    """Import a CSV text."""
    path = folder / f"{kind}.csv"
    path.write_bytes(text.encode())
    return load(person, kind, path, **more)  # type: ignore[arg-type]


def load_rows(person: Person, kind: FactKind, *rows: Mapping[str, object], **more: object) -> IntakeResult:
    """Import rows as the API does."""
    timezone = tenant_facts(person.tenant_id).timezone
    with tenant_scope(person.tenant_id):
        return import_rows(
            list(rows),
            kind,
            tenant_id=person.tenant_id,
            timezone=timezone,
            now=NOW,
            **more,  # type: ignore[arg-type]
        )


def rows(person: Person, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Read rows as the person's tenant sees them."""
    with tenant_scope(person.tenant_id), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def row(person: Person, sql: str, *values: object) -> tuple[object, ...]:
    """Read the one row there is."""
    found = rows(person, sql, *values)
    assert len(found) == 1, found
    return found[0]


def versions(person: Person) -> dict[str, object]:
    """Give the versions of all rows of facts: equal when not one of them was written in between."""
    return {
        table: row(
            person, f"SELECT count(*), sum(hashtextextended(t.ctid::text || t.xmin::text || t::text, 0)) FROM {table} t"
        )
        for table in FACT_TABLES
    }


def rollups(person: Person) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Give the rollups of days and of leads without what depends on the order of inserting."""
    days = rows(
        person,
        "SELECT c.external_id, w.name, d.sending_domain, d.recipient_domain, d.day, d.origin, d.sent, d.delivered,"
        " d.bounced, d.hard_bounced, d.soft_bounced, d.opened, d.clicked, d.replied, d.complained, d.unsubscribed,"
        " d.opens, d.clicks, d.open_seconds, d.timed_opens, d.click_seconds, d.timed_clicks"
        " FROM daily_activity d JOIN campaigns c ON c.id = d.campaign_id JOIN workspaces w ON w.id = d.workspace_id"
        " ORDER BY 1, 2, 3, 4, 5, 6",
    )
    leads = rows(
        person,
        "SELECT l.external_id, a.emails_sent, a.emails_delivered, a.emails_opened, a.emails_clicked, a.last_sent_at,"
        " a.last_opened_at, a.last_clicked_at FROM lead_activity a JOIN leads l ON l.id = a.lead_id ORDER BY 1",
    )
    return days, leads


def bounces(person: Person) -> list[tuple[object, ...]]:
    """Give the rollup of bounces without what depends on the order of inserting."""
    return rows(
        person,
        "SELECT c.external_id, w.name, b.sending_domain, b.day, b.bounce_type, b.bounce_reason, b.bounced"
        " FROM bounce_activity b JOIN campaigns c ON c.id = b.campaign_id JOIN workspaces w ON w.id = b.workspace_id"
        " ORDER BY 1, 2, 3, 4, 5, 6",
    )


def ndjson(path: Path, objects: Sequence[Mapping[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(item)}\n" for item in objects), encoding="utf-8")
    return path

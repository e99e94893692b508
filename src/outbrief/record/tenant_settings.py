"""What a tenant decides about itself, as it is recorded."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from outbrief.record.models import Tenant


@dataclass(frozen=True, kw_only=True)
class TenantSettings:
    """The decisions of a tenant. `timezone_wanted` is the zone that its days are being counted anew in, else None.

    `retention_days` is its own, 0 for ever; None leaves it to the installation.
    """

    name: str
    timezone: str
    timezone_wanted: str | None
    allowed_recipient_domains: tuple[str, ...]
    retention_days: int | None


@dataclass(frozen=True, kw_only=True)
class Outsider:
    """A schedule that goes to addresses which are not allowed; `address` is the first of them."""

    schedule_id: UUID
    name: str
    address: str


def read(tenant_id: UUID) -> TenantSettings:
    """Read the decisions of the tenant in scope."""
    return _settings(Tenant.objects.get(id=tenant_id))


def locked(tenant_id: UUID) -> TenantSettings:
    """Read them to change them: nobody else does before the transaction ends."""
    return _settings(Tenant.objects.select_for_update(no_key=True).get(id=tenant_id))


def write(tenant_id: UUID, decided: TenantSettings) -> None:
    """Record the decisions, which were checked; the zone stays, only the one that is wanted is recorded."""
    Tenant.objects.filter(id=tenant_id).update(
        name=decided.name,
        timezone_wanted=decided.timezone_wanted,
        allowed_recipient_domains=list(decided.allowed_recipient_domains),
        retention_days=decided.retention_days,
    )


def zone_wanted(tenant_id: UUID) -> str | None:
    """Give the zone that the tenant in scope changes to, None when it does not."""
    return Tenant.objects.values_list("timezone_wanted", flat=True).get(id=tenant_id)


def zones_wanted() -> list[UUID]:
    """Give the tenants that change their zone. To be called unscoped."""
    return list(Tenant.objects.filter(timezone_wanted__isnull=False).values_list("id", flat=True))


def adopt_zone(tenant_id: UUID, timezone: str) -> bool:
    """Make the zone that was wanted the tenant's; False when another, or none, is wanted by now."""
    wanting = Tenant.objects.filter(id=tenant_id, timezone_wanted=timezone)
    return bool(wanting.update(timezone=timezone, timezone_wanted=None))


def outsiders(allowed: Collection[str], *, limit: int) -> list[Outsider]:
    """Give active schedules of the tenant in scope that go to addresses outside these domains, by name."""
    if not allowed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.name, outside.address FROM scheduled_reports s CROSS JOIN LATERAL ("
            "  SELECT address FROM unnest(s.recipients) AS address"
            "  WHERE lower(split_part(address, '@', 2)) <> ALL(%s) LIMIT 1) outside"
            " WHERE s.is_active AND s.deleted_at IS NULL ORDER BY s.name, s.id LIMIT %s",
            [list(allowed), limit],
        )
        return [Outsider(schedule_id=row[0], name=row[1], address=row[2]) for row in cursor.fetchall()]


def _settings(tenant: Tenant) -> TenantSettings:
    return TenantSettings(
        name=tenant.name,
        timezone=tenant.timezone,
        timezone_wanted=tenant.timezone_wanted,
        allowed_recipient_domains=tuple(tenant.allowed_recipient_domains),
        retention_days=tenant.retention_days,
    )

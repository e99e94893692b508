"""What a tenant decides about itself: its name, zone, allowed domains and retention, checked and noted."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from outbrief import telemetry
from outbrief.deliver.address import check_domain
from outbrief.facts import rebuild
from outbrief.record import audit, queue
from outbrief.record import tenant_settings as record
from outbrief.record.scope import tenant_scope
from outbrief.record.tenant_settings import Outsider, TenantSettings
from outbrief.run.attempts import alone, named_errors
from outbrief.terms.calendar import check_timezone
from outbrief.terms.errors import InvalidInput

MOVE_ZONE = "move_zone"
_MOST_DOMAINS = 500
_LONGEST_DAYS = 36_500
_OUTSIDERS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class SettingsAsked:
    """Settings as somebody typed them, unchecked; see `TenantSettings`."""

    name: str
    timezone: str
    allowed_recipient_domains: Sequence[str]
    retention_days: int | None


class _Overtaken(Exception):
    """Another zone is wanted by now."""


def change(tenant_id: UUID, asked: SettingsAsked, *, actor: str, longest_days: int) -> frozenset[str]:
    """Change a tenant's settings, in its scope; give the names of those that changed.

    `longest_days` is the installation's retention, 0 for ever. Another zone is not there at once: a job counts the
    days of all activity anew and changes the zone with them. InvalidInput names the field that is wrong.
    """
    checked = _check(asked, longest_days=longest_days)
    before = record.locked(tenant_id)
    wanted = None if checked.timezone == before.timezone else checked.timezone
    after = dataclasses.replace(checked, timezone=before.timezone, timezone_wanted=wanted)
    changed = {
        field.name: getattr(after, field.name)
        for field in dataclasses.fields(TenantSettings)
        if getattr(after, field.name) != getattr(before, field.name)
    }
    if not changed:
        return frozenset()
    record.write(tenant_id, after)
    audit.note(
        tenant_id=tenant_id,
        actor=actor,
        action="settings.changed",
        object_id=tenant_id,
        **{_SAID[name]: _said(name, value, before) for name, value in changed.items()},
    )
    if wanted is not None and "timezone_wanted" in changed:
        defer_zone(tenant_id)
    return frozenset(changed)


def kept_days(own: int | None, *, longest_days: int) -> int:
    """Give for how many days files of reports are kept, 0 for ever: a tenant's own days shorten the installation's."""
    return min((days for days in (own, longest_days) if days), default=0)


def outsiders(allowed: Sequence[str]) -> list[Outsider]:
    """Give the first active schedules, in the tenant's scope, whose mails go to domains that are not allowed."""
    return record.outsiders([domain.strip().removeprefix("@").lower() for domain in allowed], limit=_OUTSIDERS_SHOWN)


def defer_zone(tenant_id: UUID) -> None:
    """Defer the change of a tenant's zone to the one that is wanted."""
    queue.defer(MOVE_ZONE, queue="bulk", lock=f"zone:{tenant_id}", tenant_id=tenant_id)


def move_zone(tenant_id: UUID) -> None:
    """Count the days of a tenant's activity in the zone that is wanted, and make it the tenant's, in one transaction.

    Reports see the days and the zone of before, or those of after; imports of the tenant wait meanwhile. Working it
    again does nothing.
    """
    with alone(tenant_id), named_errors():
        try:
            with tenant_scope(tenant_id):
                zone = record.zone_wanted(tenant_id)
                if zone is None:
                    return
                moved = rebuild(tenant_id, zone)
                if not record.adopt_zone(tenant_id, zone):
                    raise _Overtaken
                audit.note(
                    tenant_id=tenant_id,
                    actor="worker",
                    action="timezone.changed",
                    object_id=tenant_id,
                    timezone=zone,
                    messagesMoved=moved,
                )
        except _Overtaken:
            # Whoever changed their mind deferred a job for it, if one is needed.
            return
    telemetry.say("timezone.changed", tenant=tenant_id, timezone=zone, moved=moved)


# How the audit log calls them.
_SAID = {
    "name": "name",
    "timezone_wanted": "timezone",
    "allowed_recipient_domains": "allowedDomains",
    "retention_days": "retentionDays",
}


def _said(name: str, value: object, before: TenantSettings) -> str:
    if name == "timezone_wanted":
        return str(value or before.timezone)
    if isinstance(value, tuple):
        return ", ".join(value) or "any"
    return "as the installation" if value is None else str(value)


def _check(asked: SettingsAsked, *, longest_days: int) -> TenantSettings:
    name = " ".join(asked.name.split())
    if not 1 <= len(name) <= 255:
        raise InvalidInput("A name has 1 to 255 characters.", field="name")
    domains = dict.fromkeys(check_domain(text, field="allowedDomains") for text in asked.allowed_recipient_domains)
    if len(domains) > _MOST_DOMAINS:
        raise InvalidInput(f"At most {_MOST_DOMAINS} domains can be named.", field="allowedDomains")
    return TenantSettings(
        name=name,
        timezone=check_timezone(asked.timezone.strip()).key,
        timezone_wanted=None,
        allowed_recipient_domains=tuple(domains),
        retention_days=_check_retention(asked.retention_days, longest_days=longest_days),
    )


def _check_retention(days: int | None, *, longest_days: int) -> int | None:
    if days is None:
        return None
    if longest_days and not 1 <= days <= longest_days:
        raise InvalidInput(
            f"This installation keeps files for at most {longest_days} days.",
            field="retentionDays",
            hint=f"Write 1 to {longest_days}, or leave it empty. Whoever runs it can set OUTBRIEF_RETENTION_DAYS.",
        )
    if not 0 <= days <= _LONGEST_DAYS:
        raise InvalidInput(f"Write 0 (for ever) to {_LONGEST_DAYS} days.", field="retentionDays")
    return days

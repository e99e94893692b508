"""Schedules as people change them: checked as a whole, recorded, and noted in the audit log."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from outbrief.deliver.address import check_recipient
from outbrief.record import audit, suppressions
from outbrief.record import schedules as record
from outbrief.record.models import ScheduledReport
from outbrief.record.tenants import TenantFacts, is_member
from outbrief.run.contents import check_contents
from outbrief.terms.calendar import Frequency, check_recurrence, resolve_period
from outbrief.terms.errors import InvalidInput
from outbrief.terms.report import check_report_format, check_report_type

# How long a deleted schedule is kept.
RESTORABLE = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class ScheduleAsked:
    """A schedule as somebody typed it, unchecked.

    `config` is that of `terms.report_config`, and may hold `notify`, who is told of failures.
    """

    name: str
    report_type: str
    format: str
    frequency: str
    time: str
    timezone: str
    recipients: Sequence[str]
    date_range: str | Mapping[str, object]
    description: str | None = None
    day_of_week: int | None = None
    day_of_month: int | None = None
    workspace_id: UUID | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    is_active: bool = True


def create(tenant: TenantFacts, asked: ScheduleAsked, *, actor: str, creator: str, now: dt.datetime) -> ScheduledReport:
    """Create a schedule, in the tenant's scope; InvalidInput names the field that is wrong.

    `creator` is the address that is told when the report fails, unless the config names another.
    """
    asked_config = {"notify": creator, **asked.config} if creator else dict(asked.config)
    schedule = record.create(tenant.id, _check(tenant, asked, asked_config, now=now), now=now)
    audit.note(tenant_id=tenant.id, actor=actor, action="schedule.created", object_id=schedule.id, name=asked.name)
    return schedule


def change(
    tenant: TenantFacts, schedule: ScheduledReport, asked: ScheduleAsked, *, actor: str, now: dt.datetime
) -> ScheduledReport:
    """Replace the settings of a schedule, in the tenant's scope; what it already sent stays as it was."""
    changed = record.change(schedule, _check(tenant, asked, dict(asked.config), now=now), now=now)
    audit.note(tenant_id=tenant.id, actor=actor, action="schedule.changed", object_id=schedule.id)
    return changed


def pause(schedule: ScheduledReport, *, actor: str, now: dt.datetime) -> bool:
    """Pause a schedule, in the tenant's scope; tell whether it was active."""
    paused = record.pause(schedule.id, now=now)
    if paused:
        audit.note(tenant_id=schedule.tenant_id, actor=actor, action="schedule.paused", object_id=schedule.id)
    return paused


def resume(tenant: TenantFacts, schedule: ScheduledReport, *, actor: str, now: dt.datetime) -> bool:
    """Let a locked schedule run again from its next occurrence, in the tenant's scope; tell whether it was paused.

    InvalidInput names the setting that must be changed first.
    """
    asked = asked_of(schedule)
    _check(tenant, asked, dict(asked.config), now=now)
    resumed = record.resume(schedule, now=now)
    if resumed:
        audit.note(tenant_id=schedule.tenant_id, actor=actor, action="schedule.resumed", object_id=schedule.id)
    return resumed


def delete(tenant_id: UUID, schedule: ScheduledReport, *, actor: str, now: dt.datetime) -> None:
    """Delete a schedule, in the tenant's scope; its generations stay. For `RESTORABLE` it can be restored."""
    if record.delete(schedule.id, now=now):
        audit.note(
            tenant_id=tenant_id, actor=actor, action="schedule.deleted", object_id=schedule.id, name=schedule.name
        )


def restore(
    tenant: TenantFacts, schedule_id: UUID, *, active: bool, actor: str, now: dt.datetime
) -> tuple[ScheduledReport, str]:
    """Take back the deletion of a schedule, in the tenant's scope; with `active` it runs from its next occurrence.

    Also gives why it stays paused all the same, if what it needs has gone meanwhile. NotFound when it is gone for good.
    """
    schedule, reason = record.restore(schedule_id, now=now), ""
    audit.note(tenant_id=tenant.id, actor=actor, action="schedule.restored", object_id=schedule_id, name=schedule.name)
    if active:
        try:
            resume(tenant, schedule, actor=actor, now=now)
        except InvalidInput as error:
            reason = str(error)
    return schedule, reason


def asked_of(schedule: ScheduledReport) -> ScheduleAsked:
    """Give the recorded settings back as if just typed, to change some of them."""
    return ScheduleAsked(
        name=schedule.name,
        report_type=schedule.report_type,
        format=schedule.format,
        frequency=schedule.frequency,
        time=schedule.time.isoformat("minutes") if schedule.time else "",
        timezone=schedule.timezone,
        recipients=schedule.recipients or [],
        date_range=schedule.date_range or "",
        description=schedule.description,
        day_of_week=schedule.day_of_week,
        day_of_month=schedule.day_of_month,
        workspace_id=schedule.workspace_id,
        config=schedule.config or {},
        is_active=schedule.is_active,
    )


def check_days(asked: ScheduleAsked, given: Collection[str]) -> None:
    """Refuse a change that names a day which the schedule's frequency does not use; `given` are the settings named."""
    for setting, field_name, words, frequency in _DAYS:
        named = setting in given and getattr(asked, setting) is not None
        if named and asked.frequency in list(Frequency) and asked.frequency != frequency:
            raise InvalidInput(
                f"A {asked.frequency} schedule has no day of the {words}.",
                field=field_name,
                hint=f'Send "frequency": "{frequency}" with it.',
            )


def check_recipients(tenant: TenantFacts, addresses: Sequence[str]) -> tuple[str, ...]:
    """Check every address and give them normalised, once each; InvalidInput names the first that is none."""
    checked = [check_recipient(text, allowed_domains=tenant.allowed_recipient_domains) for text in addresses]
    return tuple(dict.fromkeys(checked))


@dataclass(frozen=True, kw_only=True)
class RecipientSeen:
    """An address as it was typed: `problem` says why it cannot be saved, `warning` why no mail will reach it."""

    address: str
    problem: str = ""
    warning: str = ""


def look_at_recipients(tenant: TenantFacts, addresses: Sequence[str]) -> list[RecipientSeen]:
    """Say of every address whether it may be saved and will get mail, in the tenant's scope; by `check_recipients`."""
    seen: dict[str, RecipientSeen] = {}
    for text in addresses:
        try:
            address = check_recipients(tenant, [text])[0]
        except InvalidInput as error:
            seen[text] = RecipientSeen(address=text, problem=error.said)
        else:
            seen[address] = RecipientSeen(address=address)
    for address, reason in suppressions.among(seen).items():
        if not seen[address].problem:
            seen[address] = RecipientSeen(address=address, warning=f"It gets no mail: {_SUPPRESSED[reason]}.")
    return list(seen.values())


_SUPPRESSED = {
    suppressions.Reason.UNSUBSCRIBED: "it unsubscribed",
    suppressions.Reason.BOUNCED: "its mails bounced",
    suppressions.Reason.COMPLAINED: "it complained",
    suppressions.Reason.MANUAL: "it is on the list of suppressions",
}
_DAYS = (
    ("day_of_week", "dayOfWeek", "week", Frequency.WEEKLY),
    ("day_of_month", "dayOfMonth", "month", Frequency.MONTHLY),
)


def _check(
    tenant: TenantFacts, asked: ScheduleAsked, config: dict[str, object], *, now: dt.datetime
) -> record.ScheduleSettings:
    name = asked.name.strip()
    if not name or len(name) > 255:
        raise InvalidInput("must have 1 to 255 characters.", field="name")
    recurrence = check_recurrence(
        frequency=asked.frequency,
        time=asked.time,
        timezone=asked.timezone,
        day_of_week=asked.day_of_week,
        day_of_month=asked.day_of_month,
    )
    if not asked.recipients:
        raise InvalidInput("is empty.", field="recipients", hint="Name at least one mail address.")
    if asked.workspace_id is not None:
        record.workspace_name(asked.workspace_id)
    report_type = check_report_type(asked.report_type)
    resolve_period(asked.date_range, at=now, timezone=tenant.timezone)
    contents = {key: value for key, value in config.items() if key != "notify"}
    check_contents(report_type, contents)
    if config.get("notify") is not None:
        config["notify"] = _check_notify(tenant, str(config["notify"]))
    return record.ScheduleSettings(
        name=name,
        description=asked.description,
        report_type=report_type,
        format=check_report_format(asked.format),
        date_range=_kept_range(asked.date_range),
        recurrence=recurrence,
        recipients=check_recipients(tenant, asked.recipients),
        workspace_id=asked.workspace_id,
        config=config,
        is_active=asked.is_active,
    )


def _check_notify(tenant: TenantFacts, text: str) -> str:
    """Who is told of failures learns names and figures: a member, or an address where reports may go."""
    address = check_recipient(text, field="config.notify")
    if is_member(tenant.id, address):
        return address
    return check_recipient(text, allowed_domains=tenant.allowed_recipient_domains, field="config.notify")


def _kept_range(asked: str | Mapping[str, object]) -> str:
    # The column holds 50 letters: a range of two days is kept in the form that the command line takes.
    return asked if isinstance(asked, str) else f"{asked['from']}..{asked['to']}"

"""The demo's tenant: made once with its sample data, in one transaction; one schedule is due anew at every start."""

import datetime as dt
from collections.abc import Callable
from importlib import resources

from django.db import transaction

from outbrief.record import keys, tenants
from outbrief.record.models import ScheduledReport, Tenant
from outbrief.record.schedules import newest_first
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import TenantFacts
from outbrief.run import schedules, template_files, templates
from outbrief.run.keys import make_key
from outbrief.run.schedules import ScheduleAsked
from outbrief.run.tenants import found
from outbrief.terms.errors import Conflict, NotFound, Unauthenticated

NAME = "Acme Outreach"
SLUG = "acme-outreach"
OWNER = "alice@acme.test"
# No secret: it opens sample data on this machine's own address, and is printed at every start.
PASSWORD = "outbrief-demo"  # noqa: S105
ZONE = "Europe/Paris"
_PLANNER = "demo"
_TEMPLATE, _TEMPLATE_FILE = "Monthly client report", "client_report.yaml"
_DUE = "Daily overview (due at every start of the demo)"


def existing() -> TenantFacts | None:
    """Give the demo's tenant; None at the first start. Conflict when the database is somebody's own."""
    try:
        return tenants.tenant_by_slug(SLUG)
    except NotFound:
        pass
    with unscoped():
        others = Tenant.objects.count()
    if others:
        raise Conflict(
            f"This database holds {others} tenants of its own.",
            field="OUTBRIEF_DATABASE_URL",
            hint="The demo wants an empty database: unset the variable, and it brings its own.",
        )
    return None


def fill(*, now: dt.datetime, on_progress: Callable[[int], None]) -> TenantFacts:
    """Create the tenant, its people, sample data and schedules, all or nothing."""
    # Later starts do without what reads and checks files.
    from outbrief.facts.sample import sample_facts

    with transaction.atomic():
        made = found(name=NAME, owner=OWNER, timezone=ZONE, password=PASSWORD)
        with tenant_scope(made.tenant.id):
            sample_facts(tenant_id=made.tenant.id, timezone=ZONE, now=now, on_progress=on_progress)
            tenants.drop_main_workspace()
            _make_template(made.tenant)
            for asked in _schedules():
                schedules.create(made.tenant, asked, actor=_PLANNER, creator=OWNER, now=now)
    return made.tenant


def make_one_due(tenant: TenantFacts, *, now: dt.datetime) -> ScheduledReport:
    """Set one schedule to the minute that has just begun, so that the first tick plans it.

    An occurrence runs once: where the minute was that of an earlier start, it is the minute after.
    """
    minute = now.astimezone(dt.UTC).replace(second=0, microsecond=0)
    with tenant_scope(tenant.id):
        known = newest_first().filter(name=_DUE).first()
        if known is not None and known.last_run_at is not None:
            minute = max(minute, known.last_run_at + dt.timedelta(minutes=1))
        # The moment before: the first occurrence after it is the minute itself.
        before = minute - dt.timedelta(seconds=1)
        if known is None:
            return schedules.create(tenant, _due_at(minute), actor=_PLANNER, creator=OWNER, now=before)
        return schedules.change(tenant, known, _due_at(minute), actor=_PLANNER, now=before)


def working_key(tenant: TenantFacts, kept: str | None, *, now: dt.datetime) -> str:
    """Give the key that was kept from an earlier start, or a new one if it no longer works."""
    if kept:
        try:
            if keys.find_key(kept, now=now).tenant_id == tenant.id:
                return kept
        except Unauthenticated:
            pass
    return make_key(tenant.id, user_id=None, name="Demo", scopes=keys.SCOPES, expires_at=None)


def _make_template(tenant: TenantFacts) -> None:
    written = (resources.files("outbrief.cli.demo") / _TEMPLATE_FILE).read_text(encoding="utf-8")
    templates.create(tenant.id, template_files.read(written, what=_TEMPLATE_FILE), actor=_PLANNER)


def _due_at(minute: dt.datetime) -> ScheduleAsked:
    return ScheduleAsked(
        name=_DUE,
        description="Set to the minute of the start, so that its mail can be seen at once.",
        report_type="overall",
        format="pdf",
        frequency="daily",
        time=minute.strftime("%H:%M"),
        timezone="UTC",
        date_range="last_30d",
        recipients=[OWNER, "bob@acme.test"],
    )


def _schedules() -> list[ScheduleAsked]:
    return [
        ScheduleAsked(
            name="Campaign performance, every Monday",
            report_type="campaign",
            format="pdf",
            frequency="weekly",
            day_of_week=1,
            time="09:00",
            timezone="America/New_York",
            date_range="last_week",
            recipients=[OWNER],
        ),
        ScheduleAsked(
            name="Deliverability of the month",
            report_type="deliverability",
            format="excel",
            frequency="monthly",
            day_of_month=1,
            time="08:00",
            timezone=ZONE,
            date_range="last_month",
            recipients=[OWNER, "bob@acme.test"],
        ),
        ScheduleAsked(
            name=_TEMPLATE,
            description="Made by the template of this name.",
            report_type="campaign",
            format="pdf",
            frequency="monthly",
            day_of_month=1,
            time="07:30",
            timezone=ZONE,
            date_range="last_month",
            recipients=[OWNER],
            config={"template": _TEMPLATE},
        ),
    ]

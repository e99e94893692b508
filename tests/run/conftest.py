"""What the tests of the flow share: an outbox and a store of their own, and Acme's activity."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.activity import add_activity
from tests.people import People

# A Monday, 12:00 in Paris.
NOW = dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Keep files and mails of this test in folders of its own."""
    before = settings.OUTBRIEF
    settings.OUTBRIEF = dataclasses.replace(
        before, store_url=(tmp_path / "files").as_uri(), email_url=(tmp_path / "outbox").as_uri()
    )
    yield tmp_path
    settings.OUTBRIEF = before


@pytest.fixture
def settings_with(home: Path) -> Callable[..., None]:
    """Give a function that changes settings of Outbrief for this test."""

    def change(**changes: object) -> None:
        settings.OUTBRIEF = dataclasses.replace(settings.OUTBRIEF, **changes)

    return change


@pytest.fixture
def acme(people: People, home: Path) -> People:
    """Give Acme a hundred messages on each of the forty days before NOW."""
    from outbrief.record.scope import tenant_scope

    counts = {
        "sent": 100,
        "delivered": 97,
        "bounced": 3,
        "hard_bounced": 2,
        "soft_bounced": 1,
        "opened": 40,
        "opens": 60,
    }
    days = {NOW.date() - dt.timedelta(days=back): counts for back in range(1, 41)}
    with tenant_scope(people.alice.tenant_id):
        add_activity(people.alice.tenant_id, days=days)
    return people


@pytest.fixture
def make_schedule(acme: People) -> Callable[..., object]:
    """Give a function that creates a schedule of Acme, daily at 09:00 in Paris unless told otherwise."""
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import tenant_facts
    from outbrief.run import schedules

    def make(*, now: dt.datetime = NOW - dt.timedelta(days=1), **changes: object) -> object:
        asked = {
            "name": "Weekly performance",
            "report_type": "campaign",
            "format": "csv",
            "frequency": "daily",
            "time": "09:00",
            "timezone": "Europe/Paris",
            "recipients": ["ann@example.test", "ben@example.test"],
            "date_range": "last_7d",
            **changes,
        }
        tenant = tenant_facts(acme.alice.tenant_id)
        with tenant_scope(tenant.id):
            return schedules.create(
                tenant, schedules.ScheduleAsked(**asked), actor="test", creator="alice@acme.test", now=now
            )

    return make

"""What a tenant decides about itself: checked, recorded, noted; another zone comes with its days."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from outbrief.record.models import AuditEvent, ReportGeneration, Tenant
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import tenant_facts
from outbrief.run import plan, settings, sweep, worker
from outbrief.terms.errors import Conflict, InvalidInput
from tests.people import People
from tests.run.conftest import NOW


def asked(**changes: object) -> settings.SettingsAsked:
    return settings.SettingsAsked(
        **{
            "name": "Acme",
            "timezone": "Europe/Paris",
            "allowed_recipient_domains": [],
            "retention_days": None,
            **changes,
        }
    )


def change(tenant_id: UUID, *, longest_days: int = 90, **changes: object) -> frozenset[str]:
    with tenant_scope(tenant_id):
        return settings.change(tenant_id, asked(**changes), actor="test", longest_days=longest_days)


def events(tenant_id: UUID) -> list[tuple[str, dict[str, object]]]:
    with tenant_scope(tenant_id):
        return list(AuditEvent.objects.order_by("created_at").values_list("action", "detail"))


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_what_is_changed_is_recorded_in_its_normal_form_and_noted_and_what_is_not_is_not(people: People):
    acme = people.alice.tenant_id
    assert change(acme) == frozenset()
    assert change(acme, allowed_recipient_domains=["@ACME.test", "bücher.example", "acme.test"], retention_days=30) == {
        "allowed_recipient_domains",
        "retention_days",
    }
    kept = tenant_facts(acme)
    assert (kept.allowed_recipient_domains, kept.retention_days) == (("acme.test", "bücher.example"), 30)
    assert events(acme) == [
        ("settings.changed", {"allowedDomains": "acme.test, bücher.example", "retentionDays": "30"})
    ]
    assert tenant_facts(people.charlie.tenant_id).retention_days is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"timezone": "Paris"}, "timezone"),
        ({"allowed_recipient_domains": ["acme.test", "ann@acme.test"]}, "allowedDomains"),
        ({"allowed_recipient_domains": ["localhost"]}, "allowedDomains"),
        ({"retention_days": 91}, "retentionDays"),
        ({"retention_days": 0}, "retentionDays"),
        ({"retention_days": -1, "longest_days": 0}, "retentionDays"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_and_nothing_changes(people: People, changes: dict[str, object], field: str):
    with pytest.raises(InvalidInput) as refused:
        change(people.alice.tenant_id, **changes)
    assert refused.value.field == field
    assert events(people.alice.tenant_id) == []


def test_files_may_be_kept_for_ever_where_the_installation_does(people: People):
    assert change(people.alice.tenant_id, retention_days=0, longest_days=0)
    assert settings.kept_days(0, longest_days=0) == 0
    assert settings.kept_days(30, longest_days=0) == settings.kept_days(30, longest_days=90) == 30
    # The operator shortened it after the tenant chose.
    assert settings.kept_days(0, longest_days=90) == settings.kept_days(120, longest_days=90) == 90


def sent_days(tenant_id: UUID) -> set[tuple[dt.datetime, dt.date]]:
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        cursor.execute("SELECT sent_at, sent_day FROM messages")
        return set(cursor.fetchall())


def daily(tenant_id: UUID) -> dict[dt.date, int]:
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        cursor.execute("SELECT day, sum(sent) FROM daily_activity GROUP BY day ORDER BY day")
        return {day: int(sent) for day, sent in cursor.fetchall()}


@pytest.fixture
def evening(people: People) -> UUID:
    """Give Acme a message that was sent in the evening in New York, when Paris had the next day."""
    from outbrief.facts import FactKind, import_rows

    tenant = tenant_facts(people.alice.tenant_id)
    row = {"external_id": "m1", "campaign": "c1", "lead_email": "l@x.test", "sent_at": "2026-11-10T23:30:00+00:00"}
    with tenant_scope(tenant.id):
        result = import_rows(
            [row], FactKind.MESSAGES, tenant_id=tenant.id, timezone=tenant.timezone, now=NOW, source="test"
        )
    assert (result.created, result.rows_refused) == (1, 0), result
    return tenant.id


def test_another_zone_comes_with_its_days_in_one_step(evening: UUID, home):
    before, after = dt.date(2026, 11, 11), dt.date(2026, 11, 10)
    assert daily(evening) == {before: 1}
    assert change(evening, timezone="America/New_York") == {"timezone_wanted"}
    # Until the days are counted anew everything stays as it was.
    assert (tenant_facts(evening).timezone, daily(evening)) == ("Europe/Paris", {before: 1})
    worker.work(until_empty=True)
    assert (tenant_facts(evening).timezone, daily(evening)) == ("America/New_York", {after: 1})
    assert {day for _, day in sent_days(evening)} == {after}
    assert [action for action, _ in events(evening)] == ["settings.changed", "timezone.changed"]
    assert events(evening)[-1][1] == {"timezone": "America/New_York", "messagesMoved": 1}
    settings.move_zone(evening)
    assert len(events(evening)) == 2


def test_a_zone_that_is_wanted_no_more_is_not_moved_to(evening: UUID, home):
    change(evening, timezone="America/New_York")
    change(evening, timezone="Europe/Paris")
    worker.work(until_empty=True)
    assert (tenant_facts(evening).timezone, list(daily(evening))) == ("Europe/Paris", [dt.date(2026, 11, 11)])


def test_days_that_were_counted_for_a_zone_that_was_overtaken_are_put_back(evening: UUID, monkeypatch):
    change(evening, timezone="America/New_York")
    counted = settings.rebuild

    def overtaken(tenant_id: UUID, zone: str) -> int:
        moved = counted(tenant_id, zone)
        Tenant.objects.filter(id=tenant_id).update(timezone_wanted="Asia/Tokyo")
        return moved

    monkeypatch.setattr(settings, "rebuild", overtaken)
    settings.move_zone(evening)
    assert (tenant_facts(evening).timezone, list(daily(evening))) == ("Europe/Paris", [dt.date(2026, 11, 11)])


def test_a_change_of_zone_whose_job_was_lost_gets_one_again(evening: UUID, home):
    change(evening, timezone="America/New_York")
    assert sweep.take_up_zones() == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert sweep.take_up_zones() == 1
    assert jobs() == ["move_zone"]
    worker.work(until_empty=True)
    assert tenant_facts(evening).timezone == "America/New_York"
    assert sweep.take_up_zones() == 0


def test_an_import_that_a_change_of_zone_has_overtaken_keeps_nothing(people: People, tmp_path: Path):
    from outbrief.facts import FactKind, import_file

    acme = people.alice.tenant_id
    file = tmp_path / "messages.csv"
    file.write_text("external_id,campaign,lead_email,sent_at\nm1,c1,l@x.test,2026-11-10T23:30:00+00:00\n")

    def overtake(rows: int) -> None:
        Tenant.objects.filter(id=acme).update(timezone="America/New_York")

    def bring_in(on_progress: Callable[[int], None] | None) -> None:
        with tenant_scope(acme):
            import_file(
                file,
                FactKind.MESSAGES,
                tenant_id=acme,
                timezone="Europe/Paris",
                now=NOW,
                on_progress=on_progress,
                actor="test",
            )

    with pytest.raises(Conflict, match="time zone has changed"):
        bring_in(overtake)
    assert daily(acme) == {}
    bring_in(None)
    assert daily(acme) == {dt.date(2026, 11, 11): 1}


def test_schedules_that_go_elsewhere_are_told_and_others_are_not(make_schedule, people: People):
    inside = make_schedule(recipients=["ann@EXAMPLE.test"])
    outside = make_schedule(name="Out", recipients=["ann@example.test", "eve@other.test"])
    paused = make_schedule(name="Paused", recipients=["eve@other.test"], is_active=False)
    with tenant_scope(people.alice.tenant_id):
        found = settings.outsiders(["Example.test"])
        assert settings.outsiders([]) == []
    assert [(one.schedule_id, one.address) for one in found] == [(outside.id, "eve@other.test")]
    assert inside.id != paused.id


@pytest.mark.parametrize(
    ("own", "installation", "age", "goes"),
    [
        (None, 90, 91, True),
        (None, 90, 89, False),
        (None, 0, 9999, False),
        (30, 90, 31, True),
        (30, 90, 29, False),
        (30, 0, 31, True),
        (0, 0, 9999, False),
        (0, 90, 91, True),
        (120, 90, 91, True),
    ],
)
def test_files_are_kept_as_long_as_both_the_tenant_and_the_installation_say(
    make_schedule, own: int | None, installation: int, age: int, goes: bool
):
    make_schedule()
    plan.tick(now=NOW)
    with unscoped():
        Tenant.objects.update(retention_days=own)
        ReportGeneration.objects.update(
            generated_at=NOW - dt.timedelta(days=age), status="success", file_path="gone/long/ago.csv"
        )
    assert sweep.prune_reports(now=NOW, retention_days=installation) == (1 if goes else 0)

"""What the overview knows of a period: the figures that reports have, and from rollups alone."""

import datetime as dt
import re
from collections.abc import Callable

import pytest

from outbrief.query import compile as compiled
from outbrief.run.overview import Overview
from outbrief.terms.document import Document, change_of
from outbrief.terms.errors import InvalidInput
from tests.activity import add_activity
from tests.people import People
from tests.run.conftest import NOW

TODAY = NOW.date()
GOOD = {"sent": 1000, "delivered": 990, "bounced": 10, "hard_bounced": 10, "opened": 400, "replied": 50}


def looked(people: People, date_range: str = "last_30d", *, tenant: str = "alice", workspace: str = "") -> Overview:
    from outbrief.record.models import Workspace
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import tenant_facts
    from outbrief.run.overview import overview

    tenant_id = getattr(people, tenant).tenant_id
    with tenant_scope(tenant_id):
        chosen = Workspace.objects.get(name=workspace).id if workspace else None
    return overview(tenant_facts(tenant_id), date_range=date_range, workspace_id=chosen, now=NOW)


def drafted(people: People, report_type: str, date_range: str) -> Document:
    from outbrief.record.generations import Order
    from outbrief.record.tenants import tenant_facts
    from outbrief.run.reports import draft

    order = Order(
        title="R", report_type=report_type, format="pdf", date_range=date_range, timezone="UTC", workspace_id=None,
        config={}, recipients=(), notify=None,
    )  # fmt: skip
    return draft(order, tenant_facts(people.alice.tenant_id), at=NOW, now=NOW)


def test_its_figures_and_findings_are_those_of_the_overall_report(acme: People):
    seen, report = looked(acme), drafted(acme, "overall", "last_30d")
    assert seen.figures.figures == report.figures()
    assert seen.findings in report.sections
    assert seen.charts == tuple(chart for chart in report.charts() if chart.key in ("sentByDay", "ratesByDay"))
    assert (seen.empty, seen.latest, seen.running) == (False, None, False)


def test_its_rates_are_changed_only_beyond_chance(people: People):
    from outbrief.record.scope import tenant_scope

    before, now = TODAY - dt.timedelta(days=40), TODAY - dt.timedelta(days=3)
    with tenant_scope(people.alice.tenant_id):
        add_activity(people.alice.tenant_id, days={before: GOOD, now: {**GOOD, "opened": 405, "replied": 150}})
    changes = {figure.key: change_of(figure) for figure in looked(people).figures.figures}
    assert changes["open_rate"].direction == 0
    assert (changes["reply_rate"].direction, changes["reply_rate"].verdict) == (1, "good")


def test_the_ten_campaigns_that_sent_most_are_shown_and_all_are_counted(people: People):
    from outbrief.record.scope import tenant_scope

    with tenant_scope(people.alice.tenant_id):
        for number in range(12):
            days = {TODAY - dt.timedelta(days=1): {**GOOD, "sent": 1000 + number}}
            add_activity(people.alice.tenant_id, days=days, campaign=f"c{number}", name=f"Campaign {number}")
    table = looked(people).campaigns
    assert [row[0] for row in table.rows] == [f"Campaign {number}" for number in range(11, 1, -1)]
    assert table.total_rows == 12


def test_a_campaign_without_a_name_is_named_by_its_id(people: People):
    from outbrief.record.scope import tenant_scope

    with tenant_scope(people.alice.tenant_id):
        add_activity(people.alice.tenant_id, days={TODAY - dt.timedelta(days=1): GOOD}, campaign="c-17", name="")
    assert looked(people).campaigns.rows[0][0] == "c-17"


def test_a_domain_beyond_a_limit_is_named_and_one_within_is_not(people: People):
    from django.db import connection

    from outbrief.record.scope import tenant_scope
    from tests.activity import sum_up

    yesterday = TODAY - dt.timedelta(days=1)
    with tenant_scope(people.alice.tenant_id), connection.cursor() as cursor:
        add_activity(people.alice.tenant_id, days={yesterday: GOOD})
        add_activity(
            people.alice.tenant_id,
            days={yesterday: {**GOOD, "bounced": 90, "hard_bounced": 90, "delivered": 910}},
            campaign="c2",
        )
        cursor.execute(
            "UPDATE daily_activity SET sending_domain = 'worn-out.acme.test'"
            " WHERE campaign_id = (SELECT id FROM campaigns WHERE external_id = 'c2')"
        )
        sum_up()
    seen = looked(people)
    assert [row[0] for row in seen.beyond.rows] == ["worn-out.acme.test"]
    assert (seen.beyond.total_rows, seen.domains) == (1, 2)
    assert seen.findings.findings[0].advice


def test_a_workspace_sees_its_own_alone(acme: People):
    from outbrief.record.models import Workspace
    from outbrief.record.scope import tenant_scope

    with tenant_scope(acme.alice.tenant_id):
        Workspace.objects.create(tenant_id=acme.alice.tenant_id, name="Empty")
    assert looked(acme, workspace="Main").figures == looked(acme).figures
    assert looked(acme, workspace="Empty").empty
    assert looked(acme, workspace="Empty").latest is None


def test_a_period_with_nothing_in_it_tells_when_something_was_sent_last(acme: People):
    seen = looked(acme, "2025-01-01..2025-01-31")
    assert (seen.empty, seen.latest) == (True, TODAY - dt.timedelta(days=1))
    assert (seen.findings, seen.charts, seen.beyond.rows) == (None, (), ())


def test_another_tenant_sees_nothing_of_it(acme: People):
    seen = looked(acme, tenant="charlie")
    assert (seen.empty, seen.latest, seen.domains, seen.campaigns.rows) == (True, None, 0, ())


def test_a_week_to_date_is_running_and_compared_with_the_same_days(acme: People):
    seen = looked(acme, "week_to_date")
    assert seen.running
    assert (seen.period.start, seen.period.days) == (TODAY, 1)
    assert (seen.comparison.start, seen.comparison.days) == (TODAY - dt.timedelta(days=7), 1)


def test_what_is_no_period_is_refused(acme: People):
    with pytest.raises(InvalidInput) as caught:
        looked(acme, "2026-11-03..2026-11-01")
    assert caught.value.field == "dateRange"


def test_it_asks_six_questions_of_the_smallest_rollup(acme: People, monkeypatch: pytest.MonkeyPatch):
    from outbrief.run import overview

    asked: list[str] = []
    answers: Callable[..., object] = overview.answers

    def noted(engine: object, named: list[object]) -> object:
        asked.extend(compiled.question_sql(question, acme.alice.tenant_id) for question in named)
        return answers(engine, named)

    monkeypatch.setattr(overview, "answers", noted)
    assert not looked(acme).empty
    read = [set(re.findall(r'FROM "([a-z_]+)"|JOIN "([a-z_]+)"', sql)) for sql in asked]
    assert len(asked) == 6
    names = {name for found in read for pair in found for name in pair if name}
    assert "sending_activity" in names
    assert not names & {"messages", "leads", "daily_activity", "lead_activity"}

"""What every kind of report holds, whatever its subject."""

import datetime as dt
import json
import random

import pytest

from outbrief.compose import questions
from outbrief.terms.calendar import Period
from outbrief.terms.document import Chart, Findings
from outbrief.terms.question import MEASURES, Question
from outbrief.terms.report import ReportFilters, ReportType
from outbrief.terms.table import Kind
from tests.compose.facts import BEFORE, WEEK, Fact, column, document_of, request_for, total
from tests.shared import shared

EVERY = [name.value for name in ReportType]
FACTS = [
    Fact(day="2026-11-16", sent=1000, delivered=970, hard_bounced=20, soft_bounced=10, opened=400, replied=30),
    Fact(
        day="2026-11-18", campaign="c-2", campaign_name="Q4 renewal", workspace="South",
        sending_domain="mail2.acme.test", recipient_domain="gmail.com", sent=500, delivered=450, hard_bounced=50,
        opened=100, replied=2, complained=3, reason="550 blocked",
    ),
    Fact(day="2026-11-10", sent=900, delivered=880, hard_bounced=10, soft_bounced=10, opened=390, replied=20),
    Fact(day="2026-11-23", sent=7777, delivered=7777),  # the day after
]  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_a_report_has_title_period_comparison_figures_chart_and_main_table(name: str):
    document = document_of(name, FACTS)
    assert (document.report_type, document.title, document.brand.name) == (ReportType(name), "Weekly", "Acme")
    assert document.period_label == "16 – 22 November 2026"
    assert document.comparison_label == "9 – 15 November 2026"
    assert not document.empty
    assert len(document.figures()) >= 8
    assert document.charts()
    assert document.table(document.main_table).rows
    # When the figures were read is a fact of the document, which every format tells once.
    assert not [note for note in document.notes if "as of" in note]


@pytest.mark.parametrize("name", EVERY)
def test_figures_are_ratios_of_sums_now_and_before(name: str):
    figures = {figure.key: figure for figure in document_of(name, FACTS).figures()}
    assert (figures["sent"].value, figures["sent"].previous) == (1500, 900)
    assert figures["bounce_rate"].value == pytest.approx(80 / 1500)
    assert figures["bounce_rate"].previous == pytest.approx(20 / 900)
    assert figures["complaint_rate"].value == pytest.approx(3 / 1420)
    assert figures["open_rate"].value == pytest.approx(500 / 1420)
    assert (figures["bounce_rate"].limit, figures["bounce_rate"].better) == (0.02, "down")
    assert (figures["complaint_rate"].limit, figures["complaint_rate"].better) == (0.001, "down")
    assert figures["sent"].better == "neither"
    assert "direction" in figures["open_rate"].note


@pytest.mark.parametrize("name", EVERY)
def test_the_main_table_adds_up_to_its_closing_row(name: str):
    document = document_of(name, FACTS)
    main = document.main_table
    assert sum(column(document, main, "sent")) == total(document, main, "sent") == 1500
    # The mean of the two rates would be 6.5 %.
    assert total(document, main, "bounceRate") == pytest.approx(80 / 1500)


@pytest.mark.parametrize("name", EVERY)
def test_rows_and_closing_rows_have_a_cell_per_column_of_its_kind(name: str):
    kinds = {Kind.INTEGER: int, Kind.RATE: float, Kind.NUMBER: float, Kind.MINUTES: float, Kind.TEXT: str}
    for table in document_of(name, FACTS).tables():
        keys = [one.key for one in table.columns]
        assert len(set(keys)) == len(keys)
        assert set(table.page_columns) <= set(keys)
        for row in (*table.rows, *([table.total] if table.total else [])):
            assert len(row) == len(keys)
            for one, cell in zip(table.columns, row, strict=True):
                assert cell is None or isinstance(cell, kinds[one.kind]), (table.key, one.key, cell)


@pytest.mark.parametrize("name", EVERY)
def test_charts_fit_their_axis_and_have_a_text_alternative(name: str):
    charts = document_of(name, FACTS).charts()
    assert len({chart.key for chart in charts}) == len(charts)
    for chart in charts:
        assert chart.alt.startswith(chart.title)
        assert all(len(series.values) == len(chart.x) for series in chart.series)


def sent_chart(name: str, **changed: object) -> Chart:
    return next(chart for chart in document_of(name, FACTS, **changed).charts() if chart.key == "sentByDay")


@pytest.mark.parametrize("name", EVERY)
def test_days_without_sending_are_zeros_and_the_days_before_lie_under_them(name: str):
    now, before = sent_chart(name).series
    assert now.values == (1000, 0, 500, 0, 0, 0, 0)
    assert (before.role, before.values) == ("previous", (0, 900, 0, 0, 0, 0, 0))


def test_rates_have_gaps_on_days_without_sending():
    chart = next(one for one in document_of("deliverability", FACTS).charts() if one.key == "bounceRateByDay")
    assert chart.series[0].values == (pytest.approx(0.03), None, pytest.approx(0.1), None, None, None, None)


def test_days_still_to_come_are_gaps_and_a_note_says_so():
    wednesday = dt.datetime(2026, 11, 19, 3, tzinfo=dt.UTC)  # still the 18th in New York
    assert sent_chart("campaign", as_of=wednesday).series[0].values == (1000, 0, 500, None, None, None, None)
    assert any("22 November 2026" in note for note in document_of("campaign", FACTS, as_of=wednesday).notes)


def test_a_comparison_of_another_length_is_cut_or_ends_in_gaps():
    short = Period(start=dt.date(2026, 11, 9), end=dt.date(2026, 11, 12))
    assert sent_chart("overall", comparison=short).series[1].values == (0, 900, 0, None, None, None, None)
    long = Period(start=dt.date(2026, 10, 1), end=dt.date(2026, 11, 16))
    assert len(sent_chart("overall", comparison=long).series[1].values) == 7


@pytest.mark.parametrize("name", EVERY)
def test_a_period_without_activity_is_empty_and_still_whole(name: str):
    document = document_of(name, FACTS[2:3])
    assert document.empty
    figures = {figure.key: figure for figure in document.figures()}
    assert (figures["sent"].value, figures["sent"].previous) == (0, 900)
    assert figures["bounce_rate"].value is None
    assert document.table(document.main_table).rows == ()
    assert not [section for section in document.sections if isinstance(section, Findings)]


@pytest.mark.parametrize("name", EVERY)
def test_no_facts_at_all_make_an_empty_document(name: str):
    assert document_of(name, []).empty


@pytest.mark.parametrize("name", EVERY)
def test_questions_keep_to_the_filters_and_to_known_measures(name: str):
    filters = ReportFilters(campaign_ids=("c-1",))
    asked = questions(request_for(name, filters=filters))
    assert all(question.filters == filters for question in asked.values())
    for question in asked.values():
        if isinstance(question, Question):
            assert set(question.measures) <= set(MEASURES)
            assert question.order_by is None or question.order_by in question.measures + question.dimensions
    assert {question.period for key, question in asked.items() if key.endswith("before")} == {BEFORE}
    assert asked["totals"].period == WEEK


def test_a_long_period_has_one_value_per_day():
    years = Period(start=dt.date(2020, 1, 1), end=dt.date(2026, 12, 1))
    chart = sent_chart("overall", period=years, comparison=BEFORE)
    assert len(chart.x) == years.days
    assert sum(value or 0 for value in chart.series[0].values) == 1500 + 900 + 7777


def test_names_of_people_pass_unchanged():
    names = json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8"))
    names = [name for name in names if name and "\x00" not in name]
    facts = [
        Fact(day="2026-11-16", campaign=f"c-{i}", campaign_name=name, workspace=name, sent=1000 - i, delivered=1)
        for i, name in enumerate(names)
    ]
    assert column(document_of("campaign", facts), "campaigns", "campaignName") == names
    summary = document_of("workspace_summary", facts)
    assert set(column(summary, "workspaces", "workspaceName")) == set(names)


def some_fact(dice: random.Random) -> Fact:
    delivered, hard, soft = (dice.choice([0, 1, dice.randint(0, 500)]) for _ in range(3))
    return Fact(
        day=str(dt.date(2026, 11, 8) + dt.timedelta(days=dice.randint(0, 15))),
        campaign=dice.choice(["c-1", "c-2", "c-3"]),
        campaign_name=None,
        workspace=dice.choice(["North", "South"]),
        sending_domain=dice.choice(["m1.test", "m2.test", ""]),
        recipient_domain=dice.choice(["a.test", "b.test"]),
        sent=delivered + hard + soft,
        delivered=delivered,
        hard_bounced=hard,
        soft_bounced=soft,
        opened=dice.randint(0, delivered),
        replied=dice.randint(0, delivered),
        complained=dice.randint(0, delivered),
    )


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seed", range(8))
def test_figures_and_tables_agree_with_sums_over_the_facts(seed: int, name: str):
    dice = random.Random(seed)
    facts = [some_fact(dice) for _ in range(seed * 2)]
    document = document_of(name, facts)
    within = [fact for fact in facts if "2026-11-16" <= fact.day <= "2026-11-22"]
    sent = sum(fact.sent for fact in within)
    bounced = sum(fact.hard_bounced + fact.soft_bounced for fact in within)
    figures = {figure.key: figure.value for figure in document.figures()}
    assert figures["sent"] == sent
    assert figures["bounce_rate"] == (pytest.approx(bounced / sent) if sent else None)
    assert document.empty == (sent == 0)
    assert sum(column(document, document.main_table, "bounced")) == bounced
    for rate in (value for key, value in figures.items() if key.endswith("rate")):
        assert rate is None or 0 <= rate <= 1

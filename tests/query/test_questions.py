"""Questions against the same sums written by hand for DuckDB over the same rows."""

import datetime as dt
import random
from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from outbrief.query import Engine, answer, answers
from outbrief.terms.calendar import Period
from outbrief.terms.errors import InvalidInput
from outbrief.terms.question import COUNTS, MEASURES, BounceReasons, Question
from outbrief.terms.report import ReportFilters
from tests.people import People
from tests.query.facts import DAYS, DOMAINS, FIRST_DAY, Facts, put_facts

# DESIGN, section 5, by hand.
ORACLE = {
    **{count: f"coalesce(sum({count}), 0)::bigint" for count in COUNTS},
    "delivery_rate": "sum(delivered) / nullif(sum(sent), 0)",
    "bounce_rate": "sum(bounced) / nullif(sum(sent), 0)",
    "open_rate": "sum(opened) / nullif(sum(delivered), 0)",
    "click_rate": "sum(clicked) / nullif(sum(delivered), 0)",
    "reply_rate": "sum(replied) / nullif(sum(delivered), 0)",
    "unsubscribe_rate": "sum(unsubscribed) / nullif(sum(delivered), 0)",
    "complaint_rate": "sum(complained) / nullif(sum(delivered), 0)",
    "click_to_open_rate": "sum(clicked) / nullif(sum(opened), 0)",
    "avg_time_to_open": "sum(open_seconds) / nullif(sum(timed_opens), 0) / 60",
    "avg_time_to_click": "sum(click_seconds) / nullif(sum(timed_clicks), 0) / 60",
    "emails_sent_per_day": "sum(sent) / nullif(count(DISTINCT CASE WHEN day_sent > 0 THEN day END), 0)",
}
WHOLE = Period(start=FIRST_DAY, end=FIRST_DAY + dt.timedelta(days=DAYS))
NAMES = {"campaign": ["campaign", "campaign_name", "campaign_status"]}


def expected(facts: Facts, question: Question) -> list[dict[str, object]]:
    """Answer with DuckDB over the rows in memory, sorted by the dimensions."""
    con = duckdb.connect()
    con.register("given", pa.Table.from_pylist(facts.daily_rows()))
    by = [name for dimension in question.dimensions for name in NAMES.get(dimension, [dimension])]
    filters = question.filters
    where = " AND ".join(
        ["day >= ?", "day < ?"]
        + ["workspace_id = ANY(?)"] * bool(filters.workspace_ids)
        + ["campaign = ANY(?)"] * bool(filters.campaign_ids)
        + ["sending_domain = ANY(?)"] * bool(filters.domains)
    )
    chosen = [list(ids) for ids in (filters.workspace_ids, filters.campaign_ids, filters.domains) if ids]
    # The sum of a day within a group tells whether that day counts as one of sending.
    partition = ", ".join([*by, "day"])
    days = f"SELECT *, sum(sent) OVER (PARTITION BY {partition}) AS day_sent FROM given WHERE {where}"
    shown = ", ".join([*by, *(f"{ORACLE[measure]} AS {measure}" for measure in question.measures)])
    grouped = f" GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    values = [question.period.start, question.period.end, *chosen]
    con.execute(f"SELECT {shown} FROM ({days}){grouped}", values)
    names = [name for name, *_ in con.description]
    return [dict(zip(names, row, strict=True)) for row in con.fetchall()]


def assert_same(got: list[dict[str, object]], wanted: list[dict[str, object]]) -> None:
    assert len(got) == len(wanted)
    for ours, theirs in zip(got, wanted, strict=True):
        assert list(ours) == list(theirs)
        for key, value in theirs.items():
            assert ours[key] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), key


@pytest.mark.parametrize(
    "dimensions",
    [
        (),
        ("day",),
        ("campaign",),
        ("workspace",),
        ("sending_domain",),
        ("recipient_domain",),
        ("day", "sending_domain"),
        ("workspace", "campaign"),
        ("recipient_domain", "sending_domain", "workspace", "campaign", "day"),
    ],
)
def test_every_measure_is_the_sum_over_the_sum_that_the_design_says(facts: Facts, acme: Engine, dimensions):
    question = Question(measures=MEASURES, dimensions=dimensions, period=WHOLE)
    got = answer(acme, question)

    assert_same(sorted_by(got.to_pylist(), got.column_names), sorted_by(expected(facts, question), got.column_names))
    types = {field.name: field.type for field in got.schema}
    assert all(types[count] == pa.int64() for count in COUNTS)
    assert all(types[measure] == pa.float64() for measure in set(MEASURES) - set(COUNTS))
    assert all(types[d] == (pa.date32() if d == "day" else pa.string()) for d in dimensions)


def sorted_by(rows: list[dict[str, object]], names: list[str]) -> list[dict[str, object]]:
    # Which of two texts comes first is the database's own affair; this is checked apart.
    texts = [name for name in names if name not in MEASURES]
    return sorted(rows, key=lambda row: [str(row[name]) for name in texts])


@pytest.mark.parametrize("seed", range(4))
def test_random_questions_get_the_answer_of_another_engine(people: People, acme: Engine, seed: int):
    facts = put_facts(people.alice.tenant_id, seed)
    put_facts(people.charlie.tenant_id, seed + 100)
    rng = random.Random(seed)
    for _ in range(6):
        start = FIRST_DAY + dt.timedelta(days=rng.randrange(DAYS))
        question = Question(
            measures=tuple(rng.sample(MEASURES, k=rng.randrange(1, 6))),
            dimensions=tuple(
                rng.sample(["day", "campaign", "workspace", "sending_domain", "recipient_domain"], k=rng.randrange(4))
            ),
            period=Period(start=start, end=start + dt.timedelta(days=rng.randrange(1, 20))),
            filters=ReportFilters(
                workspace_ids=tuple(str(w.pk) for w in facts.workspaces[: rng.randrange(2)]),
                campaign_ids=tuple(c.external_id for c in rng.sample(facts.campaigns, k=rng.randrange(3))),
                domains=tuple(rng.sample(DOMAINS, k=rng.randrange(3))),
            ),
        )
        got = answer(acme, question)
        names = got.column_names
        assert_same(sorted_by(got.to_pylist(), names), sorted_by(expected(facts, question), names))


def test_a_period_holds_its_first_day_and_not_its_end(facts: Facts, acme: Engine):
    days = answer(
        acme,
        Question(
            measures=("sent",),
            dimensions=("day",),
            period=Period(start=FIRST_DAY + dt.timedelta(days=3), end=FIRST_DAY + dt.timedelta(days=9)),
        ),
    )["day"].to_pylist()
    assert days == sorted(days)
    present = {row.day for row in facts.daily}
    assert days == sorted(day for day in present if dt.date(2026, 1, 4) <= day <= dt.date(2026, 1, 9))


def test_without_dimensions_and_without_activity_there_is_one_row_of_zeros_and_empty_ratios(facts: Facts, acme: Engine):
    nothing = Period(start=dt.date(2020, 1, 1), end=dt.date(2020, 2, 1))
    [row] = answer(acme, Question(measures=MEASURES, period=nothing)).to_pylist()
    assert row == {measure: 0 if measure in COUNTS else None for measure in MEASURES}
    by_day = answer(acme, Question(measures=("sent",), dimensions=("day",), period=nothing))
    assert by_day.num_rows == 0
    assert by_day.column_names == ["day", "sent"]


def test_the_largest_come_first_empty_ratios_last_and_the_limit_cuts_after_that(facts: Facts, acme: Engine):
    question = Question(
        measures=("complaint_rate",), dimensions=("day", "sending_domain"), period=WHOLE, order_by="complaint_rate"
    )
    rates = answer(acme, question)["complaint_rate"].to_pylist()
    assert None in rates
    assert rates == sorted(rates, key=lambda rate: (rate is None, -(rate or 0)))
    assert answer(acme, replace(question, limit=5))["complaint_rate"].to_pylist() == rates[:5]


def test_equals_are_sorted_by_the_dimensions(people: People, acme: Engine):
    nothing_but_zeros = put_facts(people.alice.tenant_id, seed=1)
    assert nothing_but_zeros.daily
    question = Question(measures=("sent",), dimensions=("campaign",), period=WHOLE, order_by="sent")
    assert answer(acme, question) == answer(acme, question)
    by_name = answer(acme, replace(question, order_by=None))["campaign"].to_pylist()
    assert by_name == sorted(by_name)


def test_bounce_reasons_come_most_frequent_first(facts: Facts, acme: Engine):
    table = answer(acme, BounceReasons(period=WHOLE))
    counted: dict[tuple[str | None, str | None], int] = {}
    for message in facts.messages:
        if message.bounced_at and WHOLE.start <= message.sent_day < WHOLE.end:
            key = (message.bounce_reason, message.bounce_type)
            counted[key] = counted.get(key, 0) + 1
    rows = table.to_pylist()
    assert {(row["reason"], row["bounce_type"]): row["bounced"] for row in rows} == counted
    assert [row["bounced"] for row in rows] == sorted(counted.values(), reverse=True)
    assert answer(acme, BounceReasons(period=WHOLE, limit=2)).to_pylist() == rows[:2]


def test_bounce_reasons_keep_to_the_filters(facts: Facts, acme: Engine):
    campaign = facts.campaigns[0]
    question = BounceReasons(period=WHOLE, filters=ReportFilters(campaign_ids=(campaign.external_id,)))
    bounced = [m for m in facts.messages if m.bounced_at and m.campaign_id == campaign.pk]
    assert sum(answer(acme, question)["bounced"].to_pylist()) == len(bounced)


def test_several_questions_are_answered_as_of_one_moment(facts: Facts, acme: Engine):
    total = Question(measures=("sent",), period=WHOLE)
    by_day = Question(measures=("sent",), dimensions=("day",), period=WHOLE)
    whole, days = answers(acme, [total, by_day])
    assert whole["sent"].to_pylist() == [sum(days["sent"].to_pylist())]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measures": ("sents",)}, "measures"),
        ({"dimensions": ("month",)}, "dimensions"),
        ({"order_by": "opened"}, "order_by"),
        ({"filters": ReportFilters(workspace_ids=("no uuid",))}, "config.workspaceIds"),
        ({"filters": ReportFilters(campaign_ids=("a\x00b",))}, "config.campaignIds"),
        ({"filters": ReportFilters(domains=("\ud800",))}, "config.domains"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(acme: Engine, wrong, field):
    question = replace(Question(measures=("sent",), period=WHOLE), **wrong)
    with pytest.raises(InvalidInput) as refusal:
        answer(acme, question)
    assert refusal.value.field == field

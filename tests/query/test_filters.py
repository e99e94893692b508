"""Filters on every column of every dataset against the same condition in Python; and text that is naughty."""

import datetime as dt
import json
import operator
import random

import pytest

from outbrief.facts.models import Campaign, DailyActivity, Lead
from outbrief.query import Engine, answer, count_rows
from outbrief.record.models import Workspace
from outbrief.record.scope import tenant_scope
from outbrief.terms.calendar import Period
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import check_export
from outbrief.terms.filters import Filter
from outbrief.terms.question import Question
from outbrief.terms.report import ReportFilters
from outbrief.terms.table import Column, Kind
from tests.activity import sum_up
from tests.people import People
from tests.query.facts import FIRST_DAY, Facts
from tests.query.test_exports import request, rows
from tests.shared import shared

ORDERED = {Kind.INTEGER, Kind.NUMBER, Kind.MINUTES, Kind.RATE, Kind.DATE, Kind.TIMESTAMP}
COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def matches(column: Column, cell: object, asked: Filter) -> bool:
    if asked.operator != "in":
        return cell is not None and COMPARE[asked.operator](cell, asked.values[0])
    return any(equals(column, cell, value) for value in asked.values)


def equals(column: Column, cell: object, value: object) -> bool:
    if value is None:
        return cell in (None, "", [])
    if cell is None:
        return False
    if column.kind is Kind.RATE:
        return abs(cell - value) <= 0.00005
    if column.kind is Kind.TAGS:
        return value in cell
    if column.kind is Kind.JSON:
        return json.loads(cell) == json.loads(value)
    return cell == value


def filters_on(column: Column, cells: list[object], rng: random.Random) -> list[Filter]:
    known = [cell for cell in cells if cell not in (None, [])]
    if column.kind is Kind.TAGS:
        known = [tag for tags in known for tag in tags]
    values = rng.sample(known, k=min(2, len(known)))
    choices = [tuple(values), (*values[:1], None)]
    asked = [Filter(column=column, operator="in", values=rng.choice(choices))]
    if column.kind in ORDERED:
        asked.append(Filter(column=column, operator=rng.choice(list(COMPARE)), values=tuple(values[:1])))
    return asked


@pytest.mark.parametrize("export_type", ExportType)
def test_a_filter_on_any_column_keeps_exactly_the_rows_that_match(facts: Facts, acme: Engine, export_type: ExportType):
    rng = random.Random(export_type)
    whole = rows(acme, request(export_type))
    first = CATALOGUE[export_type][0]
    for column in CATALOGUE[export_type]:
        for asked in filters_on(column, [row[column.key] for row in whole], rng):
            wanted = [row[first.key] for row in whole if matches(column, row[column.key], asked)]
            # The column is filtered on without being among those asked for.
            got = rows(acme, request(export_type, first.key, filters=(asked,)))
            assert [row[first.key] for row in got] == wanted, (column.key, asked.operator, asked.values)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.BOOLEAN])
def test_every_kind_of_column_that_can_be_filtered_on_occurs(kind: Kind):
    assert any(column.kind is kind for columns in CATALOGUE.values() for column in columns)


def test_all_filters_must_hold(facts: Facts, acme: Engine):
    by_key = {column.key: column for column in CATALOGUE[ExportType.LEADS]}
    asked = (
        Filter(column=by_key["status"], operator="in", values=("active",)),
        Filter(column=by_key["emailsSent"], operator="gte", values=(2,)),
    )
    whole = rows(acme, request(ExportType.LEADS))
    wanted = [row["leadId"] for row in whole if row["status"] == "active" and row["emailsSent"] >= 2]
    export = request(ExportType.LEADS, "leadId", filters=asked)
    assert wanted
    assert [row["leadId"] for row in rows(acme, export)] == wanted
    assert count_rows(acme, export) == len(wanted)


def test_filters_as_people_type_them_reach_the_rows(facts: Facts, acme: Engine):
    typed = {
        "openRate": {"gte": 40},
        "createdAt": {"from": "2026-01-10", "to": "2026-02-01"},
        "campaignName": ["O'Brien's", "Été", "春", "Spring"],
    }
    asked = check_export(
        export_type="campaigns",
        format="csv",
        fields=["campaignId"],
        filters=typed,
        date_range=None,
        timezone="Europe/Paris",
        at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )
    start = dt.datetime(2026, 1, 9, 23, tzinfo=dt.UTC)
    end = dt.datetime(2026, 2, 1, 23, tzinfo=dt.UTC)
    wanted = [
        row["campaignId"]
        for row in rows(acme, request(ExportType.CAMPAIGNS))
        if row["openRate"] and row["openRate"] >= 0.4 and row["createdAt"] and start <= row["createdAt"] < end
    ]
    assert [row["campaignId"] for row in rows(acme, asked)] == wanted


def test_json_matches_by_value_whatever_its_spaces_and_order(facts: Facts, acme: Engine):
    column = next(column for column in CATALOGUE[ExportType.LEADS] if column.kind is Kind.JSON)
    asked = Filter(column=column, operator="in", values=('{ "n":1.0,\n "city" : "Z\\u00fcrich"}',))
    got = rows(acme, request(ExportType.LEADS, "customFields", filters=(asked,)))
    assert got
    assert all(json.loads(row["customFields"]) == {"city": "Zürich", "n": 1} for row in got)


@pytest.mark.parametrize("value", ["{", "nul", '"\\u0000"', '"\\ud800"', "[NaN]", "1e999", "[" * 100_000])
def test_json_that_the_database_could_not_read_is_refused(acme: Engine, value: str):
    column = next(column for column in CATALOGUE[ExportType.LEADS] if column.kind is Kind.JSON)
    asked = request(ExportType.LEADS, "leadId", filters=(Filter(column=column, operator="in", values=(value,)),))
    with pytest.raises(InvalidInput) as refusal:
        rows(acme, asked)
    assert refusal.value.field == "filters.customFields"


@pytest.mark.parametrize("value", ["a\x00b", "\ud800"])
def test_text_that_no_cell_can_hold_is_refused(acme: Engine, value: str):
    column = CATALOGUE[ExportType.LEADS][0]
    asked = request(ExportType.LEADS, filters=(Filter(column=column, operator="in", values=(value,)),))
    with pytest.raises(InvalidInput) as refusal:
        rows(acme, asked)
    assert refusal.value.field == "filters.leadId"


# What the quoting of literals and the compiler's own words could trip over.
TRAPS = [
    "'", "''", "\\", "\\'", "\\\\'", "E'\\x41'", "$$", "$1", ":x", "?", "%", "%s", "%%", "{}", "--", "/*", "*/", ";",
    "'; DROP TABLE leads; --", "\n", "\r\n", "\t", "a\nb", "__SQLGLOT__LBREAK__", "__SQLGLOT__LB__", "U&'\\0041'",
    "\u2028", "é", "e\u0301", "𝔘", "\u202e", "ʼ", "＇", " ", "x ", "NULL", "true",
]  # fmt: skip


def naughty() -> list[str]:
    strings = json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    return [text for text in dict.fromkeys([*strings, *TRAPS]) if text and "\x00" not in text]


@pytest.fixture
def naughty_leads(people: People) -> list[str]:
    """Put a lead and a campaign with activity into Acme for each naughty string."""
    texts = naughty()
    tenant_id = people.alice.tenant_id
    with tenant_scope(tenant_id):
        workspace = Workspace.objects.get()
        place = {"tenant_id": tenant_id, "workspace": workspace}
        Lead.objects.bulk_create(
            Lead(external_id=f"{n}", company=text, tags=[text], custom_fields={"it": text}, **place)
            for n, text in enumerate(texts)
        )
        campaigns = Campaign.objects.bulk_create(Campaign(external_id=text, name=text, **place) for text in texts)
        DailyActivity.objects.bulk_create(
            DailyActivity(campaign=campaign, sending_domain=text, day=FIRST_DAY, origin="totals", sent=n, **place)
            for n, (text, campaign) in enumerate(zip(texts, campaigns, strict=True))
        )
        sum_up()
    return texts


def test_naughty_strings_come_out_as_they_went_in(naughty_leads: list[str], acme: Engine):
    got = rows(acme, request(ExportType.LEADS, "company", "tags", "customFields"))
    assert [row["company"] for row in got] == naughty_leads
    assert [row["tags"] for row in got] == [[text] for text in naughty_leads]
    assert [json.loads(row["customFields"]) for row in got] == [{"it": text} for text in naughty_leads]
    named = rows(acme, request(ExportType.CAMPAIGNS, "campaignId", "domainUsed"))
    assert [(row["campaignId"], row["domainUsed"]) for row in named] == [(text, text) for text in naughty_leads]


def test_naughty_strings_filter_for_themselves_alone(naughty_leads: list[str], acme: Engine):
    by_key = {column.key: column for column in CATALOGUE[ExportType.LEADS]}
    halves = random.Random(1)
    for key in ("company", "tags", "customFields"):
        chosen = [text for text in naughty_leads if halves.random() < 0.5]
        values = [json.dumps({"it": text}, ensure_ascii=False) if key == "customFields" else text for text in chosen]
        asked = request(
            ExportType.LEADS, "company", filters=(Filter(column=by_key[key], operator="in", values=tuple(values)),)
        )
        assert [row["company"] for row in rows(acme, asked)] == chosen, key


def test_each_trap_filters_for_itself_alone(naughty_leads: list[str], acme: Engine):
    column = next(column for column in CATALOGUE[ExportType.LEADS] if column.key == "company")
    for trap in TRAPS:
        asked = request(ExportType.LEADS, "company", filters=(Filter(column=column, operator="in", values=(trap,)),))
        assert [row["company"] for row in rows(acme, asked)] == [trap]


def test_naughty_campaigns_and_domains_limit_questions_to_themselves(naughty_leads: list[str], acme: Engine):
    period = Period(start=FIRST_DAY, end=FIRST_DAY + dt.timedelta(days=1))
    chosen = tuple(naughty_leads[::3])
    for filters in (ReportFilters(campaign_ids=chosen), ReportFilters(domains=chosen)):
        question = Question(
            measures=("sent",), dimensions=("campaign", "sending_domain"), period=period, filters=filters
        )
        got = answer(acme, question).to_pylist()
        assert sorted(row["campaign"] for row in got) == sorted(chosen)
        assert {row["campaign"]: row["sent"] for row in got} == {text: naughty_leads.index(text) for text in chosen}
        assert all(row["campaign"] == row["campaign_name"] == row["sending_domain"] for row in got)

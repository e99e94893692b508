import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import (
    CATALOGUE,
    ExportFormat,
    ExportRequest,
    ExportType,
    check_export,
    parse_filter_words,
)
from outbrief.terms.table import Kind
from tests.shared import shared

AT = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)


def export(**asked: object) -> ExportRequest:
    usual = {
        "export_type": "leads",
        "format": "csv",
        "fields": None,
        "filters": None,
        "date_range": None,
        "timezone": "Europe/Paris",
        "at": AT,
    }
    return check_export(**(usual | asked))  # type: ignore[arg-type]


def conditions(filters: dict, export_type: str = "leads") -> list[tuple]:
    request = export(filters=filters, export_type=export_type)
    return [(one.column.key, one.operator, one.values) for one in request.filters]


def refusal(**asked: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        export(**asked)
    return caught.value


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("name", list(ExportType))
def test_no_fields_means_all_columns_in_the_order_of_the_catalogue(name: ExportType):
    assert export(export_type=name.value).columns == CATALOGUE[name]
    assert export(export_type=name.value, fields=[]).columns == CATALOGUE[name]


def test_fields_come_in_the_order_asked():
    assert [column.key for column in export(fields=["company", "email"]).columns] == ["company", "email"]


def test_type_format_and_range_are_understood():
    request = export(export_type="campaigns", format="parquet", date_range="last_month")
    assert (request.export_type, request.format) == (ExportType.CAMPAIGNS, ExportFormat.PARQUET)
    assert request.period is not None
    assert (request.period.start, request.period.end) == (dt.date(2026, 9, 1), dt.date(2026, 10, 1))


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("exportType", {"export_type": "lead"}),
        ("format", {"format": "pdf"}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("dateRange", {"date_range": {"from": "2025-02-01", "to": "2025-01-01"}}),
        ("dateRange", {"date_range": "last_eon"}),
        ("fields", {"fields": ["email", "phone"]}),
        ("fields", {"fields": ["email", "email"]}),
        ("fields", {"fields": "email"}),
        ("fields", {"fields": [["email"]]}),
        ("filters", {"filters": ["status"]}),
        ("filters.phone", {"filters": {"phone": "1"}}),
        ("filters.leadScore", {"filters": {"leadScore": "high"}}),
        ("filters.leadScore", {"filters": {"leadScore": True}}),
        ("filters.leadScore", {"filters": {"leadScore": float("nan")}}),
        ("filters.leadScore", {"filters": {"leadScore": {"gte": 1, "around": 2}}}),
        ("filters.leadScore", {"filters": {"leadScore": {"gte": [1, 2]}}}),
        ("filters.leadScore", {"filters": {"leadScore": {"gte": None}}}),
        ("filters.leadScore", {"filters": {"leadScore": {}}}),
        ("filters.leadScore", {"filters": {"leadScore": []}}),
        ("filters.leadScore", {"filters": {"leadScore": {"gte": 20, "lt": 10}}}),
        ("filters.emailsSent", {"filters": {"emailsSent": 1.5}}),
        ("filters.emailsSent", {"filters": {"emailsSent": 10**30}}),
        ("filters.email", {"filters": {"email": {"gt": "a"}}}),
        ("filters.email", {"filters": {"email": "a\x00b"}}),
        ("filters.email", {"filters": {"email": "a\ud800b"}}),
        ("filters.email", {"filters": {"email": 1.5}}),
        ("filters.customFields", {"filters": {"customFields": {"gte": "{}"}}}),
        ("filters.tags", {"filters": {"tags": {"from": "a"}}}),
        ("filters.createdAt", {"filters": {"createdAt": "yesterday"}}),
        ("filters.createdAt", {"filters": {"createdAt": "20250101"}}),
        ("filters.createdAt", {"filters": {"createdAt": {"from": "2025-02-01", "to": "2025-01-01"}}}),
        ("filters.createdAt", {"filters": {"createdAt": ["2025-01-01", "2025-01-02"]}}),
        ("filters.date", {"export_type": "metrics", "filters": {"date": "2025-01-01T00:00:00Z"}}),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(field: str, asked: dict):
    assert refusal(**asked).field == field


def test_an_unknown_field_is_named_with_the_allowed_ones():
    said = str(refusal(fields=["emial"]))
    assert "emial" in said
    assert "Did you mean email?" in said
    assert all(column.key in said for column in CATALOGUE[ExportType.LEADS])


def test_a_value_asks_for_equality_a_list_for_any_and_null_for_empty_cells():
    assert conditions({"status": "active"}) == [("status", "in", ("active",))]
    assert conditions({"status": ["active", "paused", None]}) == [("status", "in", ("active", "paused", None))]
    assert conditions({"company": None}) == [("company", "in", (None,))]
    assert conditions({"tags": ["vip"]}) == [("tags", "in", ("vip",))]


def test_values_take_the_type_of_their_column():
    assert conditions({"leadScore": "10"}) == [("leadScore", "in", (10.0,))]
    assert conditions({"emailsSent": "3"}) == [("emailsSent", "in", (3,))]
    assert conditions({"emailsSent": 3.0}) == [("emailsSent", "in", (3,))]
    assert conditions({"leadId": 17}) == [("leadId", "in", ("17",))]
    assert conditions({"date": "2025-01-31"}, "metrics") == [("date", "in", (dt.date(2025, 1, 31),))]
    assert conditions({"avgTimeToOpen": {"lte": 90}}, "campaigns") == [("avgTimeToOpen", "lte", (90.0,))]


def test_ranges_keep_their_ends():
    assert conditions({"leadScore": {"gte": 10, "lt": 20}}) == [
        ("leadScore", "gte", (10.0,)),
        ("leadScore", "lt", (20.0,)),
    ]
    assert conditions({"emailsSent": {"from": 1, "to": 2}}) == [
        ("emailsSent", "gte", (1,)),
        ("emailsSent", "lte", (2,)),
    ]


def test_rates_are_typed_as_percentages():
    assert conditions({"openRate": {"gte": 12.5}}, "campaigns") == [("openRate", "gte", (0.125,))]
    assert conditions({"openRate": {"gt": "40%"}}, "campaigns") == [("openRate", "gt", (0.4,))]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # Paris is at +01:00 in winter: its days start at 23:00 of the day before.
        ({"from": "2025-01-01", "to": "2025-01-31"}, [("gte", "2024-12-31T23:00"), ("lt", "2025-01-31T23:00")]),
        ({"gt": "2025-01-01"}, [("gte", "2025-01-01T23:00")]),
        ({"gte": "2025-01-01"}, [("gte", "2024-12-31T23:00")]),
        ({"lt": "2025-01-01"}, [("lt", "2024-12-31T23:00")]),
        ({"lte": "2025-01-01"}, [("lt", "2025-01-01T23:00")]),
        ("2025-07-01", [("gte", "2025-06-30T22:00"), ("lt", "2025-07-01T22:00")]),
        ({"gte": "2025-01-01T08:00"}, [("gte", "2025-01-01T07:00")]),
        (
            {"gte": "2025-01-01T08:00:00Z", "to": "2025-01-01"},
            [("gte", "2025-01-01T08:00"), ("lt", "2025-01-01T23:00")],
        ),
        ("2025-01-01T08:00:00+02:00", [("in", "2025-01-01T06:00")]),
    ],
)
def test_a_date_on_a_timestamp_is_that_whole_day_in_the_zone(asked: object, expected: list):
    got = [(operator, values[0]) for _, operator, values in conditions({"createdAt": asked})]
    assert got == [(operator, utc(text)) for operator, text in expected]


def test_filters_may_use_columns_that_are_not_exported():
    request = export(fields=["email"], filters={"status": "active"})
    assert [one.column.key for one in request.filters] == ["status"]


@pytest.mark.parametrize("export_type", list(ExportType))
def test_every_column_can_be_asked_for_equality_and_emptiness(export_type: ExportType):
    samples = {
        Kind.TEXT: "x", Kind.INTEGER: 1, Kind.NUMBER: 1.5, Kind.RATE: 50, Kind.MINUTES: 2, Kind.DATE: "2025-01-01",
        Kind.TIMESTAMP: "2025-01-01T00:00:00Z", Kind.JSON: "{}", Kind.TAGS: "x",
    }  # fmt: skip
    for column in CATALOGUE[export_type]:
        asked = {column.key: [samples[column.kind], None]}
        [(key, operator, values)] = conditions(asked, export_type.value)
        assert (key, operator, values[1]) == (column.key, "in", None)


def test_naughty_strings_pass_through_filters_unchanged():
    strings = json.loads(shared("data", "blns", "blns.json").read_text(encoding="utf-8"))
    for text in strings:
        if "\x00" not in text:
            assert conditions({"company": text}) == [("company", "in", (text,))]


# --- command-line words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {}),
        (["status=active"], {"status": "active"}),
        (["status=active,paused"], {"status": ["active", "paused"]}),
        (["status=active", "status=paused"], {"status": ["active", "paused"]}),
        (['company="Foo, Inc.",Bar'], {"company": ["Foo, Inc.", "Bar"]}),
        (["company="], {"company": None}),
        (["company=a=b>c"], {"company": "a=b>c"}),
        (["leadScore>=10"], {"leadScore": {"gte": "10"}}),
        (["leadScore > 10", "leadScore < 20"], {"leadScore": {"gt": "10", "lt": "20"}}),
        (["createdAt>=2025-01-01", "createdAt<2025-02-01"], {"createdAt": {"gte": "2025-01-01", "lt": "2025-02-01"}}),
    ],
)
def test_words_become_filters(words: list[str], expected: dict):
    assert parse_filter_words(words) == expected


@pytest.mark.parametrize(
    "words",
    [["status"], ["=active"], ["status!=active"], ["status active"], [""], ["leadScore>1", "leadScore=2"],
     ["leadScore>1", "leadScore>2"], ['company="Foo']],
)  # fmt: skip
def test_words_that_are_no_filter_are_refused(words: list[str]):
    with pytest.raises(InvalidInput) as caught:
        parse_filter_words(words)
    assert caught.value.field == "filter"


@settings(max_examples=100)
@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), min_size=1), min_size=1)
)
def test_quoted_words_keep_any_text(values: list[str]):
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in values)
    parsed = parse_filter_words([f"company={quoted}"])["company"]
    assert (parsed if isinstance(parsed, list) else [parsed]) == values

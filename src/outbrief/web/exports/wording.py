"""Exports in words: what was asked for, how far one is, when its file goes."""

import csv
import datetime as dt
from collections.abc import Mapping

from outbrief.record.models import ExportJob
from outbrief.terms.calendar import period_label, resolve_period
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat
from outbrief.terms.table import Column, Kind
from outbrief.web import words
from outbrief.web.exports.choices import EMPTY, filter_rows

# What a row of each dataset is, and which days its period means.
DATASETS: Mapping[ExportType, tuple[str, str]] = {
    ExportType.CAMPAIGNS: ("One row per campaign", "days of sending"),
    ExportType.LEADS: ("One row per person written to", "days they were created"),
    ExportType.METRICS: ("One row per day, campaign and domain", "days of sending"),
    ExportType.MESSAGES: ("One row per message, with its whole life", "days of sending"),
    ExportType.DOMAINS: ("One row per sending domain", "days of sending"),
}
FORMATS: Mapping[ExportFormat, str] = {
    ExportFormat.CSV: "For any program, and for other services",
    ExportFormat.EXCEL: "To read, sort and chart; with true dates and percentages",
    ExportFormat.JSON: "One list, for scripts and small files",
    ExportFormat.NDJSON: "One object a line, for large files and log tools",
    ExportFormat.PARQUET: "Small and typed, for DuckDB, Spark and pandas",
}
_TEXTS = {"is": "is", "any": "is any of", EMPTY: "is empty"}
_NUMBERS = {
    "is": "is", "gte": "is at least", "lte": "is at most", "gt": "is more than", "lt": "is less than",
    "any": "is any of", EMPTY: "is empty",
}  # fmt: skip
_DAYS = {"is": "is on", "gte": "is from", "lte": "is until", "gt": "is after", "lt": "is before", EMPTY: "is empty"}
_TAGS = {"is": "has", "any": "has any of", EMPTY: "is empty"}
_OPERATORS = {
    **dict.fromkeys((Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES), _NUMBERS),
    **dict.fromkeys((Kind.DATE, Kind.TIMESTAMP), _DAYS),
    Kind.TAGS: _TAGS,
    Kind.JSON: {"is": "is", EMPTY: "is empty"},
}
_EXAMPLES = {
    Kind.INTEGER: "100", Kind.NUMBER: "2.5", Kind.MINUTES: "30", Kind.RATE: "12.5 %", Kind.DATE: "2026-10-31",
    Kind.TIMESTAMP: "2026-10-31", Kind.JSON: '{"city": "Paris"}', Kind.TAGS: "vip", Kind.BOOLEAN: "true",
}  # fmt: skip


def operators(kind: Kind) -> Mapping[str, str]:
    """Give what can be asked of a column of this kind, in words by operator."""
    return _OPERATORS.get(kind, _TEXTS)


def example(kind: Kind, operator: str) -> str:
    """Give a value that could be typed for a filter."""
    one = _EXAMPLES.get(kind, "")
    return f"{one or 'this'}, {one or 'that'}" if operator == "any" else one


def asked_words(job: ExportJob, *, timezone: str) -> list[tuple[str, str]]:
    """Say what an export asked for, as terms and words."""
    dataset = ExportType(job.export_type)
    labels = {column.key: column.label for column in CATALOGUE[dataset]}
    fields = [labels.get(key, key) for key in job.fields or ()]
    columns = f"{len(fields)} of {len(labels)}: {', '.join(fields)}" if fields else f"All {len(labels)}"
    return [
        ("Dataset", f"{dataset.value.capitalize()}: {DATASETS[dataset][0][0].lower()}{DATASETS[dataset][0][1:]}"),
        ("Format", words.name(job.format)),
        ("Days", _days(job, timezone)),
        ("Filters", "; ".join(filter_words(dataset, job.filters or {})) or "None"),
        ("Columns", columns),
    ]


def filter_words(dataset: ExportType, filters: Mapping[str, object]) -> list[str]:
    """Say each filter: "Lead score is at least 10"."""
    columns = {column.key: column for column in CATALOGUE[dataset]}
    return [
        _filter_words(columns[row.column], row.operator, row.value)
        for row in filter_rows(filters)
        if row.column in columns
    ]


def left(until: dt.datetime, *, now: dt.datetime) -> str:
    """Say how long it is until an instant: "in 42 minutes"."""
    minutes = int((until - now).total_seconds() // 60)
    if minutes < 1:
        return "in less than a minute"
    if minutes < 100:
        return f"in {words.counted(minutes, 'minute', 'minutes')}"
    return f"in {words.counted(minutes // 60, 'hour', 'hours')}"


def _filter_words(column: Column, operator: str, value: str) -> str:
    if operator == "any":
        value = ", ".join(one or "empty" for one in next(csv.reader([value]), []))
    unit = " %" if column.kind is Kind.RATE and value and not value.endswith("%") else ""
    return f"{column.label} {operators(column.kind).get(operator, operator)} {value}{unit}".strip()


def _days(job: ExportJob, timezone: str) -> str:
    if job.date_range is None:
        return "All days"
    try:
        days = period_label(resolve_period(job.date_range, at=job.created_at, timezone=timezone))
    except InvalidInput:
        return str(job.date_range)
    named = isinstance(job.date_range, str) and ".." not in job.date_range
    meaning = DATASETS[ExportType(job.export_type)][1]
    return f"{words.name(job.date_range).capitalize()}: {days} ({meaning})" if named else f"{days} ({meaning})"

"""What a person has chosen in the form of an export: read from the form, an address or an export of before."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from outbrief.record.models import ExportJob
from outbrief.terms.calendar import DateRange
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat
from outbrief.terms.filters import parse_filter_words

DAYS_CHOSEN = "days"
EMPTY = "empty"
# How a filter is said in an address: `status=active,paused`, `leadScore>=10`; an empty value asks for empty cells.
_SIGNS = {"is": "=", "any": "=", EMPTY: "=", "gte": ">=", "lte": "<=", "gt": ">", "lt": "<"}
_ORDERS = {"gte": "gte", "lte": "lte", "gt": "gt", "lt": "lt", "from": "gte", "to": "lte"}
_MOST_FILTERS = 40


@dataclass(frozen=True, kw_only=True)
class FilterRow:
    """One filter as typed: `operator` is `is`, `any`, `gte`, `lte`, `gt`, `lt` or `empty`."""

    column: str
    operator: str
    value: str

    @property
    def word(self) -> str:
        """Give the filter as `terms.filters.parse_filter_words` reads it."""
        value = {"is": _csv([self.value]), EMPTY: ""}.get(self.operator, self.value)
        return f"{self.column}{_SIGNS.get(self.operator, '=')}{value}"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The form as it stands, nothing of it checked but the names of dataset and columns.

    `order` holds every column of the dataset, `chosen` those that are to be exported. `period` is empty for all days,
    a name, or `days` for those from `first_day` to `last_day`. `workspace` is an id or empty.
    """

    dataset: ExportType
    format: str
    order: tuple[str, ...]
    chosen: frozenset[str]
    filters: tuple[FilterRow, ...]
    period: str
    first_day: str
    last_day: str
    workspace: str

    @property
    def fields(self) -> list[str]:
        """Give the chosen columns in their order."""
        return [key for key in self.order if key in self.chosen]

    @property
    def asks_for_every_column(self) -> bool:
        """Tell whether every column is chosen, in the order of the catalogue."""
        return self.fields == keys_of(self.dataset)

    @property
    def date_range(self) -> str | None:
        """Give the period as exports take it; None for all days."""
        return f"{self.first_day}..{self.last_day}" if self.period == DAYS_CHOSEN else self.period or None

    @property
    def query(self) -> str:
        """Give the query of the address of the form with these choices."""
        asked: list[tuple[str, str]] = [("dataset", self.dataset.value)]
        if not self.asks_for_every_column:
            asked.append(("fields", ",".join(self.fields) or "none"))
        asked += [("filter", row.word) for row in self.filters if row.value or row.operator == EMPTY]
        further = {"date_range": self.date_range, "workspace": self.workspace}
        asked += [(key, value) for key, value in further.items() if value]
        return urlencode([*asked, ("format", self.format)])


def keys_of(dataset: ExportType) -> list[str]:
    """Give the columns of a dataset in the order of the catalogue."""
    return [column.key for column in CATALOGUE[dataset]]


def from_address(query: QueryDict) -> Choices:
    """Read what an address asks for; names that do not exist are left out, for the person sees what is chosen."""
    dataset = _dataset(query.get("dataset", ""))
    fields = [key for key in query.get("fields", "").split(",") if key in keys_of(dataset)]
    period, first_day, last_day = _period(query.get("date_range") or None)
    return _choices(
        dataset,
        fields=[] if query.get("fields") == "none" else fields or keys_of(dataset),
        filters=[row for word in query.getlist("filter") for row in _rows_of(dataset, word)],
        format=query.get("format", ""),
        period=period,
        days=(first_day, last_day),
        workspace=query.get("workspace", ""),
    )


def from_form(posted: QueryDict) -> Choices:
    """Read the form as it was sent; columns and filters of another dataset than the chosen one are left out."""
    dataset = _dataset(posted.get("dataset", ""))
    known = keys_of(dataset)
    same = posted.get("columns_of") == dataset.value
    order = [key for key in posted.getlist("order") if key in known] if same else []
    typed = zip(posted.getlist("column"), posted.getlist("operator"), posted.getlist("value"), strict=False)
    rows = [FilterRow(column=column, operator=operator, value=value) for column, operator, value in typed]
    return Choices(
        dataset=dataset,
        format=posted.get("format", ""),
        order=tuple(dict.fromkeys([*order, *known])),
        chosen=frozenset(posted.getlist("fields") if same else known),
        filters=tuple(row for row in rows if row.column in known)[:_MOST_FILTERS],
        period=posted.get("date_range", ""),
        first_day=posted.get("first_day", ""),
        last_day=posted.get("last_day", ""),
        workspace=posted.get("workspace", ""),
    )


def from_export(job: ExportJob) -> Choices:
    """Give the choices that lead to an export like one of before."""
    dataset = ExportType(job.export_type)
    days = job.date_range
    spelled = f"{days.get('from', '')}..{days.get('to', '')}" if isinstance(days, dict) else days
    period, first_day, last_day = _period(spelled)
    return _choices(
        dataset,
        fields=job.fields or keys_of(dataset),
        filters=filter_rows(job.filters or {}),
        format=job.format,
        period=period,
        days=(first_day, last_day),
        workspace="",
    )


def filter_rows(filters: Mapping[str, object]) -> list[FilterRow]:
    """Give the rows that say the same as filters of an export."""
    return [row for column, asked in filters.items() for row in _rows(column, asked)]


def moved(choices: Choices, step: str) -> Choices:
    """Move a column by one place: `up:email`, `down:email`."""
    way, _, key = step.partition(":")
    order = list(choices.order)
    if key in order:
        here = order.index(key)
        there = max(0, min(len(order) - 1, here + (-1 if way == "up" else 1)))
        order.insert(there, order.pop(here))
    return replace(choices, order=tuple(order))


def with_columns(choices: Choices, which: str) -> Choices:
    """Choose all columns, none, or all in the order of the catalogue."""
    keys = keys_of(choices.dataset)
    if which == "reset":
        return replace(choices, order=tuple(keys), chosen=frozenset(keys))
    return replace(choices, chosen=frozenset(keys if which == "all" else ()))


def with_filter(choices: Choices) -> Choices:
    """Add a filter to fill in."""
    row = FilterRow(column=choices.order[0], operator="is", value="")
    return replace(choices, filters=(*choices.filters, row)[:_MOST_FILTERS])


def without_filter(choices: Choices, number: str) -> Choices:
    """Remove a filter by its number from 0."""
    kept = tuple(row for place, row in enumerate(choices.filters) if str(place) != number)
    return replace(choices, filters=kept)


def _choices(
    dataset: ExportType,
    *,
    fields: Sequence[str],
    filters: Sequence[FilterRow],
    format: str,  # noqa: A002 - the name that people use
    period: str,
    days: tuple[str, str],
    workspace: str,
) -> Choices:
    return Choices(
        dataset=dataset,
        format=format if format in list(ExportFormat) else ExportFormat.CSV.value,
        order=tuple(dict.fromkeys([*fields, *keys_of(dataset)])),
        chosen=frozenset(fields),
        filters=tuple(filters)[:_MOST_FILTERS],
        period=period,
        first_day=days[0],
        last_day=days[1],
        workspace=workspace,
    )


def _dataset(name: str) -> ExportType:
    return ExportType(name) if name in list(ExportType) else ExportType.CAMPAIGNS


def _period(date_range: str | None) -> tuple[str, str, str]:
    """Part a period into its name and the two days of one that people chose."""
    if date_range and ".." in date_range:
        first, _, last = date_range.partition("..")
        return DAYS_CHOSEN, first.strip(), last.strip()
    return (date_range if date_range in list(DateRange) else "") or "", "", ""


def _rows_of(dataset: ExportType, word: str) -> list[FilterRow]:
    try:
        rows = filter_rows(parse_filter_words([word]))
    except InvalidInput:
        return []
    return [row for row in rows if row.column in keys_of(dataset)]


def _rows(column: str, asked: object) -> list[FilterRow]:
    if isinstance(asked, Mapping):
        return [
            FilterRow(column=column, operator=_ORDERS[name], value=str(value))
            for name, value in asked.items()
            if name in _ORDERS
        ]
    if isinstance(asked, list):
        return [FilterRow(column=column, operator="any", value=_csv([_text(value) for value in asked]))]
    if asked is None:
        return [FilterRow(column=column, operator=EMPTY, value="")]
    return [FilterRow(column=column, operator="is", value=_text(asked))]


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _csv(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()

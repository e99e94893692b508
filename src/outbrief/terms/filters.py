"""Filters on exported columns: from JSON or command-line words to typed conditions."""

import csv
import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from zoneinfo import ZoneInfo

from outbrief.terms.calendar import check_timezone, instant_of
from outbrief.terms.choices import shown, unknown
from outbrief.terms.errors import InvalidInput
from outbrief.terms.table import Column, Kind

Operator = Literal["in", "gt", "gte", "lt", "lte"]

_DAY = dt.timedelta(days=1)
_RANGES: dict[str, Operator] = {"gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "from": "gte", "to": "lte"}
_SIGNS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
# Text has no order that people agree on, so only equality is offered there.
_UNORDERED = frozenset({Kind.TEXT, Kind.BOOLEAN, Kind.JSON, Kind.TAGS})
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One condition on an exported column, its values already of the column's own type.

    `in` takes one or more values (None matches empty cells); the others take exactly one. Values of rate columns are
    fractions 0..1 here, whatever the person typed. A `TAGS` column matches when it holds any of the values.
    """

    column: Column
    operator: Operator
    values: tuple[object, ...]


def check_filters(
    filters: Mapping[str, object] | None, *, columns: Sequence[Column], timezone: str
) -> tuple[Filter, ...]:
    """Check filters given as JSON against the columns on offer; all of them must hold.

    A value asks for equality, a list for any of its values, null for empty cells, and an object for a range: `gt`,
    `gte`, `lt`, `lte`, or `from` and `to` (both included). On a timestamp a date means the whole of that day in
    `timezone`, and a time without offset is of that zone. Rates are percentages. InvalidInput(field="filters.NAME").
    """
    if filters is None:
        return ()
    if not isinstance(filters, Mapping):
        raise InvalidInput("Filters are an object of column names and values.", field="filters")
    zone = check_timezone(timezone)
    by_key = {column.key: column for column in columns}
    checked: list[Filter] = []
    for key, asked in filters.items():
        if key not in by_key:
            raise unknown(key, by_key, field=f"filters.{key}")
        checked += _conditions(by_key[key], asked, zone)
    return tuple(checked)


def parse_filter_words(words: Sequence[str]) -> dict[str, object]:
    """Turn command-line words such as `status=active,paused` and `leadScore>=10` into filters as JSON has them.

    Values are parted by commas and quoted as in CSV (`company="Foo, Inc."`); an empty one means empty cells. Words on
    the same column add up. InvalidInput(field="filter") for a word that is none.
    """
    parsed: dict[str, object] = {}
    for word in words:
        match = re.fullmatch(r"\s*(\w+)\s*(>=|<=|=|>|<)(.*)", word, flags=re.DOTALL)
        if match is None:
            hint = "Write it as status=active, status=active,paused or leadScore>=10."
            raise InvalidInput(f"{shown(word)} is not a filter.", field="filter", hint=hint)
        key, sign, text = match.groups()
        added: dict[str, object] | list[object] = (
            _split(text, word) if sign == "=" else {_SIGNS[sign]: text.strip()}  # an order takes one value
        )
        parsed[key] = _joined(parsed[key], added, word) if key in parsed else added
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in parsed.items()}


def _split(text: str, word: str) -> list[object]:
    try:
        values = next(csv.reader([text.strip()], strict=True), []) or [""]
    except csv.Error as error:
        raise InvalidInput(f"{shown(word)} is not a filter: {error}.", field="filter") from error
    return [value or None for value in values]


def _joined(have: object, added: dict[str, object] | list[object], word: str) -> object:
    if isinstance(have, list) and isinstance(added, list):
        return have + added
    if isinstance(have, dict) and isinstance(added, dict) and not have.keys() & added.keys():
        return {**have, **added}
    raise InvalidInput(f"{shown(word)} does not go with the filters on that column before it.", field="filter")


def _conditions(column: Column, asked: object, zone: ZoneInfo) -> list[Filter]:
    if isinstance(asked, Mapping):
        return _range(column, asked, zone)
    if isinstance(asked, list | tuple):
        if not asked:
            raise _refusal(column, "an empty list matches nothing")
        values = tuple(None if value is None else _value(column, value, zone) for value in asked)
        if len(values) == 1:
            return _equal(column, values[0], zone)
        if any(_is_day(value) for value in values) and column.kind is Kind.TIMESTAMP:
            raise _refusal(column, "several days cannot be listed; ask for a range with from and to")
        return [Filter(column=column, operator="in", values=values)]
    return _equal(column, None if asked is None else _value(column, asked, zone), zone)


def _equal(column: Column, value: object, zone: ZoneInfo) -> list[Filter]:
    if column.kind is Kind.TIMESTAMP and _is_day(value):
        day = cast(dt.date, value)
        return [_bound(column, "gte", day, zone), _bound(column, "lte", day, zone)]
    return [Filter(column=column, operator="in", values=(value,))]


def _range(column: Column, asked: Mapping[object, object], zone: ZoneInfo) -> list[Filter]:
    if column.kind in _UNORDERED:
        raise _refusal(column, f"{column.kind} cannot be asked for by range, only by equal values")
    if not asked:
        raise _refusal(column, "an empty range; give from, to, gt, gte, lt or lte")
    checked = []
    for name, value in asked.items():
        if name not in _RANGES:
            raise unknown(name, _RANGES, field=f"filters.{column.key}")
        if value is None or isinstance(value, list | tuple | Mapping):
            raise _refusal(column, f"{name} takes one value")
        checked.append(_bound(column, _RANGES[str(name)], _value(column, value, zone), zone))
    lows = [bound.values[0] for bound in checked if bound.operator in ("gt", "gte")]
    highs = [bound.values[0] for bound in checked if bound.operator in ("lt", "lte")]
    if any(cast(float, low) > cast(float, high) for low in lows for high in highs):
        raise _refusal(column, "the range ends before it starts")
    return checked


def _bound(column: Column, operator: Operator, value: object, zone: ZoneInfo) -> Filter:
    if column.kind is Kind.TIMESTAMP and _is_day(value):
        day = cast(dt.date, value)
        # A day lasts until the next one starts: "to the 31st" includes all of the 31st, "after the 31st" none of it.
        start = day + _DAY if operator in ("gt", "lte") else day
        operator = "gte" if operator in ("gt", "gte") else "lt"
        value = instant_of(start, dt.time(0), zone)
    return Filter(column=column, operator=operator, values=(value,))


def _is_day(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _value(column: Column, value: object, zone: ZoneInfo) -> object:
    """Coerce one value to the kind of the column; on a timestamp column a date stays a date."""
    kind = column.kind
    checked: object
    if kind is Kind.BOOLEAN:
        checked = value if isinstance(value, bool) else _WORDS.get(str(value).lower())
    elif kind in (Kind.INTEGER, Kind.NUMBER, Kind.RATE, Kind.MINUTES):
        checked = _number(kind, value)
    elif kind in (Kind.DATE, Kind.TIMESTAMP):
        checked = _day_or_instant(kind, value, zone)
    else:
        checked = _text(value)
    if checked is None:
        raise _refusal(column, f"{shown(value)} is not {_MEANT[kind]}")
    return checked


_MEANT = {
    Kind.TEXT: "text", Kind.TAGS: "text", Kind.JSON: "JSON text", Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number", Kind.NUMBER: "a number", Kind.MINUTES: "a number of minutes",
    Kind.RATE: "a percentage such as 12.5", Kind.DATE: "a date such as 2025-10-31",
    Kind.TIMESTAMP: "a date or time such as 2025-10-31 or 2025-10-31T09:00:00Z",
}  # fmt: skip


def _number(kind: Kind, value: object) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value.strip() if isinstance(value, str) else value
    if kind is Kind.RATE and isinstance(text, str):
        text = text.removesuffix("%").strip()
    try:
        if kind is Kind.INTEGER:
            whole = int(text)
            return whole if abs(whole) < 2**63 and (isinstance(text, str) or whole == text) else None
        number = float(text)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return number / 100 if kind is Kind.RATE else number


def _day_or_instant(kind: Kind, value: object, zone: ZoneInfo) -> dt.date | None:
    if isinstance(value, str):
        text = value.strip()
        if not re.match(r"\d{4}-\d{2}-\d{2}", text):
            return None
        try:
            value = dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    if not isinstance(value, dt.date) or not 1900 <= value.year <= 2200:
        return None
    if isinstance(value, dt.datetime):
        if kind is Kind.DATE:
            return None
        return instant_of(value.date(), value.time(), zone) if value.tzinfo is None else value.astimezone(dt.UTC)
    return value


def _text(value: object) -> str | None:
    """Take text that a database can hold: ids often come as numbers; NUL and lone surrogates cannot be stored."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return None if "\x00" in text or _SURROGATE.search(text) else text


def _refusal(column: Column, reason: str) -> InvalidInput:
    return InvalidInput(f"{reason[:1].upper()}{reason[1:]}.", field=f"filters.{column.key}")

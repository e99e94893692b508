"""Checking sections as people write them, with errors that name the place: `sections[2].measures[0]`."""

import re
from collections.abc import Callable, Mapping
from typing import get_args

from outbrief.terms.choices import shown, unknown
from outbrief.terms.errors import InvalidInput
from outbrief.terms.given import check_text
from outbrief.terms.layout import (
    By,
    ChartSection,
    LayoutSection,
    Recommendations,
    Standard,
    SummaryMetrics,
    TableSection,
    TextSection,
)
from outbrief.terms.question import AVERAGES, COUNTS, MEASURES, Dimension, camel

_MOST_SECTIONS, _MOST_MEASURES, _MOST_LINES, _MOST_ROWS = 30, 12, 4, 10_000
_LONGEST_TITLE, _LONGEST_TEXT = 200, 20_000
_BY: tuple[By, ...] = (*get_args(Dimension), "month")
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")

Given = Mapping[str, object]


def check_sections(value: object, *, field: str) -> tuple[LayoutSection, ...]:
    """Check a list of sections: each a name of the report's own, or an object with a `type`."""
    if not isinstance(value, list | tuple) or len(value) > _MOST_SECTIONS:
        raise InvalidInput(f"This takes a list of up to {_MOST_SECTIONS} sections.", field=field)
    return tuple(_section(item, f"{field}[{place}]") for place, item in enumerate(value))


def check_measures(value: object, *, field: str, most: int = _MOST_MEASURES) -> tuple[str, ...]:
    """Check a list of measures, in camelCase or as we call them ourselves; give our own names, once each."""
    if not isinstance(value, list | tuple) or len(value) > most:
        raise InvalidInput(f"This takes a list of up to {most} measures.", field=field)
    checked = [check_measure(item, field=f"{field}[{place}]") for place, item in enumerate(value)]
    return tuple(dict.fromkeys(checked))


def check_measure(value: object, *, field: str) -> str:
    """Check the name of a measure, such as `bounceRate`; give our own, `bounce_rate`."""
    name = _snake(value)
    if name not in MEASURES:
        raise unknown(value, [camel(measure) for measure in MEASURES], field=field)
    return name


def _section(value: object, place: str) -> LayoutSection:
    if isinstance(value, str):
        return Standard(key=value)
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(kind, str):
        raise InvalidInput('A section is a name, or an object like {"type": "chart", ...}.', field=place)
    if kind not in _SECTIONS:
        raise unknown(kind, _SECTIONS, field=f"{place}.type")
    keys, made = _SECTIONS[kind]
    for key in value:
        if key not in ("type", *keys):
            raise unknown(key, keys, field=f"{place}.{key}")
    return made(value, place)


def _summary(given: Given, place: str) -> SummaryMetrics:
    return SummaryMetrics(measures=check_measures(given.get("measures", ()), field=f"{place}.measures"))


def _chart(given: Given, place: str) -> ChartSection:
    measures = _some_measures(given, place, most=_MOST_LINES)
    by = _by(given, place, otherwise="day")
    if by not in ("day", "month") and len(measures) > 1:
        raise InvalidInput("Bars show one measure.", field=f"{place}.measures", hint="Make a chart for each.")
    if len({_family(measure) for measure in measures}) > 1:
        raise InvalidInput(
            "Counts, rates and times do not share an axis.", field=f"{place}.measures", hint="Make a chart for each."
        )
    return ChartSection(measures=measures, by=by, title=_text(given, place, "title", _LONGEST_TITLE))


def _table(given: Given, place: str) -> TableSection:
    limit = given.get("limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS):
        raise InvalidInput(f"{shown(limit)} is not a number from 1 to {_MOST_ROWS}.", field=f"{place}.limit")
    order = given.get("order", "descending")
    if order not in ("ascending", "descending"):
        raise unknown(order, ("ascending", "descending"), field=f"{place}.order")
    return TableSection(
        by=_by(given, place, otherwise=None),
        measures=_some_measures(given, place, most=_MOST_MEASURES),
        title=_text(given, place, "title", _LONGEST_TITLE),
        order_by=check_measure(given.get("orderBy", "sent"), field=f"{place}.orderBy"),
        ascending=order == "ascending",
        limit=limit,
    )


def _own_text(given: Given, place: str) -> TextSection:
    markdown = _text(given, place, "markdown", _LONGEST_TEXT)
    if not markdown:
        raise InvalidInput("is empty.", field=f"{place}.markdown", hint="Write the text, in Markdown.")
    return TextSection(markdown=markdown, title=_text(given, place, "title", _LONGEST_TITLE))


def _recommendations(given: Given, place: str) -> Recommendations:
    return Recommendations(title=_text(given, place, "title", _LONGEST_TITLE))


_SECTIONS: Mapping[str, tuple[tuple[str, ...], Callable[[Given, str], LayoutSection]]] = {
    "summary_metrics": (("measures",), _summary),
    "chart": (("measures", "by", "title"), _chart),
    "table": (("by", "measures", "title", "orderBy", "order", "limit"), _table),
    "text": (("markdown", "title"), _own_text),
    "recommendations": (("title",), _recommendations),
}


def _some_measures(given: Given, place: str, *, most: int) -> tuple[str, ...]:
    measures = check_measures(given.get("measures", ()), field=f"{place}.measures", most=most)
    if not measures:
        raise InvalidInput("is empty.", field=f"{place}.measures", hint='Name some, such as ["sent", "openRate"].')
    return measures


def _by(given: Given, place: str, *, otherwise: By | None) -> By:
    name = _snake(given.get("by", otherwise or ""))
    for by in _BY:
        if by == name:
            return by
    raise unknown(given.get("by", ""), [camel(by) for by in _BY], field=f"{place}.by")


def _family(measure: str) -> str:
    if measure in COUNTS:
        return "count"
    return measure if measure in AVERAGES else "rate"


def _text(given: Given, place: str, key: str, longest: int) -> str:
    return check_text(given.get(key, ""), longest=longest, field=f"{place}.{key}")


def _snake(value: object) -> str:
    return _HUMP.sub("_", value).lower() if isinstance(value, str) else ""

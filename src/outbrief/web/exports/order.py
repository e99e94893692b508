"""From what a person has chosen to the export that is asked for, with what is wrong beside the place it is about."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from outbrief.record.exports import ExportOrder
from outbrief.record.tenants import TenantFacts
from outbrief.terms.calendar import resolve_period
from outbrief.terms.choices import check_choice
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat
from outbrief.terms.filters import check_filters, parse_filter_words
from outbrief.web.exports.choices import EMPTY, Choices, FilterRow

_PLACES = {"dateRange": "period", "fields": "fields", "format": "format", "exportType": "dataset"}
WORKSPACE = "workspaceName"


@dataclass(frozen=True, kw_only=True)
class Problems:
    """What is wrong: by the number of the filter, by the name of another place in the form, or with the whole."""

    filters: dict[int, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.filters or self.places or self.whole)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Put what is found wrong in the block beside the place it is about."""
        try:
            yield
        except InvalidInput as problem:
            self.put(problem)

    def put(self, problem: InvalidInput) -> None:
        """Put a problem where it belongs."""
        place = _PLACES.get(problem.field or "")
        if place:
            self.places[place] = problem.said
        else:
            self.whole.append(problem.said)


def order_of(
    choices: Choices, tenant: TenantFacts, workspaces: Mapping[str, str], *, now: dt.datetime, finished: bool
) -> tuple[ExportOrder, Problems]:
    """Give the export that the choices ask for, and what is wrong with it; `workspaces` are names by id.

    A filter without a value is wrong only when the form is `finished`; until then it asks for nothing.
    """
    problems = Problems()
    words = _filter_words(choices, tenant, problems, finished=finished)
    filters = parse_filter_words(words)
    if choices.workspace:
        _put_workspace(filters, choices, workspaces, problems)
    if not choices.fields:
        problems.places["fields"] = "Choose at least one column."
    order = ExportOrder(
        export_type=choices.dataset.value,
        format=choices.format,
        fields=[] if choices.asks_for_every_column else choices.fields,
        filters=filters,
        date_range=choices.date_range,
    )
    _check(order, tenant, problems, now=now)
    return order, problems


def _check(order: ExportOrder, tenant: TenantFacts, problems: Problems, *, now: dt.datetime) -> None:
    # Each place is checked alone, so that everything wrong is told at once; the filters have been.
    with problems.beside():
        check_choice(ExportFormat, order.format, field="format")
    with problems.beside():
        if order.date_range is not None:
            resolve_period(order.date_range, at=now, timezone=tenant.timezone)


def _filter_words(choices: Choices, tenant: TenantFacts, problems: Problems, *, finished: bool) -> list[str]:
    """Give the filters that are good together, as words; the others are problems."""
    good: list[str] = []
    for number, row in enumerate(choices.filters):
        if not row.value.strip() and row.operator != EMPTY:
            if finished:
                problems.filters[number] = "Type a value, or choose “is empty”."
            continue
        try:
            _check_row(row)
            filters = parse_filter_words([*good, row.word])
            check_filters(filters, columns=CATALOGUE[choices.dataset], timezone=tenant.timezone)
        except InvalidInput as problem:
            problems.filters[number] = problem.said
        else:
            good.append(row.word)
    return good


def _check_row(row: FilterRow) -> None:
    if row.operator in ("gte", "lte", "gt", "lt") and row.value.lstrip().startswith(("=", "<", ">")):
        raise InvalidInput("Type the value alone, without a sign.")


def _put_workspace(
    filters: dict[str, object], choices: Choices, workspaces: Mapping[str, str], problems: Problems
) -> None:
    if choices.workspace not in workspaces:
        problems.places["workspace"] = "There is no such workspace. Choose one from the list."
    elif choices.dataset is ExportType.DOMAINS:
        problems.places["workspace"] = "A domain counts for all workspaces together. Export metrics to part them."
    elif WORKSPACE in filters:
        problems.places["workspace"] = "There is a filter on the workspace too; remove one of the two."
    else:
        filters[WORKSPACE] = workspaces[choices.workspace]

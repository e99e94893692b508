"""Rows of facts as requests bring them, and what became of them."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from outbrief.api.schemas import OnOff, _Asked, _Told
from outbrief.facts import ROWS_AT_MOST, FactKind
from outbrief.facts.shapes import FIELDS, Shape
from outbrief.facts.shapes import Field as Column

_TIME = "ISO 8601; without an offset it is taken in the tenant's zone."
# How cells of each shape are best written; texts of the same meaning are taken too.
_WRITTEN: dict[Shape, dict[str, object]] = {
    Shape.KEY: {"type": "string", "maxLength": 500},
    Shape.INSTANT: {"type": "string", "description": _TIME},
    Shape.COUNT: {"type": "integer", "minimum": 0},
    Shape.NUMBER: {"type": "number"},
    Shape.TAGS: {"type": "array", "items": {"type": "string"}},
    Shape.JSON: {"type": "object"},
}


def _only_objects(rows: object) -> object:
    if isinstance(rows, list):
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                raise ValueError(f"Row {number:,} is not an object")
    return rows


def _described(kind: FactKind) -> dict[str, object]:
    """Describe the rows of a kind; the import itself checks them, and refuses those that are not so."""
    return {
        "type": "array",
        "maxItems": ROWS_AT_MOST,
        "description": "null clears a column, and one that a row does not name stays as it is.",
        "items": {
            "type": "object",
            "properties": {to_camel(column.name): _cell(column) for column in FIELDS[kind]},
            "required": [to_camel(column.name) for column in FIELDS[kind] if column.required],
        },
    }


def _cell(column: Column) -> dict[str, object]:
    written = dict(_WRITTEN.get(column.shape, {"type": "string"}))
    if column.choices:
        written["enum"] = [*column.choices] if column.required else [*column.choices, None]
    if not column.required:
        written["type"] = [written["type"], "null"]
    return written


Rows: TypeAlias = Annotated[list[dict[str, object]], BeforeValidator(_only_objects)]


class RowsAsked(_Asked):
    """Rows to bring in."""

    rows: Rows
    strict: OnOff = Field(default=False, description="Refuse the whole batch (422) when a single row is bad.")


class CampaignRows(RowsAsked):
    """Campaigns, known by their external id."""

    rows: Annotated[Rows, WithJsonSchema(_described(FactKind.CAMPAIGNS))]


class LeadRows(RowsAsked):
    """Leads, known by their external id."""

    rows: Annotated[Rows, WithJsonSchema(_described(FactKind.LEADS))]


class MessageRows(RowsAsked):
    """Messages, known by their external id."""

    rows: Annotated[Rows, WithJsonSchema(_described(FactKind.MESSAGES))]


class EventRows(RowsAsked):
    """Events, known by their external id, or else by everything that is said of them."""

    rows: Annotated[Rows, WithJsonSchema(_described(FactKind.EVENTS))]


class RefusalOut(_Told):
    """A row that was not taken in."""

    line: int = Field(description="The number of the row, from 1.")
    field: str = Field(description="The column at fault, as it is called in files: external_id.")
    reason: str
    value: str


class RowsTaken(_Told):
    """What became of a batch: every row read was kept or refused."""

    kind: FactKind
    rows_read: int
    rows_kept: int
    rows_refused: int
    created: int = Field(description="An id that occurs twice in the batch counts once.")
    updated: int
    unchanged: int
    refusals: list[RefusalOut] = Field(description="The first 1,000.")
    notes: list[str] = Field(description="What is said of the batch as a whole, such as columns that were left out.")

"""Columns and tables: what a dataset, an export and a report table are made of."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | float | bool | dt.date | dt.datetime | None


class Kind(StrEnum):
    """What a column holds; every format derives its own type, alignment and number format from it.

    A `RATE` is a fraction 0..1 everywhere inside Outbrief; CSV, JSON, NDJSON and Parquet write it as a percentage
    with two decimals, Excel as a fraction shown as percent. `MINUTES` is a float. `JSON` is JSON text. `TAGS` is a
    list of text. `TIMESTAMP` is an aware instant in UTC.
    """

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    RATE = "rate"
    MINUTES = "minutes"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    JSON = "json"
    TAGS = "tags"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: `key` is its machine name (the header of data files), `label` the heading people read."""

    key: str
    label: str
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a document: `rows` hold one cell per column; `total_rows` is how many there are in all.

    When `total_rows` exceeds `len(rows)` the renderer must say so. `total` is an optional closing row.
    `page_columns` are the keys of the columns to show where width is scarce (a page); empty means all of them.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total_rows: int
    total: tuple[Cell, ...] | None = None
    note: str = ""
    page_columns: tuple[str, ...] = ()

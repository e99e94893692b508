"""What an export is asked for: type, format, columns, filters, and how the file is written."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outbrief.terms.calendar import Period, check_timezone, resolve_period
from outbrief.terms.choices import check_choice, shown, unknown
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.errors import InvalidInput
from outbrief.terms.filters import Filter, Operator, check_filters, parse_filter_words
from outbrief.terms.table import Column

__all__ = [
    "CATALOGUE",
    "ExportFormat",
    "ExportRequest",
    "ExportStatus",
    "ExportType",
    "Filter",
    "Operator",
    "WriteOptions",
    "check_export",
    "parse_filter_words",
]


class ExportFormat(StrEnum):
    """The formats an export is written in."""

    CSV = "csv"
    EXCEL = "excel"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"


class ExportStatus(StrEnum):
    """The life of one export job; `record.exports` holds the legal changes."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """A checked export: `columns` in the order asked, `period` in days of the tenant's reporting zone (or None).

    The period means days of sending; for leads, the days they were created.
    """

    export_type: ExportType
    format: ExportFormat
    columns: tuple[Column, ...]
    timezone: str
    period: Period | None = None
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """How a data file is written. `delimiter`, `bom` and `gzip` concern CSV alone, `title` Excel (file properties)."""

    delimiter: str = ","
    bom: bool = False
    gzip: bool = False
    title: str = ""


def check_export(
    *,
    export_type: str,
    format: str,  # noqa: A002 - the name that people, the API and the table use
    fields: Sequence[str] | None,
    filters: Mapping[str, object] | None,
    date_range: str | Mapping[str, object] | None,
    timezone: str,
    at: dt.datetime,
) -> ExportRequest:
    """Check what somebody asked for; InvalidInput names the field at fault and what is allowed there.

    No `fields` means every column in the order of the catalogue. `date_range` is as in `calendar.resolve_period`,
    against the instant `at` in `timezone`; None means all days. `filters` are as in `filters.check_filters`, and may
    use columns that are not among the fields.
    """
    checked = check_choice(ExportType, export_type, field="exportType")
    zone = check_timezone(timezone)
    return ExportRequest(
        export_type=checked,
        format=check_choice(ExportFormat, format, field="format"),
        columns=_check_fields(fields, CATALOGUE[checked]),
        timezone=zone.key,
        period=None if date_range is None else resolve_period(date_range, at=at, timezone=zone.key),
        filters=check_filters(filters, columns=CATALOGUE[checked], timezone=zone.key),
    )


def _check_fields(fields: Sequence[str] | None, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    if not fields:
        return columns
    if isinstance(fields, str) or not isinstance(fields, Sequence):
        raise InvalidInput("Fields are a list of column names.", field="fields")
    by_key = {column.key: column for column in columns}
    asked: dict[str, Column] = {}
    for key in fields:
        if not isinstance(key, str) or key not in by_key:
            raise unknown(key, by_key, field="fields")
        if key in asked:
            raise InvalidInput(f"{shown(key)} is asked for twice.", field="fields")
        asked[key] = by_key[key]
    return tuple(asked.values())

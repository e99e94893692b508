"""What requests and answers look like: JSON in camelCase. Unknown keys of a request are refused by name."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from outbrief.terms.calendar import DateRange, Frequency
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.export import ExportFormat, ExportStatus, ExportType
from outbrief.terms.report import GenerationStatus, ReportFormat, ReportType, Trigger


class _Asked(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class _Told(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


def _one_of(choices: Iterable[StrEnum], description: str = "") -> FieldInfo:
    # Shown as an enumeration, but checked by `terms`, whose refusals say what was meant.
    extra: dict[str, list[str]] = {"enum": [str(choice) for choice in choices]}
    return Field(description=description or None, json_schema_extra=extra)  # type: ignore[arg-type, no-any-return]


_RANGE = f'One of {", ".join(DateRange)}; or "2025-10-01..2025-10-31"; or {{"from": ..., "to": ...}}, both included.'
DateRangeAsked = Annotated[str | dict[str, str], Field(description=_RANGE)]
Whole = Annotated[int, Field(strict=True)]
OnOff = Annotated[bool, Field(strict=True)]
ReportTypeName = Annotated[str, _one_of(ReportType)]
ReportFormatName = Annotated[str, _one_of(ReportFormat)]
Text = Annotated[str, Field(max_length=10_000)]
Config = Annotated[
    dict[str, object],
    Field(
        description="What the report is limited to: workspaceIds, campaignIds, domains (lists). "
        "What it holds: measures (a list), sections (a list of names and objects), template (a name), "
        "locale (en, de, fr, es), paper (a4, letter), cover (true or false). "
        "How it is mailed: formats (further ones beside format), "
        "subject (a line with {report}, {period}, {workspace}, {tenant}, {date}), message (plain text), "
        "attach (false: only links). "
        'Whether it goes out: onlyWhen (a list like [{"measure": "bounceRate", "above": 3}], of which one must hold; '
        "rates are percentages), skipEmpty (true: not without activity). "
        "In a schedule, notify is the address that is told of failures; without it, the creator's."
    ),
]
Recipients = Annotated[list[str], Field(max_length=500, description="Mail addresses; each gets a mail of its own.")]


# --- errors ----------------------------------------------------------------------------------------------------------


class Problem(_Told):
    """One field of the request and what is wrong with it."""

    field: str
    message: str


class Reasons(_Told):
    """Where to look: the field at fault, what to do, and, when several fields are wrong, all of them."""

    field: str | None = None
    hint: str | None = None
    problems: list[Problem] | None = None


class ErrorOut(_Told):
    """Every answer that is no success."""

    error: str = Field(description="A sentence for people.")
    code: str = Field(description="A word for programs, such as invalid_input.")
    details: Reasons | None


# --- exports ---------------------------------------------------------------------------------------------------------


class ExportAsked(_Asked):
    """An export: all rows and columns of its type, unless told otherwise."""

    export_type: Annotated[str, _one_of(ExportType)]
    format: Annotated[str, _one_of(ExportFormat)]
    date_range: DateRangeAsked | None = None
    filters: dict[str, object] | None = Field(
        default=None,
        description='By column: a value, a list of values, null, or a range such as {"gte": 10, "lt": 20}.',
    )
    fields: list[str] | None = Field(default=None, description="Columns in the order wanted; none means all.")


class ExportAccepted(_Told):
    """An export that was taken on."""

    export_id: UUID
    status: ExportStatus
    estimated_time: int = Field(description="Seconds until it is likely to be complete.")


class ExportOut(_Told):
    """An export: `progress` while it is under way; the link and what is known of the file when it is complete."""

    export_id: UUID
    status: ExportStatus
    progress: int | None = Field(default=None, description="Percent.")
    download_url: str | None = Field(default=None, description="Good until expiresAt; it needs no key.")
    expires_at: dt.datetime | None = None
    file_size: int | None = Field(default=None, description="Bytes.")
    row_count: int | None = None
    sha256: str | None = None
    notes: str | None = Field(default=None, description="What the format could not hold.")
    error: str | None = None


class ExportListed(ExportOut):
    """An export in the list; its link is given only when it is looked at by itself."""

    export_type: ExportType
    format: ExportFormat
    created_at: dt.datetime


class ExportPage(_Told):
    """Exports, newest first."""

    items: list[ExportListed]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


# --- schedules -------------------------------------------------------------------------------------------------------


class ScheduleAsked(_Asked):
    """A scheduled report."""

    name: Text
    description: Text | None = None
    report_type: ReportTypeName
    format: ReportFormatName
    frequency: Annotated[str, _one_of(Frequency)]
    time: Annotated[str, Field(description="On the wall clock of the time zone, such as 09:00.")] = "09:00"
    timezone: Annotated[str, Field(description="An IANA name; without it, the tenant's.")] = ""
    day_of_week: Annotated[Whole | None, Field(description="For weekly: 0 is Sunday.")] = None
    day_of_month: Annotated[Whole | None, Field(description="For monthly: past the end means the last day.")] = None
    date_range: DateRangeAsked
    recipients: Recipients
    workspace_id: UUID | None = None
    config: Config = Field(default_factory=dict)
    is_active: OnOff = True


class ScheduleChanged(_Asked):
    """The settings of a schedule that are to change; the others stay."""

    name: Text = ""
    description: Text | None = None
    report_type: ReportTypeName = ""
    format: ReportFormatName = ""
    frequency: Annotated[str, _one_of(Frequency)] = ""
    time: str = ""
    timezone: str = ""
    day_of_week: Whole | None = None
    day_of_month: Whole | None = None
    date_range: DateRangeAsked = ""
    recipients: Recipients = Field(default_factory=list)
    workspace_id: UUID | None = None
    config: Config = Field(default_factory=dict)
    is_active: OnOff = True


class ScheduleOut(_Told):
    """A scheduled report. `nextRunAt` is null while it is paused."""

    id: UUID
    name: str
    description: str | None
    report_type: ReportType
    format: ReportFormat
    frequency: Frequency
    time: str
    timezone: str
    day_of_week: int | None
    day_of_month: int | None
    date_range: str
    recipients: list[str]
    workspace_id: UUID | None
    config: dict[str, object]
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    last_run_at: dt.datetime | None
    next_run_at: dt.datetime | None


class SchedulePage(_Told):
    """Schedules, newest first."""

    items: list[ScheduleOut]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


# --- reports ---------------------------------------------------------------------------------------------------------


class ReportAsked(_Asked):
    """A report to be made once, now; without recipients it is made and kept, and mailed to nobody."""

    report_type: ReportTypeName
    format: ReportFormatName
    date_range: DateRangeAsked
    name: Annotated[str, Field(min_length=1, max_length=255, description="Its title.")] | None = None
    recipients: Recipients = Field(default_factory=list)
    workspace_id: UUID | None = None
    config: Config = Field(default_factory=dict)


class GenerationAccepted(_Told):
    """A report that was taken on."""

    generation_id: UUID
    status: GenerationStatus


class Resent(_Told):
    """A generation that goes out again, to so many recipients."""

    generation_id: UUID
    status: GenerationStatus
    recipients: int


class DeliveryOut(_Told):
    """What became of the mail to one recipient. `answer` is the mail server's, or the reason why none was sent."""

    recipient: str
    status: DeliveryStatus
    attempts: int
    sent_at: dt.datetime | None
    answer: str


class GenerationOut(_Told):
    """One run of a report."""

    generation_id: UUID
    scheduled_report_id: UUID | None
    name: str
    report_type: ReportType
    format: ReportFormat
    status: GenerationStatus
    trigger: Trigger
    generated_at: dt.datetime
    scheduled_for: dt.datetime | None
    attempt: int
    progress: int
    generation_time_ms: int | None
    file_size: int | None
    row_count: int | None
    sha256: str | None
    notes: list[str]
    sent_to: list[str]
    error: str | None


class FileOut(_Told):
    """A file of a report; its link lasts an hour, and is null when the file is no longer kept."""

    format: ReportFormat
    filename: str
    content_type: str
    size: int = Field(description="Bytes.")
    row_count: int
    sha256: str
    notes: list[str] = Field(description="What the format could not hold.")
    download_url: str | None


class GenerationDetail(GenerationOut):
    """One run of a report, with its deliveries and its files, the one of its main format first.

    `fileSize`, `rowCount`, `sha256` and `downloadUrl` are those of the main file.
    """

    deliveries: list[DeliveryOut]
    files: list[FileOut]
    download_url: str | None
    expires_at: dt.datetime | None


class GenerationPage(_Told):
    """Generations, newest first."""

    items: list[GenerationOut]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


# --- health ----------------------------------------------------------------------------------------------------------


class Live(_Told):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Health(_Told):
    """Whether requests can be served."""

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unavailable"]


Answer = TypeVar("Answer")


def answers(status: int, body: Answer, *errors: int) -> dict[int, Answer | type[ErrorOut]]:
    """Document the answers of an operation: its success, and the errors that it may end in."""
    return {status: body, **dict.fromkeys(errors, ErrorOut)}

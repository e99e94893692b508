"""What a report is asked for: types, formats, frequencies, statuses."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outbrief.terms.calendar import Period
from outbrief.terms.choices import check_choice, shown, unknown
from outbrief.terms.errors import InvalidInput


class ReportType(StrEnum):
    """The five kinds of report."""

    CAMPAIGN = "campaign"
    OVERALL = "overall"
    DELIVERABILITY = "deliverability"
    WORKSPACE_SUMMARY = "workspace_summary"
    DOMAIN_HEALTH = "domain_health"


class ReportFormat(StrEnum):
    """The formats a report is written in."""

    CSV = "csv"
    EXCEL = "excel"
    PDF = "pdf"


class GenerationStatus(StrEnum):
    """The life of one generation; `record.generations` holds the legal changes."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    """What started a generation."""

    SCHEDULE = "schedule"
    MANUAL = "manual"
    API = "api"


@dataclass(frozen=True, kw_only=True)
class ReportFilters:
    """What a report is limited to; empty tuples mean everything. Ids are the platform's external ids of
    campaigns; workspaces are named by their ids (uuid text).
    """

    workspace_ids: tuple[str, ...] = ()
    campaign_ids: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReportRequest:
    """Everything a composer needs to know about what was asked.

    `period` and `comparison` are days in the tenant's reporting zone. `scope` is a phrase for people, such as a
    workspace's name or "All workspaces".
    """

    report_type: ReportType
    title: str
    tenant_name: str
    timezone: str
    period: Period
    comparison: Period
    scope: str = "All workspaces"
    colour: str = "#2f5fde"
    filters: ReportFilters = field(default_factory=ReportFilters)


def check_report_type(name: str) -> ReportType:
    """Give the report type with this name; InvalidInput(field="reportType") otherwise."""
    return check_choice(ReportType, name, field="reportType")


def check_report_format(name: str) -> ReportFormat:
    """Give the report format with this name; InvalidInput(field="format") otherwise."""
    return check_choice(ReportFormat, name, field="format")


_CONFIG_KEYS = ("workspaceIds", "campaignIds", "domains")


def check_report_config(config: Mapping[str, object] | None) -> ReportFilters:
    """Check a report's config and give the filters in it; InvalidInput names `config.KEY`.

    `workspaceIds` are uuids, `campaignIds` the platform's own ids, `domains` sending domains: each a list of text,
    kept once each in the order given. A missing, null or empty list means everything.
    """
    if config is not None and not isinstance(config, Mapping):
        raise InvalidInput("The config is an object.", field="config")
    asked = config or {}
    for key in asked:
        if key not in _CONFIG_KEYS:
            raise unknown(key, _CONFIG_KEYS, field=f"config.{key}")
    return ReportFilters(
        workspace_ids=tuple(_check_uuid(text) for text in _texts(asked, "workspaceIds")),
        campaign_ids=_texts(asked, "campaignIds"),
        domains=tuple(dict.fromkeys(text.lower() for text in _texts(asked, "domains"))),
    )


def _texts(config: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = config.get(key)
    if values is None:
        return ()
    if not isinstance(values, list | tuple):
        raise InvalidInput("This takes a list of text.", field=f"config.{key}")
    for value in values:
        if not isinstance(value, str) or not value.strip() or "\x00" in value:
            raise InvalidInput(f"{shown(value)} is not a text to look for.", field=f"config.{key}")
    return tuple(dict.fromkeys(value.strip() for value in values))


def _check_uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise InvalidInput(f"{shown(text)} is not the id of a workspace.", field="config.workspaceIds") from None

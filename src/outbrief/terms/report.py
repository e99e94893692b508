"""What a report is asked for: types, formats, frequencies, statuses."""

from dataclasses import dataclass, field
from enum import StrEnum

from outbrief.terms.calendar import Period


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

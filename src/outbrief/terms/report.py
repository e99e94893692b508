"""What a report is asked for: types, formats, frequencies, statuses."""

from dataclasses import dataclass
from enum import StrEnum

from outbrief.terms.choices import check_choice


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


def check_report_type(name: str) -> ReportType:
    """Give the report type with this name; InvalidInput(field="reportType") otherwise."""
    return check_choice(ReportType, name, field="reportType")


def check_report_format(name: str) -> ReportFormat:
    """Give the report format with this name; InvalidInput(field="format") otherwise."""
    return check_choice(ReportFormat, name, field="format")

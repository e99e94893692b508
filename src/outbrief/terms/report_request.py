"""What a composer needs to know of one report."""

from dataclasses import dataclass, field

from outbrief.terms.calendar import Period
from outbrief.terms.layout import LayoutSection
from outbrief.terms.look import Brand, Look
from outbrief.terms.report import ReportFilters, ReportType


@dataclass(frozen=True, kw_only=True)
class ReportRequest:
    """Everything a composer needs to know about what was asked.

    `period` and `comparison` are days in the tenant's reporting zone. `scope` is a phrase for people, such as a
    workspace's name or "All workspaces". `measures` are the headline figures and the columns of tables, and
    `sections` what the document holds, in order; either empty means what the type of report has by itself.
    """

    report_type: ReportType
    title: str
    brand: Brand
    timezone: str
    period: Period
    comparison: Period
    scope: str = "All workspaces"
    filters: ReportFilters = field(default_factory=ReportFilters)
    measures: tuple[str, ...] = ()
    sections: tuple[LayoutSection, ...] = ()
    look: Look = field(default_factory=Look)

"""What a schedule or a one-off report is asked to hold, checked when it is saved and not first when it is made."""

from collections.abc import Mapping

from outbrief.compose import check_layout
from outbrief.record import schedules
from outbrief.run import templates
from outbrief.terms.report import ReportType
from outbrief.terms.report_config import check_report_config
from outbrief.terms.subject import check_subject


def check_contents(report_type: ReportType, config: Mapping[str, object]) -> None:
    """Check a report's config against its type and what the tenant has, in the tenant's scope.

    InvalidInput names the field: a section that the type has not, an unknown workspace, template or placeholder.
    """
    asked = check_report_config(config)
    check_subject(asked.subject)
    schedules.check_workspaces(asked.filters.workspace_ids, field="config.workspaceIds")
    templates.check_named(asked, report_type)
    check_layout(report_type, asked.sections)

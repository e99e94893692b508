"""Reports of one workspace, or of all."""

from uuid import UUID

from django.db.models import QuerySet

from outbrief.record.models import ReportGeneration


def of_workspace(runs: "QuerySet[ReportGeneration]", workspace_id: UUID | None) -> "QuerySet[ReportGeneration]":
    """Leave the runs that were asked for a workspace, by what they were asked and not by what their schedule is now."""
    return runs.filter(metadata__order__workspace_id=str(workspace_id)) if workspace_id else runs

"""The tables of ours, one file per topic."""

from outbrief.record.models.audit import AuditEvent
from outbrief.record.models.exports import ExportJob
from outbrief.record.models.generations import ReportDelivery, ReportGeneration, Suppression
from outbrief.record.models.schedules import ReportTemplate, ScheduledReport
from outbrief.record.models.tenancy import ApiKey, Membership, Role, Tenant, User, Workspace

__all__ = [
    "ApiKey",
    "AuditEvent",
    "ExportJob",
    "Membership",
    "ReportDelivery",
    "ReportGeneration",
    "ReportTemplate",
    "Role",
    "ScheduledReport",
    "Suppression",
    "Tenant",
    "User",
    "Workspace",
]

"""The tables of ours, one file per topic."""

from outbrief.record.models.account_mails import AccountMail, MailKind
from outbrief.record.models.audit import AuditEvent
from outbrief.record.models.exports import ExportJob
from outbrief.record.models.generations import ReportDelivery, ReportGeneration, Suppression
from outbrief.record.models.schedules import ReportTemplate, ScheduledReport
from outbrief.record.models.tenancy import ApiKey, Invitation, Membership, Role, Tenant, User, Workspace
from outbrief.record.models.uploads import Upload, UploadStatus

__all__ = [
    "AccountMail",
    "ApiKey",
    "AuditEvent",
    "ExportJob",
    "Invitation",
    "MailKind",
    "Membership",
    "ReportDelivery",
    "ReportGeneration",
    "ReportTemplate",
    "Role",
    "ScheduledReport",
    "Suppression",
    "Tenant",
    "Upload",
    "UploadStatus",
    "User",
    "Workspace",
]

"""Scheduled reports and the templates they may name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from outbrief.record.models.columns import created, identity, one_of
from outbrief.record.models.tenancy import Tenant, Workspace
from outbrief.terms.calendar import Frequency
from outbrief.terms.report import ReportFormat, ReportType


class ScheduledReport(models.Model):
    """A report that somebody asked to get again and again. `next_run_at` is null while it is paused.

    One with `deleted_at` is gone for everybody; until the sweep removes the row it can be restored.
    """

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, null=True)
    name = models.CharField(max_length=255)
    description = models.TextField(null=True)
    frequency = models.CharField(max_length=50)
    day_of_week = models.IntegerField(null=True)
    day_of_month = models.IntegerField(null=True)
    time = models.TimeField(null=True)
    timezone = models.CharField(max_length=50, default="UTC", db_default="UTC")
    report_type = models.CharField(max_length=50)
    date_range = models.CharField(max_length=50, null=True)
    format = models.CharField(max_length=20)
    config = models.JSONField(default=dict, null=True)
    recipients = ArrayField(models.TextField(), null=True)
    is_active = models.BooleanField(default=True, db_default=True)
    created_at = created()
    updated_at = models.DateTimeField(db_default=Now())
    last_run_at = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scheduled_reports"
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="scheduled_reports_newest"),
            models.Index(fields=["next_run_at"], condition=models.Q(is_active=True), name="scheduled_reports_due"),
        ]
        constraints = [
            one_of("frequency", Frequency, table="scheduled_reports"),
            one_of("report_type", ReportType, table="scheduled_reports"),
            one_of("format", ReportFormat, table="scheduled_reports"),
            models.CheckConstraint(
                condition=models.Q(day_of_week__isnull=True) | models.Q(day_of_week__range=(0, 6)),
                name="scheduled_reports_day_of_week_known",
            ),
            models.CheckConstraint(
                condition=models.Q(day_of_month__isnull=True) | models.Q(day_of_month__range=(1, 31)),
                name="scheduled_reports_day_of_month_known",
            ),
        ]


class ReportTemplate(models.Model):
    """A named arrangement of sections, as they were written, and a styling, for one type of report."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    description = models.TextField(default="", db_default="")
    report_type = models.CharField(
        max_length=50, default=ReportType.CAMPAIGN.value, db_default=ReportType.CAMPAIGN.value
    )
    sections = models.JSONField(default=list)
    styling = models.JSONField(default=dict)
    created_at = created()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "report_templates"
        indexes = [models.Index(fields=["tenant", "-created_at"], name="report_templates_newest")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="report_templates_name_once"),
            one_of("report_type", ReportType, table="report_templates"),
        ]

"""Export jobs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from outbrief.record.models.columns import created, identity, one_of
from outbrief.record.models.tenancy import Tenant, User
from outbrief.terms.export import ExportFormat, ExportStatus, ExportType


class ExportJob(models.Model):
    """One export: what was asked, how far it is, and the file that came of it until it expires."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    export_type = models.CharField(max_length=50)
    format = models.CharField(max_length=20)
    date_range = models.JSONField(null=True)
    filters = models.JSONField(null=True)
    fields = ArrayField(models.TextField(), null=True)
    status = models.CharField(max_length=50, default=ExportStatus.PENDING.value)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    processing_time_ms = models.IntegerField(null=True)
    file_path = models.TextField(null=True)
    file_size_bytes = models.BigIntegerField(null=True)
    row_count = models.IntegerField(null=True)
    download_url = models.TextField(null=True)
    expires_at = models.DateTimeField(null=True)
    error_message = models.TextField(null=True)
    created_at = created()
    progress = models.IntegerField(default=0)
    expected_rows = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, null=True)
    idempotency_key = models.CharField(max_length=255, null=True)

    class Meta:
        db_table = "export_jobs"
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="export_jobs_newest"),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(status=ExportStatus.COMPLETED.value),
                name="export_jobs_expiring",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "idempotency_key"], name="export_jobs_once"),
            one_of("export_type", ExportType, table="export_jobs"),
            one_of("format", ExportFormat, table="export_jobs"),
            one_of("status", ExportStatus, table="export_jobs"),
        ]

"""Files of facts that people upload on the page, until they are imported."""

from enum import StrEnum

from django.db import models

from outbrief.record.models.columns import created, identity, one_of
from outbrief.record.models.tenancy import Tenant, User


class UploadStatus(StrEnum):
    """The life of an upload: its columns are being matched, a worker imports it, it is in, or it was refused."""

    WAITING = "waiting"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


class Upload(models.Model):
    """One uploaded file. `mapping` says how its `columns` become ours; `intake_id` is the import that came of it.

    `mapping` is what a map file says, with one section. The columns are sorted: a file that has the same ones is
    proposed the same map.
    """

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    filename = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)
    columns = models.JSONField(null=True)
    mapping = models.JSONField(default=dict)
    file_path = models.TextField(null=True)
    file_size_bytes = models.BigIntegerField()
    status = models.CharField(max_length=10, default=UploadStatus.WAITING.value)
    rows_read = models.BigIntegerField(default=0)
    error_message = models.TextField(null=True)
    intake_id = models.BigIntegerField(null=True)
    created_at = created()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "uploads"
        indexes = [models.Index(fields=["tenant", "-created_at"], name="uploads_newest")]
        constraints = [
            one_of("status", UploadStatus, table="uploads"),
            one_of("kind", ("campaigns", "leads", "messages", "events", "totals"), table="uploads"),
        ]

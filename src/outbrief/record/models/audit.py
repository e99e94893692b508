"""The audit log."""

from django.db import models
from django.db.models.functions import Collate

from outbrief.record.models.columns import created, identity
from outbrief.record.models.tenancy import Tenant


class AuditEvent(models.Model):
    """Who did what to which object. The serving role may add and read events, never change or delete them."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    actor = models.TextField()
    action = models.CharField(max_length=60)
    object_id = models.TextField(default="")
    detail = models.JSONField(default=dict)
    created_at = created()

    class Meta:
        db_table = "audit_events"
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="audit_events_newest"),
            models.Index(fields=["tenant", "actor", "-created_at"], name="audit_events_by_actor"),
            models.Index(
                models.F("tenant"),
                Collate("action", "C"),
                models.F("created_at").desc(),
                name="audit_events_by_action",
            ),
        ]

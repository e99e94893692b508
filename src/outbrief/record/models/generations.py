"""Generations (runs of a report), their deliveries to recipients, and the addresses that get no more mail."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Collate

from outbrief.record.models.columns import created, identity, one_of
from outbrief.record.models.schedules import ScheduledReport
from outbrief.record.models.tenancy import Tenant
from outbrief.terms.delivery import DeliveryStatus
from outbrief.terms.report import GenerationStatus, Trigger


class ReportGeneration(models.Model):
    """One run of a report. `metadata` holds what was asked (frozen), the sha256, and what the format says of itself."""

    id = identity()
    scheduled_report = models.ForeignKey(ScheduledReport, on_delete=models.SET_NULL, null=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    generated_at = created()
    generation_time_ms = models.IntegerField(null=True)
    status = models.CharField(max_length=50, default=GenerationStatus.PENDING.value)
    error_message = models.TextField(null=True)
    file_path = models.TextField(null=True)
    file_size_bytes = models.BigIntegerField(null=True)
    row_count = models.IntegerField(null=True)
    sent_to = ArrayField(models.TextField(), null=True)
    delivery_status = models.JSONField(null=True)
    metadata = models.JSONField(default=dict, null=True)
    scheduled_for = models.DateTimeField(null=True)
    trigger = models.CharField(max_length=10, default=Trigger.SCHEDULE.value)
    attempt = models.IntegerField(default=0)
    progress = models.IntegerField(default=0)

    class Meta:
        db_table = "report_generations"
        indexes = [
            models.Index(fields=["tenant", "-generated_at"], name="report_generations_newest"),
            models.Index(fields=["scheduled_report", "-generated_at"], name="report_generations_history"),
            models.Index(
                fields=["generated_at"],
                condition=models.Q(status__in=["pending", "running"]),
                name="report_generations_alive",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["scheduled_report", "scheduled_for"], name="report_generations_once"),
            one_of("status", GenerationStatus, table="report_generations"),
            one_of("trigger", Trigger, table="report_generations"),
        ]


class ReportDelivery(models.Model):
    """One generation to one recipient. `message_id` is made with the row, so every attempt carries the same."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    generation = models.ForeignKey(ReportGeneration, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.TextField()
    status = models.CharField(max_length=20, default=DeliveryStatus.PENDING.value)
    attempts = models.IntegerField(default=0)
    message_id = models.TextField()
    provider_answer = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    updated_at = created()

    class Meta:
        db_table = "report_deliveries"
        indexes = [
            models.Index(
                fields=["tenant", "-sent_at", "-id"],
                condition=models.Q(sent_at__isnull=False),
                name="report_deliveries_newest",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["generation", "recipient"], name="report_deliveries_once"),
            one_of("status", DeliveryStatus, table="report_deliveries"),
        ]


class Suppression(models.Model):
    """An address that gets no more mail from a tenant: it unsubscribed, bounced hard or complained."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    address = models.TextField()
    reason = models.CharField(max_length=20)
    created_at = created()

    class Meta:
        db_table = "suppressions"
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="suppressions_newest"),
            models.Index(models.F("tenant"), Collate("address", "C"), name="suppressions_beginning"),
            models.Index(fields=["tenant", "reason", "-created_at"], name="suppressions_by_reason"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "address"], name="suppressions_once"),
            one_of("reason", ("unsubscribed", "bounced", "complained", "manual"), table="suppressions"),
        ]

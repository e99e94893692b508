"""What the pages add: invitations, uploads, people's zones, a tenant's retention, schedules that can be restored.

A program of the version before goes on working: each new column is null or has a default in the database.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models

from outbrief.terms.tenancy import protect_sql, unprotect_sql

_KNOWN = ("export_jobs", "scheduled_reports", "report_generations", "report_templates")


def _exists(*tables: str) -> str:
    known = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE id = wanted)" for table in tables)
    return (
        "CREATE OR REPLACE FUNCTION outbrief_exists(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $$ SELECT {known} $$;"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_templates"),
    ]

    operations = [
        migrations.AddField(
            model_name="scheduledreport",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="tenant",
            name="retention_days",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="timezone",
            field=models.CharField(db_default="", default="", max_length=50),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254)),
                ("role", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("tenant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="record.tenant")),
            ],
            options={
                "db_table": "invitations",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True)),
                        fields=("tenant", "email"),
                        name="invitations_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "editor", "viewer"])), name="invitations_role_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("filename", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=10)),
                ("mapping", models.JSONField(default=dict)),
                ("columns", models.JSONField(null=True)),
                ("file_path", models.TextField(null=True)),
                ("file_size_bytes", models.BigIntegerField()),
                ("status", models.CharField(default="waiting", max_length=10)),
                ("rows_read", models.BigIntegerField(default=0)),
                ("error_message", models.TextField(null=True)),
                ("intake_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("completed_at", models.DateTimeField(null=True)),
                ("tenant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="record.tenant")),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "uploads",
                "indexes": [models.Index(fields=["tenant", "-created_at"], name="uploads_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "importing", "done", "failed"])),
                        name="uploads_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["campaigns", "leads", "messages", "events", "totals"])),
                        name="uploads_kind_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(protect_sql("invitations"), unprotect_sql("invitations")),
        migrations.RunSQL(protect_sql("uploads"), unprotect_sql("uploads")),
        migrations.RunSQL(_exists(*_KNOWN, "uploads"), _exists(*_KNOWN)),
    ]

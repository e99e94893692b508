"""Keep what was mailed to a tenant's own people, and let a person end their sessions everywhere."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models

from outbrief.terms.tenancy import protect_sql, unprotect_sql


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0006_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="AccountMail",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("recipient", models.TextField()),
                ("object_id", models.UUIDField(null=True)),
                ("message_id", models.TextField()),
                ("problem", models.TextField(default="")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(null=True)),
                ("tenant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="record.tenant")),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "account_mails",
                "indexes": [models.Index(fields=["tenant", "object_id"], name="account_mails_about")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "message_id"), name="account_mails_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["invitation", "password", "failure"])),
                        name="account_mails_kind_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="reportdelivery",
            index=models.Index(
                fields=["tenant", "-sent_at", "-id"],
                condition=models.Q(("sent_at__isnull", False)),
                name="report_deliveries_newest",
            ),
        ),
        migrations.RunSQL(protect_sql("account_mails"), unprotect_sql("account_mails")),
    ]

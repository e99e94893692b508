"""The daily activity summed up over recipient domains, filled from what is there."""

import django.db.models.deletion
from django.db import migrations, models

from outbrief.terms.tenancy import protect_sql, unprotect_sql

COUNTS = (
    "sent", "delivered", "bounced", "hard_bounced", "soft_bounced", "opened", "clicked", "replied", "complained",
    "unsubscribed", "opens", "clicks", "timed_opens", "timed_clicks",
)  # fmt: skip
SECONDS = ("open_seconds", "click_seconds")
KEY = "tenant_id, campaign_id, day, workspace_id, sending_domain"
FILL = (
    f"INSERT INTO sending_activity ({KEY}, {', '.join((*COUNTS, *SECONDS))})"
    f" SELECT {KEY}, {', '.join(f'sum({name})' for name in (*COUNTS, *SECONDS))} FROM daily_activity GROUP BY {KEY}"
)


def _reference(to: str, on_delete: object) -> models.ForeignKey:
    return models.ForeignKey(db_constraint=False, db_index=False, on_delete=on_delete, to=to)


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_isolation"), ("record", "0003_gauges")]

    operations = [
        migrations.CreateModel(
            name="SendingActivity",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sending_domain", models.TextField(default="")),
                ("day", models.DateField()),
                *((name, models.BigIntegerField(default=0)) for name in COUNTS),
                *((name, models.FloatField(default=0)) for name in SECONDS),
                ("campaign", _reference("facts.campaign", django.db.models.deletion.CASCADE)),
                ("tenant", _reference("record.tenant", django.db.models.deletion.CASCADE)),
                ("workspace", _reference("record.workspace", django.db.models.deletion.PROTECT)),
            ],
            options={"db_table": "sending_activity"},
        ),
        migrations.AddIndex(
            model_name="sendingactivity",
            index=models.Index(fields=["tenant", "day"], name="sending_activity_by_day"),
        ),
        migrations.AddConstraint(
            model_name="sendingactivity",
            constraint=models.UniqueConstraint(
                fields=("campaign", "day", "workspace", "sending_domain"), name="sending_activity_once"
            ),
        ),
        migrations.RunSQL(protect_sql("sending_activity"), unprotect_sql("sending_activity")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

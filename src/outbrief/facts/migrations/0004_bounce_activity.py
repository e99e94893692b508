"""The bounces counted by type and reason, filled from the messages that are there."""

import django.db.models.deletion
from django.db import migrations, models

from outbrief.terms.tenancy import protect_sql, unprotect_sql

KEY = "tenant_id, campaign_id, sent_day, workspace_id, sending_domain, bounce_type, bounce_reason"
# Imports wait meanwhile, readers do not: an import that commits during the count would be missing from it.
FILL = (
    "LOCK TABLE messages IN SHARE MODE;"
    f"INSERT INTO bounce_activity ({KEY.replace('sent_day', 'day')}, digest, bounced)"
    f" SELECT {KEY}, sha256(convert_to(json_build_array(bounce_type, bounce_reason)::text, 'UTF8')), count(*)"
    f" FROM messages WHERE bounced_at IS NOT NULL GROUP BY {KEY} ORDER BY sent_day"
)


def _reference(to: str, on_delete: object) -> models.ForeignKey:
    return models.ForeignKey(db_constraint=False, db_index=False, on_delete=on_delete, to=to)


class Migration(migrations.Migration):
    dependencies = [("facts", "0003_sending_activity")]

    operations = [
        # Databases that were made before this rollup have an index for what it answers now; it would only slow imports.
        # First, while this transaction holds no other lock on messages that an import could wait for.
        migrations.RunSQL("DROP INDEX IF EXISTS messages_bounced_by_day", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="BounceActivity",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sending_domain", models.TextField(default="")),
                ("day", models.DateField()),
                ("bounce_type", models.CharField(max_length=4, null=True)),
                ("bounce_reason", models.TextField(null=True)),
                ("digest", models.BinaryField()),
                ("bounced", models.BigIntegerField()),
                ("campaign", _reference("facts.campaign", django.db.models.deletion.CASCADE)),
                ("tenant", _reference("record.tenant", django.db.models.deletion.CASCADE)),
                ("workspace", _reference("record.workspace", django.db.models.deletion.PROTECT)),
            ],
            options={"db_table": "bounce_activity"},
        ),
        migrations.AddIndex(
            model_name="bounceactivity",
            index=models.Index(fields=["tenant", "day"], name="bounce_activity_by_day"),
        ),
        migrations.AddConstraint(
            model_name="bounceactivity",
            constraint=models.UniqueConstraint(
                fields=("campaign", "day", "workspace", "sending_domain", "digest"), name="bounce_activity_once"
            ),
        ),
        migrations.RunSQL(protect_sql("bounce_activity"), unprotect_sql("bounce_activity")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

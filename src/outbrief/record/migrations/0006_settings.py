"""What the settings add: a zone that is being changed to, and the ways to look suppressions and events up."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0005_members_and_uploads"),
    ]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="timezone_wanted",
            field=models.CharField(max_length=50, null=True),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["tenant", "-created_at"], name="suppressions_newest"),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(
                models.F("tenant"),
                django.db.models.functions.comparison.Collate("address", "C"),
                name="suppressions_beginning",
            ),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["tenant", "reason", "-created_at"], name="suppressions_by_reason"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                models.F("tenant"),
                django.db.models.functions.comparison.Collate("action", "C"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="audit_events_by_action",
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["tenant", "actor", "-created_at"], name="audit_events_by_actor"),
        ),
    ]

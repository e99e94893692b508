"""What each import did to the rows, what was said of it, and who brought it in; null for imports of before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("facts", "0005_daily_activity_groups")]

    operations = [
        migrations.AddField(model_name="intake", name="created", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="intake", name="updated", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="intake", name="unchanged", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="intake", name="notes", field=models.JSONField(null=True)),
        migrations.AddField(model_name="intake", name="actor", field=models.TextField(db_default="", default="")),
        migrations.AddIndex(
            model_name="intake", index=models.Index(fields=["tenant", "-created_at", "-id"], name="intakes_newest")
        ),
    ]

"""The columns of an uploaded file, by which a file like it is known again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0010_account_mails"),
    ]

    operations = [
        migrations.AddField(model_name="upload", name="columns", field=models.JSONField(null=True)),
    ]

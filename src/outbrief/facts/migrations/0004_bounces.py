"""An index of bounces, which are few among many messages; built while the table is being used."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("facts", "0003_sending_activity")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["tenant", "sent_day"],
                condition=models.Q(bounced_at__isnull=False),
                name="messages_bounced_by_day",
            ),
        )
    ]

"""How many groups the daily activity has by its whole key, which nothing tells of its columns one by one."""

from django.db import migrations

GROUPS = (
    "CREATE STATISTICS daily_activity_groups (ndistinct)"
    " ON day, campaign_id, workspace_id, sending_domain, recipient_domain FROM daily_activity;"
    "ANALYZE daily_activity"
)


class Migration(migrations.Migration):
    dependencies = [("facts", "0004_bounce_activity")]

    operations = [migrations.RunSQL(GROUPS, "DROP STATISTICS daily_activity_groups")]

"""Row-level security on the facts, and the grants of the serving role."""

from django.db import migrations

from outbrief.terms.tenancy import protect_sql, unprotect_sql

TABLES = ("campaigns", "leads", "messages", "message_events", "daily_activity", "lead_activity", "intakes")


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial"), ("record", "0002_isolation")]

    operations = [migrations.RunSQL(protect_sql(table), unprotect_sql(table)) for table in TABLES]

"""What a template says of itself, and its place among the ids that tell 403 from 404.

Every new column has a default in the database, so that a program of the version before goes on working.
"""

from django.db import migrations, models
from django.db.models.functions import Now

EXISTS_NOW = """
CREATE OR REPLACE FUNCTION outbrief_exists(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM export_jobs WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM scheduled_reports WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM report_generations WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM report_templates WHERE id = wanted)
$$;
"""
EXISTED = """
CREATE OR REPLACE FUNCTION outbrief_exists(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM export_jobs WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM scheduled_reports WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM report_generations WHERE id = wanted)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0003_gauges")]

    operations = [
        migrations.AddField("reporttemplate", "description", models.TextField(default="", db_default="")),
        migrations.AddField(
            "reporttemplate", "report_type", models.CharField(max_length=50, default="campaign", db_default="campaign")
        ),
        migrations.AddField("reporttemplate", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "reporttemplate", models.Index(fields=["tenant", "-created_at"], name="report_templates_newest")
        ),
        migrations.AddConstraint(
            "reporttemplate",
            models.CheckConstraint(
                condition=models.Q(
                    report_type__in=["campaign", "overall", "deliverability", "workspace_summary", "domain_health"]
                ),
                name="report_templates_report_type_known",
            ),
        ),
        migrations.RunSQL(EXISTS_NOW, EXISTED),
    ]

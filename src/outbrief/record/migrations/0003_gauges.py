"""Counts over all tenants for the operator's monitoring: the function runs as its owner and gives sums alone."""

from django.db import migrations

from outbrief.terms.tenancy import SERVING_ROLE

GAUGES = f"""
CREATE FUNCTION outbrief_gauges() RETURNS TABLE (name text, labels jsonb, value float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'outbrief_schedules', jsonb_build_object('active', is_active::text), count(*)::float8
    FROM scheduled_reports GROUP BY is_active
    UNION ALL
    SELECT 'outbrief_generations', jsonb_build_object('status', status), count(*)::float8
    FROM report_generations GROUP BY status
    UNION ALL
    SELECT 'outbrief_exports', jsonb_build_object('status', status), count(*)::float8
    FROM export_jobs GROUP BY status
    UNION ALL
    SELECT 'outbrief_deliveries', jsonb_build_object('status', status), count(*)::float8
    FROM report_deliveries GROUP BY status
    UNION ALL
    SELECT 'outbrief_delay_seconds', jsonb_build_object('quantile', quantile::text),
        percentile_cont(quantile) WITHIN GROUP (ORDER BY extract(epoch FROM d.sent_at - g.scheduled_for))
    FROM report_deliveries d JOIN report_generations g ON g.id = d.generation_id,
        unnest(ARRAY[0.5, 0.95, 1.0]::float8[]) AS quantile
    WHERE g.trigger = 'schedule' AND d.sent_at > now() - interval '1 day'
    GROUP BY quantile
$$;
REVOKE ALL ON FUNCTION outbrief_gauges() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbrief_gauges() TO {SERVING_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0002_isolation")]

    operations = [migrations.RunSQL(GAUGES, "DROP FUNCTION outbrief_gauges();")]

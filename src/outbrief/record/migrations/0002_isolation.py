"""Row-level security on every table of ours that belongs to a tenant, and the grants of the serving role."""

from django.db import migrations

from outbrief.terms.tenancy import (
    KEY_SETTING,
    SERVING_ROLE,
    USER_SETTING,
    protect_sql,
    setting_sql,
    unprotect_sql,
)

PLAIN = (
    "workspaces",
    "scheduled_reports",
    "report_generations",
    "report_deliveries",
    "report_templates",
    "suppressions",
    "export_jobs",
)
# Signing in happens before the tenant is known: a person sees the memberships (and so the tenants) that are theirs,
# and a key is seen by whoever presents it.
OWN_USER = f"user_id = {setting_sql(USER_SETTING, 'uuid')}"
SPECIAL = {
    "memberships": {"also": OWN_USER},
    "api_keys": {"also": f"key_hash = {setting_sql(KEY_SETTING, 'text')}"},
    "tenants": {"column": "id", "also": f"id IN (SELECT tenant_id FROM memberships WHERE {OWN_USER})"},
}

# Whether an id exists in any tenant tells 403 from 404 and nothing more; the function runs as its owner.
EXISTS = """
CREATE FUNCTION outbrief_exists(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM export_jobs WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM scheduled_reports WHERE id = wanted)
        OR EXISTS (SELECT 1 FROM report_generations WHERE id = wanted)
$$;
"""


def _protect(table: str, **options: str) -> migrations.RunSQL:
    return migrations.RunSQL(protect_sql(table, **options), unprotect_sql(table))


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial"), ("sessions", "0001_initial")]

    operations = [
        *(_protect(table) for table in PLAIN),
        *(_protect(table, **options) for table, options in SPECIAL.items()),
        _protect("audit_events"),
        migrations.RunSQL(f"REVOKE UPDATE, DELETE ON audit_events FROM {SERVING_ROLE};", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON users, django_session TO {SERVING_ROLE};"
            f"GRANT SELECT ON django_content_type, django_migrations TO {SERVING_ROLE};",
            f"REVOKE ALL ON users, django_session, django_content_type, django_migrations FROM {SERVING_ROLE};",
        ),
        migrations.RunSQL(EXISTS, "DROP FUNCTION outbrief_exists(uuid);"),
    ]

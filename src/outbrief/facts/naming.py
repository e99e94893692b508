"""Campaigns, workspaces and leads that a file only names: they are created where they are not known."""

from outbrief.facts.stage import Stage

# Where activity lies that names no workspace; every tenant is made with it.
MAIN_WORKSPACE = "Main"


def name_workspaces(stage: Stage) -> None:
    """Create the workspaces that the stage names."""
    if stage.has("workspace"):
        stage.run(
            "INSERT INTO workspaces (id, tenant_id, name)"
            " SELECT gen_random_uuid(), %(tenant)s, n.workspace"
            " FROM (SELECT DISTINCT workspace FROM stage WHERE workspace IS NOT NULL) n"
            " WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.name = n.workspace)"
            " ON CONFLICT DO NOTHING"
        )
    stage.run(
        "INSERT INTO workspaces (id, tenant_id, name) SELECT gen_random_uuid(), %(tenant)s, %(main)s"
        " WHERE NOT EXISTS (SELECT 1 FROM workspaces WHERE name = %(main)s)"
        " ON CONFLICT DO NOTHING",
        main=MAIN_WORKSPACE,
    )


def workspace_join(stage: Stage, *, alias: str = "w") -> str:
    """Give the SQL that joins the workspace which a row `s` of the stage names."""
    return f"LEFT JOIN workspaces {alias} ON {alias}.name = {stage.value('workspace')}"


def main_workspace() -> str:
    """Give SQL for the id of the workspace of what names none."""
    return f"(SELECT id FROM workspaces WHERE name = '{MAIN_WORKSPACE}')"


def name_campaigns(stage: Stage, *, column: str) -> None:
    """Create the campaigns that `column` of the stage names; a name replaces an id that stood in for it."""
    stage.run(
        "INSERT INTO campaigns (tenant_id, external_id, name, status, workspace_id)"
        f" SELECT DISTINCT ON (s.{column}) %(tenant)s, s.{column},"
        f" coalesce(nullif({stage.value('campaign_name')}, ''), s.{column}), '', coalesce(w.id, {main_workspace()})"
        f" FROM stage s {workspace_join(stage)}"
        f" WHERE s.{column} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM campaigns c WHERE c.external_id = s.{column})"
        f" ORDER BY s.{column}, s.row_number"
    )
    if stage.has("campaign_name"):
        stage.run(
            "UPDATE campaigns c SET name = n.campaign_name FROM"
            f" (SELECT DISTINCT ON ({column}) {column} AS external_id, campaign_name FROM stage"
            f" WHERE campaign_name <> '' ORDER BY {column}, row_number DESC) n"
            " WHERE c.external_id = n.external_id"
            " AND c.name = c.external_id AND c.name <> n.campaign_name"
        )


def lead_key(stage: Stage) -> str:
    """Give SQL for what the row `s` of the stage calls its lead: an id, or an address in lower case."""
    return f"coalesce({stage.value('lead')}, lower({stage.value('lead_email')}))"


def name_leads(stage: Stage) -> None:
    """Find or create the leads that the stage names, into the table `lead_keys` (key, lead_id).

    A lead is known by its id; where the id is an address, or only an address is given, also by its address.
    """
    key = lead_key(stage)
    stage.run(
        "CREATE TEMP TABLE lead_keys ON COMMIT DROP AS SELECT n.key, l.id AS lead_id, n.email, n.workspace"
        f" FROM (SELECT DISTINCT ON ({key}) {key} AS key, {stage.value('lead_email')}::text AS email,"
        f" {stage.value('workspace')}::text AS workspace"
        f" FROM stage s WHERE {key} IS NOT NULL ORDER BY {key}, s.row_number) n"
        " LEFT JOIN leads l ON l.external_id = n.key"
    )
    stage.run("ANALYZE lead_keys")
    stage.run(
        "UPDATE lead_keys k SET lead_id = found.id FROM"
        " (SELECT l.email_key, min(l.id) AS id FROM leads l JOIN lead_keys k ON l.email_key = lower(k.key)"
        " WHERE k.lead_id IS NULL AND k.key LIKE '%%@%%' GROUP BY l.email_key) found"
        " WHERE k.lead_id IS NULL AND k.key LIKE '%%@%%' AND lower(k.key) = found.email_key"
    )
    stage.run(
        "INSERT INTO leads (tenant_id, external_id, email, workspace_id)"
        " SELECT %(tenant)s, k.key, coalesce(k.email, CASE WHEN k.key LIKE '%%_@_%%' THEN k.key END),"
        f" coalesce(w.id, {main_workspace()})"
        " FROM lead_keys k LEFT JOIN workspaces w ON w.name = k.workspace"
        " WHERE k.lead_id IS NULL ORDER BY k.key"
    )
    stage.run("UPDATE lead_keys k SET lead_id = l.id FROM leads l WHERE k.lead_id IS NULL AND l.external_id = k.key")
    stage.run("ANALYZE lead_keys")

"""How one tenant's rows are kept from another's: the role that serves, the setting that names the tenant, the policy.

Row-level security is the second lock behind `access`: every connection of the doors and the workers acts as
`SERVING_ROLE`, which owns nothing, and sees only rows of the tenant named in `TENANT_SETTING`; with no tenant named
it sees none.
"""

SERVING_ROLE = "outbrief_app"
TENANT_SETTING = "outbrief.tenant_id"
USER_SETTING = "outbrief.user_id"
KEY_SETTING = "outbrief.key_hash"


def setting_sql(name: str, cast: str) -> str:
    """Give the SQL that reads a setting as type `cast`, once per statement (the sub-select), null when it is unset."""
    return f"(SELECT nullif(current_setting('{name}', true), '')::{cast})"


def protect_sql(table: str, *, column: str = "tenant_id", also: str = "") -> str:
    """Give the SQL that turns row-level security on for `table`, and the grants of the serving role.

    `also` is a further condition under which a row may be read (not written).
    """
    own = f"{column} = {setting_sql(TENANT_SETTING, 'uuid')}"
    readable = f"{own} OR {also}" if also else own
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY tenant_reads ON {table} FOR SELECT USING ({readable});"
        f"CREATE POLICY tenant_inserts ON {table} FOR INSERT WITH CHECK ({own});"
        f"CREATE POLICY tenant_updates ON {table} FOR UPDATE USING ({own}) WITH CHECK ({own});"
        f"CREATE POLICY tenant_deletes ON {table} FOR DELETE USING ({own});"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVING_ROLE};"
    )


def unprotect_sql(table: str) -> str:
    """Give the SQL that undoes `protect_sql`."""
    verbs = ("reads", "inserts", "updates", "deletes")
    drops = "".join(f"DROP POLICY tenant_{verb} ON {table};" for verb in verbs)
    return f"REVOKE ALL ON {table} FROM {SERVING_ROLE};{drops}ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"

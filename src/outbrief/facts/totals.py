"""Merging totals of platforms that do not tell single messages: one row a day, campaign, domain and workspace."""

from outbrief.facts.entities import Counts
from outbrief.facts.naming import main_workspace, name_campaigns, name_workspaces, workspace_join
from outbrief.facts.results import Refusals
from outbrief.facts.rollup import sum_up_days
from outbrief.facts.shapes import TOTAL_COUNTS
from outbrief.facts.stage import Stage, refuse_staged

_KEY = ("campaign_id", "day", "workspace_id", "sending_domain")
# What stands in for a count that the row leaves out.
_OTHERWISE = {"opens": "opened", "clicks": "clicked"}


def merge_totals(stage: Stage, refusals: Refusals) -> Counts:
    """Replace the totals of the staged days; a day of a campaign that has messages is theirs, and refused here."""
    stage.run("ANALYZE stage")
    _refuse_days_with_messages(stage, refusals)
    name_workspaces(stage)
    name_campaigns(stage, column="campaign_id")
    _place_incoming(stage)
    rows = stage.number("SELECT count(*) FROM stage")
    distinct = stage.number("SELECT count(*) FROM incoming")
    columns = [*TOTAL_COUNTS, "bounced"]
    listed = ", ".join(columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("x", "i"))
    same = " AND ".join(f"x.{name} = i.{name}" for name in _KEY) + " AND x.recipient_domain = ''"
    updated = stage.run(
        f"UPDATE daily_activity x SET ({listed}) = ROW({new}) FROM incoming i"
        f" WHERE x.origin = 'totals' AND {same} AND ({old}) IS DISTINCT FROM ({new})"
    )
    created = stage.run(
        "INSERT INTO daily_activity (tenant_id, origin, recipient_domain,"
        f" open_seconds, timed_opens, click_seconds, timed_clicks, {', '.join(_KEY)}, {listed})"
        f" SELECT %(tenant)s, 'totals', '', 0, 0, 0, 0, {', '.join(_KEY)}, {listed} FROM incoming i"
        " WHERE NOT EXISTS (SELECT 1 FROM daily_activity x"
        f" WHERE x.origin = 'totals' AND {same})"
    )
    stage.run("CREATE TEMP TABLE touched_days ON COMMIT DROP AS SELECT DISTINCT campaign_id, day FROM incoming")
    stage.run("ANALYZE touched_days")
    sum_up_days(stage)
    return Counts(
        created=created,
        updated=updated,
        unchanged=distinct - created - updated,
        notes=_notes(doubled=rows - distinct),
    )


def _notes(*, doubled: int) -> tuple[str, ...]:
    if not doubled:
        return ()
    return (f"{doubled:,} rows were of a campaign, day, domain and workspace that a later row tells again; it counts.",)


def _refuse_days_with_messages(stage: Stage, refusals: Refusals) -> None:
    stage.run(
        "CREATE TEMP TABLE misplaced ON COMMIT DROP AS SELECT s.row_number, 'date' AS field,"
        " 'has messages of this campaign, which tell its totals themselves' AS reason, s.date::text AS value"
        " FROM stage s JOIN campaigns c ON c.external_id = s.campaign_id"
        " WHERE EXISTS (SELECT 1 FROM messages m"
        " WHERE m.campaign_id = c.id AND m.sent_day = s.date)"
    )
    refuse_staged(stage, refusals, table="misplaced")


def _place_incoming(stage: Stage) -> None:
    counts = {name: f"coalesce({stage.value(name)}, {_otherwise(stage, name)}, 0)" for name in TOTAL_COUNTS}
    counts["bounced"] = f"({counts['soft_bounced']} + {counts['hard_bounced']})"
    if stage.assume_delivered:
        left = f"greatest({counts['sent']} - {counts['bounced']}, 0)"
        counts["delivered"] = f"coalesce({stage.value('delivered')}, {left})"
    cells = ", ".join(f"{sql} AS {name}" for name, sql in counts.items())
    key = ", ".join(_KEY)
    stage.run(
        f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT DISTINCT ON ({key}) n.* FROM"
        " (SELECT s.row_number, c.id AS campaign_id, s.date AS day,"
        f" coalesce(w.id, c.workspace_id, {main_workspace()}) AS workspace_id,"
        f" coalesce({stage.value('sending_domain')}, '') AS sending_domain, {cells}"
        " FROM stage s JOIN campaigns c ON c.external_id = s.campaign_id"
        f" {workspace_join(stage)}) n ORDER BY {key}, n.row_number DESC"
    )
    stage.run("ANALYZE incoming")


def _otherwise(stage: Stage, name: str) -> str:
    return stage.value(_OTHERWISE[name]) if name in _OTHERWISE else "NULL"

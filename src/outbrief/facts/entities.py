"""Merging campaigns and leads: insert what is new, update what really differs, touch nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from outbrief.facts.naming import main_workspace, name_workspaces, workspace_join
from outbrief.facts.rollup import note_touched, recompute
from outbrief.facts.stage import Stage, keep_last


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a merge did, and what is to be said about it."""

    created: int
    updated: int
    unchanged: int
    notes: tuple[str, ...] = ()


_LEAD_TEXTS = ("email", "first_name", "last_name", "company", "status")
_TAGS = (
    "CASE WHEN s.tags IS NOT NULL THEN coalesce((SELECT array_agg(tag ORDER BY place)"
    " FROM jsonb_array_elements_text(s.tags) WITH ORDINALITY x(tag, place)), '{}') END"
)


def merge_campaigns(stage: Stage) -> Counts:
    """Merge staged campaigns; messages that lay in a campaign's workspace move with it."""
    keep_last(stage, "external_id")
    name_workspaces(stage)
    columns = {
        "name": f"coalesce(nullif({stage.told('name', 't.name')}, ''), t.name, s.external_id)",
        "status": f"coalesce({stage.told('status', 't.status')}, '')",
        "created_at": stage.told("created_at", "t.created_at"),
        "launched_at": stage.told("launched_at", "t.launched_at"),
        "workspace_id": f"coalesce(w.id, t.workspace_id, {main_workspace()})",
    }
    _place_incoming(stage, "campaigns", columns, was="t.workspace_id AS old_workspace_id")
    counts = _upsert(stage, "campaigns", list(columns))
    if stage.has("workspace"):
        _move_messages(stage)
    return counts


def merge_leads(stage: Stage) -> Counts:
    """Merge staged leads; messages that waited for an address learn their recipient's domain."""
    keep_last(stage, "external_id")
    name_workspaces(stage)
    if stage.has("email"):
        _adopt_named_by_address(stage)
    tags = f"CASE WHEN {stage.given('tags')} THEN {_TAGS} ELSE t.tags END" if stage.has("tags") else "t.tags"
    columns = {name: stage.told(name, f"t.{name}") for name in _LEAD_TEXTS}
    columns |= {
        "lead_score": stage.told("lead_score", "t.lead_score"),
        "tags": tags,
        "custom_fields": stage.told("custom_fields", "t.custom_fields"),
        "source": stage.told("source", "t.source"),
        "created_at": stage.told("created_at", "t.created_at"),
        "updated_at": stage.told("updated_at", "t.updated_at"),
        "workspace_id": f"coalesce(w.id, t.workspace_id, {main_workspace()})",
    }
    _place_incoming(stage, "leads", columns, was="t.email AS old_email")
    counts = _upsert(stage, "leads", list(columns))
    if stage.has("email"):
        _tell_domains(stage)
    return counts


def _place_incoming(stage: Stage, table: str, columns: dict[str, str], *, was: str) -> None:
    """Work out what every staged row comes to, beside the row that is there, as the table `incoming`."""
    stage.run("ANALYZE stage")
    cells = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    stage.run(
        f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT s.external_id, t.id AS found, {was}, {cells}"
        f" FROM stage s LEFT JOIN {table} t ON t.external_id = s.external_id"
        f" {workspace_join(stage)}"
    )
    stage.run("ANALYZE incoming")


def _upsert(stage: Stage, table: str, columns: Sequence[str]) -> Counts:
    listed = ", ".join(columns)
    old = ", ".join(f"t.{name}" for name in columns)
    new = ", ".join(f"i.{name}" for name in columns)
    updated = stage.run(
        f"UPDATE {table} t SET ({listed}) = ROW({new}) FROM incoming i"
        f" WHERE t.id = i.found AND ({old}) IS DISTINCT FROM ({new})"
    )
    created = stage.run(
        f"INSERT INTO {table} (tenant_id, external_id, {listed})"
        f" SELECT %(tenant)s, i.external_id, {new} FROM incoming i WHERE i.found IS NULL ORDER BY i.external_id"
    )
    total = stage.number("SELECT count(*) FROM incoming")
    return Counts(created=created, updated=updated, unchanged=total - created - updated)


def _move_messages(stage: Stage) -> None:
    """Take the activity of campaigns that change their workspace along."""
    moved = "incoming i WHERE i.workspace_id <> i.old_workspace_id AND"
    lying = "x.campaign_id = i.found AND x.workspace_id = i.old_workspace_id"
    note_touched(
        stage,
        f"SELECT x.campaign_id, x.sent_day, x.lead_id FROM messages x, {moved} {lying}",
        f"SELECT x.campaign_id, x.day, NULL::bigint FROM daily_activity x, {moved} {lying}",
    )
    stage.run(f"UPDATE messages x SET workspace_id = i.workspace_id FROM {moved} {lying}")
    stage.run(
        f"UPDATE daily_activity x SET workspace_id = i.workspace_id FROM {moved} {lying} AND x.origin = 'totals'"
        " AND NOT EXISTS (SELECT 1 FROM daily_activity y WHERE y.campaign_id = x.campaign_id AND y.day = x.day"
        " AND y.workspace_id = i.workspace_id AND y.sending_domain = x.sending_domain AND y.origin = 'totals')"
    )
    recompute(stage)


def _adopt_named_by_address(stage: Stage) -> None:
    """Give a lead that was only known by its address the id by which the platform knows it."""
    stage.run(
        "UPDATE leads l SET external_id = n.external_id FROM"
        " (SELECT DISTINCT ON (lower(s.email)) lower(s.email) AS address, s.external_id FROM stage s"
        " WHERE s.email IS NOT NULL ORDER BY lower(s.email), s.row_number) n"
        " WHERE l.external_id = n.address AND n.external_id <> n.address"
        " AND NOT EXISTS"
        " (SELECT 1 FROM leads o WHERE o.external_id = n.external_id)"
        " AND NOT EXISTS (SELECT 1 FROM stage o WHERE o.external_id = n.address)"
    )


def _tell_domains(stage: Stage) -> None:
    """Fill the recipient's domain of messages whose lead had no address so far."""
    waiting = (
        "incoming i WHERE i.old_email IS NULL AND i.email IS NOT NULL AND x.lead_id = i.found"
        " AND x.recipient_domain = ''"
    )
    note_touched(stage, f"SELECT x.campaign_id, x.sent_day, x.lead_id FROM messages x, {waiting}")
    stage.run(f"UPDATE messages x SET recipient_domain = {domain_of('i.email')} FROM {waiting}")
    recompute(stage)


def domain_of(address: str) -> str:
    """Give SQL for the domain of an address."""
    return f"lower(substring({address} FROM '@([^@]+)$'))"

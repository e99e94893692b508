"""Merging messages: where each one belongs, what it comes to, and the rollups of what it touches."""

import hashlib

from outbrief.facts.entities import Counts, domain_of
from outbrief.facts.naming import lead_key, name_campaigns, name_leads, name_workspaces, workspace_join
from outbrief.facts.results import Refusals
from outbrief.facts.rollup import note_touched, recompute
from outbrief.facts.stage import Stage, keep_last, refuse_staged

COLUMNS = (
    "campaign_id", "lead_id", "workspace_id", "sending_domain", "mailbox", "recipient_domain", "sent_at", "sent_day",
    "delivered_at", "delivery_assumed", "bounced_at", "bounce_type", "bounce_reason", "opened_at", "last_opened_at",
    "open_count", "clicked_at", "last_clicked_at", "click_count", "replied_at", "complained_at", "unsubscribed_at",
)  # fmt: skip

_CREATED = "SELECT * FROM incoming WHERE message_id IS NULL"


def merge_messages(stage: Stage, refusals: Refusals) -> Counts:
    """Merge staged messages, creating the campaigns, workspaces and leads that only they name."""
    keep_last(stage, "external_id")
    stage.run("ANALYZE stage")
    _refuse_misplaced(stage, refusals)
    name_workspaces(stage)
    name_campaigns(stage, column="campaign")
    name_leads(stage)
    _place_incoming(stage)
    old = ", ".join(f"m.{name}" for name in COLUMNS)
    new = ", ".join(f"i.{name}" for name in COLUMNS)
    stage.run(
        "CREATE TEMP TABLE changed ON COMMIT DROP AS SELECT i.message_id, m.campaign_id, m.sent_day, m.lead_id"
        " FROM incoming i JOIN messages m ON m.id = i.message_id"
        f" WHERE i.message_id IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})"
    )
    stage.run("ANALYZE changed")
    listed = ", ".join(COLUMNS)
    updated = stage.run(
        f"UPDATE messages m SET ({listed}, told) = ROW({new}, i.told) FROM incoming i JOIN changed c USING (message_id)"
        " WHERE m.id = i.message_id"
    )
    created = stage.run(
        f"INSERT INTO messages (tenant_id, external_id, told, {listed}) SELECT %(tenant)s, i.external_id, i.told, {new}"
        " FROM incoming i WHERE i.message_id IS NULL ORDER BY i.campaign_id, i.sent_at"
    )
    note_touched(
        stage,
        "SELECT campaign_id, sent_day, lead_id FROM changed",
        "SELECT i.campaign_id, i.sent_day, i.lead_id FROM incoming i JOIN changed c USING (message_id)",
        created=_CREATED,
    )
    replaced = recompute(stage, created=_CREATED)
    total = stage.number("SELECT count(*) FROM stage")
    return Counts(
        created=created, updated=updated, unchanged=total - created - updated, notes=_notes(replaced=replaced)
    )


def _notes(*, replaced: int) -> tuple[str, ...]:
    if not replaced:
        return ()
    return (f"{replaced:,} imported totals gave way to messages of the same campaign and day.",)


def _refuse_misplaced(stage: Stage, refusals: Refusals) -> None:
    """Refuse messages that are new and say neither their campaign nor, in any way, when they were sent."""
    campaign, sent_at = stage.value("campaign"), stage.value("sent_at")
    stage.run(
        "CREATE TEMP TABLE misplaced ON COMMIT DROP AS SELECT s.row_number,"
        f" CASE WHEN {campaign} IS NULL THEN 'campaign' ELSE 'sent_at' END AS field,"
        f" CASE WHEN {campaign} IS NULL THEN 'is missing, and the message is not known yet'"
        " ELSE 'is missing, and its campaign has no launched_at' END AS reason,"
        f" coalesce({campaign}, s.external_id) AS value"
        " FROM stage s LEFT JOIN messages m ON m.external_id = s.external_id"
        f" LEFT JOIN campaigns c ON c.external_id = {campaign}"
        f" WHERE ({campaign} IS NULL OR {sent_at} IS NULL) AND m.id IS NULL"
        f" AND ({campaign} IS NULL OR c.launched_at IS NULL)"
    )
    refuse_staged(stage, refusals, table="misplaced")


def _place_incoming(stage: Stage) -> None:
    """Work out what every staged row comes to, as the table `incoming`.

    Rows that say just what was told of their message the last time are left out: what events have added since then
    stays.
    """
    stage.run(
        "CREATE TEMP TABLE incoming ON COMMIT DROP AS"
        " SELECT row_number, external_id, told, message_id, campaign_id, lead_id, workspace_id, sending_domain,"
        " mailbox, recipient_domain, sent_at, (sent_at AT TIME ZONE %(timezone)s)::date AS sent_day,"
        " coalesce(really_delivered_at, CASE WHEN may_assume AND bounced_at IS NULL THEN sent_at END) AS delivered_at,"
        " (really_delivered_at IS NULL AND may_assume AND bounced_at IS NULL) AS delivery_assumed,"
        " bounced_at, bounce_type, bounce_reason,"
        " opened_at, last_opened_at, greatest(open_count, (opened_at IS NOT NULL)::int)::int AS open_count,"
        " clicked_at, last_clicked_at, greatest(click_count, (clicked_at IS NOT NULL)::int)::int AS click_count,"
        " replied_at, complained_at, unsubscribed_at"
        f" FROM ({_told_sql(stage)}) n WHERE was_told IS DISTINCT FROM told"
    )
    stage.run("ANALYZE incoming")


def _told_sql(stage: Stage) -> str:
    mailbox = stage.told("mailbox", "m.mailbox")
    sent_at = f"coalesce({stage.told('sent_at', 'm.sent_at')}, m.sent_at, c.launched_at)"
    domain = f"nullif({stage.told('sending_domain', 'm.sending_domain')}, '')"
    recipient = _recipient_domain(stage)
    bounce_type = stage.told("bounce_type", "m.bounce_type")
    delivered = stage.told("delivered_at", "CASE WHEN m.delivery_assumed THEN NULL ELSE m.delivered_at END")
    kept_assumed = f"(NOT {stage.given('delivered_at')} AND coalesce(m.delivery_assumed, false))"
    may_assume = "true" if stage.assume_delivered else kept_assumed
    return (
        f"SELECT s.row_number, s.external_id, {_digest(stage)} AS told, m.told AS was_told, m.id AS message_id,"
        " coalesce(c.id, m.campaign_id) AS campaign_id,"
        f" {_lead(stage)} AS lead_id,"
        " coalesce(w.id, CASE WHEN c.id IS NULL OR c.id = m.campaign_id THEN m.workspace_id END, c.workspace_id)"
        " AS workspace_id,"
        f" coalesce({domain}, {domain_of(mailbox)}, '') AS sending_domain, coalesce({mailbox}, '') AS mailbox,"
        f" {recipient} AS recipient_domain, {sent_at} AS sent_at,"
        f" {delivered} AS really_delivered_at, {may_assume} AS may_assume,"
        # A bounce of which only the type is told has happened all the same; no measure asks when.
        f" coalesce({stage.told('bounced_at', 'm.bounced_at')}, CASE WHEN {bounce_type} IS NOT NULL THEN {sent_at} END)"
        f" AS bounced_at, {bounce_type} AS bounce_type,"
        f" {stage.told('bounce_reason', 'm.bounce_reason')} AS bounce_reason,"
        f" {_first_last(stage, 'opened_at', 'last_opened_at', 'open_count')},"
        f" {_first_last(stage, 'clicked_at', 'last_clicked_at', 'click_count')},"
        f" {', '.join(_plain(stage, name) for name in ('replied_at', 'complained_at', 'unsubscribed_at'))}"
        " FROM stage s LEFT JOIN messages m ON m.external_id = s.external_id"
        f" LEFT JOIN campaigns c ON c.external_id = {stage.value('campaign')}"
        f" LEFT JOIN lead_keys k ON k.key = {lead_key(stage)}"
        f" LEFT JOIN leads l ON l.id = {_lead(stage)}"
        f" {workspace_join(stage)}"
    )


def _plain(stage: Stage, name: str) -> str:
    return f"{stage.told(name, f'm.{name}')} AS {name}"


def _lead(stage: Stage) -> str:
    """Give SQL for the lead: the one named; none where the row has the column and leaves it empty."""
    told = f"({stage.given('lead')} OR {stage.given('lead_email')})"
    return f"coalesce(k.lead_id, CASE WHEN NOT {told} THEN m.lead_id END)"


def _recipient_domain(stage: Stage) -> str:
    """Give SQL for the recipient's domain: as told, now or (while the lead is the same) before, or the lead's."""
    given = stage.given("recipient_domain")
    before = f"CASE WHEN NOT {given} AND l.id IS NOT DISTINCT FROM m.lead_id THEN m.recipient_domain END"
    told = f"CASE WHEN {given} THEN {stage.value('recipient_domain')} END"
    return f"coalesce(nullif({told}, ''), nullif({before}, ''), {domain_of('l.email')}, '')"


def _first_last(stage: Stage, first: str, last: str, count: str) -> str:
    """Give SQL for first time, last time and count, each standing in for what is not told of the others."""
    told_first, told_last = stage.told(first, f"m.{first}"), stage.told(last, f"m.{last}")
    return (
        f"least({told_first}, {told_last}) AS {first}, greatest({told_first}, {told_last}) AS {last},"
        f" coalesce({stage.told(count, f'm.{count}')}, 0) AS {count}"
    )


def _digest(stage: Stage) -> str:
    """Give SQL for a digest of all that the row says, which columns it says it with included."""
    names = [field.name for field in stage.have]
    said = f"{','.join(names)}|{stage.assume_delivered}"
    seed = int.from_bytes(hashlib.sha256(said.encode()).digest()[:7], "big")
    cells = [f"s.{name}" for name in names] + (["s.row_given"] if stage.masked else [])
    return f"hash_record_extended(ROW({', '.join(cells)}), {seed})"

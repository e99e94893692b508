"""Merging events: each counts once, and is added to the message that it happened to."""

from outbrief.facts.entities import Counts
from outbrief.facts.results import Refusals
from outbrief.facts.rollup import note_touched, recompute
from outbrief.facts.stage import Stage, refuse_staged

# What an event without an id of its own is known by.
_DIGEST = (
    "encode(sha256(convert_to(concat_ws(chr(31), s.message, s.kind, extract(epoch FROM s.at), {rest}), 'UTF8')), 'hex')"
)


def merge_events(stage: Stage, refusals: Refusals) -> Counts:
    """Merge staged events; those that are known already change nothing, those of unknown messages are refused."""
    stage.run("ANALYZE stage")
    _refuse_unknown(stage, refusals)
    total = stage.number("SELECT count(*) FROM stage")
    _place_fresh(stage)
    created = stage.run(
        "INSERT INTO message_events (tenant_id, message_id, kind, at, fingerprint)"
        " SELECT %(tenant)s, message_id, kind, at, fingerprint FROM incoming ORDER BY message_id, at"
    )
    note_touched(
        stage,
        "SELECT m.campaign_id, m.sent_day, m.lead_id FROM messages m WHERE m.id IN (SELECT message_id FROM incoming)",
    )
    _apply(stage)
    _apply_bounces(stage)
    recompute(stage)
    return Counts(created=created, updated=0, unchanged=total - created)


def _refuse_unknown(stage: Stage, refusals: Refusals) -> None:
    stage.run(
        "CREATE TEMP TABLE misplaced ON COMMIT DROP AS SELECT s.row_number, 'message' AS field,"
        " 'is not a message that is known' AS reason, s.message AS value FROM stage s"
        " WHERE NOT EXISTS"
        " (SELECT 1 FROM messages m WHERE m.external_id = s.message)"
    )
    refuse_staged(stage, refusals, table="misplaced")


def _place_fresh(stage: Stage) -> None:
    """Find the events that are not known yet, once each, as the table `incoming`."""
    rest = ", ".join(stage.value(name) for name in ("bounce_type", "bounce_reason"))
    fingerprint = f"coalesce('id:' || {stage.value('external_id')}, {_DIGEST.format(rest=rest)})"
    stage.run(
        "CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT DISTINCT ON (fingerprint) n.* FROM"
        f" (SELECT {fingerprint} AS fingerprint, m.id AS message_id, s.kind, s.at, s.row_number,"
        f" {stage.value('bounce_type')} AS bounce_type, {stage.value('bounce_reason')} AS bounce_reason"
        " FROM stage s JOIN messages m ON m.external_id = s.message) n"
        " WHERE NOT EXISTS (SELECT 1 FROM message_events e"
        " WHERE e.fingerprint = n.fingerprint)"
        " ORDER BY fingerprint, row_number DESC"
    )
    stage.run("ANALYZE incoming")


def _apply(stage: Stage) -> None:
    """Add everything but bounces; the order in which events come in does not matter."""
    stage.run(
        "UPDATE messages m SET"
        " open_count = m.open_count + e.opens,"
        " opened_at = least(m.opened_at, e.opened_at), last_opened_at = greatest(m.last_opened_at, e.last_opened_at),"
        " click_count = m.click_count + e.clicks,"
        " clicked_at = least(m.clicked_at, e.clicked_at),"
        " last_clicked_at = greatest(m.last_clicked_at, e.last_clicked_at),"
        " replied_at = least(m.replied_at, e.replied_at), complained_at = least(m.complained_at, e.complained_at),"
        " unsubscribed_at = least(m.unsubscribed_at, e.unsubscribed_at),"
        " delivered_at = least(CASE WHEN e.delivered_at IS NULL OR NOT m.delivery_assumed THEN m.delivered_at END,"
        " e.delivered_at),"
        " delivery_assumed = m.delivery_assumed AND e.delivered_at IS NULL"
        " FROM (SELECT message_id, count(*) FILTER (WHERE kind = 'open') AS opens,"
        " count(*) FILTER (WHERE kind = 'click') AS clicks,"
        " min(at) FILTER (WHERE kind = 'open') AS opened_at, max(at) FILTER (WHERE kind = 'open') AS last_opened_at,"
        " min(at) FILTER (WHERE kind = 'click') AS clicked_at,"
        " max(at) FILTER (WHERE kind = 'click') AS last_clicked_at,"
        " min(at) FILTER (WHERE kind = 'reply') AS replied_at,"
        " min(at) FILTER (WHERE kind = 'complaint') AS complained_at,"
        " min(at) FILTER (WHERE kind = 'unsubscribe') AS unsubscribed_at,"
        " min(at) FILTER (WHERE kind = 'delivered') AS delivered_at"
        " FROM incoming WHERE kind <> 'bounce' GROUP BY message_id) e WHERE m.id = e.message_id"
    )


def _apply_bounces(stage: Stage) -> None:
    """Let the bounce stand that weighs most: a hard one before a soft one, and of the same kind the earliest."""
    weight = "CASE {}.bounce_type WHEN 'hard' THEN 2 WHEN 'soft' THEN 1 ELSE 0 END"
    mine, theirs = weight.format("m"), weight.format("e")
    stands = f"(m.bounced_at IS NOT NULL AND ({mine} > {theirs} OR ({mine} = {theirs} AND m.bounced_at <= e.at)))"
    stage.run(
        "UPDATE messages m SET"
        f" bounced_at = CASE WHEN {stands} THEN m.bounced_at ELSE e.at END,"
        f" bounce_type = CASE WHEN {stands} THEN m.bounce_type ELSE e.bounce_type END,"
        f" bounce_reason = CASE WHEN {stands} THEN m.bounce_reason ELSE e.bounce_reason END,"
        " delivered_at = CASE WHEN m.delivery_assumed THEN NULL ELSE m.delivered_at END, delivery_assumed = false"
        " FROM (SELECT DISTINCT ON (message_id) message_id, at, bounce_type, bounce_reason FROM incoming e"
        f" WHERE kind = 'bounce' ORDER BY message_id, {theirs} DESC, at, bounce_reason) e WHERE m.id = e.message_id"
    )

"""The rollups: brought up to date for exactly the days and leads that an import touched."""

from collections.abc import Sequence

from outbrief.facts.stage import Stage

_COUNTS = {
    "sent": "count(*)",
    "delivered": "count(m.delivered_at)",
    "bounced": "count(m.bounced_at)",
    "hard_bounced": "count(m.bounced_at) FILTER (WHERE m.bounce_type = 'hard')",
    "soft_bounced": "count(m.bounced_at) FILTER (WHERE m.bounce_type = 'soft')",
    "opened": "count(*) FILTER (WHERE m.opened_at IS NOT NULL OR m.open_count > 0)",
    "clicked": "count(*) FILTER (WHERE m.clicked_at IS NOT NULL OR m.click_count > 0)",
    "replied": "count(m.replied_at)",
    "complained": "count(m.complained_at)",
    "unsubscribed": "count(m.unsubscribed_at)",
    "opens": "sum(m.open_count)",
    "clicks": "sum(m.click_count)",
    # Summed as numerics, which no order of rows changes; clocks that disagree do not give times below zero.
    "open_seconds": "coalesce(sum(greatest(extract(epoch FROM m.opened_at - m.sent_at), 0)), 0)::float8",
    "timed_opens": "count(m.opened_at)",
    "click_seconds": "coalesce(sum(greatest(extract(epoch FROM m.clicked_at - m.sent_at), 0)), 0)::float8",
    "timed_clicks": "count(m.clicked_at)",
}
_LEAD_COUNTS = {
    "emails_sent": "count(*)",
    "emails_delivered": "count(m.delivered_at)",
    "emails_opened": _COUNTS["opened"],
    "emails_clicked": _COUNTS["clicked"],
    "last_sent_at": "max(m.sent_at)",
    "last_opened_at": "max(m.last_opened_at)",
    "last_clicked_at": "max(m.last_clicked_at)",
}
# Of the messages that bounced, in step with each other: to find these again would read every message a second time.
_BOUNCES = {
    "bounce_types": "array_agg(m.bounce_type) FILTER (WHERE m.bounced_at IS NOT NULL)",
    "bounce_reasons": "array_agg(m.bounce_reason) FILTER (WHERE m.bounced_at IS NOT NULL)",
}
_SENDER = ("workspace_id", "sending_domain")
_DAY_KEY = (*_SENDER, "recipient_domain")


def note_touched(stage: Stage, *selects: str, created: str | None = None) -> None:
    """Remember the campaign days and leads that the queries (campaign_id, sent_day, lead_id) give.

    Of the messages that the query `created` gives only the days are remembered: `recompute` adds them to their leads.
    """
    touched = " UNION ALL ".join(selects)
    days = f"{touched} UNION ALL SELECT campaign_id, sent_day, lead_id FROM ({created}) c" if created else touched
    stage.run(
        f"CREATE TEMP TABLE touched_days ON COMMIT DROP AS SELECT DISTINCT campaign_id, sent_day AS day FROM ({days}) x"
    )
    stage.run(
        f"CREATE TEMP TABLE touched_leads ON COMMIT DROP AS SELECT DISTINCT lead_id FROM ({touched}) x"
        " WHERE lead_id IS NOT NULL"
    )


def recompute(stage: Stage, *, created: str | None = None) -> int:
    """Bring the rollups of what was touched up to date; rows that come out the same are not written.

    `created` is a query of messages that were just inserted: they are added to the counts of their leads, which costs
    the same however many messages a lead has had. Gives the number of imported totals that messages of the same
    campaign and day have replaced.
    """
    stage.run("ANALYZE touched_days")
    stage.run("ANALYZE touched_leads")
    replaced = _recompute_days(stage)
    sum_up_days(stage)
    _recompute_bounces(stage)
    if created:
        _add_to_leads(stage, created)
    _recompute_leads(stage)
    stage.run("DROP TABLE touched_days, touched_leads, fresh_days, fresh_leads")
    return replaced


def sum_up_days(stage: Stage) -> None:
    """Sum the daily activity of the table `touched_days` up over recipient domains."""
    sums = ", ".join(f"sum(a.{name}) AS {name}" for name in _COUNTS)
    key = ", ".join(_SENDER)
    stage.run(
        f"CREATE TEMP TABLE fresh_senders ON COMMIT DROP AS SELECT d.campaign_id, d.day, s.* FROM touched_days d"
        f" CROSS JOIN LATERAL (SELECT {key}, {sums} FROM daily_activity a"
        f" WHERE a.campaign_id = d.campaign_id AND a.day = d.day GROUP BY {key}) s"
    )
    _renew_days(stage, "sending_activity", "fresh_senders", key=_SENDER, counts=list(_COUNTS))
    stage.run("DROP TABLE fresh_senders")


def _recompute_days(stage: Stage) -> int:
    counts = ", ".join(f"{sql} AS {name}" for name, sql in (_COUNTS | _BOUNCES).items())
    # One look into the index for each day: the cost follows what was touched, not what is there.
    stage.run(
        "CREATE TEMP TABLE fresh_days ON COMMIT DROP AS SELECT d.campaign_id, d.day, 'messages' AS origin, a.*"
        " FROM touched_days d"
        f" CROSS JOIN LATERAL (SELECT {', '.join(f'm.{name}' for name in _DAY_KEY)}, {counts} FROM messages m"
        " WHERE m.campaign_id = d.campaign_id AND m.sent_day = d.day"
        f" GROUP BY {', '.join(f'm.{name}' for name in _DAY_KEY)}) a"
    )
    key = (*_DAY_KEY, "origin")
    only = "x.origin = 'messages'"
    _renew_days(stage, "daily_activity", "fresh_days", key=key, counts=list(_COUNTS), only=only)
    return stage.run(
        "DELETE FROM daily_activity x USING (SELECT DISTINCT campaign_id, day FROM fresh_days) d"
        " WHERE x.campaign_id = d.campaign_id AND x.day = d.day AND x.origin = 'totals'"
    )


def _recompute_bounces(stage: Stage) -> None:
    """Count the bounces that `_recompute_days` has gathered by what was told of them."""
    told = ("bounce_type", "bounce_reason")
    what = ", ".join((*_SENDER, *told))
    # As JSON, which tells nothing from an empty text, and where the type ends from where the reason begins.
    digest = "sha256(convert_to(json_build_array(bounce_type, bounce_reason)::text, 'UTF8'))"
    stage.run(
        f"CREATE TEMP TABLE fresh_bounces ON COMMIT DROP AS SELECT campaign_id, day, {what}, {digest} AS digest,"
        " count(*) AS bounced FROM fresh_days"
        " CROSS JOIN LATERAL unnest(bounce_types, bounce_reasons) b (bounce_type, bounce_reason)"
        f" GROUP BY campaign_id, day, {what}"
    )
    _renew_days(stage, "bounce_activity", "fresh_bounces", key=(*_SENDER, "digest"), counts=["bounced"], told=told)
    stage.run("DROP TABLE fresh_bounces")


def _renew_days(
    stage: Stage,
    rollup: str,
    fresh: str,
    *,
    key: Sequence[str],
    counts: list[str],
    told: Sequence[str] = (),
    only: str = "true",
) -> None:
    """Make the rows of a rollup on the touched days those of the table `fresh`; what is the same is not written.

    `key` tells the rows of a campaign and day apart, `told` are columns that follow from it, and `only` is a condition
    on the rows `x` of the rollup that are concerned.
    """
    stage.run(f"ANALYZE {fresh}")
    whole_key = ("campaign_id", "day", *key)
    same = " AND ".join(f"f.{name} = x.{name}" for name in whole_key)
    stage.run(
        f"DELETE FROM {rollup} x USING touched_days d WHERE x.campaign_id = d.campaign_id AND x.day = d.day AND {only}"
        f" AND NOT EXISTS (SELECT 1 FROM {fresh} f WHERE {same})"
    )
    listed = ", ".join((*whole_key, *told, *counts))
    # In the order of days, so that those of a period lie together.
    stage.run(
        f"INSERT INTO {rollup} AS x (tenant_id, {listed}) SELECT %(tenant)s, {listed} FROM {fresh} ORDER BY day"
        f" ON CONFLICT ({', '.join(whole_key)}) DO UPDATE SET {_assigned(counts)} WHERE {_differs(counts)}"
    )


def _recompute_leads(stage: Stage) -> None:
    counts = ", ".join(f"{sql} AS {name}" for name, sql in _LEAD_COUNTS.items())
    columns = list(_LEAD_COUNTS)
    stage.run(
        "CREATE TEMP TABLE fresh_leads ON COMMIT DROP AS SELECT l.lead_id, a.* FROM touched_leads l"
        f" CROSS JOIN LATERAL (SELECT {counts} FROM messages m"
        " WHERE m.lead_id = l.lead_id) a"
    )
    stage.run("DELETE FROM lead_activity x USING fresh_leads f WHERE x.lead_id = f.lead_id AND f.emails_sent = 0")
    stage.run(
        f"INSERT INTO lead_activity AS x (tenant_id, lead_id, {', '.join(columns)})"
        f" SELECT %(tenant)s, lead_id, {', '.join(columns)} FROM fresh_leads WHERE emails_sent > 0"
        f" ON CONFLICT (lead_id) DO UPDATE SET {_assigned(columns)} WHERE {_differs(columns)}"
    )


def _add_to_leads(stage: Stage, created: str) -> None:
    """Add the created messages to their leads, but for those that are to be recomputed from all of theirs."""
    counts = ", ".join(f"{sql} AS {name}" for name, sql in _LEAD_COUNTS.items())
    columns = list(_LEAD_COUNTS)
    dates = [name for name in columns if name.endswith("_at")]
    sums = [f"{name} = x.{name} + excluded.{name}" for name in columns if name not in dates]
    sums += [f"{name} = greatest(x.{name}, excluded.{name})" for name in dates]
    stage.run(
        f"INSERT INTO lead_activity AS x (tenant_id, lead_id, {', '.join(columns)})"
        f" SELECT %(tenant)s, m.lead_id, {counts} FROM ({created}) m WHERE m.lead_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM touched_leads t WHERE t.lead_id = m.lead_id)"
        f" GROUP BY m.lead_id ON CONFLICT (lead_id) DO UPDATE SET {', '.join(sums)}"
    )


def _assigned(columns: list[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns)


def _differs(columns: list[str]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("x", "excluded"))
    return f"({old}) IS DISTINCT FROM ({new})"

"""One tick over many schedules of which few are due."""

from collections.abc import Callable, Mapping

import psycopg

from bench.measure import Sample, in_turn, median
from bench.results import Finding, Topic, at_most, figures
from bench.scale import NOW, Scale
from bench.server import Base, Say, Server

Timed = Callable[[], Mapping[str, float]]

_SCHEDULES = """
INSERT INTO scheduled_reports (id, tenant_id, name, frequency, time, timezone, report_type, date_range, format, config,
  recipients, is_active, next_run_at)
SELECT gen_random_uuid(), (SELECT id FROM tenants LIMIT 1), 'Report ' || g, 'daily', '07:00', 'Europe/Paris',
  'campaign', 'last_30d', 'pdf', '{}', ARRAY['reader@bench.test'], true,
  CASE WHEN g < %(due)s THEN %(now)s ELSE %(now)s + (1 + g %% 1440) * interval '1 minute' END
FROM generate_series(0, %(all)s::bigint - 1) g
"""


def ticked(url: str, schedules: int, due: int) -> Timed:
    """Prepare the schedules and one tick; a step of bench.child."""
    from outbrief.run import plan

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(_SCHEDULES, {"all": schedules, "due": due, "now": NOW})
        server.execute("VACUUM (ANALYZE) scheduled_reports")

    def timed() -> Mapping[str, float]:
        planned = plan.tick(now=NOW)
        assert planned == due, planned
        return {"rows": planned}

    return timed


def measure(server: Server, empty: Base, scale: Scale, say: Say) -> Topic:
    """Measure a tick on copies of the empty database."""
    say(f"a tick over {scale.schedules:,} schedules of which {scale.due:,} are due")

    def run() -> Sample:
        with server.copy(empty) as copy:
            asked = {"url": copy.url, "schedules": scale.schedules, "due": scale.due}
            return server.place(copy.url).step("ticks:ticked", asked)

    name = f"tick, {scale.due:,} due of {scale.schedules:,}"
    sample = median(in_turn({name: run}, repeats=scale.slow_repeats, say=say)[name])
    return Topic(
        title="Tick",
        findings=[Finding(what=name, cells=figures(sample))],
        verdicts=[at_most(f"{name}, per thousand due", sample.seconds / scale.due * 1000, 5, "{:.2f} s")],
        note="From the call of `outbrief.run.plan.tick` until every due generation and its job are committed.",
    )

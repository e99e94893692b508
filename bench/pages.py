"""The pages on the server, of a tenant with many messages, many schedules and a long history."""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from uuid import UUID

import psycopg

from bench.results import Finding, Topic, at_most
from bench.scale import NOW, Scale
from bench.server import Base, Say, Server

Timed = Callable[[], Mapping[str, float]]
_MOST_MS = 100
_WARM_UP = 3
# Open to anybody, or nothing of their own to show.
_LEFT_OUT = {"sign-in", "forgot-password", "mail", "mail-html"}

_HISTORY = """
INSERT INTO scheduled_reports (id, tenant_id, name, frequency, time, timezone, report_type, date_range, format, config,
  recipients, is_active, next_run_at, created_at)
SELECT md5('s' || g)::uuid, %(tenant)s, 'Report ' || g, 'daily', '07:00', 'Europe/Paris', 'campaign', 'last_30d', 'pdf',
  '{}', ARRAY['reader@bench.test'], true, %(now)s + g * interval '1 minute', %(now)s - g * interval '1 hour'
FROM generate_series(0, %(schedules)s::bigint - 1) g;
INSERT INTO report_generations (id, tenant_id, scheduled_report_id, generated_at, scheduled_for, status, trigger,
  attempt, progress, generation_time_ms, row_count, file_size_bytes, metadata)
SELECT md5('g' || g)::uuid, %(tenant)s, md5('s' || g %% %(schedules)s)::uuid, %(now)s - g * interval '1 minute',
  %(now)s - g * interval '1 minute', CASE WHEN g %% 50 = 0 THEN 'failed' ELSE 'success' END, 'schedule', 1, 100, 150,
  120, 90000, %(metadata)s
FROM generate_series(0, %(generations)s::bigint - 1) g;
INSERT INTO report_deliveries (id, tenant_id, generation_id, recipient, status, attempts, message_id, provider_answer,
  sent_at)
SELECT gen_random_uuid(), %(tenant)s, md5('g' || g)::uuid, 'reader' || r || '@bench.test', 'sent', 1,
  '<' || g || '.' || r || '@bench.test>', '250 OK', %(now)s - g * interval '1 minute'
FROM generate_series(0, %(generations)s::bigint - 1) g, generate_series(1, 3) r;
INSERT INTO export_jobs (id, tenant_id, export_type, format, status, progress, created_at)
SELECT md5('e' || g)::uuid, %(tenant)s, 'leads', 'csv', 'expired', 100, %(now)s - g * interval '1 minute'
FROM generate_series(0, %(generations)s::bigint - 1) g;
INSERT INTO audit_events (id, tenant_id, actor, action, object_id, detail, created_at)
SELECT gen_random_uuid(), %(tenant)s, 'operator', 'schedule.changed', '', '{}', %(now)s - g * interval '1 second'
FROM generate_series(0, %(generations)s::bigint - 1) g;
INSERT INTO suppressions (id, tenant_id, address, reason, created_at)
SELECT gen_random_uuid(), %(tenant)s, 'gone' || g || '@bench.test', 'bounced', %(now)s - g * interval '1 minute'
FROM generate_series(0, %(generations)s::bigint - 1) g;
"""


def opened(url: str, tenant_id: str, scale: Mapping[str, int], runs: int) -> Timed:
    """Prepare a long history, and opening every page as its owner; a step of bench.child.

    Tells by address the median of what the server needs for the page, in milliseconds.
    """
    from outbrief.record import schema
    from outbrief.record.generations import Order

    schema.migrate()
    order = Order(
        title="Bench", report_type="campaign", format="pdf", date_range="last_30d", timezone="Europe/Paris",
        workspace_id=None, config={}, recipients=("reader1@bench.test",), notify=None,
    )  # fmt: skip
    with psycopg.connect(url, autocommit=True) as server:
        asked = {"tenant": tenant_id, "now": NOW, "metadata": json.dumps({"order": order.as_json()}), **scale}
        for statement in filter(str.strip, _HISTORY.split(";")):
            server.execute(statement, asked)
        server.execute("VACUUM (ANALYZE)")

    def timed() -> Mapping[str, float]:
        from django.test import Client

        from outbrief.record.models import User

        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(email="owner@bench.test"))
        told = {}
        for address in _addresses(UUID(tenant_id)):
            took = []
            for _ in range(_WARM_UP + runs):
                started = time.perf_counter()
                response = client.get(address)
                BytesIO(response.getvalue())
                took.append((time.perf_counter() - started) * 1000)
                assert response.status_code == 200, (address, response.status_code)
            told[address] = statistics.median(took[_WARM_UP:])
        return told

    return timed


def _addresses(tenant_id: UUID) -> Iterator[str]:
    from django.urls import reverse

    from outbrief.record import generations
    from outbrief.record.cursors import page_of
    from outbrief.record.models import ExportJob, ReportGeneration, ScheduledReport
    from outbrief.record.scope import tenant_scope
    from outbrief.web.urls import urlpatterns

    for pattern in urlpatterns:
        verb = getattr(pattern.callback, "verb", None)
        if verb and not pattern.pattern.converters and pattern.name not in _LEFT_OUT and _is_read(pattern.callback):
            yield reverse(f"web:{pattern.name}")
    yield "/?date_range=2026-10-02..2026-10-31"
    yield "/?date_range=2025-11-02..2026-10-31"
    with tenant_scope(tenant_id):
        for model, name in ((ScheduledReport, "schedule"), (ReportGeneration, "generation"), (ExportJob, "export")):
            yield reverse(f"web:{name}", args=[model.objects.order_by("id").values_list("id", flat=True)[0]])
        count = ReportGeneration.objects.count()
        _, deep = page_of(generations.newest_first(), newest_by="generated_at", cursor=None, limit=count * 9 // 10)
    yield f"{reverse('web:generations')}?cursor={deep}"


def _is_read(view: Callable[..., object]) -> bool:
    from django.test import RequestFactory

    allowed = view(RequestFactory().options("/")).headers["Allow"]  # type: ignore[attr-defined]
    return "GET" in allowed


def measure(server: Server, large: Base, scale: Scale, say: Say) -> Topic:
    """Measure on a copy of the large database."""
    history = {"schedules": scale.leads // 1000, "generations": scale.leads // 10}
    say(f"pages beside {scale.messages:,} messages and {history['generations']:,} generations")
    with server.copy(large) as copy:
        asked = {"url": copy.url, "tenant_id": copy.tenant_id, "scale": history, "runs": scale.asked}
        told = server.place(copy.url).step("pages:opened", asked).told
    slowest = max(told, key=lambda address: told[address])
    return Topic(
        title="Pages",
        findings=[
            Finding(what=f"`{address.split('cursor=')[0]}`", cells={"on the server": f"{took:.0f} ms"})
            for address, took in told.items()
        ],
        verdicts=[at_most(f"the slowest page, `{slowest.split('cursor=')[0]}`", told[slowest], _MOST_MS, "{:.0f} ms")],
        note=f"From request to the last byte, in one process, as the owner of a tenant with {scale.messages:,} messages"
        f" and {history['schedules']:,} schedules; {history['generations']:,} generations with three recipients each,"
        " and as many exports, suppressions and audit events; medians. The last address lies nine tenths down.",
    )

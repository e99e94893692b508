"""Memory of an export: as much for 200,000 rows as for 50,000, but for little."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from outbrief.terms.export import ExportFormat
from tests.cli.commands import environment
from tests.people import People

FEW, MANY = 50_000, 200_000
MOST_MORE = 50 * 1024  # KiB; the further rows weigh some 70 MiB in Arrow, and more as text

# Few rows and then many in one process, of which the highest memory is read after each.
PROGRAM = """
import sys, uuid, django
django.setup()
from outbrief.query import Engine
from outbrief.run.exports import write_export
from outbrief.store import open_store
from outbrief.terms.columns import CATALOGUE, ExportType
from outbrief.terms.export import ExportFormat, ExportRequest

database, store, fmt, *tenants = sys.argv[1:]
request = ExportRequest(
    export_type=ExportType.LEADS, format=ExportFormat(fmt), columns=CATALOGUE[ExportType.LEADS], timezone="UTC"
)
for tenant in tenants:
    engine = Engine(url=database, tenant_id=uuid.UUID(tenant))
    made = write_export(engine, request, fmt, open_store(store), on_rows=lambda rows: None)
    highest = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(made.rows, made.size, highest)
"""


@pytest.fixture
def leads(database: str, people: People) -> None:
    """Give Zenith a few leads, and Acme many."""
    columns = (
        "email, first_name, last_name, company, status, lead_score, tags, custom_fields, source, created_at, updated_at"
    )
    values = (
        "'person' || n || '@example.org', 'First ' || n %% 977, 'Last ' || n %% 1009, 'Company ' || n %% 313, 'active',"
        " n %% 100 + 0.5, ARRAY['vip', 'tag' || n %% 7], jsonb_build_object('city', repeat(md5(n::text), 6)), 'import',"
        " timestamptz '2026-01-01' + n * interval '1 second', now()"
    )
    with psycopg.connect(database) as server:
        for person, rows in ((people.charlie, FEW), (people.alice, MANY)):
            server.execute(
                f"INSERT INTO leads (tenant_id, workspace_id, external_id, {columns})"
                f" SELECT tenant_id, id, 'lead-' || n, {values} FROM workspaces, generate_series(1, {rows}) n"
                " WHERE tenant_id = %s",
                [person.tenant_id],
            )
        server.execute("ANALYZE leads")


def test_four_times_the_rows_need_little_more_memory_in_any_format(
    leads: None, database: str, people: People, tmp_path: Path
):
    variables = {"OUTBRIEF_DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "outbrief.conf.settings"}
    tenants = [str(people.charlie.tenant_id), str(people.alice.tenant_id)]

    def measured(fmt: str) -> list[tuple[int, ...]]:
        words = [sys.executable, "-c", PROGRAM, database, (tmp_path / "files").as_uri(), fmt, *tenants]
        ran = subprocess.run(words, env=environment(tmp_path / "home", **variables), capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return [tuple(map(int, line.split())) for line in ran.stdout.splitlines()]

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = dict(zip(ExportFormat, pool.map(measured, ExportFormat), strict=True))
    assert {(few[0], many[0]) for few, many in found.values()} == {(FEW, MANY)}
    assert all(many[1] > 3 * few[1] for few, many in found.values())
    more = {fmt: many[2] - few[2] for fmt, (few, many) in found.items()}
    assert {fmt: kib for fmt, kib in more.items() if kib > MOST_MORE} == {}

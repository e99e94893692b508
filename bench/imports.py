"""Importing messages into databases of three sizes, through `outbrief.facts.import_file`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from bench.measure import Sample, median
from bench.results import Finding, Topic, Verdict, at_most, figures
from bench.scale import CAMPAIGNS, NOW, TIMEZONE, Scale
from bench.server import Base, Say, Server

Timed = Callable[[], Mapping[str, float]]
_MOST_SECONDS = 60.0  # for a million messages
_FLAT = 1.3
_YARDSTICK = "COPY of the same file into a bare table"

# Ten messages to each lead in the last 36 days; what `outbrief import` reads, by our own column names.
_ROWS = """
SELECT '{mark}-' || g AS external_id, {campaign} AS campaign, {lead} AS lead, 'Team ' || 2 + g % 4 AS workspace,
  'out-' || g % 40 || '.test' AS sending_domain, 'sales' || g % 3 || '@out-' || g % 40 || '.test' AS mailbox,
  'mail-' || g % 24 || '.test' AS recipient_domain,
  to_char(at, f) AS sent_at, CASE WHEN h >= 30 THEN to_char(at + interval '2 seconds', f) END AS delivered_at,
  CASE WHEN h < 30 THEN to_char(at + interval '5 seconds', f) END AS bounced_at,
  CASE WHEN h < 20 THEN 'hard' WHEN h < 30 THEN 'soft' END AS bounce_type,
  CASE WHEN h < 30 THEN '550 5.1.1 The email account that you tried to reach does not exist' END AS bounce_reason,
  CASE WHEN h > 500 THEN to_char(at + h * interval '1 minute', f) END AS opened_at,
  CASE WHEN h > 500 THEN 1 + h % 3 ELSE 0 END AS open_count,
  CASE WHEN h > 950 THEN to_char(at + h * interval '2 minutes', f) END AS clicked_at,
  CASE WHEN h > 950 THEN 1 ELSE 0 END AS click_count,
  CASE WHEN h > 980 THEN to_char(at + h * interval '3 minutes', f) END AS replied_at
FROM generate_series(0, {rows} - 1) g, LATERAL (SELECT abs(hashint8extended(g, 3)) % 1000 AS h,
  timestamp '{now}' - interval '36 days' + g * interval '35 days' / {rows} AS at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"' AS f) x
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One import: into which copy, a file of which kind, and what it is called in the results."""

    name: str
    base: str
    known_leads: bool


def imported(tenant_id: str, path: str) -> Timed:
    """Prepare an import of a file of messages; a step of bench.child."""
    from outbrief.facts import FactKind, import_file
    from outbrief.record.scope import tenant_scope

    tenant = UUID(tenant_id)

    def timed() -> Mapping[str, float]:
        with tenant_scope(tenant):
            taken = import_file(path, FactKind.MESSAGES, tenant_id=tenant, timezone=TIMEZONE, now=NOW)
        assert taken.rows_refused == 0, taken.refusals
        assert taken.created == taken.rows_read, taken
        return {"rows": taken.rows_read, "bytes": Path(path).stat().st_size}

    return timed


def loaded(url: str, path: str) -> Timed:
    """Prepare the yardstick, COPY of the same file into a bare table of text; a step of bench.child."""
    with Path(path).open() as file:
        columns = ", ".join(f"{name.strip()} text" for name in file.readline().split(","))

    def timed() -> Mapping[str, float]:
        with psycopg.connect(url) as connection, Path(path).open("rb") as file:
            cursor = connection.cursor()
            cursor.execute(f"CREATE TABLE loaded ({columns})")
            with cursor.copy("COPY loaded FROM STDIN (FORMAT csv, HEADER)") as copy:
                while chunk := file.read(1 << 20):
                    copy.write(chunk)
            rows = cursor.rowcount
            cursor.execute("DROP TABLE loaded")
            return {"rows": rows, "bytes": Path(path).stat().st_size}

    return timed


def measure(server: Server, bases: Mapping[str, Base], scale: Scale, say: Say) -> Topic:
    """Measure on copies of `empty`, `small` and `large`, which grow with every import."""
    say(f"imports of {scale.imported:,} messages")
    path = server.folder / "messages.csv"
    cases = [
        Case(name="new leads, into an empty table", base="empty", known_leads=False),
        Case(name=f"new leads, beside {scale.messages // 10:,} messages", base="small", known_leads=False),
        Case(name=f"new leads, beside {scale.messages:,} messages", base="large", known_leads=False),
        Case(name=f"leads with 10 messages each, beside {scale.messages:,}", base="large", known_leads=True),
    ]
    samples: dict[str, list[Sample]] = {name: [] for name in (*(case.name for case in cases), _YARDSTICK)}

    def run(name: str, step: str, copy: Base, asked: Mapping[str, object]) -> None:
        sample = server.place(copy.url).step(f"imports:{step}", {**asked, "path": str(path)})
        samples[name].append(sample)
        say(f"  {name}: {sample.seconds:.1f} s, cpu {sample.cpu:.1f} s + server {sample.server_cpu:.1f} s")

    for turn in range(scale.slow_repeats):
        for case in cases:
            _write_file(server.url, path, case, scale, turn)
            with server.copy(bases[case.base]) as copy:
                run(case.name, "imported", copy, {"tenant_id": copy.tenant_id})
                if case.base == "empty":
                    run(_YARDSTICK, "loaded", copy, {"url": copy.url})
            path.unlink()
    found = {name: median(runs) for name, runs in samples.items()}
    return Topic(
        title="Imports",
        findings=[Finding(what=name, cells=figures(sample)) for name, sample in found.items()],
        verdicts=_verdicts(found, cases),
        note=_NOTE,
    )


def _write_file(url: str, path: Path, case: Case, scale: Scale, turn: int) -> None:
    """Write the file to import: each turn has other messages, so that all of them are new."""
    mark = f"turn{turn}"
    sql = _ROWS.format(
        mark=mark,
        campaign=f"'c' || g % {CAMPAIGNS}" if case.known_leads else f"'{mark}-c' || g % 12",
        lead=f"'lead-' || g % {scale.leads}" if case.known_leads else f"'{mark}-' || g % {scale.imported // 10}",
        rows=scale.imported,
        now=NOW.replace(tzinfo=None),
    )
    with (
        psycopg.connect(url) as connection,
        path.open("wb") as file,
        connection.cursor().copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        for chunk in copy:
            file.write(chunk)


def _verdicts(found: Mapping[str, Sample], cases: Sequence[Case]) -> list[Verdict]:
    million = {case.name: found[case.name].seconds / found[case.name].told["rows"] * 1e6 for case in cases}
    verdicts = [
        at_most(f"import of a million messages, {name}", seconds, _MOST_SECONDS, "{:.1f} s")
        for name, seconds in million.items()
    ]
    small, large = million[cases[1].name], million[cases[2].name]
    verdicts.append(at_most("import, flat over ten times the messages", large / small, _FLAT, "{:.2f} x"))
    return verdicts


_NOTE = (
    "A CSV file through `outbrief.facts.import_file`: read, checked, staged, merged, rollups recomputed, committed."
    " Each goes into a fresh copy of the database it names. New leads get ten messages each, as those that are there"
    " have; the last kind writes once more to every lead there is, in campaigns and on days that have messages already,"
    " so it recomputes the totals of all of them."
)

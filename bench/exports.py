"""Exports of leads beside COPY and Node, in every format, at two sizes, and through the API with S3 as the store."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import psycopg

from bench.measure import Place, Sample, in_turn, median
from bench.results import Finding, Topic, at_least, at_most, figures
from bench.scale import FIELDS, NOW, TIMEZONE, Scale
from bench.server import Base, Say
from outbrief.terms.calendar import Period
from outbrief.terms.export import ExportRequest, check_export
from outbrief.terms.tenancy import SERVING_ROLE, TENANT_SETTING

Timed = Callable[[], Mapping[str, float]]
_NAMES = {"csv": "CSV", "excel": "Excel", "json": "JSON", "ndjson": "NDJSON", "parquet": "Parquet"}
_MB = 1_000_000


def request_for(fmt: str) -> ExportRequest:
    """Give the export that is measured: all leads, 15 columns."""
    return check_export(
        export_type="leads", format=fmt, fields=FIELDS, filters=None, date_range=None, timezone=TIMEZONE, at=NOW
    )


def streamed(url: str, tenant_id: str, fmt: str, path: str) -> Timed:
    """Prepare the real path into a file; a step of bench.child."""
    from outbrief.query import Engine
    from outbrief.run.exports import stream_export

    engine = Engine(url=url, tenant_id=UUID(tenant_id))
    request = request_for(fmt)
    # As in a worker that has exported before: Ibis takes half a second for the first query of a process.
    none = replace(request, period=Period(start=NOW.date(), end=NOW.date()))
    stream_export(engine, none, BytesIO(), on_rows=lambda _rows: None)

    def timed() -> Mapping[str, float]:
        with Path(path).open("wb") as file:
            written = stream_export(engine, request, file, on_rows=lambda _rows: None)
            return {"rows": written.rows, "bytes": file.tell()}

    return timed


def copied(url: str, tenant_id: str, path: str) -> Timed:
    """Prepare PostgreSQL's own COPY of the same rows into a file; a step of bench.child."""
    from outbrief.query.compile import export_sql

    sql = export_sql(request_for("csv"), UUID(tenant_id))
    settings = {"jit": "off", "work_mem": "64MB", "TimeZone": "UTC", "role": SERVING_ROLE, TENANT_SETTING: tenant_id}

    def timed() -> Mapping[str, float]:
        with psycopg.connect(url) as connection, Path(path).open("wb") as file:
            for name, value in settings.items():
                connection.execute("SELECT set_config(%s, %s, true)", [name, value])
            cursor = connection.cursor()
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)") as copy:
                for chunk in copy:
                    file.write(chunk)
            return {"rows": cursor.rowcount, "bytes": file.tell()}

    return timed


def measure(place: Place, large: Base, small: Base, scale: Scale, say: Say) -> list[Topic]:
    """Measure every export on the large database (and its memory also on the small one, of a tenth of the rows)."""
    say(f"exports of {scale.leads:,} leads x {len(FIELDS)} columns")
    ours = {fmt: _ours(place, large, fmt) for fmt in _NAMES}
    cases = {"COPY": lambda: place.step("exports:copied", {**_of(large), "path": _file(place)}), **ours}
    cases["outbrief export"] = command(place, "csv")
    found = {name: median(samples) for name, samples in in_turn(cases, repeats=scale.repeats, say=say).items()}
    say(f"the same through Node: json2csv with {scale.leads:,} rows, ExcelJS with fewer")
    node = _node(place, large, scale, say)
    say(f"memory with {small_rows(scale):,} rows")
    few = in_turn({fmt: _ours(place, small, fmt) for fmt in _NAMES}, repeats=scale.slow_repeats, say=say)
    return [
        _csv_topic(found, node),
        _excel_topic(found, node),
        _other_topic(found),
        _memory_topic(found, {name: median(samples) for name, samples in few.items()}, scale),
    ]


def small_rows(scale: Scale) -> int:
    """Count the leads of the small database."""
    return scale.leads // 10


def _ours(place: Place, base: Base, fmt: str) -> Callable[[], Sample]:
    return lambda: place.step("exports:streamed", {**_of(base), "fmt": fmt, "path": _file(place)})


def _of(base: Base) -> dict[str, str]:
    return {"url": base.url, "tenant_id": base.tenant_id}


def _file(place: Place) -> str:
    path = place.folder / "export"
    path.unlink(missing_ok=True)
    return str(path)


def command(place: Place, fmt: str) -> Callable[[], Sample]:
    """Give what runs `outbrief export` of the measured rows into a file."""
    arguments = ("export", "leads", "--tenant", "bench", "--fields", ",".join(FIELDS), "--format", fmt)
    return lambda: place.command(*arguments, "-o", _file(place))


def _node(place: Place, base: Base, scale: Scale, say: Say) -> dict[str, Sample]:
    from outbrief.query.compile import export_sql

    asked = {
        "connection": psycopg.conninfo.conninfo_to_dict(base.url),
        "sql": export_sql(request_for("csv"), UUID(base.tenant_id)),
        "settings": {"work_mem": "64MB", "jit": "off", "role": SERVING_ROLE, TENANT_SETTING: base.tenant_id},
        "fields": FIELDS,
    }

    def run(script: str, rows: int, **more: object) -> Callable[[], Sample]:
        return lambda: place.node(script, {**asked, **more, "rows": rows, "path": _file(place)})

    cases = {
        "pg + json2csv": run("csv", scale.leads, library="json2csv"),
        "pg + @json2csv/node": run("csv", scale.leads, library="@json2csv/node"),
        "ExcelJS, streaming": run("excel", scale.excel_rows, whole=False),
        "ExcelJS, whole workbook": run("excel", scale.workbook_rows, whole=True),
    }
    return {name: median(samples) for name, samples in in_turn(cases, repeats=scale.slow_repeats, say=say).items()}


def _csv_topic(found: Mapping[str, Sample], node: Mapping[str, Sample]) -> Topic:
    ours, copy = found["csv"], found["COPY"]
    best = min(node["pg + json2csv"].seconds, node["pg + @json2csv/node"].seconds)
    findings = [
        Finding(what="Outbrief, CSV", cells=figures(ours)),
        Finding(what="Outbrief, the whole command `outbrief export`", cells=figures(found["outbrief export"])),
        Finding(what="`COPY (the same query) TO STDOUT (FORMAT csv)`", cells=figures(copy)),
        *(Finding(what=name, cells=figures(node[name])) for name in ("pg + json2csv", "pg + @json2csv/node")),
    ]
    verdicts = [
        at_most("CSV, time against COPY", ours.seconds / copy.seconds, 1.5, "{:.2f} x"),
        at_least("CSV, times faster than the faster json2csv", best / ours.seconds, 10, "{:.1f} x"),
        at_most("CSV, peak memory", ours.peak / _MB, 300, "{:.0f} MB"),
        at_most("CSV, peak memory of the whole command", found["outbrief export"].peak / _MB, 300, "{:.0f} MB"),
    ]
    bound = f" COPY itself is {best / copy.seconds:.1f} times faster than the faster json2csv."
    return Topic(title="CSV", findings=findings, verdicts=verdicts, note=_CSV_NOTE + bound)


def _excel_topic(found: Mapping[str, Sample], node: Mapping[str, Sample]) -> Topic:
    ours, streaming, whole = found["excel"], node["ExcelJS, streaming"], node["ExcelJS, whole workbook"]
    findings = [
        Finding(what="Outbrief, Excel", cells=figures(ours)),
        Finding(what=f"ExcelJS, streaming, {streaming.told['rows']:,.0f} rows", cells=figures(streaming)),
        Finding(what=f"ExcelJS, whole workbook, {whole.told['rows']:,.0f} rows", cells=figures(whole)),
    ]
    verdicts = [
        at_least(
            "Excel, times faster per row than ExcelJS streaming", _per_row(streaming) / _per_row(ours), 8, "{:.1f} x"
        ),
        at_most("Excel, peak memory", ours.peak / _MB, 350, "{:.0f} MB"),
    ]
    return Topic(title="Excel", findings=findings, verdicts=verdicts, note=_EXCEL_NOTE)


def _other_topic(found: Mapping[str, Sample]) -> Topic:
    copy = found["COPY"]
    formats = ("ndjson", "parquet", "json")
    return Topic(
        title="NDJSON, Parquet, JSON",
        findings=[Finding(what=f"Outbrief, {_NAMES[fmt]}", cells=figures(found[fmt])) for fmt in formats],
        verdicts=[
            at_most(f"{_NAMES[fmt]}, time against COPY", found[fmt].seconds / copy.seconds, 3, "{:.2f} x")
            for fmt in formats
        ],
        note="COPY is the one of the table above; all ran in turn.",
    )


def _memory_topic(found: Mapping[str, Sample], few: Mapping[str, Sample], scale: Scale) -> Topic:
    findings = [
        Finding(
            what=f"Outbrief, {name}",
            cells={
                f"{small_rows(scale):,} rows": f"{few[fmt].peak / _MB:.0f} MB",
                f"{scale.leads:,} rows": f"{found[fmt].peak / _MB:.0f} MB",
            },
        )
        for fmt, name in _NAMES.items()
    ]
    verdicts = [
        at_most(
            f"{name}, memory added by ten times the rows", (found[fmt].peak - few[fmt].peak) / _MB, 50, "{:+.0f} MB"
        )
        for fmt, name in _NAMES.items()
    ]
    return Topic(title="Memory as rows grow", findings=findings, verdicts=verdicts, note=_MEMORY_NOTE)


def _per_row(sample: Sample) -> float:
    return sample.seconds / sample.told["rows"]


_CSV_NOTE = (
    "Each from connecting to the last byte in a file, in a fresh process that has everything imported and has exported"
    " nothing (no rows) once; the command's time includes its start. All run the same SQL as the same role under"
    " row-level security. Outbrief's file has times in ISO 8601, tags and formula guard, COPY's has PostgreSQL's own"
    " text. Node reads with pg-query-stream (1,000 rows at a time) and pipes into the library's transform and a file."
)
_EXCEL_NOTE = (
    "ExcelJS gets fewer rows, as it would take minutes, and is compared per row. Both write typed cells, header style,"
    " widths, frozen header and filter. The whole workbook is built in memory and then written to the file."
)
_MEMORY_NOTE = (
    "The target is about 100,000 and 1,000,000 rows, those of the full run: with fewer, the smaller file does not fill"
    " the first batches, and needs less than any stream."
)

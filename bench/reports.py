"""Whole PDF reports from question to bytes, and long tables beside pdfkit."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from uuid import UUID

from bench.measure import Place, in_turn, median
from bench.results import Finding, Topic, at_most, figures
from bench.scale import NOW, TIMEZONE, Scale
from bench.server import Base, Say
from outbrief.terms.document import Chart, Document
from outbrief.terms.look import Brand
from outbrief.terms.report import ReportFormat, ReportType
from outbrief.terms.table import Column, Kind, Table

Timed = Callable[[], Mapping[str, float]]
_WARM_UP = 2
_MOST_MS = 300
_LONG_ROWS = 10_000
_MB = 1_000_000


def reported(tenant_id: str, runs: int) -> Timed:
    """Prepare PDFs of every report of the last 30 days, again and again; a step of bench.child.

    Tells medians in milliseconds: `cold` the very first, by type the whole report with its charts, `two charts` the
    campaign report with two of its charts, and what of it was question and composing.
    """
    from outbrief.record.generations import Order
    from outbrief.record.tenants import tenant_facts
    from outbrief.run import reports

    tenant = tenant_facts(UUID(tenant_id))

    def draft(kind: str) -> Document:
        order = Order(
            title="Bench", report_type=kind, format="pdf", date_range="last_30d", timezone=TIMEZONE, workspace_id=None,
            config={}, recipients=(), notify=None,
        )  # fmt: skip
        return reports.draft(order, tenant, at=NOW, now=NOW)

    def whole(kind: str, most_charts: int) -> tuple[float, float]:
        started = time.perf_counter()
        document = _with_charts(draft(kind), most_charts)
        composed = time.perf_counter()
        reports.write(document, ReportFormat.PDF, BytesIO())
        ended = time.perf_counter()
        return (ended - started) * 1000, (composed - started) * 1000

    def timed() -> Mapping[str, float]:
        told = {"cold": whole(ReportType.CAMPAIGN, 2)[0]}
        cases = {"two charts": (ReportType.CAMPAIGN, 2), **{str(kind): (kind, 99) for kind in ReportType}}
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for _ in range(_WARM_UP + runs):
            for name, (kind, charts) in cases.items():
                took[name].append(whole(kind, charts))
        for name, values in took.items():
            told[name] = statistics.median(value[0] for value in values[_WARM_UP:])
            told[f"{name}, draft"] = statistics.median(value[1] for value in values[_WARM_UP:])
        for kind in ReportType:
            told[f"{kind}, charts"] = sum(isinstance(section, Chart) for section in draft(kind).sections)
        return told

    return timed


def _with_charts(document: Document, most: int) -> Document:
    charts = [section for section in document.sections if isinstance(section, Chart)]
    left = tuple(section for section in document.sections if section not in charts[most:])
    return replace(document, sections=left)


def long_table(rows: int) -> Timed:
    """Prepare a PDF that is one long table of six columns; a step of bench.child."""
    from outbrief.render.pdf import write_pdf

    names = ("Campaign", "Sent", "Delivered", "Opened", "Clicked", "Replied")
    kinds = (Kind.TEXT, *(Kind.INTEGER,) * 5)
    table = Table(
        key="rows",
        title="Campaigns",
        columns=tuple(Column(key=name, label=name, kind=kind) for name, kind in zip(names, kinds, strict=True)),
        rows=tuple((f"Campaign number {i} of the autumn", i * 37, i * 36, i * 15, i * 4, i) for i in range(rows)),
        total_rows=rows,
    )
    document = Document(
        report_type=ReportType.CAMPAIGN, title="Bench", brand=Brand(name="Bench"), scope="All workspaces",
        period_label="October 2026", comparison_label="September 2026", timezone=TIMEZONE, as_of=NOW,
        sections=(table,), main_table="rows", notes=(), empty=False,
    )  # fmt: skip
    write_pdf(replace(document, sections=()))

    def timed() -> Mapping[str, float]:
        return {"rows": rows, "bytes": len(write_pdf(document, max_table_rows=rows))}

    return timed


def measure(place: Place, large: Base, scale: Scale, say: Say) -> list[Topic]:
    """Measure reports of the tenant with the most messages, and long tables."""
    say("PDF reports")
    sample = place.step("reports:reported", {"tenant_id": large.tenant_id, "runs": max(5, scale.asked // 4)})
    told = sample.told
    findings = [_line("campaign report cut down to two charts", "two charts", told, 2)]
    findings += [_line(f"{kind} report", str(kind), told, int(told[f"{kind}, charts"])) for kind in ReportType]
    findings.append(
        Finding(what="the very first of a process", cells={"whole": f"{told['cold']:.0f} ms", "charts": "2"})
    )
    for finding in findings:
        say(f"  {finding.what}: {finding.cells['whole']}")
    slowest = max(ReportType, key=lambda kind: told[str(kind)])
    whole = Topic(
        title="Whole PDF reports",
        findings=findings,
        verdicts=[
            at_most("PDF report with two charts, warm, p50", told["two charts"], _MOST_MS, "{:.0f} ms"),
            at_most(f"slowest real report ({slowest}), warm, p50", told[str(slowest)], _MOST_MS, "{:.0f} ms"),
        ],
        note="Questions, composing and PDF/UA in one warm process, for the tenant with the most messages."
        f" Peak memory of that process: {sample.peak / _MB:.0f} MB.",
    )
    return [whole, _long_tables(place, scale, say)]


def _line(what: str, name: str, told: Mapping[str, float], charts: int) -> Finding:
    return Finding(
        what=what,
        cells={
            "charts": str(charts),
            "whole": f"{told[name]:.0f} ms",
            "of it questions and composing": f"{told[f'{name}, draft']:.0f} ms",
        },
    )


def _long_tables(place: Place, scale: Scale, say: Say) -> Topic:
    path = str(place.folder / "table.pdf")
    cases = {
        "Outbrief, 1,000 rows": lambda: place.step("reports:long_table", {"rows": 1000}),
        "pdfkit, 1,000 rows": lambda: place.node("table", {"rows": 1000, "path": path}),
        f"Outbrief, {_LONG_ROWS:,} rows": lambda: place.step("reports:long_table", {"rows": _LONG_ROWS}),
        f"pdfkit, {_LONG_ROWS:,} rows": lambda: place.node("table", {"rows": _LONG_ROWS, "path": path}),
    }
    found = {name: median(runs) for name, runs in in_turn(cases, repeats=scale.slow_repeats, say=say).items()}
    longest = found[f"Outbrief, {_LONG_ROWS:,} rows"]
    return Topic(
        title="PDF, one long table of six columns",
        findings=[Finding(what=name, cells=figures(sample)) for name, sample in found.items()],
        verdicts=[
            at_most(f"PDF table of {_LONG_ROWS:,} rows, time", longest.seconds, 3, "{:.2f} s"),
            at_most(f"PDF table of {_LONG_ROWS:,} rows, peak memory", longest.peak / _MB, 600, "{:.0f} MB"),
        ],
        note="A rough yardstick: pdfkit draws plain cells, without tags, widths by content or hyphenation.",
    )

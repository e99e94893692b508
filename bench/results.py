"""What was found, as bench/RESULTS.md says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure import Sample


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of figures: what was measured, and its cells by column."""

    what: str
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One target: what it is about, the bound, what came out, and whether that is within it."""

    what: str
    target: str
    result: str
    reached: bool


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A section of the results."""

    title: str
    findings: Sequence[Finding]
    verdicts: Sequence[Verdict] = field(default_factory=list)
    note: str = ""


def figures(sample: Sample) -> dict[str, str]:
    """Give the usual cells of a sample."""
    rows = sample.told.get("rows")
    size = sample.told.get("bytes")
    return {
        "wall": f"{sample.seconds:.2f} s",
        "per million rows": f"{sample.seconds / rows * 1e6:.2f} s" if rows else "",
        "CPU, own": f"{sample.cpu:.2f} s",
        "CPU, server": f"{sample.server_cpu:.2f} s",
        "peak memory": f"{sample.peak / 1e6:.0f} MB",
        "file": f"{size / 1e6:.1f} MB" if size else "",
    }


def at_most(what: str, result: float, bound: float, shown: str) -> Verdict:
    """Judge a result that should not exceed a bound."""
    return Verdict(what=what, target=f"≤ {shown.format(bound)}", result=shown.format(result), reached=result <= bound)


def at_least(what: str, result: float, bound: float, shown: str) -> Verdict:
    """Judge a result that should not stay below a bound."""
    return Verdict(what=what, target=f"≥ {shown.format(bound)}", result=shown.format(result), reached=result >= bound)


def write(path: Path, heading: str, topics: Sequence[Topic], machine: Mapping[str, str]) -> None:
    """Write the results: the verdicts first, then a section per topic."""
    verdicts = [verdict for topic in topics for verdict in topic.verdicts]
    parts = [heading, _table([{"": name, "is": value} for name, value in machine.items()])]
    parts += ["## Targets", _table([_judged(verdict) for verdict in verdicts])]
    for topic in topics:
        parts += [f"## {topic.title}", _table([{"": f.what, **f.cells} for f in topic.findings])]
        parts += [topic.note] if topic.note else []
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _judged(verdict: Verdict) -> dict[str, str]:
    return {
        "": verdict.what,
        "target": verdict.target,
        "result": verdict.result,
        "verdict": "reached" if verdict.reached else "**missed**",
    }


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    columns = [name for name in columns if any(row.get(name) for row in rows)]
    lines = [f"| {' | '.join(columns)} |", f"|{'|'.join('---' for _ in columns)}|"]
    lines += [f"| {' | '.join(row.get(name, '').replace('|', '/') for name in columns)} |" for row in rows]
    return "\n".join(lines)

"""`python -m bench`: build, measure, write the results."""

import argparse
import atexit
import datetime as dt
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench import api, exports, imports, pages, queries, reports, ticks
from bench.data import Made
from bench.machine import machine
from bench.measure import ROOT
from bench.results import Topic, write
from bench.scale import Scale, full, quick
from bench.server import Base, Say, Server

TOPICS = ("exports", "api", "queries", "reports", "pages", "imports", "tick")
_HEADING = """# Outbrief measured

{date}, `{command}`, {took}: {leads:,} leads and {messages:,} messages; figures are medians of {repeats} runs, what
takes long of {slow_repeats}. Every figure and its yardstick come from this one run, taken in turn, each in a process
of its own. Peak memory is `VmHWM` of that process. "CPU, server" is what all processes of the database server used
meanwhile. Leads and messages are inserted by SQL from row numbers and the rollups derived by
`outbrief.facts.rebuild`; only what is called an import goes the way of imports."""


def main() -> None:
    """Run what the command line asks for."""
    asked = _parser().parse_args()
    _check_node()
    scale = quick(asked.leads or 100_000) if asked.quick else full(asked.leads or 1_000_000)
    home = _home(asked.home)
    started, date = time.monotonic(), dt.datetime.now(dt.UTC)

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {line}", file=sys.stderr, flush=True)

    server = Server(home, say)
    known = machine(server)
    topics = _measure(server, scale, asked.topics, say)
    heading = _HEADING.format(
        date=f"{date:%Y-%m-%d}", command=f"python -m bench {' '.join(sys.argv[1:])}".strip(),
        took=f"{(time.monotonic() - started) / 60:.1f} minutes", leads=scale.leads, messages=scale.messages,
        repeats=scale.repeats, slow_repeats=scale.slow_repeats,
    )  # fmt: skip
    out = Path(asked.out) if asked.out else ROOT / "bench" / ("RESULTS-quick.md" if asked.quick else "RESULTS.md")
    write(out, heading, topics, known)
    say(f"wrote {out}")


def _home(kept: str | None) -> Path:
    if kept:
        home = Path(kept).resolve()
        home.mkdir(parents=True, exist_ok=True)
        return home
    home = Path(tempfile.mkdtemp(prefix="outbrief-bench-"))
    # The server stops at exit, in a step registered when it starts; this one comes before and so runs after it.
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def _measure(server: Server, scale: Scale, chosen: list[str], say: Say) -> list[Topic]:
    large = server.base(Made(name="large", leads=scale.leads, messages=scale.messages))
    small = server.base(Made(name="small", leads=scale.leads // 10, messages=scale.messages // 10))
    topics: list[Topic] = []
    if "exports" in chosen:
        topics += exports.measure(server.place(large.url), large, small, scale, say)
    if "api" in chosen:
        topics.append(api.measure(server, large, scale, say))
    if "queries" in chosen:
        topics.append(queries.measure(server.place(large.url), _asked(server, scale, large, small), scale, say))
    if "reports" in chosen:
        topics += reports.measure(server.place(large.url), large, scale, say)
    if "pages" in chosen:
        topics.append(pages.measure(server, large, scale, say))
    if "imports" in chosen:
        topics.append(imports.measure(server, {"empty": _empty(server), "small": small, "large": large}, scale, say))
    if "tick" in chosen:
        topics.append(ticks.measure(server, _empty(server), scale, say))
    return topics


def _empty(server: Server) -> Base:
    return server.base(Made(name="empty", leads=0, messages=0))


def _asked(server: Server, scale: Scale, large: Base, small: Base) -> dict[str, Base]:
    # As many messages in these thirty days as the large tenant has in any.
    month = scale.messages * 30 // 365
    own = server.base(Made(name="own", leads=scale.leads, messages=month, days=30, own_domains=25))
    return {"small": small, "large": large, "own domains": own}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, fewer runs")
    parser.add_argument("--home", help="keep the databases in this folder, so that the next run need not build them")
    parser.add_argument("--leads", type=int, help="build so many leads, and ten times as many messages")
    parser.add_argument("--topics", nargs="+", choices=TOPICS, default=list(TOPICS), help="measure only these")
    parser.add_argument("--out", help="where to write the results")
    return parser


def _check_node() -> None:
    if shutil.which("node") is None or not (ROOT / "bench" / "node_modules").exists():
        sys.exit("Node 20 and the packages under bench/ are needed for the yardsticks: run `make bench`.")


if __name__ == "__main__":
    main()

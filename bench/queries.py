"""The questions of reports, asked of a tenant with many messages and of one with a tenth, in turn."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import psycopg

from bench.measure import Place
from bench.results import Finding, Topic, Verdict, at_most
from bench.scale import NOW, TIMEZONE, Scale
from bench.server import Base, Say
from outbrief.terms.calendar import comparison_of, resolve_period
from outbrief.terms.look import Brand
from outbrief.terms.question import MEASURES, AnyQuestion, Question
from outbrief.terms.report import ReportType
from outbrief.terms.report_request import ReportRequest

Timed = Callable[[], Mapping[str, float]]
_RANGE = "last_30d"
_WARM_UP = 5
_MOST_MS = 50
# How much slower a tenfold tenant may answer and still be called flat, beside a grain of noise.
_FLAT, _GRAIN_MS = 2.0, 5.0


def report_request(report_type: str) -> ReportRequest:
    """Give the report of the last 30 days."""
    period = resolve_period(_RANGE, at=NOW, timezone=TIMEZONE)
    return ReportRequest(
        report_type=ReportType(report_type),
        title="Bench",
        brand=Brand(name="Bench"),
        timezone=TIMEZONE,
        period=period,
        comparison=comparison_of(period, _RANGE),
    )


def asked_questions() -> dict[str, list[AnyQuestion]]:
    """Give what is measured: the totals alone, by one dimension, and all that each report asks."""
    from outbrief.compose import questions

    period = resolve_period(_RANGE, at=NOW, timezone=TIMEZONE)
    single: dict[str, list[AnyQuestion]] = {
        "totals": [Question(measures=MEASURES, period=period)],
        "by day": [Question(measures=MEASURES, period=period, dimensions=("day",))],
        "by campaign": [Question(measures=MEASURES, period=period, dimensions=("campaign",), order_by="sent")],
        "by sending domain": [Question(measures=MEASURES, period=period, dimensions=("sending_domain",))],
        "by recipient domain": [Question(measures=MEASURES, period=period, dimensions=("recipient_domain",))],
    }
    reports = {f"report: {kind}": list(questions(report_request(kind)).values()) for kind in ReportType}
    return {**single, **reports}


def answered(bases: Mapping[str, Mapping[str, str]], runs: int) -> Timed:
    """Prepare asking everything of each base in turn; a step of bench.child. Tells medians in milliseconds."""
    from outbrief.query import Engine, answers

    engines = {name: Engine(url=base["url"], tenant_id=UUID(base["tenant_id"])) for name, base in bases.items()}
    asked = asked_questions()

    def once(engine: Engine, questions: Sequence[AnyQuestion]) -> float:
        started = time.perf_counter()
        answers(engine, questions)
        return (time.perf_counter() - started) * 1000

    def timed() -> Mapping[str, float]:
        told: dict[str, float] = {}
        for what, questions in asked.items():
            took: dict[str, list[float]] = {name: [] for name in engines}
            for run in range(_WARM_UP + runs):
                for name, engine in engines.items():
                    milliseconds = once(engine, questions)
                    if run >= _WARM_UP:
                        took[name].append(milliseconds)
            told |= {f"{what}|{name}": statistics.median(values) for name, values in took.items()}
        return told

    return timed


def from_messages(url: str, tenant_id: str) -> Timed:
    """Prepare the yardstick, counting the same totals from messages themselves; a step of bench.child."""
    period = resolve_period(_RANGE, at=NOW, timezone=TIMEZONE)

    def timed() -> Mapping[str, float]:
        with psycopg.connect(url) as connection:
            connection.execute(
                "SELECT count(*), count(delivered_at), count(bounced_at), count(opened_at), count(clicked_at),"
                " count(replied_at), count(complained_at), count(unsubscribed_at), sum(open_count), sum(click_count)"
                " FROM messages WHERE tenant_id = %s AND sent_day >= %s AND sent_day < %s",
                [tenant_id, period.start, period.end],
            ).fetchall()
        return {}

    return timed


def measure(place: Place, bases: Mapping[str, Base], scale: Scale, say: Say) -> Topic:
    """Measure on `small`, `large` and `own domains`."""
    say(f"questions of the last 30 days, {scale.asked} times each")
    known = {name: {"url": base.url, "tenant_id": base.tenant_id} for name, base in bases.items()}
    told = place.step("queries:answered", {"bases": known, "runs": scale.asked}).told
    findings = [
        Finding(what=what, cells={name: f"{told[f'{what}|{name}']:.1f} ms" for name in bases})
        for what in asked_questions()
    ]
    counted = {name: place.step("queries:from_messages", base) for name, base in known.items()}
    findings.append(
        Finding(
            what="the totals counted from messages",
            cells={name: f"{sample.seconds * 1000:.0f} ms" for name, sample in counted.items()},
        )
    )
    for finding in findings:
        say(f"  {finding.what}: {', '.join(f'{name} {cell}' for name, cell in finding.cells.items())}")
    return Topic(
        title="Questions of reports, 30 days",
        findings=[_named(finding, scale) for finding in findings],
        verdicts=_verdicts(told),
        note=_NOTE,
    )


def _named(finding: Finding, scale: Scale) -> Finding:
    columns = {
        "small": f"{scale.messages // 10:,} messages",
        "large": f"{scale.messages:,} messages",
        "own domains": "30 days as of the larger, a quarter of leads at 20,000 own domains",
    }
    return Finding(what=finding.what, cells={columns[name]: cell for name, cell in finding.cells.items()})


def _verdicts(told: Mapping[str, float]) -> list[Verdict]:
    verdicts = []
    for what in asked_questions():
        small, large = told[f"{what}|small"], told[f"{what}|large"]
        verdicts.append(at_most(f"question, {what}, p50", large, _MOST_MS, "{:.1f} ms"))
        flat = max(small * _FLAT, small + _GRAIN_MS)
        verdicts.append(
            Verdict(
                what=f"question, {what}, flat over ten times the messages",
                target=f"≤ {_FLAT:.0f} x, or {_GRAIN_MS:.0f} ms more",
                result=f"{small:.1f} -> {large:.1f} ms",
                reached=large <= flat,
            )
        )
    slowest, what = max((told[f"{what}|own domains"], what) for what in asked_questions() if what.startswith("report"))
    verdicts.append(at_most(f"many recipient domains, slowest ({what}), p50", slowest, _MOST_MS, "{:.1f} ms"))
    return verdicts


_NOTE = (
    "Medians in one warm process that asks all tenants in turn, from opening the connection to the Arrow tables. A"
    " `report` asks all its questions in one transaction. Both tenants have 120 campaigns of 60 days each over one"
    " year, 40 sending domains and 24 recipient domains; the larger one has ten times the messages a day. The last"
    " column is a stress beyond the targets' letter: a tenant that in 30 days sends as much as the larger one does, a"
    " quarter of it to leads with domains of their own, for whom the daily totals hold about as many rows as messages."
)

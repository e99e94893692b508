"""The domain health report: each sending domain with its trend and a verdict."""

import datetime as dt
from collections.abc import Sequence

from outbrief.compose import wording
from outbrief.compose.charts import bars_chart, days_chart, named_days_chart
from outbrief.compose.measures import LABELS, LIMITS, PARTS, Row, count, interval, moved, only_row, ratio, rows_of
from outbrief.compose.parts import (
    SENDING_DOMAIN,
    Answers,
    Body,
    ask,
    common_questions,
    headline,
    measures_table,
)
from outbrief.terms.document import Finding, Findings
from outbrief.terms.question import COUNTS, AnyQuestion
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Column, Kind

_LINES = 5
_FINDINGS = 5
# An open rate that lost this part of itself points at mail that lands in spam folders.
_FALL = 1 / 3
_EXTRA = {
    "verdict": Column(key="verdict", label="Verdict", kind=Kind.TEXT),
    "trend": Column(key="trend", label="Trend", kind=Kind.TEXT),
}
_LAST = {
    "bounce_rate_before": Column(key="bounceRateBefore", label="Bounce rate before", kind=Kind.RATE),
    "open_rate_before": Column(key="openRateBefore", label="Open rate before", kind=Kind.RATE),
    "reason": Column(key="reason", label="Reason", kind=Kind.TEXT),
}
_NOTES = (
    "Verdict: act when the bounce or complaint rate is above its limit by more than chance explains (the whole 95 % "
    "interval lies above it); watch when it is above but may be chance, or when the open rate fell by a third or more "
    "and by more than chance; healthy otherwise. Limits: bounces 2 % of sent, complaints 0.1 % of delivered.",
    "Trend: the bounce rate against the period before, where it moved by more than chance; new means nothing was sent "
    "then.",
)


def questions(request: ReportRequest) -> dict[str, AnyQuestion]:
    """Ask for the totals, the days, and the sending domains now, before and by day."""
    return {
        **common_questions(request),
        "domains": ask(request, "sending_domain", order_by="sent"),
        "domains_before": ask(request, "sending_domain", measures=COUNTS, before=True),
        "domain_days": ask(request, "day", "sending_domain", measures=COUNTS),
    }


def body(request: ReportRequest, answers: Answers, *, as_of: dt.datetime) -> Body:
    """Compose figures, the domains that need somebody, charts, and the table with trends and verdicts."""
    earlier = {row["sending_domain"]: row for row in rows_of(answers["domains_before"])}
    domains = [_judged(row, earlier.get(row["sending_domain"], {})) for row in rows_of(answers["domains"])]
    totals = only_row(answers["totals"])
    before = only_row(answers["totals_before"])
    whole: Row = {**totals, **_before(before)}
    sections = (
        headline(answers, sent_note=wording.plural(len(domains), "sending domain", "sending domains")),
        _findings(domains),
        days_chart(request, answers, ("sent",), as_of=as_of, title="Sent per day", with_before=True),
        named_days_chart(
            request,
            rows_of(answers["domain_days"]),
            dimension="sending_domain",
            names=[row["sending_domain"] for row in domains[:_LINES]],
            measure="bounce_rate",
            as_of=as_of,
            title="Bounce rate by day of sending, largest domains",
        ),
        bars_chart(domains, dimension="sending_domain", measure="bounce_rate", title="Bounce rate by sending domain"),
        measures_table(
            key="domains",
            title="Sending domains",
            names=SENDING_DOMAIN,
            extra=_EXTRA,
            last=_LAST,
            rows=domains,
            total=whole,
            page=(
                "sending_domain", "verdict", "trend", "sent", "delivery_rate", "bounce_rate", "complaint_rate",
                "open_rate", "reply_rate",
            ),
        ),
    )  # fmt: skip
    return Body(sections=tuple(section for section in sections if section), main_table="domains", notes=_NOTES)


def _before(row: Row) -> Row:
    return {"bounce_rate_before": ratio(row, "bounce_rate"), "open_rate_before": ratio(row, "open_rate")}


def _judged(row: Row, before: Row) -> Row:
    """Add the verdict with its reason, and the trend."""
    verdict, reason = _verdict(row, before)
    return {**row, **_before(before), "verdict": verdict, "reason": reason, "trend": _trend(row, before)}


def _verdict(row: Row, before: Row) -> tuple[str, str]:
    surely: list[str] = []
    perhaps: list[str] = []
    for rate, bound in LIMITS.items():
        value = ratio(row, rate)
        if value is None or value <= bound:
            continue
        part, whole = PARTS[rate]
        low, _ = interval(count(row, part), count(row, whole))
        said = f"{LABELS[rate].lower()} {wording.above(value, bound)}, limit {wording.limit(bound)}"
        (surely if low > bound else perhaps).append(said)
    if surely:
        return "act", "; ".join(surely + perhaps)
    opened, opened_before = ratio(row, "open_rate"), ratio(before, "open_rate")
    fell = opened is not None and opened_before is not None and opened <= opened_before * (1 - _FALL)
    if fell and moved("open_rate", row, before) < 0:
        perhaps.append(f"open rate fell from {wording.percent(opened_before or 0)} to {wording.percent(opened or 0)}")
    return ("watch", "; ".join(perhaps)) if perhaps else ("healthy", "")


def _trend(row: Row, before: Row) -> str:
    if not count(before, "sent"):
        return "new"
    return {1: "worse", -1: "better", 0: "steady"}[moved("bounce_rate", row, before)]


def _findings(domains: Sequence[Row]) -> Findings | None:
    """Name the domains to act on, then those to watch, at most five; or say that all are healthy."""
    found = []
    for verdict, asks in (("act", "needs action"), ("watch", "needs watching")):
        for row in domains:
            if row["verdict"] == verdict:
                headline = f"{row['sending_domain'] or '(unknown)'} {asks}."
                reason = str(row["reason"])
                detail = f"{reason[:1].upper()}{reason[1:]}, with {wording.counted(count(row, 'sent'))} messages sent."
                found.append(Finding(headline=headline, detail=detail, verdict="bad"))
    if len(found) > _FINDINGS:
        rest = len(found) - _FINDINGS + 1
        more = Finding(headline=f"{wording.counted(rest)} more domains need somebody.", detail="The table names them.")
        found = [*found[: _FINDINGS - 1], more]
    if domains and not found:
        all_of = wording.plural(len(domains), "sending domain is", "sending domains are")
        found = [Finding(headline=f"{all_of} healthy.", verdict="good")]
    return Findings(findings=tuple(found)) if found else None

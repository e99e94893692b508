"""The domain health report: each sending domain with its trend and a verdict."""

from collections.abc import Sequence

from outbrief.compose import chance, figures, findings, wording
from outbrief.compose.charts import bars_chart, days_chart, named_days_chart
from outbrief.compose.measures import Row, Standing, count, moved, rates_that_stand, ratio, worst_standing
from outbrief.compose.parts import Given, Part, Report
from outbrief.compose.questions import Asked, asks, everything
from outbrief.compose.tables import SENDING_DOMAIN, limits_said, measures_table, page, shown
from outbrief.terms.document import Chart, Finding, Findings
from outbrief.terms.question import LIMITS, MEASURES
from outbrief.terms.report_request import ReportRequest
from outbrief.terms.table import Column, Kind, Table

_LINES = 4
_NAMED = 4
# An open rate that lost this part of itself points at mail that lands in spam folders.
_FALL = 1 / 3
_FEW = Standing.FEW.value
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
    "Verdict: act when the bounce or complaint rate is above its limit by more than chance explains; watch when it is "
    "above but may be so by chance, or when the open rate fell by a third or more and by more than chance; too few to "
    "tell with fewer than 50 messages; healthy otherwise. Limits: bounces 2 % of sent, complaints 0.1 % of delivered.",
    "Trend: the bounce rate against the period before, where it moved by more than chance; new means nothing was sent "
    "then.",
)
_ADVICE = {
    "act": "Send less from it until the lists it sends to are verified; check its SPF, DKIM and DMARC.",
    "watch": "Look at it again with more messages; add no new lists to it meanwhile.",
}


def _domains(given: Given) -> list[Row]:
    earlier = given.earlier("sending_domains_before", "sending_domain")
    rows = given.rows("sending_domains")
    return [_judged(row, earlier.get(row["sending_domain"], {}), alike=len(rows)) for row in rows]


def _judged(row: Row, before: Row, *, alike: int) -> Row:
    """Add the verdict with its reason, and the trend; the row is one of `alike`."""
    verdict, reason = _verdict(row, before, alike)
    return {**row, **_before(before), "verdict": verdict, "reason": reason, "trend": _trend(row, before)}


def _before(row: Row) -> Row:
    return {"bounce_rate_before": ratio(row, "bounce_rate"), "open_rate_before": ratio(row, "open_rate")}


def _verdict(row: Row, before: Row, alike: int) -> tuple[str, str]:
    stands = worst_standing(row, alike=alike)
    if stands is Standing.FEW:
        return _FEW, ""
    said = limits_said(row, rates_that_stand(stands, row, alike=alike))
    if stands is Standing.ABOVE:
        return "act", said
    reasons = [said] if stands is Standing.PERHAPS else []
    opened, opened_before = ratio(row, "open_rate"), ratio(before, "open_rate")
    fell = opened is not None and opened_before is not None and opened <= opened_before * (1 - _FALL)
    if fell and moved("open_rate", row, before) < 0:
        reasons.append(f"open rate fell from {wording.percent(opened_before or 0)} to {wording.percent(opened or 0)}")
    return ("watch", "; ".join(reasons)) if reasons else ("healthy", "")


def _trend(row: Row, before: Row) -> str:
    if not count(before, "sent"):
        return "new"
    if min(count(row, "sent"), count(before, "sent")) < chance.ENOUGH:
        return _FEW
    return {1: "worse", -1: "better", 0: "steady"}[moved("bounce_rate", row, before)]


def _findings(given: Given) -> Findings | None:
    """Name the domains to act on, then those to watch, at most five; or say that all are healthy."""
    domains = _domains(given)
    found = [
        _finding(row, verdict, asked)
        for verdict, asked in (("act", "needs action"), ("watch", "needs watching"))
        for row in domains
        if row["verdict"] == verdict
    ]
    if len(found) > _NAMED + 1:
        rest = wording.counted(len(found) - _NAMED)
        more = Finding(headline=f"{rest} more domains need somebody.", detail="The table names them.")
        found = [*found[:_NAMED], more]
    return findings.findings_of(found or _calm(domains, given))


def _finding(row: Row, verdict: str, asked: str) -> Finding:
    said = f"{row['reason']}, with {wording.counted(count(row, 'sent'))} messages sent."
    return Finding(
        headline=f"{shown(row['sending_domain'])} {asked}.",
        detail=wording.sentence(said),
        verdict="bad" if verdict == "act" else "neutral",
        advice=_ADVICE[verdict],
    )


def _calm(domains: Sequence[Row], given: Given) -> list[Finding]:
    if not count(given.totals, "sent"):
        return []
    healthy = [row for row in domains if row["verdict"] == "healthy"]
    if not healthy:
        detail = f"None of {len(domains)} sent {chance.ENOUGH} messages or more."
        return [Finding(headline="Too few messages to judge any sending domain.", detail=detail, verdict="neutral")]
    said = "; ".join(
        f"{label} {wording.percent(ratio(given.totals, rate) or 0)}, limit {wording.limit(LIMITS[rate])}"
        for rate, label in (("bounce_rate", "bounce rate"), ("complaint_rate", "complaint rate"))
    )
    few = len(domains) - len(healthy)
    rest = f" {wording.plural(few, 'other', 'others')} sent too few to tell." if few else ""
    return [
        Finding(
            headline=f"{wording.plural(len(healthy), 'sending domain is', 'sending domains are')} healthy.",
            detail=f"Together: {said}.{rest}",
            verdict="good",
            advice="Keep verifying lists as you do.",
        )
    ]


def _days(given: Given) -> Chart | None:
    names = [row["sending_domain"] for row in given.rows("sending_domains")]
    several = len(names) > _LINES
    return named_days_chart(
        "bounceRateByDomainAndDay",
        f"Bounce rate by day of sending, the {_LINES} largest of {len(names)} domains"
        if several
        else "Bounce rate by day of sending",
        given.rows("domain_days"),
        given,
        dimension="sending_domain",
        names=names[:_LINES],
        measure="bounce_rate",
    )


def _bars(given: Given) -> Chart | None:
    return bars_chart(
        "bounceRateByDomain",
        "Bounce rate by sending domain",
        [row for row in given.rows("sending_domains") if count(row, "sent") >= chance.ENOUGH],
        dimension="sending_domain",
        measure="bounce_rate",
        of=given.counted("sending_domains"),
    )


def _table(given: Given) -> Table:
    usual = ("sent", "delivery_rate", "bounce_rate", "complaint_rate", "open_rate", "reply_rate")
    return measures_table(
        key="domains",
        title="Sending domains",
        names=SENDING_DOMAIN,
        extra=_EXTRA,
        last=_LAST,
        rows=_domains(given),
        measures=given.measures(MEASURES),
        total={**given.totals, **_before(given.before)},
        page=("sending_domain", "verdict", "trend", *page(usual, given.request.measures)),
    )


def _judged_from(request: ReportRequest) -> Asked:
    return asks("sending_domains", "sending_domains_before")(request)


def _tabled_from(request: ReportRequest) -> Asked:
    return {**everything("sending_domains")(request), **asks("sending_domains_before")(request)}


REPORT = Report(
    parts=(
        Part(
            key="figures",
            make=figures.headline(figures.USUAL, of=("sending_domains", "sending domain", "sending domains")),
        ),
        Part(key="findings", make=_findings, needs=_judged_from),
        Part(key="bounceRateByDomain", make=_bars, needs=asks("sending_domains")),
        Part(key="domains", make=_table, needs=_tabled_from, always=True),
        Part(key="bounceRateByDomainAndDay", make=_days, needs=asks("sending_domains", "domain_days")),
        Part(
            key="sentByDay",
            make=days_chart("sentByDay", "Sent per day", ("sent",), with_before=True),
            needs=asks("days", "days_before"),
        ),
    ),
    main_table="domains",
    figures=figures.USUAL,
    notes=_NOTES,
)

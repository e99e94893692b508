"""The campaign report, for those who run campaigns: how each did, which to copy, which to stop."""

from collections.abc import Sequence

from outbrief.compose import chance, figures, findings, wording
from outbrief.compose.charts import bars_chart, days_chart
from outbrief.compose.measures import Row, Standing, count, parts_of, rates_that_stand, ratio
from outbrief.compose.parts import MOST_ROWS, Given, Part, Report
from outbrief.compose.questions import asks, everything
from outbrief.compose.tables import CAMPAIGN, PAGE_MEASURES, limits_said, measures_table, page
from outbrief.terms.document import Chart, Finding, Findings
from outbrief.terms.question import LIMITS, MEASURES
from outbrief.terms.table import Column, Kind, Table

_MOST = 10
_NAMED = 2
_NAME = {"campaign_name": CAMPAIGN["campaign_name"], "campaign": CAMPAIGN["campaign"]}
_SURE = {
    "low": Column(key="replyRateLow", label="At least", kind=Kind.RATE),
    "high": Column(key="replyRateHigh", label="At most", kind=Kind.RATE),
    "others": Column(key="othersReplyRate", label="All others", kind=Kind.RATE),
}
_REASON = {"reason": Column(key="reason", label="Reason", kind=Kind.TEXT)}


def _findings(given: Given) -> Findings | None:
    campaigns = given.rows("campaigns", MOST_ROWS)
    usual = findings.usual(given, findings.Carriers(rows=campaigns, dimension="campaign"))
    best = _well_answered(campaigns)
    answered = {row["campaign"] for row in best}
    stop = [_stop_finding(row, answered=row["campaign"] in answered) for row in _to_stop(campaigns)[:_NAMED]]
    copy = [_copy_finding(row) for row in _to_copy(campaigns)[:_NAMED]]
    return findings.findings_of([*usual, *stop, *(copy if best else _none_stands_out(campaigns))])


def _large(campaigns: Sequence[Row]) -> list[Row]:
    return [row for row in campaigns if count(row, "delivered") >= chance.ENOUGH]


def _to_copy(campaigns: Sequence[Row]) -> list[Row]:
    """Leave those of the best that are not to be stopped: what bounces or annoys is no model, however well answered."""
    stopped = {row["campaign"] for row in _to_stop(campaigns)}
    return [row for row in _well_answered(campaigns) if row["campaign"] not in stopped]


def _well_answered(campaigns: Sequence[Row]) -> list[Row]:
    """Find the campaigns whose reply rate is above that of all others together by more than chance, best first.

    Each is held against the others with an interval that is wider the more there are, so that of 3,000 alike none is
    likely to be praised.
    """
    large = _large(campaigns)
    if len(large) < 2:
        return []
    replied = sum(count(row, "replied") for row in large)
    delivered = sum(count(row, "delivered") for row in large)
    z = chance.sure(len(large))
    found = []
    for row in large:
        part, whole = parts_of(row, "reply_rate")
        others, rest = replied - part, delivered - whole
        # Most are below the others, which takes no test to see.
        if part * rest > others * whole and chance.moved(part, whole, others, rest, z) > 0:
            low, high = chance.interval(part, whole)
            found.append({**row, "low": low, "high": high, "others": others / rest})
    return sorted(found, key=lambda row: (-(ratio(row, "reply_rate") or 0), str(row["campaign"])))


def _to_stop(campaigns: Sequence[Row]) -> list[Row]:
    """Find the campaigns surely above a limit, those with the most bounces and complaints over it first."""
    found = [
        {**row, "reason": limits_said(row, rates)}
        for row in campaigns
        if (rates := rates_that_stand(Standing.ABOVE, row, alike=len(campaigns)))
    ]
    return sorted(found, key=lambda row: (-_harm(row), str(row["campaign"])))


def _harm(row: Row) -> float:
    parts = {rate: parts_of(row, rate) for rate in LIMITS}
    return sum(max(part / LIMITS[rate] - whole, 0) for rate, (part, whole) in parts.items())


def _stop_finding(row: Row, *, answered: bool) -> Finding:
    """Say why to stop a campaign; `answered` tells that its replies are among the best all the same."""
    detail = wording.sentence(f"{row['reason']}, with {wording.counted(count(row, 'sent'))} messages sent.")
    advice = "Pause it until its list is verified, and do not use that list elsewhere."
    if answered:
        detail += f" Its replies, {wording.percent(ratio(row, 'reply_rate') or 0)}, are above all others."
        advice += " Its message is worth keeping."
    return Finding(headline=f"Stop {findings.named_by(row, 'campaign')}.", detail=detail, verdict="bad", advice=advice)


def _copy_finding(row: Row) -> Finding:
    rate, others = wording.apart(ratio(row, "reply_rate") or 0, float(str(row["others"])))
    return Finding(
        headline=f"Copy {findings.named_by(row, 'campaign')}.",
        detail=f"Reply rate {rate} against {others} of all others: {wording.counted(count(row, 'replied'))} replies to "
        f"{wording.counted(count(row, 'delivered'))} delivered messages, more than chance explains.",
        verdict="good",
        advice="Use its message and its kind of list for the next campaign.",
    )


def _none_stands_out(campaigns: Sequence[Row]) -> list[Finding]:
    rates = [ratio(row, "reply_rate") or 0 for row in _large(campaigns)]
    if len(rates) < 2 or not any(rates):
        return []
    said = (
        f"Of the {wording.counted(len(rates))} campaigns with {chance.ENOUGH} delivered messages or more, with reply "
        f"rates from {wording.percent(min(rates))} to {wording.percent(max(rates))}, none is above all others together "
        "by more than chance explains."
    )
    return [
        Finding(
            headline="No campaign stands out by its replies.",
            detail=said,
            verdict="neutral",
            advice="Test messages that differ more, each on enough people.",
        )
    ]


def _reply_bars(given: Given) -> Chart | None:
    return bars_chart(
        "replyRateByCampaign",
        "Reply rate of the largest campaigns",
        _large(given.rows("campaigns", MOST_ROWS)),
        dimension="campaign",
        measure="reply_rate",
        of=given.counted("campaigns"),
    )


def _copy_table(given: Given) -> Table | None:
    campaigns = given.rows("campaigns", MOST_ROWS)
    found = _to_copy(campaigns)
    if not found:
        return None
    return measures_table(
        key="toCopy",
        title="Campaigns to copy",
        names=_NAME,
        rows=found[:_MOST],
        measures=("sent", "delivered", "replied", "reply_rate"),
        last=_SURE,
        page=("campaign_name", "sent", "delivered", "replied", "reply_rate", "low", "high", "others"),
        note=f"Their reply rates are above that of all others together by more than chance explains, among the "
        f"{wording.plural(len(_large(campaigns)), 'campaign', 'campaigns')} with {chance.ENOUGH} delivered messages or "
        f"more; those to stop are left out. At least, at most: the 95 % interval.{_best_of(found)}",
    )


def _stop_table(given: Given) -> Table | None:
    found = _to_stop(given.rows("campaigns", MOST_ROWS))
    if not found:
        return None
    return measures_table(
        key="toStop",
        title="Campaigns to stop",
        names=_NAME,
        rows=found[:_MOST],
        measures=("sent", "bounced", "bounce_rate", "complained", "complaint_rate"),
        last=_REASON,
        page=("campaign_name", "sent", "bounced", "bounce_rate", "complained", "complaint_rate"),
        note="Bounces above 2 % of sent or complaints above 0.1 % of delivered, by more than chance explains."
        f"{_best_of(found)}",
    )


def _best_of(found: Sequence[Row]) -> str:
    return f" The first {_MOST} of {wording.counted(len(found))}." if len(found) > _MOST else ""


def _table(given: Given) -> Table:
    chosen = given.request.measures
    return measures_table(
        key="campaigns",
        title="Campaigns",
        names=CAMPAIGN,
        rows=given.rows("campaigns", MOST_ROWS),
        measures=given.measures(MEASURES),
        total=given.totals,
        total_rows=given.counted("campaigns"),
        page=("campaign_name", *page((*PAGE_MEASURES, "complaint_rate", "unsubscribe_rate"), chosen)),
    )


REPORT = Report(
    parts=(
        Part(key="figures", make=figures.headline(figures.USUAL, of=("campaigns", "campaign", "campaigns"))),
        Part(key="findings", make=_findings, needs=asks("campaigns")),
        Part(key="replyRateByCampaign", make=_reply_bars, needs=asks("campaigns")),
        Part(key="toCopy", make=_copy_table, needs=asks("campaigns")),
        Part(key="toStop", make=_stop_table, needs=asks("campaigns")),
        Part(
            key="sentByDay",
            make=days_chart("sentByDay", "Sent per day", ("sent",), with_before=True),
            needs=asks("days", "days_before"),
        ),
        Part(
            key="ratesByDay",
            make=days_chart(
                "ratesByDay", "Open, click and reply rate by day of sending", ("open_rate", "click_rate", "reply_rate")
            ),
            needs=asks("days"),
        ),
        Part(key="campaigns", make=_table, needs=everything("campaigns"), always=True),
    ),
    main_table="campaigns",
    figures=figures.USUAL,
)

"""Findings by plain rules, each with the figures behind it and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from outbrief.compose import chance, wording
from outbrief.compose.measures import (
    LABELS,
    Row,
    Standing,
    count,
    moved,
    parts_of,
    rates_that_stand,
    ratio,
    standing,
    times_limit,
)
from outbrief.compose.parts import Given
from outbrief.compose.tables import limits_said, name_of, shown
from outbrief.terms.document import Finding, Findings
from outbrief.terms.question import LIMITS

MOST = 6
_HIT = {"bounce_rate": "bounced", "complaint_rate": "were marked as spam"}
_PLURAL = {"bounce_rate": "Bounces", "complaint_rate": "Complaints"}


_MANY = {"sending_domain": "sending domains", "provider": "recipient providers", "workspace": "workspaces"}
_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Carriers:
    """The rows that may carry a problem, and by which dimension they are named."""

    rows: Sequence[Row]
    dimension: str


def findings_of(found: Sequence[Finding]) -> Findings | None:
    """Make the section of the most important findings, bad news first; None when there is nothing to say."""
    ordered = sorted(found, key=lambda finding: finding.verdict != "bad")
    return Findings(findings=tuple(ordered[:MOST])) if found else None


def usual(given: Given, carriers: Carriers) -> list[Finding]:
    """Look at bounces and complaints against their limits, and at rates that moved by more than chance."""
    if not count(given.totals, "sent"):
        return []
    stands = {rate: standing(rate, given.totals) for rate in LIMITS}
    found = [_over(rate, given, carriers) for rate in LIMITS if stands[rate] is Standing.ABOVE]
    found += [_perhaps(rate, given.totals) for rate in LIMITS if stands[rate] is Standing.PERHAPS]
    within = [rate for rate in LIMITS if stands[rate] is Standing.WITHIN]
    if not found:
        found.append(_within(within, given.totals) if within else _too_few(given.totals))
    over = [rate for rate in LIMITS if stands[rate] is Standing.ABOVE]
    return found + [told for rate in _MOVES if rate not in over and (told := _moved(rate, given))]


def _over(rate: str, given: Given, carriers: Carriers) -> Finding:
    said = wording.above(ratio(given.totals, rate) or 0, LIMITS[rate])
    detail = _behind(rate, given.totals)
    if moved(rate, given.totals, given.before):
        detail += f" It was {wording.percent(ratio(given.before, rate) or 0)} before."
    part = parts_of(given.totals, rate)[0]
    worst = max(carriers.rows, key=lambda row: parts_of(row, rate)[0], default=None)
    named = None
    if worst is not None and parts_of(worst, rate)[0]:
        named = named_by(worst, carriers.dimension)
        detail += f" {_carrier(worst, named, part, rate)}"
    return Finding(
        headline=f"{LABELS[rate]} {said} is above the {wording.limit(LIMITS[rate])} limit.",
        detail=detail,
        verdict="bad",
        advice=advice_above(rate, named, carriers.dimension),
    )


def _behind(rate: str, row: Row) -> str:
    """Give the figures behind a rate: `105 of 2 000 messages bounced (95 % interval 4.4 – 6.3 %).`"""
    part, whole = parts_of(row, rate)
    span = wording.span(*chance.interval(part, whole))
    return f"{wording.counted(part)} of {wording.counted(whole)} messages {_HIT[rate]} (95 % interval {span})."


def named_by(row: Row, dimension: str) -> str:
    """Name a row within a sentence; names that people gave stand in quotation marks."""
    name = shown(name_of(row, dimension))
    return f"“{name}”" if dimension in ("campaign", "workspace") else name


def _carrier(worst: Row, named: str, part: int, rate: str) -> str:
    carried, whole = parts_of(worst, rate)
    own = ratio(worst, rate)
    share = "all" if carried >= part else wording.percent(carried / part)
    of_own = "" if own is None else f" of its own {wording.counted(whole)} ({wording.percent(own)})"
    return f"{named} carries {share} of them: {wording.counted(carried)}{of_own}."


def advice_above(rate: str, named: str | None, dimension: str) -> str:
    """Say what to do about a rate that is surely above its limit."""
    who = named or "what sends most of it"
    if rate == "complaint_rate":
        return f"Pause {who}; mail only people who have a reason to expect it, and let them leave with one click."
    if dimension == "sending_domain":
        return f"Send less from {who} until the lists are verified; remove addresses that bounced hard."
    if dimension == "provider":
        return f"Verify the addresses at {who} before the next sending; remove those that bounced hard."
    return f"Pause {who}, verify the addresses of the lists, and remove those that bounced hard."


def rows_above(given: Given, carriers: Carriers) -> list[Finding]:
    """Tell which rows are surely above a limit, where all together are not."""
    if any(standing(rate, given.totals) is Standing.ABOVE for rate in LIMITS) or len(carriers.rows) < 2:
        return []
    alike = len(carriers.rows)
    judged = [(row, rates_that_stand(Standing.ABOVE, row, alike=alike)) for row in carriers.rows]
    found = [(row, rates) for row, rates in judged if rates]
    if not found:
        return []
    found.sort(key=lambda one: -times_limit(one[1][0], one[0]))
    named = [named_by(row, carriers.dimension) for row, _ in found]
    who = f"{named[0]} is" if len(found) == 1 else f"{len(found)} {_MANY[carriers.dimension]} are"
    said = "; ".join(f"{name}: {limits_said(*one)}" for name, one in zip(named[:_SHOWN], found, strict=False))
    rest = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    rate = found[0][1][0]
    return [
        Finding(
            headline=f"{who} above a limit, though all together are not.",
            detail=f"{said}{rest}, more than chance explains.",
            verdict="bad",
            advice=advice_above(rate, named[0] if len(found) == 1 else "them", carriers.dimension),
        )
    ]


def _perhaps(rate: str, row: Row) -> Finding:
    value = ratio(row, rate) or 0
    said = f"{LABELS[rate]} {wording.above(value, LIMITS[rate])}"
    return Finding(
        headline=f"{said} is above the {wording.limit(LIMITS[rate])} limit, but may be so by chance.",
        detail=_behind(rate, row),
        verdict="neutral",
        advice="Look at it again with more messages, and verify new lists before they are used.",
    )


def _within(rates: Sequence[str], row: Row) -> Finding:
    said = [_within_figures(rate, row) for rate in rates]
    both = len(rates) == len(LIMITS)
    subject = "Bounces and complaints are within their limits" if both else f"{_PLURAL[rates[0]]} are within the limit"
    return Finding(
        headline=f"{subject}.", detail=" ".join(said), verdict="good", advice="Keep verifying lists as you do."
    )


def _within_figures(rate: str, row: Row) -> str:
    part, whole = parts_of(row, rate)
    span = wording.span(*chance.interval(part, whole))
    return (
        f"{LABELS[rate]} {wording.percent(part / whole)}, limit {wording.limit(LIMITS[rate])}: "
        f"{wording.counted(part)} of {wording.counted(whole)} (95 % interval {span})."
    )


def _too_few(row: Row) -> Finding:
    sent = wording.plural(count(row, "sent"), "message was", "messages were")
    return Finding(
        headline="Too few messages to judge bounces and complaints.",
        detail=f"{sent} sent; rates are judged from {chance.ENOUGH} on.",
        verdict="neutral",
    )


# Which rates are told when they move, what is counted, whether more of it is good, and what to do in either case.
_MOVES: dict[str, tuple[str, str, bool, str, str]] = {
    "reply_rate": (
        "replies to", "delivered messages", True,
        "Find out what changed in messages or lists, and keep it.",
        "Compare messages and lists with those of the period before; test the older message again.",
    ),
    "bounce_rate": (
        "bounces of", "sent messages", False,
        "Verify the lists that were added since the period before.",
        "Keep what was changed in the lists.",
    ),
    "complaint_rate": (
        "complaints about", "delivered messages", False,
        "Mail only people who have a reason to expect it, and let them leave with one click.",
        "Keep what was changed in messages or lists.",
    ),
    "unsubscribe_rate": (
        "people unsubscribed from", "delivered messages", False,
        "Mail less often, or to people closer to the subject.",
        "Keep what was changed in messages or lists.",
    ),
}  # fmt: skip


def _moved(rate: str, given: Given) -> Finding | None:
    direction = moved(rate, given.totals, given.before)
    if not direction:
        return None
    counted, of, up_is_good, if_up, if_down = _MOVES[rate]
    now, before = parts_of(given.totals, rate), parts_of(given.before, rate)
    low, high = chance.difference(*now, *before)
    was, now_is = wording.apart(before[0] / before[1], now[0] / now[1])
    share = f"{wording.counted(now[0])} {counted} {wording.counted(now[1])} {of}"
    share_before = f"{wording.counted(before[0])} of {wording.counted(before[1])}"
    change = f"{wording.points(low, high, signed=True)} to {wording.points(high, low, signed=True)} pt"
    return Finding(
        headline=f"{LABELS[rate]} {'rose' if direction > 0 else 'fell'} from {was} to {now_is}.",
        detail=f"{share}, after {share_before}: {change}, more than chance explains.",
        verdict="good" if (direction > 0) == up_is_good else "bad",
        advice=if_up if direction > 0 else if_down,
    )

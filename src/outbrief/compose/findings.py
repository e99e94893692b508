"""Findings by plain rules: a limit passed and who carries it, a reply rate that moved by more than chance."""

from collections.abc import Sequence

from outbrief.compose import wording
from outbrief.compose.measures import LABELS, LIMITS, PARTS, Row, count, moved, only_row, ratio
from outbrief.compose.parts import Answers, name_of
from outbrief.terms.document import Finding, Findings

_NOUNS = {"bounce_rate": "bounced", "complaint_rate": "were marked as spam"}


def usual_findings(answers: Answers, rows: Sequence[Row], dimension: str) -> Findings | None:
    """Look at bounces, complaints and replies; `rows`, by `dimension`, tell who carries most of a problem.

    None when there is nothing to say, as in a period without sending.
    """
    now, before = only_row(answers["totals"]), only_row(answers["totals_before"])
    found = [_over(rate, now, rows, dimension) for rate in LIMITS if (ratio(now, rate) or 0) > LIMITS[rate]]
    if not found and ratio(now, "bounce_rate") is not None:
        found.append(_within(now))
    reply = moved("reply_rate", now, before)
    if reply:
        found.append(_reply(now, before, reply))
    return Findings(findings=tuple(found)) if found else None


def _over(rate: str, now: Row, rows: Sequence[Row], dimension: str) -> Finding:
    part, whole = PARTS[rate]
    value = ratio(now, rate) or 0
    detail = f"{wording.counted(count(now, part))} of {wording.counted(count(now, whole))} messages {_NOUNS[rate]}."
    worst = max(rows, key=lambda row: count(row, part), default=None)
    if worst is not None and count(worst, part):
        detail += f" {_carrier(worst, now, rate, dimension)}"
    headline = f"{LABELS[rate]} {wording.above(value, LIMITS[rate])} is above the {wording.limit(LIMITS[rate])} limit."
    return Finding(headline=headline, detail=detail, verdict="bad")


def _carrier(worst: Row, now: Row, rate: str, dimension: str) -> str:
    part, whole = PARTS[rate]
    carried, own = count(worst, part), ratio(worst, rate)
    name = name_of(worst, dimension) or "(unknown)"
    named = f"“{name}”" if dimension == "campaign" else str(name)
    share = "all" if carried >= count(now, part) else wording.percent(carried / count(now, part))
    of_own = "" if own is None else f" of its own {wording.counted(count(worst, whole))} ({wording.percent(own)})"
    return f"{named} carries {share} of them: {wording.counted(carried)}{of_own}."


def _within(now: Row) -> Finding:
    said = [
        f"{LABELS[rate]} {wording.percent(value)}, limit {wording.limit(LIMITS[rate])}."
        for rate in LIMITS
        if (value := ratio(now, rate)) is not None
    ]
    return Finding(headline="Bounces and complaints are within their limits.", detail=" ".join(said), verdict="good")


def _reply(now: Row, before: Row, direction: int) -> Finding:
    was, now_is = ratio(before, "reply_rate") or 0, ratio(now, "reply_rate") or 0
    verb = "rose" if direction > 0 else "fell"
    return Finding(
        headline=f"Reply rate {verb} from {wording.percent(was)} to {wording.percent(now_is)}.",
        detail=(
            f"More than chance explains: {wording.counted(count(now, 'replied'))} replies to "
            f"{wording.counted(count(now, 'delivered'))} delivered messages, after "
            f"{wording.counted(count(before, 'replied'))} to {wording.counted(count(before, 'delivered'))}."
        ),
        verdict="good" if direction > 0 else "bad",
    )

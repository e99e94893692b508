"""The headline figures, each with what it was, its usual limit and how sure it is."""

from collections.abc import Callable, Sequence

from outbrief.compose import chance, wording
from outbrief.compose.measures import LABELS, Row, kind_of, moved, number, parts_of, ratio
from outbrief.compose.parts import Given
from outbrief.terms import locale
from outbrief.terms.document import Better, Figure, Figures
from outbrief.terms.locale import THIN
from outbrief.terms.question import LIMITS, SHOWN_RATE_PARTS

_MOST_LETTERS = 34

USUAL = (
    "sent",
    "delivery_rate",
    "open_rate",
    "click_rate",
    "reply_rate",
    "bounce_rate",
    "complaint_rate",
    "unsubscribe_rate",
)
# More sending is neither good nor bad by itself, and nor is the time that readers take.
_BETTER: dict[str, Better] = {
    "sent": "neither",
    "emails_sent_per_day": "neither",
    "avg_time_to_open": "neither",
    "avg_time_to_click": "neither",
    **dict.fromkeys(("bounced", "hard_bounced", "soft_bounced", "complained", "unsubscribed"), "down"),
    **dict.fromkeys(("bounce_rate", "hard_bounce_rate", "soft_bounce_rate"), "down"),
    **dict.fromkeys(("complaint_rate", "unsubscribe_rate"), "down"),
}


def headline(names: Sequence[str], *, of: tuple[str, str, str] | None = None) -> Callable[[Given], Figures]:
    """Make the headline figures of these measures, or of those that were chosen.

    `of` names a question and its rows, such as `("campaigns", "campaign", "campaigns")`: how many there are stands
    under the messages sent, if the report knows.
    """

    def make(given: Given) -> Figures:
        note = ""
        if of is not None and of[0] in given.answers:
            note = wording.plural(given.counted(of[0]), of[1], of[2])
        return figures_of(given, given.measures(names), sent_note=note)

    return make


def figures_of(given: Given, names: Sequence[str], *, sent_note: str = "") -> Figures:
    """Give the figures of these measures over the whole period."""
    return Figures(figures=tuple(_figure(name, given.totals, given.before, sent_note) for name in names))


def _figure(name: str, now: Row, before: Row, sent_note: str) -> Figure:
    few = name in SHOWN_RATE_PARTS and parts_of(now, name)[1] < chance.ENOUGH
    return Figure(
        key=name,
        label=LABELS[name],
        kind=kind_of(name),
        value=number(now, name),
        previous=number(before, name),
        better=_BETTER.get(name, "up"),
        # A verdict on so few messages would be one on chance.
        limit=None if few else LIMITS.get(name),
        note=_sureness(name, now, before) if name in SHOWN_RATE_PARTS else (sent_note if name == "sent" else ""),
        within_chance=name in SHOWN_RATE_PARTS and not moved(name, now, before),
    )


def _sureness(name: str, now: Row, before: Row) -> str:
    """Say how sure a rate is, or where it changed how sure the change is, in the few letters that a tile has."""
    if ratio(now, name) is None:
        return ""
    part, whole = parts_of(now, name)
    if whole < chance.ENOUGH:
        return f"of {wording.counted(whole)}: too few to tell"
    sure, unit = _range(part, whole)
    if not moved(name, now, before):
        return f"{sure}{unit}, a direction only" if name == "open_rate" else f"{sure}{unit}"
    least, most = chance.difference(part, whole, *parts_of(before, name))
    changed = f"{wording.points(least, most, signed=True)} to {wording.points(most, least, signed=True)} pt"
    if name == "open_rate":
        return f"direction only, {changed}"
    if name in LIMITS:
        return f"change {changed}"
    whole_note = f"{sure}, change {changed}"
    return whole_note if len(whole_note) <= _MOST_LETTERS else f"{sure}, {changed}"


def _range(part: int, whole: int) -> tuple[str, str]:
    """Write the 95 % interval of a rate as `± 0.3` and its unit, or where it is uneven as `0.02–0.56 %`."""
    low, high = chance.interval(part, whole)
    rate, half = part / whole, (high - low) / 2
    digits = 1 if half >= 0.001 else 2
    # Neither end may be off by more than the last decimal that is shown, nor seem to be below 0 % or above 100 %.
    beyond = round(half * 100, digits) > round(min(rate, 1 - rate) * 100, 2)
    if not beyond and abs((low + high) / 2 - rate) * 100 <= 10**-digits:
        return f"± {wording.points(half)}", " pt"
    digits = 2 if high < 0.01 else digits
    ends = (locale.number(end * 100, digits) for end in (low, high))
    return f"{'–'.join(ends)}{THIN}%", ""

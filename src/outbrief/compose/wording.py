"""Figures as people read them inside a sentence."""

import datetime as dt

from outbrief.terms import locale
from outbrief.terms.locale import THIN
from outbrief.terms.table import Kind


def counted(value: float) -> str:
    """Write a count with its thousands apart: `48 210`."""
    return locale.number(round(value))


def percent(fraction: float) -> str:
    """Write a fraction as a percentage: `41.3 %`; below one percent with two decimals: `0.04 %`."""
    value = fraction * 100
    digits = 2 if 0 < abs(value) < 1 else 1
    return f"{locale.number(value, digits)}{THIN}%"


def apart(first: float, second: float) -> tuple[str, str]:
    """Write two rates that differ with as many decimals as it takes to see that."""
    for digits in (1, 2, 3, 4):
        texts = tuple(f"{locale.number(rate * 100, digits)}{THIN}%" for rate in (first, second))
        if texts[0] != texts[1] and (digits > 1 or min(first, second) == 0 or min(first, second) >= 0.01):
            break
    return texts[0], texts[1]


def points(difference: float, beside: float = 0.0, *, signed: bool = False) -> str:
    """Write a difference of rates in percentage points: `0.4`, below a tenth `0.04`; signed as `+0.4` or `−0.4`.

    With `beside`, the other end of a range, both get as many decimals as the larger takes.
    """
    size = max(abs(difference), abs(beside)) * 100
    text = locale.number(abs(difference) * 100, 1 if size >= 1 or (size >= 0.1 and not signed) else 2)
    return f"{'−' if difference < 0 else '+'}{text}" if signed else text


def span(low: float, high: float) -> str:
    """Write an interval of a rate: `4.3 – 6.3 %`."""
    digits = 2 if high < 0.01 else 1
    return f"{locale.number(low * 100, digits)} – {locale.number(high * 100, digits)}{THIN}%"


def limit(fraction: float) -> str:
    """Write a limit without needless zeros: `2 %`, `0.1 %`."""
    return f"{fraction * 100:g}{THIN}%".replace(".", locale.decimal_sign())


def above(fraction: float, bound: float) -> str:
    """Write a rate that is above `bound` with as many decimals as it takes to see that."""
    value = fraction * 100
    for digits in (1, 2, 3, 4):
        if (digits > 1 or value >= 1) and round(value, digits) > bound * 100:
            return f"{locale.number(value, digits)}{THIN}%"
    return percent(fraction)


def sentence(text: str) -> str:
    """Start text with a capital letter."""
    return text[:1].upper() + text[1:]


def plural(number: int, one: str, many: str) -> str:
    """Write a count with its noun: `1 campaign`, `24 campaigns`."""
    return f"{counted(number)} {one if number == 1 else many}"


def value_text(value: float | None, kind: Kind) -> str:
    """Write a value of a chart or figure by its kind; an em dash for none."""
    if value is None:
        return "—"
    return percent(value) if kind is Kind.RATE else counted(value)


def day_text(day: dt.date) -> str:
    """Write one day: `18 November 2026`."""
    return locale.day(day, short=False)

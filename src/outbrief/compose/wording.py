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

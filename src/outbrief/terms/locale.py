"""How numbers and dates are written for the readers of a report: decimal sign, and the days and months by name.

Thousands are kept apart by a thin space everywhere, which no reader takes for a decimal sign. What is written is for
the locale in use, which `writing_in` sets for a block, as for the making of one report; elsewhere it is English.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

THIN = "\u202f"


class Locale(StrEnum):
    """The locales on offer."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"


@dataclass(frozen=True, kw_only=True)
class _Manner:
    decimal: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    day_number: str = "{day}"
    # Of a day and its month, and of a month or day and its year: with a full name of the month, and with a short one.
    joins: tuple[str, str] = (" ", " ")
    short_joins: tuple[str, str] = (" ", " ")


_MANNERS: Mapping[Locale, _Manner] = {
    Locale.EN: _Manner(
        decimal=".",
        months=(
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ),
        short_months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ),
    Locale.DE: _Manner(
        decimal=",",
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
            "November", "Dezember",
        ),
        short_months=(
            "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
        ),
        day_number="{day}.",
    ),
    Locale.FR: _Manner(
        decimal=",",
        months=(
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre",
        ),
        short_months=(
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
        ),
    ),
    Locale.ES: _Manner(
        decimal=",",
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre",
        ),
        short_months=("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
        joins=(" de ", " de "),
    ),
}  # fmt: skip
_in_use: ContextVar[Locale] = ContextVar("locale", default=Locale.EN)


@contextmanager
def writing_in(locale: Locale) -> Iterator[None]:
    """Have the functions of this module write for `locale` within the block, on this thread."""
    before = _in_use.set(locale)
    try:
        yield
    finally:
        _in_use.reset(before)


def in_use() -> Locale:
    """Give the locale that is written for."""
    return _in_use.get()


def number(value: float, decimals: int = 0) -> str:
    """Write a finite number with so many decimals, rounded half to even: `48 210`, `4.2`, in German `4,2`."""
    return f"{value:,.{decimals}f}".replace(".", "\0").replace(",", THIN).replace("\0", decimal_sign())


def decimal_sign() -> str:
    """Give what stands before the decimals."""
    return _MANNERS[_in_use.get()].decimal


def day(date: dt.date, *, year: bool = True, short: bool = True) -> str:
    """Write a day: `16 Nov 2026`, without `short` `16 November 2026`, without `year` `16 Nov`."""
    manner = _MANNERS[_in_use.get()]
    of_month, of_year = manner.short_joins if short else manner.joins
    text = f"{day_number(date)}{of_month}{_month_name(date, short=short)}"
    return f"{text}{of_year}{date.year}" if year else text


def day_number(date: dt.date) -> str:
    """Write the number of a day within its month: `16`, in German `16.`."""
    return _MANNERS[_in_use.get()].day_number.format(day=date.day)


def month(date: dt.date, *, short: bool = False) -> str:
    """Write a month: `November 2026`, with `short` `Nov 2026`."""
    manner = _MANNERS[_in_use.get()]
    of_year = (manner.short_joins if short else manner.joins)[1]
    return f"{_month_name(date, short=short)}{of_year}{date.year}"


def _month_name(date: dt.date, *, short: bool) -> str:
    manner = _MANNERS[_in_use.get()]
    return (manner.short_months if short else manner.months)[date.month - 1]

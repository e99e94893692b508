"""How the times of a column are written: which formats can be, and how each reads the first of them."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from outbrief.facts.instants import EPOCHS, ISO, read_instants

# So much of a column must be read by a format for the column to be taken for times.
_MOST = 0.8
_VALUES = 200
_DATES = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y-%m-%d", "%Y%m%d", "%d/%m/%y",
    "%m/%d/%y", "%d.%m.%y", "%B %d, %Y", "%B %d %Y", "%d %B %Y", "%d %B, %Y", "%d-%B-%Y", "%d-%B-%y",
)  # fmt: skip
_CLOCKS = ("", "%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H:%M:%S%.f", "%H:%M:%S %z", "%H:%M %z")
_WHOLE = ("%a, %d %B %Y %H:%M:%S %z", "%a %B %d %H:%M:%S %Y", "%I:%M %p %d/%m/%Y", "%I:%M %p %m/%d/%Y")
# What a first value must look like for the formats to be tried at all: most columns hold something else.
_MONTH = re.compile(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
_DIGITS = re.compile(r"(\d{1,4})([/.-])\d{1,2}\2\d{2,4}(?![.\d])")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ]|$)")
_LETTERS = {"Y": "year", "y": "year", "m": "month", "B": "month", "d": "day", "a": "weekday", "z": "offset"}
# Seconds and milliseconds since 1970 of the years from 1990 on.
_EPOCH_RANGES = {"epoch": (6e8, 7e9), "epoch_ms": (6e11, 7e12)}


@dataclass(frozen=True, kw_only=True)
class TimeForm:
    """One way to read a column: one of its values, `value`, reads as `reads` on the wall of the file's zone.

    `share` of the values are read so; `has_clock` tells whether they say more than a day.
    """

    form: str
    value: str
    reads: dt.datetime
    share: float
    has_clock: bool


def time_forms(cells: pl.Series, *, timezone: str) -> tuple[TimeForm, ...]:
    """Give the formats in which a column of text may be times, the best first; none where it is no column of times.

    Where day and month could be either, the usual order of the zone goes first.
    """
    values = _some(cells)
    if values.is_empty():
        return ()
    read: dict[str, pl.Series] = {}
    for form in _candidates(values):
        if read_instants(values.head(1), form=form, timezone=timezone)[0] is not None:
            read[form] = read_instants(values, form=form, timezone=timezone)
            if form == ISO and _share(read[form]) >= _MOST:
                read = {form: read[form]}
                break
    month_first = timezone.startswith(("America/", "US/"))
    ranked = sorted(read, key=lambda form: (-_share(read[form]), is_month_first(form) != month_first))
    if not ranked or _share(read[ranked[0]]) < _MOST:
        return ()
    at = _telling(values, [read[form] for form in ranked])
    forms = [_form(form, values, read[form], at, timezone) for form in ranked if read[form][at] is not None]
    return tuple({one.reads: one for one in reversed(forms)}.values())[::-1]


def is_ambiguous(forms: tuple[TimeForm, ...]) -> bool:
    """Tell whether the first two ways to read a column do equally well, and come to different days."""
    return len(forms) > 1 and forms[0].share == forms[1].share and forms[0].reads.date() != forms[1].reads.date()


def is_month_first(form: str) -> bool:
    """Tell whether a format has the month's number before the day's."""
    return form.startswith(("%m", "%I:%M %p %m"))


def has_either_order(form: str) -> bool:
    """Tell whether another format could have day and month the other way round."""
    return "%m" in form and "%d" in form and not form.startswith("%Y")


def form_words(form: str) -> str:
    """Say a format in words: "day/month/year hour:minute"."""
    if form == ISO:
        return "year-month-day (ISO 8601)"
    if form in EPOCHS:
        return f"{'milliseconds' if form == 'epoch_ms' else 'seconds'} since 1970"
    said, at = "", 0
    while at < len(form):
        if form[at] == "%" and at + 1 < len(form):
            if form.startswith("%.f", at):
                at += 3
                continue
            letter = form[at + 1]
            clock = {"H": "hour", "I": "hour", "M": "minute", "S": "second", "p": "am/pm"}
            said += {**_LETTERS, **clock}.get(letter, letter)
            at += 2
        else:
            said += form[at]
            at += 1
    return said


def _candidates(values: pl.Series) -> Iterator[str]:
    first = str(values[0])
    numbers = values.cast(pl.Float64, strict=False)
    if numbers.null_count() == 0:
        for form, (low, high) in _EPOCH_RANGES.items():
            if numbers.is_between(low, high).all():
                yield form
    if len(first) > 50:
        return
    if _ISO_DAY.match(first):
        yield ISO
    digits = _DIGITS.search(first)
    if not (digits or _MONTH.search(first) or re.fullmatch(r"\d{8}", first)):
        return
    clocks = [clock for clock in _CLOCKS if (":" in clock) == (":" in first) and ("%p" in clock) == _has_half(first)]
    for date in _DATES:
        if not digits or digits[2] in date:
            for clock in clocks:
                for between in (" ", ", ") if clock else ("",):
                    yield f"{date}{between}{clock}"
    yield from _WHOLE


def _has_half(value: str) -> bool:
    return value.lower().endswith("m") or value[:8].lower().strip().endswith("m")


def _some(cells: pl.Series) -> pl.Series:
    values = cells.str.strip_chars().drop_nulls()
    return values.filter(values != "").unique(maintain_order=True).head(_VALUES)


def _share(read: pl.Series) -> float:
    return 1 - read.null_count() / len(read)


def _telling(values: pl.Series, read: list[pl.Series]) -> int:
    """Find the first value that the formats read differently: it tells more than 4/4/2026 does."""
    for at in range(len(values)):
        if len({series[at] for series in read} - {None}) > 1:
            return at
    return 0


def _form(form: str, values: pl.Series, read: pl.Series, at: int, timezone: str) -> TimeForm:
    value = str(values[at])
    return TimeForm(
        form=form,
        value=value,
        reads=read[at].astimezone(ZoneInfo(timezone)).replace(tzinfo=None),
        share=_share(read),
        has_clock=form in EPOCHS or (":" in value if form == ISO else "%H" in form or "%I" in form),
    )

"""Occurrences of a schedule and periods of days: pure functions of their arguments."""

import calendar
import datetime as dt
import difflib
import re
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from outbrief.terms import locale
from outbrief.terms.choices import check_choice, shown
from outbrief.terms.errors import InvalidInput

_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)
# Names that the time zone database has but that say nothing lasting about a place.
_NO_ZONES = frozenset({"localtime", "Factory", "posixrules"})
_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class Frequency(StrEnum):
    """How often a schedule runs."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class DateRange(StrEnum):
    """The named periods, resolved against the day of the occurrence."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7D = "last_7d"
    LAST_30D = "last_30d"
    LAST_90D = "last_90d"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    WEEK_TO_DATE = "week_to_date"
    MONTH_TO_DATE = "month_to_date"
    QUARTER_TO_DATE = "quarter_to_date"
    YEAR_TO_DATE = "year_to_date"


# These are so many days, also when they happen to fill a month.
_COUNTED = (DateRange.LAST_7D, DateRange.LAST_30D, DateRange.LAST_90D)


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """When a schedule runs: wall-clock `time` in `timezone` (an IANA name).

    `day_of_week` is 0-6 with 0 = Sunday (weekly); `day_of_month` is 1-31, past the end of a month its last day.
    """

    frequency: Frequency
    time: dt.time
    timezone: str
    day_of_week: int | None = None
    day_of_month: int | None = None


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days `[start, end)`: `end` is the first day that is not in it."""

    start: dt.date
    end: dt.date

    @property
    def days(self) -> int:
        """Count the days in the period."""
        return (self.end - self.start).days

    @property
    def last(self) -> dt.date:
        """Give the last day that is in the period."""
        return self.end - _DAY


# --- zones -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _NO_ZONES)


def check_timezone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """Give the zone with this IANA name; InvalidInput naming `field` when there is none (paths and "" included)."""
    if isinstance(name, str) and name in _zones():
        return ZoneInfo(name)
    near = difflib.get_close_matches(str(name), _zones(), n=1)
    hint = f"Did you mean {near[0]}?" if near else "Use a name such as Europe/Paris or UTC."
    raise InvalidInput(f"{shown(name)} is not a known time zone.", field=field, hint=hint)


def zone_names() -> list[str]:
    """Give the names of zones that people choose from: UTC, and those of places."""
    return ["UTC", *sorted(name for name in _zones() if "/" in name and not name.startswith(_NO_PLACES))]


def instant_of(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Give the UTC instant at which the wall clock of `zone` first shows `time` on `day`.

    In an overlap it is the first of the two; in a gap it is the first valid instant after the gap.
    """
    wall = dt.datetime.combine(day, time.replace(fold=0))
    instant = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    if _wall(instant, zone) == wall:
        return instant
    # Inside a gap the offset after it gives an instant before the change, and the offset before it one after: the
    # change lies between, and is found to the second.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    low, high = int(before.timestamp()), int(instant.timestamp()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _wall(dt.datetime.fromtimestamp(middle, dt.UTC), zone) < wall:
            low = middle
        else:
            high = middle
    return dt.datetime.fromtimestamp(high, dt.UTC)


def _wall(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _exists(day: dt.date, zone: ZoneInfo) -> bool:
    return _wall(instant_of(day, dt.time(0), zone), zone).date() == day


# --- recurrences -----------------------------------------------------------------------------------------------------


def check_recurrence(
    *, frequency: str, time: dt.time | str, timezone: str, day_of_week: int | None, day_of_month: int | None
) -> Recurrence:
    """Check what somebody asked for and give the recurrence; InvalidInput names the field at fault.

    `time` is `HH:MM` or `HH:MM:SS` on the wall clock. A day that the frequency does not use is checked, then dropped.
    """
    checked = check_choice(Frequency, frequency, field="frequency")
    week = _whole(day_of_week, 0, 6, field="dayOfWeek", meaning="0 is Sunday")
    month = _whole(day_of_month, 1, 31, field="dayOfMonth", meaning="past the end of a month means its last day")
    if checked is Frequency.WEEKLY and week is None:
        raise InvalidInput("A weekly schedule needs a day of the week.", field="dayOfWeek", hint="0 is Sunday.")
    if checked is Frequency.MONTHLY and month is None:
        raise InvalidInput("A monthly schedule needs a day of the month.", field="dayOfMonth")
    return Recurrence(
        frequency=checked,
        time=_check_time(time),
        timezone=check_timezone(timezone).key,
        day_of_week=week if checked is Frequency.WEEKLY else None,
        day_of_month=month if checked is Frequency.MONTHLY else None,
    )


def _whole(value: int | None, low: int, high: int, *, field: str, meaning: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidInput(f"{shown(value)} is not a whole number from {low} to {high} ({meaning}).", field=field)
    return value


def _check_time(time: dt.time | str) -> dt.time:
    if isinstance(time, dt.time):
        if time.tzinfo is not None:
            raise InvalidInput("The time of a schedule carries no zone of its own.", field="time")
        return time.replace(fold=0)
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", str(time).strip())
    try:
        if match:
            return dt.time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        pass
    raise InvalidInput(f"{shown(time)} is not a time of day.", field="time", hint="Write it as HH:MM, such as 09:00.")


def next_occurrence(recurrence: Recurrence, after: dt.datetime) -> dt.datetime:
    """Give the first occurrence strictly after the aware instant `after`, in UTC.

    Every local date that matches has exactly one occurrence; a local date that the zone skipped has none.
    """
    return next(_from(recurrence, after))


def occurrences(recurrence: Recurrence, after: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """Give the occurrences with `after` < occurrence <= `until`, oldest first, in UTC."""
    for occurrence in _from(recurrence, after):
        if occurrence > until:
            return
        yield occurrence


def _from(recurrence: Recurrence, after: dt.datetime) -> Iterator[dt.datetime]:
    zone = check_timezone(recurrence.timezone)
    # A gap can carry an occurrence past midnight, so the day before may still have one to come.
    day = after.astimezone(zone).date() - _DAY
    while True:
        if _matches(recurrence, day) and _exists(day, zone):
            occurrence = instant_of(day, recurrence.time, zone)
            if occurrence > after:
                yield occurrence
        day += _DAY


def _matches(recurrence: Recurrence, day: dt.date) -> bool:
    if recurrence.frequency is Frequency.WEEKLY:
        return day.isoweekday() % 7 == recurrence.day_of_week
    if recurrence.frequency is Frequency.MONTHLY:
        return day.day == min(recurrence.day_of_month or 1, calendar.monthrange(day.year, day.month)[1])
    return True


# --- periods ---------------------------------------------------------------------------------------------------------


def local_today(at: dt.datetime, timezone: str) -> dt.date:
    """Give the date that the calendar of `timezone` shows at the aware instant `at`."""
    return at.astimezone(check_timezone(timezone)).date()


def resolve_period(date_range: str | Mapping[str, object], *, at: dt.datetime, timezone: str) -> Period:
    """Give the days meant by a name, by `{"from": ..., "to": ...}` or by `2025-10-01..2025-10-31` (both days included).

    Names are resolved against the day of `at` in `timezone`: `last_7d` and its like are full days before that day;
    `this_week` (Monday to Sunday), `this_month` are the whole calendar week or month that holds it, days to come
    included; the `_to_date` periods end with it. InvalidInput(field="dateRange") for anything else.
    """
    if isinstance(date_range, Mapping):
        return _given(date_range)
    if isinstance(date_range, str) and ".." in date_range:
        start, _, end = date_range.partition("..")
        return _given({"from": start.strip(), "to": end.strip()})
    name = check_choice(DateRange, date_range, field="dateRange")
    return _named(name, local_today(at, timezone))


def _named(name: DateRange, today: dt.date) -> Period:
    monday = today - dt.timedelta(days=today.weekday())
    first = today.replace(day=1)
    quarter = _months_on(first, -((today.month - 1) % 3))
    start, end = {
        DateRange.TODAY: (today, today + _DAY),
        DateRange.YESTERDAY: (today - _DAY, today),
        DateRange.LAST_7D: (today - dt.timedelta(days=7), today),
        DateRange.LAST_30D: (today - dt.timedelta(days=30), today),
        DateRange.LAST_90D: (today - dt.timedelta(days=90), today),
        DateRange.THIS_WEEK: (monday, monday + _WEEK),
        DateRange.LAST_WEEK: (monday - _WEEK, monday),
        DateRange.THIS_MONTH: (first, _months_on(first, 1)),
        DateRange.LAST_MONTH: (_months_on(first, -1), first),
        DateRange.WEEK_TO_DATE: (monday, today + _DAY),
        DateRange.MONTH_TO_DATE: (first, today + _DAY),
        DateRange.QUARTER_TO_DATE: (quarter, today + _DAY),
        DateRange.YEAR_TO_DATE: (first.replace(month=1), today + _DAY),
    }[name]
    return Period(start=start, end=end)


def _given(days: Mapping[str, object]) -> Period:
    if set(days) != {"from", "to"}:
        raise InvalidInput('A period takes exactly the two days "from" and "to".', field="dateRange")
    start, last = (_check_day(days[key], key) for key in ("from", "to"))
    if start > last:
        raise InvalidInput(f"The period ends ({last}) before it starts ({start}).", field="dateRange")
    return Period(start=start, end=last + _DAY)


def _check_day(value: object, key: str) -> dt.date:
    day = None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        day = value
    elif isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            day = None
    if day is None:
        raise InvalidInput(f'"{key}": {shown(value)} is not a day.', field="dateRange", hint="Write it as 2025-10-31.")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InvalidInput(f'"{key}": {day} is not within {_FIRST_YEAR} to {_LAST_YEAR}.', field="dateRange")
    return day


def _months_on(day: dt.date, months: int) -> dt.date:
    """Move by whole months, to the last day of the month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def comparison_of(period: Period, date_range: str | Mapping[str, object]) -> Period:
    """Give the period to compare with: as many days just before, with these exceptions.

    Whole calendar months (`this_month`, `last_month`, or dates that happen to be whole months) are compared with as
    many whole months before; `week_to_date` with the same days of the week before; `month_to_date` and
    `quarter_to_date` with as many days from the start of the month or quarter before, at most all of it;
    `year_to_date` with the same days of the year before.
    """
    if date_range == DateRange.WEEK_TO_DATE:
        return Period(start=period.start - _WEEK, end=period.end - _WEEK)
    if date_range == DateRange.MONTH_TO_DATE:
        return _to_date_before(period, 1)
    if date_range == DateRange.QUARTER_TO_DATE:
        return _to_date_before(period, 3)
    if date_range == DateRange.YEAR_TO_DATE:
        return Period(start=_months_on(period.start, -12), end=_months_on(period.last, -12) + _DAY)
    months = _whole_months(period)
    if months and date_range not in _COUNTED:
        return Period(start=_months_on(period.start, -months), end=period.start)
    return Period(start=period.start - (period.end - period.start), end=period.start)


def _to_date_before(period: Period, months: int) -> Period:
    start = _months_on(period.start, -months)
    return Period(start=start, end=min(start + (period.end - period.start), period.start))


def _whole_months(period: Period) -> int:
    """Count the months of a period made of whole months; 0 when it is not."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def bounds(period: Period, timezone: str) -> tuple[dt.datetime, dt.datetime]:
    """Give the UTC instants `[start, end)` of the days in the zone, each day from its first valid instant."""
    zone = check_timezone(timezone)
    return instant_of(period.start, dt.time(0), zone), instant_of(period.end, dt.time(0), zone)


def period_label(period: Period) -> str:
    """Say the days for people: `16 – 22 November 2026`; the first day has its month and year only if they differ."""
    first, last = period.start, period.last
    end = locale.day(last, short=False)
    if first >= last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{locale.day_number(first)} – {end}"
    return f"{locale.day(first, year=first.year != last.year, short=False)} – {end}"


def month_label(day: dt.date) -> str:
    """Say the month that holds a day: `November 2026`."""
    return locale.month(day)

"""Occurrences of a schedule and periods of days: pure functions of their arguments."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


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
    MONTH_TO_DATE = "month_to_date"
    QUARTER_TO_DATE = "quarter_to_date"
    YEAR_TO_DATE = "year_to_date"


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

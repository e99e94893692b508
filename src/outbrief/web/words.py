"""Times, numbers and states in the words of the pages."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outbrief.terms.calendar import Frequency, Recurrence

_DAYS = ("Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays")
_THIN_SPACE = "\u202f"
_NO_BREAK = "\u00a0"
# From so many days on nobody wants to know the hours.
_FAR_DAYS = 14
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_NAMES = {
    "csv": "CSV",
    "excel": "Excel",
    "pdf": "PDF",
    "json": "JSON",
    "ndjson": "NDJSON",
    "parquet": "Parquet",
    "last_7d": "last 7 days",
    "last_30d": "last 30 days",
    "last_90d": "last 90 days",
}
_TONES = {
    "success": "good",
    "completed": "good",
    "sent": "good",
    "delivered": "good",
    "partial": "warning",
    "failed": "bad",
    "bounced": "bad",
    "complained": "bad",
    "pending": "busy",
    "running": "busy",
    "processing": "busy",
    "sending": "busy",
}


@dataclass(frozen=True, kw_only=True)
class State:
    """A state as it is shown: a word, and the tone that colours it beside the word."""

    word: str
    tone: str


def state(status: str) -> State:
    """Give the word and tone of any status of a generation, export or delivery."""
    return State(word=name(status).capitalize(), tone=_TONES.get(status, "quiet"))


def name(value: str) -> str:
    """Give the words for a type, format or period: `workspace_summary` is "workspace summary"."""
    return _NAMES.get(value, value.replace("_", " "))


def choices(values: Iterable[str]) -> list[tuple[str, str]]:
    """Give values with their words, to choose from."""
    return [(str(value), name(value).capitalize()) for value in values]


def when(recurrence: Recurrence) -> str:
    """Say when a schedule runs, on its own wall clock: "Mondays 09:00"."""
    return f"{_days(recurrence)} {recurrence.time:%H:%M}"


def zone(timezone: str) -> str:
    """Say a zone as people do: "New York" for America/New_York."""
    return timezone.rpartition("/")[2].replace("_", " ")


def moment(instant: dt.datetime | None, timezone: str, *, now: dt.datetime) -> str:
    """Say an instant on the wall clock of a zone, with the year only when it is another; empty for None."""
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(timezone))
    year = f" {local.year}" if local.year != now.astimezone(ZoneInfo(timezone)).year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}".replace(" ", _NO_BREAK)


def ahead(instant: dt.datetime, *, now: dt.datetime) -> str:
    """Say how far off an instant is: "in 6 d 21 h", and "now" once it has come."""
    return away(instant, now=now) if instant > now else "now"


def away(instant: dt.datetime, *, now: dt.datetime) -> str:
    """Say how far an instant is away, in its two largest units: "in 6 d 21 h", "3 h 5 min ago", "now".

    It is never broken over lines.
    """
    minutes = round(abs((instant - now).total_seconds()) / 60)
    if not minutes:
        return "now"
    days, hours = minutes // 1440, minutes // 60 % 24
    in_days = ((days, "d"), (0 if days >= _FAR_DAYS else hours, "h"))
    sizes = in_days if days else ((hours, "h"), (minutes % 60, "min"))
    far = _NO_BREAK.join(f"{amount}{_NO_BREAK}{unit}" for amount, unit in sizes if amount)
    return f"in{_NO_BREAK}{far}" if instant > now else f"{far}{_NO_BREAK}ago"


def grouped(number: int) -> str:
    """Write a whole number with thin grouping."""
    return f"{number:,}".replace(",", _THIN_SPACE)


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun."""
    return f"{grouped(number)} {one if number == 1 else many}"


def size(amount: int) -> str:
    """Write a size in bytes in the unit that suits it."""
    value, unit = float(amount), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    digits = 1 if unit and value < 99.95 else 0
    return f"{value:.{digits}f}{_NO_BREAK}{_UNITS[unit]}"


def duration(milliseconds: int) -> str:
    """Write how long something took."""
    seconds = milliseconds / 1000
    return f"{seconds:.1f}{_NO_BREAK}s" if seconds < 60 else f"{seconds / 60:.1f}{_NO_BREAK}min"


def _days(recurrence: Recurrence) -> str:
    if recurrence.frequency is Frequency.WEEKLY:
        return _DAYS[recurrence.day_of_week or 0]
    if recurrence.frequency is Frequency.MONTHLY:
        day = recurrence.day_of_month or 1
        if day == 31:
            return "Last day of the month"
        return f"{ordinal(day)}{' or last' if day > 28 else ''} of the month"
    return "Daily"


def ordinal(day: int) -> str:
    """Say the number of a day: 2nd."""
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"

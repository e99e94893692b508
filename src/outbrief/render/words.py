"""Figures, changes, dates and times as people read them: one way for the PDF, the charts and the mail."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from statistics import median
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outbrief.terms import locale
from outbrief.terms.document import Change, Document, Figure, change_of
from outbrief.terms.locale import THIN
from outbrief.terms.report import ReportType
from outbrief.terms.table import Cell, Kind, Table

NO_BREAK = "\u00a0"  # stands in for THIN where the text is set in Hanken Grotesk, which has no thinner one
NOTHING = "–"
REPORT_NAMES: dict[ReportType, str] = {
    ReportType.CAMPAIGN: "Campaign report",
    ReportType.OVERALL: "Overall report",
    ReportType.DELIVERABILITY: "Deliverability report",
    ReportType.WORKSPACE_SUMMARY: "Workspace summary",
    ReportType.DOMAIN_HEALTH: "Domain health",
}
NO_ACTIVITY = "There was no activity in this period."
NO_ACTIVITY_DETAIL = "No messages were sent, so there is nothing to measure. Figures return as soon as messages go out."
# What neither XML, fonts nor readers can hold: controls, lone surrogates, noncharacters, interlinear marks.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U000dffff\U000e0fff-\U0010ffff]"
)
_SPACES = re.compile("[\t\n\r\x85\u2028\u2029 ]+")
_POP, _POP_ISOLATE = "\u202c", "\u2069"
_ENDS = {**dict.fromkeys("\u202a\u202b\u202d\u202e", _POP), **dict.fromkeys("\u2066\u2067\u2068", _POP_ISOLATE)}
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Replace what no file of text can hold (controls, lone surrogates, noncharacters) by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)


def sentence(text: str) -> str:
    """Start text with a capital letter."""
    return text[:1].upper() + text[1:]


def printable(text: str, limit: int | None = None) -> str:
    """Make user text fit for one line of print: controls become U+FFFD, line breaks spaces; `…` ends it at `limit`.

    Marks that turn the direction of writing are closed behind it, so that they do not turn what follows.
    """
    text = _SPACES.sub(" ", clean(text)).strip()
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text + _closing(text)


def _closing(text: str) -> str:
    """Give the marks that end the embeddings, overrides and isolates which a text leaves open (UAX 9)."""
    still_open: list[str] = []
    for mark in _TURNS.findall(text):
        if mark in _ENDS:
            still_open.append(_ENDS[mark])
        elif mark == _POP_ISOLATE and _POP_ISOLATE in still_open:
            # The end of an isolate also ends what was begun within it.
            while still_open.pop() != _POP_ISOLATE:
                pass
        elif still_open and still_open[-1] == mark:
            still_open.pop()
    return "".join(reversed(still_open))


def number(value: float, decimals: int = 0) -> str:
    """Write a number with thin grouping: 48210 is `48 210`, -1234.5 with one decimal `−1 234.5`."""
    if not math.isfinite(value):
        return NOTHING
    text = locale.number(abs(value), decimals)
    negative = value < 0 and any(digit in text for digit in "123456789")
    return f"−{text}" if negative else text


def compact(value: float) -> str:
    """Write an axis figure in at most four digits: `950`, `1.5k`, `20k`, `1.2M`."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return _short(value / size) + unit
    return _short(value)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−").replace(".", locale.decimal_sign())


def percent(fraction: float, decimals: int | None = None) -> str:
    """Write a fraction as percent: 0.976 is `97.6 %`. Without `decimals`, below 1 % it gets two, none and all get 0."""
    if not math.isfinite(fraction):
        return NOTHING
    if decimals is None:
        decimals = 0 if fraction in (0, 1) else rate_decimals((fraction,))
    return f"{number(fraction * 100, decimals)}{THIN}%"


def rate_decimals(fractions: Iterable[float]) -> int:
    """Choose the decimals that one column or axis of rates shares: two when all are below 1 %, else one."""
    largest = max((abs(fraction) for fraction in fractions if math.isfinite(fraction)), default=0.0)
    return 2 if 0 < largest < 0.01 else 1


def duration(minutes: float) -> str:
    """Write minutes: `4.2 min`, `35 min`, `3 h 20 min`, `2 d 4 h`."""
    if not math.isfinite(minutes):
        return NOTHING
    if minutes < 9.95:
        return f"{number(minutes, 1)}{THIN}min"
    whole = round(minutes)
    if whole < 60:
        return f"{whole}{THIN}min"
    hours, rest = divmod(whole, 60)
    if hours < 48:
        return f"{hours}{THIN}h {rest}{THIN}min" if rest else f"{hours}{THIN}h"
    days, hours = divmod(hours, 24)
    return f"{number(days)}{THIN}d {hours}{THIN}h" if hours else f"{number(days)}{THIN}d"


def measure(value: float | None, kind: Kind, decimals: int | None = None) -> str:
    """Write a measured value in the manner of its kind; None is a dash."""
    if value is None:
        return NOTHING
    match kind:
        case Kind.RATE:
            return percent(value, decimals)
        case Kind.MINUTES:
            return duration(value)
        case Kind.INTEGER:
            return number(value)
        case _:
            return number(value, 1 if decimals is None else decimals)


def change(figure: Figure) -> str:
    """Write how a figure moved: `▲ 2.1 pt`, `▼ 6.2 %`, `no change`; empty when there is nothing to compare with."""
    moved = change_of(figure)
    return "" if moved is None else change_words(moved)


def change_words(moved: Change) -> str:
    """Write a change with its sign as a triangle, so that nobody has to tell colours apart."""
    if moved.direction == 0:
        return "no change"
    amount = abs(moved.amount)
    return f"{'▲' if moved.direction > 0 else '▼'} {number(amount, change_decimals(amount))}{THIN}{moved.unit}"


def change_decimals(amount: float) -> int:
    """Choose the decimals of a change: one, below a tenth two or as many as it takes to see it, none of thousands."""
    size = abs(amount)
    if size >= 0.1 or size == 0:
        return 0 if size >= 1000 else 1
    return max(2, -math.floor(math.log10(size)))


def limit(figure: Figure) -> str:
    """Write the usual limit of a figure: `limit 2 %`, `usual: above 98 %`; empty when it has none."""
    if figure.limit is None:
        return ""
    text = measure(figure.limit, figure.kind)
    text = re.sub(rf"([.,][0-9]*?)0+(?={THIN}%$)", r"\1", text)
    text = re.sub(rf"[.,](?={THIN}%$)", "", text)
    return f"usual: above {text}" if figure.better == "up" else f"limit {text}"


def aside(figure: Figure) -> str:
    """Write the small line under a figure: its limit, then its note."""
    return ", ".join(part for part in (limit(figure), printable(figure.note)) if part)


def place(timezone: str) -> str:
    """Name a time zone by its place: `America/New_York` is `New York`."""
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def local(instant: dt.datetime, timezone: str) -> dt.datetime:
    """Give an aware instant on the clock of `timezone`; an unknown zone reads as UTC."""
    try:
        return instant.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return instant.astimezone(dt.UTC)


def moment(instant: dt.datetime, timezone: str) -> str:
    """Write an aware instant: `23 Nov 2026, 09:00 (New York)`."""
    return f"{clock(instant, timezone)} ({place(timezone)})"


def clock(instant: dt.datetime, timezone: str) -> str:
    """Write an aware instant without its zone: `23 Nov 2026, 09:00`."""
    there = local(instant, timezone)
    return f"{locale.day(there)}, {there:%H:%M}"


def cell(value: Cell, kind: Kind, timezone: str, decimals: int | None = None) -> str:
    """Write one table cell; text is made printable, None is a dash."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return clock(value, timezone) if value.tzinfo else f"{locale.day(value)}, {value:%H:%M}"
    if isinstance(value, dt.date):
        return locale.day(value)
    if isinstance(value, int | float):
        return measure(value, kind, decimals)
    return printable(value)


def column_decimals(kind: Kind, values: Sequence[Cell]) -> int | None:
    """Choose the decimals that a column shares, so that its figures stand in line; None for other than rates.

    Rates that are mostly below 1 % keep two, whatever a few small rows hold.
    """
    if kind is not Kind.RATE:
        return None
    rates = [abs(value) for value in values if isinstance(value, int | float) and math.isfinite(value) and value]
    return rate_decimals((median(rates),)) if rates else 1


def rows_left_out(table: Table, shown: int, *, main: bool) -> str:
    """Say which rows are shown and where the rest is; empty when all are shown. `main` is the table of the CSV file."""
    if shown >= table.total_rows:
        return ""
    first = f"Rows 1–{number(shown)}" if shown > 1 else f"{shown} row"
    if table.total_rows > len(table.rows):
        return f"{first} of {number(table.total_rows)}; an export holds them all."
    return f"{first} of {number(table.total_rows)}; all are in the {other_files(main=main)}."


def columns_left_out(count: int, *, main: bool) -> str:
    """Say how many columns a page leaves to the other formats; empty for none."""
    if not count:
        return ""
    return f"{count} more {'column is' if count == 1 else 'columns are'} in the {other_files(main=main)}."


def other_files(*, main: bool) -> str:
    """Name the formats that hold a table whole; the CSV file holds the main table alone."""
    return "Excel and CSV files" if main else "Excel file"


def subtitle(document: Document) -> str:
    """Say which days the document covers and what they are compared with."""
    period = printable(document.period_label)
    comparison = printable(document.comparison_label)
    return f"{period}, compared with {comparison}" if comparison else period


def as_of(document: Document) -> str:
    """Say when the facts were read: `data as of 23 Nov 2026, 09:00 (New York)`."""
    return f"data as of {moment(document.as_of, document.timezone)}"

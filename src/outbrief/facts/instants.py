"""Reading times as platforms write them, a column at a time."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl

from outbrief.terms.calendar import instant_of

ISO = "iso"
EPOCHS = {"epoch": 1_000_000, "epoch_ms": 1_000}

_MOMENT = pl.Datetime("us")
_UTC = pl.Datetime("us", "UTC")
# Outside of these a time is a mistake (an epoch in the wrong unit, a month for a year), not a time of a mail.
_FIRST, _END = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
_ISO_PARTS = (
    r"^(?<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?<time>\d{2}:\d{2})(?<seconds>:\d{2}(?:\.\d{1,9})?)?\s*(?<offset>Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$"
)
# Ways to write ISO 8601 that most files keep to; they are read several times faster than by their parts.
_ISO_USUAL = (("%Y-%m-%dT%H:%M:%S%.fZ", True), ("%Y-%m-%d %H:%M:%S%.f", False), ("%Y-%m-%dT%H:%M:%S%.f", False))


def understands(form: str) -> bool:
    """Tell whether `form` is a strptime format from which a time can be read."""
    sample = dt.datetime(2001, 2, 3, 4, 5, 6, tzinfo=dt.UTC).strftime(form)
    try:
        read = pl.Series([sample]).str.to_datetime(form, time_unit="us", strict=False)
    except pl.exceptions.PolarsError:
        return False
    return read[0] is not None and read[0].year == 2001


def read_instants(text: pl.Series, *, form: str, timezone: str) -> pl.Series:
    """Give the UTC instants (microseconds) that a column of text means; null where it is not understood.

    `form` is `iso`, `epoch`, `epoch_ms` or a strptime format; times without an offset are wall-clock times of
    `timezone`: in an overlap the first of the two, in a gap the first valid instant after it.
    """
    text = text.str.strip_chars()
    if form in EPOCHS:
        instants = _from_epoch(text, EPOCHS[form])
    elif form == ISO:
        instants = _from_iso(text, timezone)
    else:
        instants = _in_utc(text.str.to_datetime(form, time_unit="us", strict=False), timezone)
    inside = instants.is_between(_FIRST, _END, closed="left")
    return instants.set(~inside.fill_null(value=False), None)


def read_days(text: pl.Series, *, form: str, timezone: str, days_of: str) -> pl.Series:
    """Give the dates that a column of text means; null where it is not understood.

    A date stands for itself; an instant is the day that it has in the zone `days_of`.
    """
    text = text.str.strip_chars()
    if form == ISO:
        days = text.str.to_date("%Y-%m-%d", strict=False, exact=True)
        rest = text.set(days.is_not_null(), None)
    elif form in EPOCHS:
        days, rest = pl.Series([None] * len(text), dtype=pl.Date), text
    else:
        # Only what carries an offset is an instant; the rest is a date on the wall already.
        read = text.str.to_datetime(form, time_unit="us", strict=False)
        if not isinstance(read.dtype, pl.Datetime) or read.dtype.time_zone is None:
            return _days_within(read.dt.date())
        days, rest = pl.Series([None] * len(text), dtype=pl.Date), text
    if rest.null_count() < len(rest):
        instants = read_instants(rest, form=form, timezone=timezone)
        days = days.zip_with(days.is_not_null(), instants.dt.convert_time_zone(days_of).dt.date())
    return _days_within(days)


def _days_within(days: pl.Series) -> pl.Series:
    inside = days.is_between(_FIRST.date(), _END.date(), closed="left")
    return days.set(~inside.fill_null(value=False), None)


def _from_epoch(text: pl.Series, unit: int) -> pl.Series:
    whole = text.cast(pl.Int64, strict=False)
    limit = 2**62 // unit
    micros = whole.set(~whole.is_between(-limit, limit).fill_null(value=False), None) * unit
    if whole.null_count() > text.null_count():
        parts = text.cast(pl.Float64, strict=False)
        sound = parts.is_finite() & (parts.abs() < limit)
        exact = (parts.set(~sound.fill_null(value=False), None) * unit).round().cast(pl.Int64, strict=False)
        micros = micros.zip_with(micros.is_not_null(), exact)
    return micros.cast(_MOMENT).dt.replace_time_zone("UTC")


def _from_iso(text: pl.Series, timezone: str) -> pl.Series:
    instants = pl.Series([None] * len(text), dtype=_UTC)
    rest = text
    for form, aware in _ISO_USUAL:
        if rest.null_count() == len(rest):
            return instants
        read = rest.str.to_datetime(form, time_unit="us", strict=False)
        if read.null_count() == len(read):
            continue
        read = _in_utc(read, "UTC" if aware else timezone)
        instants = instants.zip_with(instants.is_not_null(), read)
        rest = rest.set(instants.is_not_null(), None)
    if rest.null_count() == len(rest):
        return instants
    return instants.zip_with(instants.is_not_null(), _from_iso_parts(rest, timezone))


def _from_iso_parts(text: pl.Series, timezone: str) -> pl.Series:
    parts = text.str.extract_groups(_ISO_PARTS).struct.unnest()
    wall = (
        parts.select(
            pl.concat_str(
                pl.col("day"), pl.lit(" "), pl.col("time").fill_null("00:00"), pl.col("seconds").fill_null(":00")
            ).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
        )
        .to_series()
        .set(parts["day"].is_null(), None)
    )
    digits = parts["offset"].str.replace_all(r"[^0-9+-]", "")
    sign = pl.Series([1], dtype=pl.Int64).new_from_index(0, len(text)).set(digits.str.starts_with("-"), -1)
    hours = digits.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = digits.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    shift = (sign * (hours * 60 + minutes) * 60_000_000).cast(pl.Duration("us"))
    aware = (wall - shift).dt.replace_time_zone("UTC")
    return aware.zip_with(parts["offset"].is_not_null(), _in_utc(wall, timezone))


def _in_utc(times: pl.Series, timezone: str) -> pl.Series:
    if isinstance(times.dtype, pl.Datetime) and times.dtype.time_zone is not None:
        return times.dt.convert_time_zone("UTC")
    placed = times.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    if placed.null_count() == times.null_count():
        return placed
    zone = ZoneInfo(timezone)
    gaps = times.to_frame("wall").with_row_index().filter(placed.is_null() & times.is_not_null())
    for index, wall in gaps.iter_rows():
        placed[index] = instant_of(wall.date(), wall.time(), zone)
    return placed

"""Checking cells, a column at a time: typed columns come out, and the rows that are refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from outbrief.facts.columns import GIVEN, NUMBER, Plan
from outbrief.facts.instants import EPOCHS, ISO, read_days, read_instants
from outbrief.facts.results import REFUSALS_KEPT, Refused, cell_shown
from outbrief.facts.shapes import Field, Shape

_KEY_LENGTH, _NAME_LENGTH, _EMAIL_LENGTH, _DOMAIN_LENGTH = 500, 255, 320, 253
_LARGEST_COUNT = 2**31 - 1
_NUL = "holds a NUL character, which no database keeps"


@dataclass(frozen=True, kw_only=True)
class Zones:
    """The zone of times without an offset, and the zone in which the tenant counts days."""

    of_times: str
    of_days: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The rows of a batch that are sound, typed; and the refused ones, of which the first are told."""

    frame: pl.DataFrame
    refused: list[Refused]
    refused_total: int


# One complaint: where it applies, and what it says.
_Complaint = tuple[pl.Series, str]


def check_batch(frame: pl.DataFrame, plan: Plan, zones: Zones) -> Checked:
    """Turn text into typed cells; each row is refused for the first of its columns that cannot be taken."""
    bad = pl.Series([False]).new_from_index(0, len(frame))
    typed: list[pl.Series] = [frame[NUMBER]]
    refused: list[Refused] = []
    for field in plan.have:
        cells, complaints = _check(frame[field.name], field, plan, zones)
        typed.append(cells.alias(field.name))
        for where, reason in complaints:
            fresh = where.fill_null(value=False) & ~bad
            if fresh.any():
                refused += _told(frame.filter(fresh), field, reason)
                bad = bad | fresh
    if GIVEN in frame.columns:
        typed.append(frame[GIVEN])
    total = int(bad.sum())
    sound = pl.DataFrame(typed)
    return Checked(frame=sound.filter(~bad) if total else sound, refused=refused, refused_total=total)


def _told(rows: pl.DataFrame, field: Field, reason: str) -> list[Refused]:
    pairs = rows.head(REFUSALS_KEPT).select(NUMBER, field.name).iter_rows()
    return [Refused(number=number, field=field.name, reason=reason, value=cell_shown(value)) for number, value in pairs]


def _check(text: pl.Series, field: Field, plan: Plan, zones: Zones) -> tuple[pl.Series, list[_Complaint]]:
    if field.shape in (Shape.INSTANT, Shape.DAY):
        cells, complaints = _time(text, field, plan.mapping.formats.get(field.name, ISO), zones)
    else:
        cells, complaints = _CHECKS[field.shape](text, field)
    if field.required:
        complaints = [*complaints, (cells.is_null(), "is missing")]
    return cells, complaints


def _trimmed(text: pl.Series) -> pl.Series:
    cells = text.str.strip_chars()
    return cells.set((cells == "").fill_null(value=False), None)


def _text(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:  # noqa: ARG001 - one shape of check
    return text, [(text.str.contains("\x00", literal=True), _NUL)]


def _short(limit: int) -> Callable[[pl.Series, Field], tuple[pl.Series, list[_Complaint]]]:
    def check(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:
        cells, complaints = _text(_trimmed(text), field)
        return cells, [*complaints, (cells.str.len_chars() > limit, f"is longer than {limit} characters")]

    return check


def _email(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:
    cells, complaints = _short(_EMAIL_LENGTH)(text, field)
    return cells, [*complaints, (~cells.str.contains(r"^[^\s@]+@[^\s@]+$"), "is not an e-mail address")]


def _domain(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:
    cells, complaints = _short(_DOMAIN_LENGTH)(text, field)
    cells = cells.str.to_lowercase().str.strip_chars_end(".")
    return cells, [*complaints, (cells.str.contains(r"[\s@/:,;]"), "is not a domain")]


def _choice(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:
    cells = _trimmed(text).str.to_lowercase()
    return cells, [(~cells.is_in(field.choices), f"is not one of {', '.join(field.choices)}")]


def _count(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:  # noqa: ARG001 - one shape of check
    cells = _trimmed(text)
    whole = cells.str.contains(r"^\d{1,15}(\.0*)?$")
    counts = cells.set(~whole.fill_null(value=False), None).str.replace(r"\.0*$", "").cast(pl.Int64)
    negative = cells.str.contains(r"^-\s*\d+(\.\d*)?$")
    return counts, [
        (negative, "is negative"),
        (~whole, "is not a whole number"),
        (counts > _LARGEST_COUNT, f"is larger than {_LARGEST_COUNT:,}"),
    ]


def _number(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:  # noqa: ARG001 - one shape of check
    cells = _trimmed(text)
    numbers = cells.cast(pl.Float64, strict=False)
    wrong = cells.is_not_null() & ~numbers.is_finite().fill_null(value=False)
    return numbers, [(wrong, "is not a number")]


def _time(text: pl.Series, field: Field, form: str, zones: Zones) -> tuple[pl.Series, list[_Complaint]]:
    cells = _trimmed(text)
    if cells.null_count() == len(cells):
        empty = pl.Date() if field.shape is Shape.DAY else pl.Datetime("us", "UTC")
        return cells.cast(empty), []
    if field.shape is Shape.DAY:
        times = read_days(cells, form=form, timezone=zones.of_times, days_of=zones.of_days)
    else:
        times = read_instants(cells, form=form, timezone=zones.of_times)
    return times, [(cells.is_not_null() & times.is_null(), _time_reason(field, form))]


def _time_reason(field: Field, form: str) -> str:
    what = "a date" if field.shape is Shape.DAY else "a time"
    if form == ISO:
        example = "2025-10-31" if field.shape is Shape.DAY else "2025-10-31T09:00:00Z"
        return f"is not {what} such as {example} between 1970 and 2199"
    wording = f"as {form}" if form in EPOCHS else f"in the form {form}"
    return f"is not {what} {wording} between 1970 and 2199"


def _tags(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:  # noqa: ARG001 - one shape of check
    return _rewritten(text, _tags_of, "is not a list of tags")


def _json(text: pl.Series, field: Field) -> tuple[pl.Series, list[_Complaint]]:  # noqa: ARG001 - one shape of check
    return _rewritten(text, _object_of, "is not a JSON object")


def _rewritten(text: pl.Series, rewrite: Callable[[str], str], reason: str) -> tuple[pl.Series, list[_Complaint]]:
    cells = _trimmed(text)
    known: dict[str, str | None] = {}
    for value in cells.unique():
        if value is not None:
            try:
                known[value] = rewrite(value)
            except (ValueError, RecursionError):
                known[value] = None
    made = cells.replace_strict(known, default=None, return_dtype=pl.String) if known else cells
    return made, [(cells.is_not_null() & made.is_null(), reason)]


def _tags_of(text: str) -> str:
    tags = json.loads(text) if text.startswith("[") else text.replace(";", ",").split(",")
    if not all(isinstance(tag, str) for tag in tags):
        raise ValueError(text)
    return _storable([tag.strip() for tag in tags if tag.strip()])


def _object_of(text: str) -> str:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(text)
    return _storable(value)


def _storable(value: object) -> str:
    """Write JSON that PostgreSQL takes; ValueError for NaN, NUL and half characters."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    written.encode()
    if "\\u0000" in written.replace("\\\\", ""):
        raise ValueError(written)
    return written


_CHECKS: dict[Shape, Callable[[pl.Series, Field], tuple[pl.Series, list[_Complaint]]]] = {
    Shape.KEY: _short(_KEY_LENGTH),
    Shape.NAME: _short(_NAME_LENGTH),
    Shape.TEXT: _text,
    Shape.EMAIL: _email,
    Shape.DOMAIN: _domain,
    Shape.CHOICE: _choice,
    Shape.COUNT: _count,
    Shape.NUMBER: _number,
    Shape.TAGS: _tags,
    Shape.JSON: _json,
}

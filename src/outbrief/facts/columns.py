"""Which of our columns a file has, and turning its cells into theirs (still text)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from outbrief.facts.maps import ColumnMap, Template
from outbrief.facts.shapes import FIELDS, FactKind, Field, fields_by_name
from outbrief.facts.sources import RawBatch, Source
from outbrief.terms.choices import shown, unknown
from outbrief.terms.errors import InvalidInput

# Not a name that a column of ours can have.
NUMBER = "row number"
GIVEN = "row given"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one source is read: `have` are the columns of ours that come in.

    `masked` is true where each row names its own columns; a column that a row lacks is then left alone. `wanted` are
    the foreign columns to read (None: whatever there is), `ignored` those that are not ours.
    """

    kind: FactKind
    mapping: ColumnMap
    have: tuple[Field, ...]
    masked: bool
    columns: dict[str, Template]
    wanted: tuple[str, ...] | None
    ignored: tuple[str, ...]


def bit_of(kind: FactKind, name: str) -> int:
    """Give the bit that says, for a masked row, that it has the column."""
    return 1 << [field.name for field in FIELDS[kind]].index(name)


def own_name(name: str) -> str:
    """Write a column's name as we do: `externalId`, `External ID` and `external_id` are the same."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\s_-]+", "_", spaced).lower()


def plan_columns(source: Source, kind: FactKind, mapping: ColumnMap) -> Plan:
    """Match the columns of a source with ours; InvalidInput names the column that is missing, and what to do."""
    known = fields_by_name(kind)
    if source.columns is None:
        columns = dict(mapping.columns or {})
        have = tuple(FIELDS[kind])
        wanted = None if mapping.columns is None else _foreign(columns.values())
        return Plan(kind=kind, mapping=mapping, have=have, masked=True, columns=columns, wanted=wanted, ignored=())
    if mapping.columns is None:
        columns = _own(source.columns, kind)
    else:
        columns = dict(mapping.columns)
        _check_present(source, kind, columns)
    have = tuple(field for name, field in known.items() if name in columns or name in mapping.constants)
    _check_expected(source, kind, have)
    wanted = _foreign(columns.values())
    ignored = () if mapping.columns is not None else tuple(name for name in source.columns if name not in wanted)
    return Plan(kind=kind, mapping=mapping, have=have, masked=False, columns=columns, wanted=wanted, ignored=ignored)


def _own(names: Iterable[str], kind: FactKind) -> dict[str, Template]:
    known = fields_by_name(kind)
    columns: dict[str, Template] = {}
    for name in names:
        if own_name(name) in known:
            columns.setdefault(own_name(name), Template(parts=(("", name),)))
    return columns


def _foreign(templates: Iterable[Template]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for template in templates for column in template.columns))


def _check_present(source: Source, kind: FactKind, columns: dict[str, Template]) -> None:
    for name, template in columns.items():
        for column in template.columns:
            if column not in (source.columns or ()):
                error = unknown(column, source.columns or (), field=f"{kind}.columns.{name}")
                message = f"{source.name} has no column {shown(column)}; it has {', '.join(source.columns or ())}."
                raise InvalidInput(message, field=error.field, hint=error.hint or source.delimiter_help)


def _check_expected(source: Source, kind: FactKind, have: tuple[Field, ...]) -> None:
    missing = [field.name for field in FIELDS[kind] if field.expected and field not in have]
    if missing:
        raise InvalidInput(
            f"{source.name} has no column {' and no column '.join(missing)}; it has {', '.join(source.columns or ())}.",
            field=missing[0],
            hint=f"Rename the columns, or give a map file with the section {kind}. {source.delimiter_help}".strip(),
        )


def map_batch(batch: RawBatch, plan: Plan) -> pl.DataFrame:
    """Give our columns as text, with `NUMBER` and, for masked rows, the bits `GIVEN`."""
    columns = plan.columns
    if plan.masked and plan.mapping.columns is None:
        batch = _renamed(batch)
        columns = _own(batch.cells.columns, plan.kind)
    made = [batch.numbers.alias(NUMBER).to_frame().to_series()]
    for field in plan.have:
        made.append(_cells(batch, columns.get(field.name), plan.mapping, field.name))
    frame = pl.DataFrame(made)
    if batch.given is None:
        return frame
    return frame.with_columns(_given(batch.given, len(frame), columns, plan).alias(GIVEN))


def _renamed(batch: RawBatch) -> RawBatch:
    """Bring the columns of rows that spell them differently (`externalId`, `external_id`) together."""
    names: dict[str, list[str]] = {}
    for name in batch.cells.columns:
        names.setdefault(own_name(name), []).append(name)
    given = batch.given
    return RawBatch(
        cells=batch.cells.select(pl.coalesce(spelled).alias(name) for name, spelled in names.items()),
        numbers=batch.numbers,
        given=None if given is None else given.select(pl.any_horizontal(some).alias(n) for n, some in names.items()),
    )


def _cells(batch: RawBatch, template: Template | None, mapping: ColumnMap, name: str) -> pl.Series:
    if name in mapping.constants:
        return pl.Series(name, [mapping.constants[name]], dtype=pl.String).new_from_index(0, len(batch.numbers))
    if template is None:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(batch.numbers))
    if template.parts[0][0] == "" and len(template.parts) == 1 and template.parts[0][1] is not None:
        cells = batch.cells[template.parts[0][1]].alias(name)
    else:
        pieces = [
            pl.lit(literal) if column is None else pl.lit(literal) + pl.col(column)
            for literal, column in template.parts
        ]
        cells = batch.cells.select(pl.concat_str(pieces).alias(name)).to_series()
    values = mapping.values.get(name)
    return cells.replace(dict(values)) if values else cells


def _given(given: pl.DataFrame, rows: int, columns: dict[str, Template], plan: Plan) -> pl.Series:
    # Rows that have no column at all make a frame that has no length.
    bits = pl.Series([0], dtype=pl.Int64).new_from_index(0, rows)
    for field in plan.have:
        bit = bit_of(plan.kind, field.name)
        if field.name in plan.mapping.constants:
            bits = bits + bit
        elif field.name in columns:
            present = given.select(pl.all_horizontal(columns[field.name].columns)).to_series()
            bits = bits + present.cast(pl.Int64) * bit
    return bits

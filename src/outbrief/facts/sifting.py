"""Reading, mapping and checking the rows of a source, batch by batch: sound ones are handed on, bad ones noted."""

from collections.abc import Callable

import polars as pl

from outbrief.facts.checking import Zones, check_batch
from outbrief.facts.columns import Plan, map_batch, own_name
from outbrief.facts.results import Refusals, Refused
from outbrief.facts.shapes import fields_by_name
from outbrief.facts.sources import Source
from outbrief.terms.choices import shown
from outbrief.terms.errors import InvalidInput

Progress = Callable[[int], None]


def sift(
    source: Source,
    plan: Plan,
    zones: Zones,
    refusals: Refusals,
    *,
    take: Callable[[pl.DataFrame], None],
    strict: bool = False,
    on_progress: Progress | None = None,
) -> tuple[int, tuple[str, ...]]:
    """Read and check every row, and `take` the sound ones; give how many there were, and what is said of the columns.

    With `strict` the first bad row raises InvalidInput.
    """
    read, seen, bad = 0, set[str](), 0
    for batch in source.batches(plan.wanted):
        broken = source.broken()
        checked = check_batch(map_batch(batch, plan), plan, zones)
        refusals.add(broken)
        refusals.add(checked.refused, total=checked.refused_total)
        if strict:
            fail_on(refusals, source)
        take(checked.frame)
        seen.update(batch.cells.columns if batch.given is not None else ())
        read, bad = read + len(batch.numbers), bad + len(broken)
        if on_progress:
            on_progress(read + bad)
    late = source.broken()
    refusals.add(late)
    if strict:
        fail_on(refusals, source)
    return read + bad + len(late), _column_notes(source, plan, seen)


def fail_on(refusals: Refusals, source: Source) -> None:
    """Raise InvalidInput for the first refusal, if there is one."""
    first = next(iter(refusals.first()), None)
    if first is None:
        return
    line = source.lines([first.number])[first.number]
    raise InvalidInput(
        f"{source.name}, line {line}: {_sentence(first)}", field=first.field or "file", hint="Nothing of it is kept."
    )


def _sentence(refused: Refused) -> str:
    what = f"{refused.field} {refused.reason}" if refused.field else f"the row {refused.reason}"
    return f"{what} ({shown(refused.value)})." if refused.value else f"{what}."


def _column_notes(source: Source, plan: Plan, seen: set[str]) -> tuple[str, ...]:
    known = fields_by_name(plan.kind)
    ignored = plan.ignored
    if plan.masked and plan.mapping.columns is None:
        ignored = tuple(sorted(name for name in seen if own_name(name) not in known))
    return tuple(f"The column {shown(name)} of {source.name} is not one of ours and was left out." for name in ignored)

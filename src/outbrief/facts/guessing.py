"""Guessing what a foreign file holds: its kind, and which of its columns are ours, by their names and values."""

import re
from collections.abc import Mapping, Sequence

from outbrief.facts.heads import ColumnSeen, Likeness
from outbrief.facts.instants import ISO
from outbrief.facts.shapes import FIELDS, FactKind, Field, Shape, fields_by_name
from outbrief.facts.synonyms import MADE_OF, NAMES, VALUES
from outbrief.facts.time_forms import has_either_order, is_ambiguous, is_month_first

Section = dict[str, object]

_FITTING = {
    Shape.COUNT: {Likeness.WHOLE},
    Shape.NUMBER: {Likeness.WHOLE, Likeness.NUMBER},
    Shape.DOMAIN: {Likeness.DOMAIN},
}
_TIMES = (Shape.INSTANT, Shape.DAY)
# A name that stands in the file's own name tells its kind, where the columns leave a doubt.
_NAME_WORDS = {
    FactKind.CAMPAIGNS: ("campaign", "sequence"),
    FactKind.LEADS: ("lead", "contact", "member", "subscriber", "prospect", "people", "audience"),
    FactKind.MESSAGES: ("message", "email", "recipient", "sent"),
    FactKind.EVENTS: ("event", "activity", "webhook"),
    FactKind.TOTALS: ("total", "daily", "report", "stat"),
}


def guess_kind(columns: Sequence[ColumnSeen], filename: str) -> FactKind:
    """Tell what the rows of a file most likely are."""
    return max(FactKind, key=lambda kind: _score(columns, kind, filename.lower()))


def guess_section(columns: Sequence[ColumnSeen], kind: FactKind) -> Section:
    """Propose the section of a map file for a file with these columns; what is needed may still be missing in it."""
    taken = _matched(columns, kind)
    section: Section = {"columns": {**{name: seen.name for name, seen in taken.items()}, **_made(columns, taken, kind)}}
    formats = {name: form for name, form in _forms(taken, kind).items() if form != ISO}
    if formats:
        section["formats"] = formats
    values = {name: found for name in VALUES if name in taken and (found := translated(name, taken[name]))}
    if values:
        section["values"] = values
    if _tells_no_deliveries(taken, kind):
        section["assume_delivered"] = True
    return section


def plain_name(name: str) -> str:
    """Write a column's name in small letters and digits alone."""
    return re.sub(r"[\W_]+", "", name.lower())


def _matched(columns: Sequence[ColumnSeen], kind: FactKind) -> dict[str, ColumnSeen]:
    """Give each of our columns the foreign one whose name says it best, each foreign one once."""
    claims: list[tuple[int, int, Field, ColumnSeen]] = []
    for place, seen in enumerate(columns):
        name = plain_name(seen.name)
        if not name or "{" in seen.name or "}" in seen.name:
            continue
        for field in FIELDS[kind]:
            called = _called(kind, field)
            if name in called and _fits(field, seen):
                empty = 100 if seen.likeness is Likeness.EMPTY else 0
                claims.append((called.index(name) + empty, place, field, seen))
    taken: dict[str, ColumnSeen] = {}
    used: set[str] = set()
    for _, _, field, seen in sorted(claims, key=lambda claim: claim[:2]):
        if field.name not in taken and seen.name not in used:
            taken[field.name] = seen
            used.add(seen.name)
    _take_address(columns, kind, taken, used)
    return {field.name: taken[field.name] for field in FIELDS[kind] if field.name in taken}


def _called(kind: FactKind, field: Field) -> tuple[str, ...]:
    own, names = field.name.replace("_", ""), tuple(NAMES[kind].get(field.name, "").split())
    return names if own in names else (own, *names)


def _take_address(columns: Sequence[ColumnSeen], kind: FactKind, taken: dict[str, ColumnSeen], used: set[str]) -> None:
    """Take the only column of addresses for the lead's, whatever it is called."""
    ours = {FactKind.LEADS: "email", FactKind.MESSAGES: "lead_email"}.get(kind)
    addresses = [seen for seen in columns if seen.likeness is Likeness.EMAIL and seen.name not in used]
    if ours and ours not in taken and len(addresses) == 1 and not set(addresses[0].name) & set("{}"):
        taken[ours] = addresses[0]
        used.add(addresses[0].name)


def _fits(field: Field, seen: ColumnSeen) -> bool:
    if seen.likeness is Likeness.EMPTY:
        return True
    if field.shape in _TIMES:
        return bool(seen.times)
    if field.shape is Shape.EMAIL:
        return any("@" in sample for sample in seen.samples)
    if field.shape is Shape.JSON:
        return all(sample.startswith("{") for sample in seen.samples)
    if field.shape is Shape.CHOICE:
        return bool(seen.values) and 2 * len(_known_values(field, seen)) >= len(seen.values)
    return seen.likeness in _FITTING.get(field.shape, set(Likeness))


def _made(columns: Sequence[ColumnSeen], taken: Mapping[str, ColumnSeen], kind: FactKind) -> dict[str, str]:
    """Put together what every file needs and this one lacks."""
    made: dict[str, str] = {}
    known = _matched(columns, FactKind.MESSAGES) if kind is FactKind.EVENTS else taken
    for field in FIELDS[kind]:
        if not field.expected or field.name in taken:
            continue
        for parts in MADE_OF.get((kind, field.name), ()):
            names = [known[part].name for part in parts if part in known]
            if len(names) == len(parts) and not set("".join(names)) & set("{}:!"):
                made[field.name] = ":".join(f"{{{name}}}" for name in names)
                break
    return made


def _forms(taken: Mapping[str, ColumnSeen], kind: FactKind) -> dict[str, str]:
    """Choose how the times of each column are read: where one tells the order of day and month, the others follow."""
    known = fields_by_name(kind)
    timed = {name: seen.times for name, seen in taken.items() if known[name].shape in _TIMES and seen.times}
    told = {
        is_month_first(times[0].form)
        for times in timed.values()
        if has_either_order(times[0].form) and not is_ambiguous(times)
    }
    forms = {name: times[0].form for name, times in timed.items()}
    if len(told) == 1:
        [month_first] = told
        for name, times in timed.items():
            if is_ambiguous(times):
                forms[name] = next((one.form for one in times if is_month_first(one.form) == month_first), forms[name])
    return forms


def _known_values(field: Field, seen: ColumnSeen) -> list[str]:
    return [value for value in seen.values if value.strip().lower() in field.choices or _meant(field.name, value)]


def _meant(name: str, value: str) -> str | None:
    said = re.sub(r"[\s-]+", "_", value.strip().lower())
    return next((ours for ours, names in VALUES[name].items() if said in names.split()), None)


def translated(name: str, seen: ColumnSeen) -> dict[str, str]:
    """Translate the values of a column, if it becomes one of ours with listed values, that are called otherwise."""
    if name not in VALUES:
        return {}
    found = {value: _meant(name, value) for value in seen.values}
    return {value: meant for value, meant in found.items() if meant is not None}


def _tells_no_deliveries(taken: Mapping[str, ColumnSeen], kind: FactKind) -> bool:
    told = {FactKind.MESSAGES: "delivered_at", FactKind.TOTALS: "delivered"}.get(kind)
    return told is not None and told not in taken


def _score(columns: Sequence[ColumnSeen], kind: FactKind, filename: str) -> float:
    taken = _matched(columns, kind)
    made = _made(columns, taken, kind)
    score = 2.5 if any(word in filename for word in _NAME_WORDS[kind]) else 0.0
    for field in FIELDS[kind]:
        if field.name in taken:
            said = 2.0 if field.expected or field.shape in (Shape.COUNT, Shape.EMAIL) else 1.0
            score += said / 4 if taken[field.name].likeness is Likeness.EMPTY else said
            if field.shape is Shape.CHOICE and field.required:
                score += 2
        elif field.expected:
            score -= 1 if field.name in made else 4
    # An id of these that comes again is that of something else.
    if kind in (FactKind.CAMPAIGNS, FactKind.LEADS) and "external_id" in taken and taken["external_id"].repeats:
        score -= 4
    return score

"""The form that matches the columns of a file with ours: from a map to the form and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField

from outbrief.facts.guessing import translated
from outbrief.facts.heads import ColumnSeen, Likeness
from outbrief.facts.instants import ISO
from outbrief.facts.shapes import FIELDS, FactKind, Field, Shape
from outbrief.facts.time_forms import form_words, is_ambiguous
from outbrief.terms.errors import InvalidInput
from outbrief.web.forms import put_problem
from outbrief.web.intakes import wording

Section = dict[str, object]

_TIMES = (Shape.INSTANT, Shape.DAY)
_COUNTED = {FactKind.MESSAGES, FactKind.TOTALS}
_LEFT_OUT = ("", "Left out")


@dataclass(frozen=True, kw_only=True)
class ColumnRow:
    """One column of the file in the table: what it holds, and the controls that say what becomes of it."""

    name: str
    samples: tuple[str, ...]
    likeness: str
    becomes: BoundField
    reads: BoundField | None
    note: str


class MatchForm(forms.Form):
    """What each column becomes, how times are written, and what every row has."""

    # The browser cannot know what is needed: that depends on what the columns become.
    use_required_attribute = False

    timezone = forms.CharField(
        label="Time zone of times that name none",
        max_length=50,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    assume_delivered = forms.BooleanField(
        label="The platform does not report deliveries",
        required=False,
        help_text="What did not bounce then counts as delivered.",
    )

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        columns: Sequence[ColumnSeen],
        kind: FactKind,
        timezone: str,
        section: Mapping[str, object],
    ) -> None:
        self.columns, self.kind, self.section, self.home = tuple(columns), kind, section, timezone
        super().__init__(data, initial=_initial(section, columns, timezone))
        needed = [
            (field.name, f"{wording.field_name(field.name)} (needed)") for field in FIELDS[kind] if field.expected
        ]
        others = [(field.name, wording.field_name(field.name)) for field in FIELDS[kind] if not field.expected]
        for number, seen in enumerate(self.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=f"What {seen.name} becomes",
                choices=[_LEFT_OUT, *needed, *others],
                required=False,
                widget=forms.Select(attrs={"aria-label": f"What {seen.name} becomes"}),
            )
            if forms_of := _time_choices(seen, self.initial.get(f"format_{number}", "")):
                self.fields[f"format_{number}"] = forms.ChoiceField(
                    label=f"How {seen.name} is read",
                    choices=forms_of,
                    required=False,
                    widget=forms.Select(attrs={"aria-label": f"How the times of {seen.name} are read"}),
                )
        for field in FIELDS[kind]:
            self.fields[f"fill_{field.name}"] = forms.CharField(
                label=wording.field_name(field.name),
                max_length=500,
                required=False,
                help_text=wording.meaning(field.name),
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
        if kind not in _COUNTED:
            del self.fields["assume_delivered"]

    def rows(self) -> Iterator[ColumnRow]:
        """Give the rows of the table."""
        for number, seen in enumerate(self.columns):
            reads = self[f"format_{number}"] if f"format_{number}" in self.fields else None
            yield ColumnRow(
                name=seen.name,
                samples=seen.samples,
                likeness="Empty" if seen.likeness is Likeness.EMPTY else str(seen.likeness).capitalize(),
                becomes=self[f"column_{number}"],
                reads=reads,
                note=_note(seen, reads is not None and is_ambiguous(seen.times), self._value(f"column_{number}")),
            )

    def wanted(self) -> list[BoundField]:
        """Give the fields for what no column says: those that are needed, and those that hold something."""
        wanted = [field for field in FIELDS[self.kind] if self._is_wanted(field)]
        for field in wanted:
            # From here on only said: what is missing was found by then.
            self.fields[f"fill_{field.name}"].required = field.expected
        return [self[f"fill_{field.name}"] for field in wanted]

    def more(self) -> list[BoundField]:
        """Give the other fields for what every row has."""
        return [self[f"fill_{field.name}"] for field in FIELDS[self.kind] if not self._is_wanted(field)]

    def new_section(self) -> Section | None:
        """Give the section of a map file that the form says; None, with what is wrong beside its field."""
        if not self.is_valid():
            return None
        section = self._section()
        if self.errors:
            return None
        return section

    def put(self, problem: InvalidInput) -> None:
        """Show what is wrong with the map beside the field that it is about."""
        places = {f"{self.kind}.timezone": "timezone"}
        for field in FIELDS[self.kind]:
            places |= dict.fromkeys(
                (field.name, f"{self.kind}.columns.{field.name}", f"{self.kind}.constants.{field.name}"),
                f"fill_{field.name}",
            )
        for number in range(len(self.columns)):
            name = self._value(f"column_{number}")
            if name and f"format_{number}" in self.fields:
                places[f"{self.kind}.formats.{name}"] = f"format_{number}"
        put_problem(self, problem, fields=places)

    def _section(self) -> Section:
        columns, formats, values = self._matched()
        constants: dict[str, str] = {}
        for field in FIELDS[self.kind]:
            said = self.cleaned_data.get(f"fill_{field.name}", "")
            if said and field.name in columns:
                self.add_error(f"fill_{field.name}", f"The column {columns[field.name]} says this already: keep one.")
            elif said:
                (columns if "{" in said else constants)[field.name] = said
            elif field.expected and field.name not in columns:
                self.add_error(f"fill_{field.name}", "Nothing says this yet: choose a column for it, or write it here.")
        section: Section = {"columns": columns}
        zone = self.cleaned_data.get("timezone", "").strip()
        told = {
            "formats": formats,
            "values": values,
            "constants": constants,
            "timezone": "" if zone == self.home else zone,
            "assume_delivered": self.cleaned_data.get("assume_delivered", False),
        }
        return section | {key: value for key, value in told.items() if value}

    def _matched(self) -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, str]]]:
        known = {field.name: field for field in FIELDS[self.kind]}
        columns: dict[str, str] = {}
        formats: dict[str, str] = {}
        values: dict[str, dict[str, str]] = {}
        for number, seen in enumerate(self.columns):
            name = self.cleaned_data.get(f"column_{number}", "")
            if not name:
                continue
            if name in columns:
                said = f"{columns[name]} becomes this already: leave one of the two out."
                self.add_error(f"column_{number}", said)
            elif set(seen.name) & set("{}"):
                self.add_error(f"column_{number}", "A column with braces in its name cannot be matched: rename it.")
            columns.setdefault(name, seen.name)
            form = self.cleaned_data.get(f"format_{number}") or ISO
            if known[name].shape in _TIMES and form != ISO:
                formats[name] = form
            if known[name].shape is Shape.CHOICE and (found := {**self._before(name), **translated(name, seen)}):
                values[name] = found
        return columns, formats, values

    def _before(self, name: str) -> dict[str, str]:
        values = self.section.get("values")
        return dict(values.get(name, {})) if isinstance(values, dict) else {}

    def _is_wanted(self, field: Field) -> bool:
        chosen = {self._value(f"column_{number}") for number in range(len(self.columns))}
        name = f"fill_{field.name}"
        return bool(self._value(name)) or name in self.errors or (field.expected and field.name not in chosen)

    def _value(self, name: str) -> str:
        return str(self[name].value() or "") if name in self.fields else ""


def _initial(section: Mapping[str, object], columns: Sequence[ColumnSeen], timezone: str) -> dict[str, object]:
    places = {seen.name: number for number, seen in enumerate(columns)}
    formats = _texts(section, "formats")
    initial: dict[str, object] = {
        "timezone": section.get("timezone") or timezone,
        "assume_delivered": section.get("assume_delivered") is True,
    }
    for name, text in _texts(section, "columns").items():
        place = places.get(text)
        if place is None or f"column_{place}" in initial:
            initial[f"fill_{name}"] = text if place is None else f"{{{text}}}"
            continue
        initial[f"column_{place}"] = name
        if name in formats:
            initial[f"format_{place}"] = formats[name]
    return initial | {f"fill_{name}": text for name, text in _texts(section, "constants").items()}


def _texts(section: Mapping[str, object], key: str) -> dict[str, str]:
    told = section.get(key)
    return {str(name): str(text) for name, text in told.items()} if isinstance(told, dict) else {}


def _time_choices(seen: ColumnSeen, chosen: object) -> list[tuple[str, str]]:
    choices = [(form.form, wording.reading(form)) for form in seen.times]
    if chosen and chosen not in dict(choices):
        choices.append((str(chosen), form_words(str(chosen))))
    return choices


def _note(seen: ColumnSeen, ambiguous: bool, becomes: str) -> str:
    if ambiguous:
        return "Day and month could be either way round: choose the one that is right."
    found = translated(becomes, seen)
    return ", ".join(f"{old} → {new}" for old, new in found.items()) if found else ""

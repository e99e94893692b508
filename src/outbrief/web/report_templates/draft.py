"""A template while it is written: what its form holds, what the buttons do to it, and what is wrong with it."""

import re
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from outbrief.run.templates import TemplateAsked
from outbrief.terms.calendar import DateRange
from outbrief.terms.errors import Conflict, InvalidInput
from outbrief.terms.report import ReportType
from outbrief.terms.styling import Styling
from outbrief.web import words
from outbrief.web.forms import put_problem
from outbrief.web.report_templates import look_form, sections
from outbrief.web.report_templates.sections import SectionDraft

Placed = TypeVar("Placed")

_MOST_SECTIONS = 30
_KEY = re.compile("s[0-9]{1,6}")
_RANGES = (DateRange.LAST_7D, DateRange.LAST_30D, DateRange.LAST_90D, DateRange.LAST_MONTH)
_FIELDS = {
    "name": "name",
    "description": "description",
    "reportType": "report_type",
    **{f"styling.{key}": key for key in look_form.FIELDS},
}


class TemplateForm(look_form.LookForm):
    """What a template says beside its sections, and the days that its preview shows."""

    name = forms.CharField(max_length=255, widget=forms.TextInput(attrs={"dir": "auto"}))
    description = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    report_type = forms.ChoiceField(label="Type of report", choices=words.choices(ReportType))
    logo = forms.ChoiceField(required=False, choices=[("", "As usual"), ("no", "Leave it out")])
    shown_range = forms.ChoiceField(
        required=False,
        initial=DateRange.LAST_30D.value,
        choices=words.choices(_RANGES),
    )


@dataclass(kw_only=True)
class Draft:
    """A template while it is written."""

    data: QueryDict
    form: TemplateForm
    sections: list[SectionDraft]
    own: Styling

    @property
    def unjudged(self) -> TemplateForm:
        """Give the form as it was typed, with nothing marked wrong: it is still being written."""
        form = TemplateForm(initial=self.data.dict())
        form.offer(self.own, otherwise="As usual")
        return form

    @property
    def report_type(self) -> ReportType:
        """Give the type of report that is chosen."""
        return _type(self.data.get("report_type"))

    @property
    def date_range(self) -> str:
        """Give the days that the preview shows."""
        asked = self.data.get("shown_range")
        return asked if asked in _RANGES else DateRange.LAST_30D

    @property
    def addable(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Give the sections that can be added, in groups: what is posted, and what it is called."""
        return [
            ("Made by this type of report", sections.own_sections(self.report_type)),
            ("Of your own", list(sections.KIND_NAMES.items())),
        ]

    def asked(self, *, only_sound: bool = False) -> TemplateAsked:
        """Give the template as it stands; with `only_sound` without the sections that are wrong, for a preview."""
        self.form.is_valid()
        given = self.form.cleaned_data
        logo = {"logo": False} if given.get("logo") == "no" else {}
        return TemplateAsked(
            name=given.get("name", "") or ("Template" if only_sound else ""),
            report_type=self.report_type,
            description=given.get("description", ""),
            sections=[one.value for one in self.sections if not (only_sound and one.problem)],
            styling={**self.form.styling(), **logo},
        )

    def is_sound(self) -> bool:
        """Check every section and field; what is wrong stands with each afterwards."""
        for one in self.sections:
            one.check(self.report_type)
        wrong = [one for one in self.sections if one.problem]
        for one in wrong:
            one.is_open = True
        if self.form.is_valid() and wrong:
            self.form.add_error(None, "Not saved yet: look at the sections marked below.")
        return self.form.is_valid() and not wrong

    def put(self, problem: InvalidInput | Conflict) -> None:
        """Show what is wrong beside what it is about."""
        at = problem.field
        if at is None and isinstance(problem, Conflict):
            at = "reportType"
        put_problem(self.form, InvalidInput(problem.message, field=at, hint=problem.hint), fields=_FIELDS)

    def add(self, kind: str) -> SectionDraft | None:
        """Put a new section at the end and give it; None for no kind, or when there are as many as there can be."""
        known = [name for _, group in self.addable for name, _ in group]
        if kind not in known or len(self.sections) >= _MOST_SECTIONS:
            return None
        value = sections.FRESH.get(kind, kind.partition(":")[2])
        gone = [key for key in self.data.getlist("gone") if _KEY.fullmatch(key)]
        last = max((int(key[1:]) for key in (*gone, *(one.key for one in self.sections))), default=0)
        added = sections.draft_of(value, key=f"s{last + 1}")
        added.is_open = added.form is not None
        self.sections.append(added)
        return added

    def move(self, asked: str) -> None:
        """Move a section, or a measure within one, a place up or down: "up:s2", "down:s2.openRate"."""
        where, _, key = asked.partition(":")
        step = -1 if where == "up" else 1
        places = [one.key for one in self.sections]
        if key in places:
            _swap(self.sections, places.index(key), step)
            return
        for at, one in enumerate(self.sections):
            chosen = [offered.name for offered in one.chosen_measures]
            if one.form is not None and key in [f"{one.key}.{name}" for name in chosen]:
                _swap(chosen, chosen.index(key.partition(".")[2]), step)
                data = cast("MultiValueDict[str, str]", one.form.data).copy()
                data.setlist(f"{one.key}-measures", chosen)
                self.sections[at] = replace(sections.read(one.kind, data, key=one.key), is_open=True)

    def follow_type(self) -> None:
        """Take the sections of the new type of report where all are those of the former one."""
        former = _type(self.data.get("former_type"))
        if former != self.report_type and self._are_those_of(former):
            self.fill()

    def fill(self) -> None:
        """Put the sections that the type of report has by itself in the place of all others."""
        self.sections = []
        for kind, _ in sections.own_sections(self.report_type):
            self.add(kind)

    def remove(self, key: str) -> None:
        """Take a section away."""
        self.sections = [one for one in self.sections if one.key != key]

    def _are_those_of(self, report_type: ReportType) -> bool:
        return [one.kind for one in self.sections] == [kind for kind, _ in sections.own_sections(report_type)]


def posted(data: QueryDict, own: Styling) -> Draft:
    """Read a draft from a form; `own` is the tenant's styling."""
    keys = [key for key in dict.fromkeys(data.getlist("section")) if _KEY.fullmatch(key)][:_MOST_SECTIONS]
    read = [sections.read(data.get(f"{key}-kind", ""), data, key=key) for key in keys]
    return Draft(data=data, form=_form(data, own), sections=read, own=own)


def drafted(asked: TemplateAsked, own: Styling) -> Draft:
    """Begin a draft with a template as it is kept, or as somebody would start one."""
    data = QueryDict(mutable=True)
    data.update({"name": asked.name, "description": asked.description, "report_type": asked.report_type})
    data.update({"logo": "no"} if asked.styling.get("logo") is False else {})
    for name, values in look_form.fields_of(asked.styling).items():
        data.setlist(name, values)
    kept = [sections.draft_of(one, key=f"s{place}") for place, one in enumerate(asked.sections, start=1)]
    return Draft(data=data, form=_form(data, own), sections=kept, own=own)


def _form(data: QueryDict, own: Styling) -> TemplateForm:
    form = TemplateForm(data)
    form.offer(own, otherwise="As usual")
    return form


def _type(name: str | None) -> ReportType:
    return next((one for one in ReportType if one == name), ReportType.CAMPAIGN)


def _swap(places: list[Placed], at: int, step: int) -> None:
    if 0 <= at + step < len(places):
        places[at], places[at + step] = places[at + step], places[at]

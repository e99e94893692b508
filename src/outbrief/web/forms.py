"""What forms of several parts share: days, choices, and what `run` finds wrong beside the field it is about."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import cast
from zoneinfo import ZoneInfo

from django import forms

from outbrief.terms.calendar import instant_of
from outbrief.terms.errors import InvalidInput, OutbriefError

# Days beyond these are further from anything than some zone has instants for.
_FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 1), dt.date(9000, 1, 1)
_DAY = dt.timedelta(days=1)


class DaysForm(forms.Form):
    """From which day to which a long list goes, both included; each may be left out."""

    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def span(self, timezone: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Give when the first day begins and when the last one is over, on the clock of a zone; None where open.

        A day that cannot be read leaves its side open.
        """
        self.is_valid()
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return _begin(first, timezone) if first else None, _begin(_near(last) + _DAY, timezone) if last else None


def _begin(day: dt.date, timezone: str) -> dt.datetime:
    return instant_of(_near(day), dt.time(0), ZoneInfo(timezone))


def _near(day: dt.date) -> dt.date:
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Let a field of a form offer these choices: values and their words."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def field_of(problem: OutbriefError, fields: Mapping[str, str]) -> str | None:
    """Give the form's field that a problem is about, if any.

    `fields` maps the names that errors use ("config.notify", "dayOfWeek") to the form's; a name that is longer
    ("config.sections.2") belongs to the longest one that it begins with.
    """
    at = problem.field or ""
    named = [name for name in fields if at == name or at.startswith((f"{name}.", f"{name}["))]
    return fields[max(named, key=len)] if named else None


def put_problem(form: forms.Form, problem: InvalidInput, *, fields: Mapping[str, str]) -> None:
    """Show a problem at the form's field that it is about (see `field_of`), else above the form."""
    field = field_of(problem, fields)
    form.add_error(field, problem.said if field else str(problem))

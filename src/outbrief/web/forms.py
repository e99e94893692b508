"""Forms of the pages: what `run` finds wrong is shown beside the field it is about."""

from collections.abc import Mapping

from django import forms

from outbrief.terms.errors import InvalidInput


def put_problem(form: forms.Form, problem: InvalidInput, *, fields: Mapping[str, str]) -> None:
    """Show a problem at the form's field that it is about, else above the form.

    `fields` maps the names that errors use ("config.notify", "dayOfWeek") to the form's; a name that is longer
    ("config.sections.2") belongs to the longest one that it begins with.
    """
    at = problem.field or ""
    named = [name for name in fields if at == name or at.startswith((f"{name}.", f"{name}["))]
    if named:
        form.add_error(fields[max(named, key=len)], problem.said)
    else:
        form.add_error(None, str(problem))

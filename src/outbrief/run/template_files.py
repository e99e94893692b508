"""Report templates as YAML files: handed out, changed by people, and taken in again."""

from collections.abc import Mapping

from outbrief.facts.yaml_text import read_yaml, write_yaml
from outbrief.run.templates import TemplateAsked
from outbrief.terms.choices import unknown
from outbrief.terms.errors import InvalidInput

_KEYS = ("name", "description", "reportType", "sections", "styling")


def read(text: str, *, what: str) -> TemplateAsked:
    """Read a template from the YAML of the file `what`, unchecked but for its outline.

    InvalidInput names the key that is wrong, or `file` when it is no YAML.
    """
    given = read_yaml(text, field="file", what=what)
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{what} holds no template.", field="file", hint=f"It needs the keys {', '.join(_KEYS)}.")
    for key in given:
        if key not in _KEYS:
            raise unknown(key, _KEYS, field=str(key))
    sections, styling = _unless_null(given, "sections", []), _unless_null(given, "styling", {})
    if not isinstance(sections, list):
        raise InvalidInput("This takes a list of sections.", field="sections")
    if not isinstance(styling, Mapping):
        raise InvalidInput("This takes keys and values, such as colour.", field="styling")
    return TemplateAsked(
        name=_text(given, "name"),
        description=_text(given, "description", otherwise=""),
        report_type=_text(given, "reportType"),
        sections=sections,
        styling=styling,
    )


def write(template: TemplateAsked) -> str:
    """Write a template as YAML that `read` takes."""
    return write_yaml(as_json(template))


def as_json(template: TemplateAsked) -> dict[str, object]:
    """Give a template under the names that its file has."""
    return {
        "name": template.name,
        "description": template.description,
        "reportType": template.report_type,
        "sections": list(template.sections),
        "styling": dict(template.styling),
    }


def _text(given: Mapping[str, object], key: str, *, otherwise: str | None = None) -> str:
    value = _unless_null(given, key, otherwise)
    if value is None:
        raise InvalidInput("is missing.", field=key)
    if not isinstance(value, str):
        raise InvalidInput("This takes a text.", field=key, hint="Put it in quotes.")
    return value


def _unless_null(given: Mapping[str, object], key: str, otherwise: object) -> object:
    value = given.get(key)
    return otherwise if value is None else value

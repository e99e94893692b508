"""Map files: how a foreign file's columns become ours."""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from outbrief.facts.instants import EPOCHS, ISO, understands
from outbrief.facts.shapes import FactKind, Shape, fields_by_name
from outbrief.facts.yaml_text import read_yaml
from outbrief.terms.calendar import check_timezone
from outbrief.terms.choices import shown, unknown
from outbrief.terms.errors import InvalidInput

_KEYS = ("columns", "formats", "timezone", "constants", "values", "assume_delivered", "delimiter")
_TIMES = (Shape.INSTANT, Shape.DAY)


@dataclass(frozen=True, kw_only=True)
class Template:
    """One of our columns told by foreign ones: `parts` are pairs of literal text and a column's name (or None)."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the foreign columns in it."""
        return tuple(column for _, column in self.parts if column is not None)


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """How the columns of one kind of file become ours.

    `columns` is None where the file has our own names; otherwise only the columns in it are read. `formats` are
    `iso` (the default), `epoch`, `epoch_ms` or a strptime format. `timezone` is that of times without an offset
    (None: the tenant's). `constants` are cells that every row has. `values` translate cells of one of our columns.
    `assume_delivered` says that the platform does not report deliveries: what did not bounce was delivered.
    `delimiter` is that of a CSV file; None finds it in the header.
    """

    columns: Mapping[str, Template] | None = None
    formats: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    assume_delivered: bool = False
    delimiter: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileMap:
    """A map file: its sections, one for each kind of file."""

    sections: Mapping[FactKind, ColumnMap]

    def section(self, kind: FactKind) -> ColumnMap | None:
        """Give the section for a kind of file; None where the file has our own columns."""
        return self.sections.get(kind)


def read_map(path: Path | str) -> FileMap:
    """Read a map file (YAML); InvalidInput names the place, such as `totals.columns.date`."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}.", field="map") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not YAML: {error}", field="map") from error
    return map_of(read_yaml(text, field="map", what=path.name), what=path.name)


def map_of(content: object, *, what: str) -> FileMap:
    """Check what a map file says, as plain values; InvalidInput names the place, such as `totals.columns.date`."""
    if not isinstance(content, dict) or not content:
        raise InvalidInput(f"{what} has no section; it needs one for each kind of file.", field="map")
    return FileMap(sections={kind: _section(kind, body) for kind, body in _sections(content)})


def _sections(content: dict[object, object]) -> list[tuple[FactKind, dict[str, object]]]:
    sections = []
    for name, body in content.items():
        if name not in list(FactKind):
            raise unknown(name, FactKind, field=str(name))
        sections.append((FactKind(str(name)), _named(body, str(name))))
    return sections


def _section(kind: FactKind, body: dict[str, object]) -> ColumnMap:
    for key in body:
        if key not in _KEYS:
            raise unknown(key, _KEYS, field=f"{kind}.{key}")
    columns = _texts(kind, body, "columns") if "columns" in body else None
    constants = _texts(kind, body, "constants")
    for name in constants:
        if columns and name in columns:
            raise InvalidInput("is both a column and a constant; keep one.", field=f"{kind}.constants.{name}")
    return ColumnMap(
        columns=None if columns is None else {name: _template(kind, name, text) for name, text in columns.items()},
        formats=_formats(kind, body),
        timezone=_timezone(kind, body),
        constants=constants,
        values=_values(kind, body),
        assume_delivered=_flag(kind, body, "assume_delivered"),
        delimiter=_delimiter(kind, body),
    )


def _named(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InvalidInput("needs names and values below it.", field=place)
    return {str(key): item for key, item in value.items()}


def _texts(kind: FactKind, body: dict[str, object], key: str) -> dict[str, str]:
    """Read `our column: text` pairs, checking that the columns are ours."""
    known = fields_by_name(kind)
    texts = {}
    for name, value in _named(body.get(key, {}), f"{kind}.{key}").items():
        if name not in known:
            raise unknown(name, known, field=f"{kind}.{key}.{name}")
        if value is None or isinstance(value, dict | list):
            raise InvalidInput("takes a text.", field=f"{kind}.{key}.{name}")
        texts[name] = str(value)
    return texts


def _template(kind: FactKind, name: str, text: str) -> Template:
    if "{" not in text and "}" not in text:
        return Template(parts=(("", text),))
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        raise InvalidInput(
            f"{shown(text)} is not a template: {error}.", field=f"{kind}.columns.{name}", hint="Write {{ for a brace."
        ) from error
    if any(column == "" for _, column, _, _ in pieces):
        raise InvalidInput(f"{shown(text)} has a brace without a column.", field=f"{kind}.columns.{name}")
    return Template(parts=tuple((literal, column) for literal, column, _, _ in pieces))


def _formats(kind: FactKind, body: dict[str, object]) -> dict[str, str]:
    known = fields_by_name(kind)
    formats = _texts(kind, body, "formats")
    for name, text in formats.items():
        place = f"{kind}.formats.{name}"
        if known[name].shape not in _TIMES:
            raise InvalidInput("is not a time; formats are for times.", field=place)
        if text not in (ISO, *EPOCHS) and not understands(text):
            raise InvalidInput(
                f"{shown(text)} is not a format of times.", field=place, hint="Use iso, epoch, epoch_ms, or %Y-%m-%d."
            )
    return formats


def _timezone(kind: FactKind, body: dict[str, object]) -> str | None:
    name = body.get("timezone")
    return None if name is None else check_timezone(str(name), field=f"{kind}.timezone").key


def _values(kind: FactKind, body: dict[str, object]) -> dict[str, dict[str, str]]:
    known = fields_by_name(kind)
    values = {}
    for name, pairs in _named(body.get("values", {}), f"{kind}.values").items():
        if name not in known:
            raise unknown(name, known, field=f"{kind}.values.{name}")
        values[name] = {old: str(new) for old, new in _named(pairs, f"{kind}.values.{name}").items()}
    return values


def _flag(kind: FactKind, body: dict[str, object], key: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise InvalidInput("is true or false.", field=f"{kind}.{key}")
    if value and kind not in (FactKind.MESSAGES, FactKind.TOTALS):
        raise InvalidInput("is for messages and totals.", field=f"{kind}.{key}")
    return value


def _delimiter(kind: FactKind, body: dict[str, object]) -> str | None:
    value = body.get("delimiter")
    if value is not None and (not isinstance(value, str) or len(value) != 1 or value in '"\r\n' or not value.isascii()):
        raise InvalidInput("is one character, such as ; or a tab.", field=f"{kind}.delimiter")
    return value

"""The platform's activity: its tables, and how it gets in.

The names below are loaded when first used: Django imports this package at every start, and most processes never
import anything.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outbrief.facts.intake import ROWS_AT_MOST, import_file, import_rows
    from outbrief.facts.maps import ColumnMap, FileMap, read_map
    from outbrief.facts.rebuilding import rebuild
    from outbrief.facts.results import IntakeResult, Refusal
    from outbrief.facts.sample import sample_facts
    from outbrief.facts.shapes import FactKind

__all__ = [
    "ROWS_AT_MOST",
    "ColumnMap",
    "FactKind",
    "FileMap",
    "IntakeResult",
    "Refusal",
    "import_file",
    "import_rows",
    "read_map",
    "rebuild",
    "sample_facts",
]

_HOMES = {
    "ROWS_AT_MOST": "intake",
    "ColumnMap": "maps",
    "FactKind": "shapes",
    "FileMap": "maps",
    "IntakeResult": "results",
    "Refusal": "results",
    "import_file": "intake",
    "import_rows": "intake",
    "read_map": "maps",
    "rebuild": "rebuilding",
    "sample_facts": "sample",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"outbrief.facts.{_HOMES[name]}"), name)

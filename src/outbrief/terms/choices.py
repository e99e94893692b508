"""Checking a name against the listed ones, with an error that lists them."""

import difflib
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from outbrief.terms.errors import InvalidInput

Choice = TypeVar("Choice", bound=StrEnum)

_SHOWN = 60
# Names that people gave, such as those of workspaces, can be many.
_MOST_NAMES = 50


def check_choice(choices: type[Choice], value: object, *, field: str) -> Choice:
    """Give the member that `value` names; InvalidInput naming `field` and every allowed name otherwise."""
    try:
        return choices(str(value))
    except ValueError:
        raise unknown(value, choices, field=field) from None


def unknown(value: object, allowed: Iterable[str], *, field: str) -> InvalidInput:
    """Make the error for a name that is not among `allowed`, with the nearest one as the hint."""
    names = [str(name) for name in allowed]
    near = difflib.get_close_matches(str(value), names, n=1)
    hint = f"Did you mean {_plain(near[0])}?" if near else ""
    rest = len(names) - _MOST_NAMES
    listed = ", ".join(_plain(name) for name in names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")
    return InvalidInput(f"{shown(value)} is not one of {listed}.", field=field, hint=hint)


def shown(value: object) -> str:
    """Quote what somebody typed, cut to a length that fits a message."""
    return f'"{_plain(str(value))}"'


def _plain(text: str) -> str:
    """Cut a text, and replace what would steer a terminal or turn the text around it: controls and formats."""
    cut = text[:_SHOWN] + "…" if len(text) > _SHOWN else text
    return "".join(letter if letter.isprintable() else "�" for letter in cut)

"""Checking a name against the listed ones, with an error that lists them."""

import difflib
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from outbrief.terms.errors import InvalidInput

Choice = TypeVar("Choice", bound=StrEnum)

_SHOWN = 60


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
    hint = f"Did you mean {near[0]}?" if near else ""
    return InvalidInput(f"{shown(value)} is not one of {', '.join(names)}.", field=field, hint=hint)


def shown(value: object) -> str:
    """Quote what somebody typed, cut to a length that fits a message."""
    text = str(value)
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN else f'"{text}"'

"""Checking single values as people write them in configs, templates and stylings."""

from outbrief.terms.choices import shown
from outbrief.terms.errors import InvalidInput


def check_text(value: object, *, longest: int, field: str) -> str:
    """Give a text of up to `longest` characters without the space around it; InvalidInput names `field` otherwise."""
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise InvalidInput(f"This takes a text of up to {longest} characters.", field=field)
    return value.strip()


def check_flag(value: object, *, field: str) -> bool:
    """Give true or false; InvalidInput names `field` for anything else."""
    if not isinstance(value, bool):
        raise InvalidInput(f"{shown(value)} is neither true nor false.", field=field)
    return value

"""Ids as people send them, in addresses and forms."""

from uuid import UUID


def read_id(text: str | None) -> UUID | None:
    """Read an id; None for what is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None

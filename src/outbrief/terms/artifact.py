"""The artifact: a stored file and what is known of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file kept in the store under `key`. `size` is in bytes, `sha256` in hex, `rows` counts data rows.

    `notes` say what the format could not hold (cells cut, control characters removed), for people.
    """

    key: str
    filename: str
    content_type: str
    size: int
    rows: int
    sha256: str
    notes: tuple[str, ...] = ()

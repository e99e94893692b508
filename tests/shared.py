"""Where the shared test data lies: read in place, never copied."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(*parts: str) -> Path:
    """Give the path of a shared file; skip the test, naming the file, when it is not there."""
    path = _FOLDER.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared test data is missing: ../shared/{'/'.join(parts)}")
    return path

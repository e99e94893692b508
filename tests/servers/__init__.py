"""Real servers for tests, and what happens when one of them is missing."""

import os

import pytest


def require(name: str, present: bool) -> None:
    """Skip the test, naming the server that is missing; fail instead when REQUIRE_SERVERS=1."""
    if present:
        return
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(f"{name} is missing, and REQUIRE_SERVERS=1 asks for it", pytrace=False)
    pytest.skip(f"{name} is missing")

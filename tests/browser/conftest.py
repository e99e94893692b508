"""The pages' own fixtures, for a real browser."""

from tests.web.conftest import acme, home

__all__ = ["acme", "home"]

"""The command of these tests."""

from tests.cli.commands import outbrief

__all__ = ["outbrief"]

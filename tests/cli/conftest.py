"""The command of these tests."""

from tests.cli.commands import outbrief, outbrief_here

__all__ = ["outbrief", "outbrief_here"]

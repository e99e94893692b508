"""The `outbrief` command: signatures are read without the database; a command sets Django up when it is run.

Everything that needs Django is therefore imported inside the commands: `--help` and a mistyped option answer at once.
"""

from outbrief.cli.command import command
from outbrief.cli.shell import Launch

__all__ = ["Launch", "command"]

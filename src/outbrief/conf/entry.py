"""Where the `outbrief` command begins: the environment is checked and Django set up before a command runs."""

import sys

from outbrief.conf import env
from outbrief.terms.errors import OutbriefError


def main() -> None:
    """Run the command line; a wrong setting or a database that does not start ends with a message, not a traceback."""
    # Help and usage errors need no database.
    if not {"--help", "--version"} & set(sys.argv[1:]) and len(sys.argv) > 1:
        try:
            _set_up()
        except OutbriefError as error:
            sys.stderr.write(f"outbrief: {error}\n")
            sys.exit(1)
    from outbrief.cli import command

    command()


def _set_up() -> None:
    import django

    env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
    if sys.argv[1] == "demo":
        env.choose("OUTBRIEF_HOME", "outbrief-data/demo")
    env.current()
    django.setup()
    # System checks are found by import.
    from outbrief.conf import checks

    checks.register()

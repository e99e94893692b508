"""Where the `outbrief` command begins: what only the composition root can do is handed to the commands."""

import signal
import sys
from types import FrameType

from outbrief.cli import Launch, command
from outbrief.conf import env


def main() -> None:
    """Run the command line."""
    # A process that is told to stop ends like one that is done: it deletes its half-written file, and the last one
    # that uses the embedded database stops it.
    for number in (signal.SIGTERM, signal.SIGHUP):
        # `nohup` asks that a signal be ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    program = (sys.executable, "-m", "outbrief.conf.entry")
    launch = Launch(
        set_up=_set_up, add_checks=_add_checks, share=_share, program=program, environment=env.child_environment
    )
    command(prog_name="outbrief", obj=launch)


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _set_up(home: str | None) -> None:
    import django

    if home is not None:
        env.choose("OUTBRIEF_HOME", home)
    env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
    env.current()
    django.setup()


def _add_checks() -> None:
    # The checks import all that they check, which takes a second that other commands need not wait.
    from outbrief.conf import checks

    checks.register()


def _share() -> None:
    from django.conf import settings

    env.choose("OUTBRIEF_DATABASE_URL", settings.DATABASE_URL)


if __name__ == "__main__":
    main()

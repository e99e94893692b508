"""`outbrief migrate` and `outbrief check`."""

import click

from outbrief.cli.output import print_json, say
from outbrief.cli.shell import json_option, launch, set_up


@click.command()
@json_option
@click.pass_context
def migrate(ctx: click.Context, *, as_json: bool) -> None:
    """Create the tables, or bring them up to date; running it again changes nothing."""
    set_up(ctx)
    from outbrief.record import schema

    missing = schema.missing_migrations()
    schema.migrate()
    if as_json:
        print_json({"applied": missing})
    else:
        say(f"Applied {missing} migrations." if missing else "Everything is up to date.")


@click.command()
@json_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Check database, warehouse, store and mail server, and say what to do about what is not there."""
    set_up(ctx)
    launch(ctx).add_checks()
    from django.core.checks import ERROR, run_checks

    found = sorted(run_checks(tags=["outbrief"]), key=lambda message: message.id or "")
    failed = any(message.level >= ERROR for message in found)
    if as_json:
        levels = [("error" if message.level >= ERROR else "warning") for message in found]
        told = [
            {"id": message.id, "level": level, "message": message.msg, "hint": message.hint}
            for message, level in zip(found, levels, strict=True)
        ]
        print_json({"ok": not failed, "messages": told})
    else:
        for message in found:
            say(f"{message.id}: {message.msg}" + (f"\n    {message.hint}" if message.hint else ""))
        if not found:
            say("Everything that Outbrief stands on is there.")
    ctx.exit(1 if failed else 0)

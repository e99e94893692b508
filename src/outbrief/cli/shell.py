"""What every command shares: how it starts, how it fails, and what its options mean."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import click

from outbrief.cli.output import print_json
from outbrief.cli.target import STANDARD_OUTPUT
from outbrief.terms.errors import Blame, Conflict, InvalidInput, OutbriefError

# What the settings of the API are called here.
_OPTIONS = {
    "dateRange": "--range",
    "exportType": "TYPE",
    "reportType": "TYPE",
    "workspaceId": "--workspace",
    "config.template": "--template",
    "config.paper": "--paper",
    "config.locale": "--locale",
    "expiresDays": "--expires-days",
    "allowedDomains": "--owner",
}
_PLAIN = frozenset(
    {
        "format",
        "fields",
        "filter",
        "tenant",
        "timezone",
        "owner",
        "password",
        "scopes",
        "port",
        "output",
        "delimiter",
        "bom",
        "gzip",
        "colour",
        "font",
        "paper",
        "locale",
        "page",
    }
)


@dataclass(frozen=True, kw_only=True)
class Launch:
    """What the composition root hands to the commands, which must not know it.

    `set_up` makes settings and database ready, `home` being the data folder unless the environment names one.
    `add_checks` adds our checks to Django's. `share` lets the processes that this one starts use its database server.
    `program` starts another `outbrief`, in the environment that `environment` gives.
    """

    set_up: Callable[[str | None], None]
    add_checks: Callable[[], None]
    share: Callable[[], None]
    program: Sequence[str]
    environment: Callable[..., dict[str, str]]


class FileRefused(OutbriefError):
    """A file that was to be read is not what its name or its map says."""

    code = "file_refused"
    blame = Blame.USER


class Commands(click.Group):
    """A group whose failures end with a sentence and an exit code instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            with named_database_errors():
                return super().invoke(ctx)
        except OutbriefError as error:
            _tell(error)
            # What was typed can be mended by typing something else; everything else has been tried and failed.
            ctx.exit(2 if isinstance(error, InvalidInput) else 1)
        except click.UsageError as error:
            if _json_asked():
                print_json({"error": error.format_message(), "code": "wrong_usage", "field": None, "hint": ""})
            raise


@contextmanager
def named_database_errors() -> Iterator[None]:
    """Turn a database that goes away into a sentence; anything unforeseen keeps its traceback."""
    try:
        yield
    except Exception as error:
        # Before Django is imported no database error can have come up.
        django_errors = sys.modules.get("django.db.utils")
        if django_errors is None or not isinstance(
            error, (django_errors.OperationalError, django_errors.InterfaceError)
        ):
            raise
        from outbrief.terms.errors import DatabaseUnavailable

        raise DatabaseUnavailable(f"The database does not answer: {error}", hint="Run `outbrief check`.") from error


def json_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(function)


def tenant_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--tenant`, which may not be left out."""
    return click.option("--tenant", "slug", required=True, metavar="SLUG", help="The tenant, by its slug.")(function)


def set_up(ctx: click.Context, *, home: str | None = None) -> None:
    """Make the settings and the database ready, before anything of Django is imported."""
    launch(ctx).set_up(home)


def set_up_with_tables(ctx: click.Context) -> None:
    """Make ready and see to it that every table is there.

    The embedded database belongs to this installation alone and is migrated on the spot; a database of the operator's
    own is changed only by `outbrief migrate`.
    """
    set_up(ctx)
    from django.conf import settings

    from outbrief.record import schema

    missing = schema.missing_migrations()
    if missing and settings.OUTBRIEF.database_url is None:
        schema.migrate()
    elif missing:
        raise Conflict(
            f"The tables of this database are not up to date: {missing} migrations are missing.",
            field="OUTBRIEF_DATABASE_URL",
            hint="Run `outbrief migrate`.",
        )


def check_json_has_standard_output(output: str | None, *, as_json: bool) -> None:
    """Refuse to write a file and the result of having written it to the same place."""
    if as_json and output == STANDARD_OUTPUT:
        raise InvalidInput("Standard output takes the file or the JSON, not both.", field="output")


def note_written(tenant_id: UUID, *, action: str, kind: str, rows: int) -> None:
    """Leave the audit event of data that went into a file."""
    from outbrief.record import audit
    from outbrief.record.scope import tenant_scope

    with tenant_scope(tenant_id):
        audit.note(tenant_id=tenant_id, actor="operator", action=action, kind=kind, rows=rows)


def launch(ctx: click.Context) -> Launch:
    """Give what the composition root handed over."""
    found = ctx.find_object(Launch)
    if found is None:
        raise RuntimeError("the commands are started by outbrief.conf.entry")
    return found


def _tell(error: OutbriefError) -> None:
    place = f"{_option_of(error.field)}: " if error.field else ""
    hint = f"\n{error.hint}" if error.hint else ""
    click.echo(f"Error: {place}{error.message}{hint}", err=True)
    if _json_asked():
        print_json({"error": error.message, "code": error.code, "field": error.field, "hint": error.hint})


def _option_of(field: str) -> str:
    if field.startswith("filters."):
        return f"--filter {field.removeprefix('filters.')}"
    if field.startswith("config.measures"):
        return "--measure"
    return f"--{field}" if field in _PLAIN else _OPTIONS.get(field, field)


def _json_asked() -> bool:
    # A command line that could not be parsed has told nobody yet whether it wanted JSON.
    return "--json" in sys.argv[1:]

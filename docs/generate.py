"""Write the generated part of the reference: `make docs`."""

import importlib
import json
import pkgutil
from collections.abc import Callable
from pathlib import Path

import click
import django

import outbrief
from outbrief.conf import env
from outbrief.terms.errors import OutbriefError

REFERENCE = Path(__file__).parent / "reference"


def set_up() -> None:
    """Load the program as it is by default, on a database that is never asked and a key that signs nothing."""
    env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
    env.choose("OUTBRIEF_DATABASE_URL", "postgresql://nobody@127.0.0.1/nothing")
    env.choose("OUTBRIEF_SECRET_KEY", "only to write the reference, signs nothing")
    django.setup()


def openapi() -> str:
    """Give the OpenAPI description of the API as indented JSON."""
    from outbrief.api.urls import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/"), indent=1, ensure_ascii=False) + "\n"


def settings() -> str:
    """Give the reference of the environment variables."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in env.VARIABLES.items()]
    return _page(
        "Settings",
        "Environment variables, all optional. A wrong value ends the program at its start with a message that names "
        "the variable; so does a name that begins with `OUTBRIEF_` and is none of these.",
        "| variable | meaning |\n|---|---|",
        *rows,
    )


def datasets() -> str:
    """Give the reference of the columns of every export."""
    from outbrief.terms.export import CATALOGUE

    parts = []
    for export_type, columns in CATALOGUE.items():
        parts += [f"\n## {export_type}\n", "| column | kind |", "|---|---|"]
        parts += [f"| `{column.key}` | {column.kind} |" for column in columns]
    return _page(
        "Datasets",
        "The columns on offer in exports. Any of them can be asked for, in any order, and filtered on. A rate is a "
        "percentage from 0 to 100 with two decimals, in Excel a fraction shown as percent; minutes are decimal; "
        "timestamps are in UTC.",
        *parts,
    )


def errors() -> str:
    """Give the reference of the error codes: who must act, and whether trying again can help."""
    rows = []
    # An error is known once its module is, so the whole program is loaded first; but for `conf`, which defines none,
    # and whose ASGI module sets the process up to serve.
    for module in pkgutil.walk_packages(outbrief.__path__, "outbrief."):
        if not module.name.startswith("outbrief.conf") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    for error in sorted(_descendants(OutbriefError), key=lambda error: error.code):
        meaning = (error.__doc__ or "").strip().splitlines()[0]
        rows.append(f"| `{error.code}` | {error.blame} | {'yes' if error.retryable else 'no'} | {meaning} |")
    return _page(
        "Errors",
        "Every error has a code, somebody who must act, and a verdict on trying again.",
        "| code | whose turn | retried | meaning |\n|---|---|---|---|",
        *rows,
    )


def commands() -> str:
    """Give the help of every command."""
    from outbrief.cli import command

    parts = []
    for name, sub in command.commands.items():
        members = sub.commands.items() if isinstance(sub, click.Group) else ()
        for words, one in [((name,), sub)] if not members else [((name, inner), cmd) for inner, cmd in members]:
            context = click.Context(
                one, info_name=" ".join(("outbrief", *words)), terminal_width=100, max_content_width=100
            )
            parts += [f"\n## {' '.join(words)}\n", "```", one.get_help(context), "```"]
    return _page("Commands", "`outbrief --help` says the same. Exit codes: 0 done, 1 failed, 2 wrong usage.", *parts)


def _descendants(error: type[OutbriefError]) -> list[type[OutbriefError]]:
    return [found for child in error.__subclasses__() for found in (child, *_descendants(child))]


def _page(title: str, *lines: str) -> str:
    note = "<!-- Written by `make docs`; change the code instead. -->"
    return "\n".join([f"# {title}", "", note, "", lines[0], "", *lines[1:]]) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "openapi.json": openapi,
    "settings.md": settings,
    "datasets.md": datasets,
    "errors.md": errors,
    "commands.md": commands,
}


if __name__ == "__main__":
    set_up()
    for page, write in PAGES.items():
        (REFERENCE / page).write_text(write(), encoding="utf-8")

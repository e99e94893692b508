"""`outbrief import`."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outbrief.cli.output import print_json, progress, say
from outbrief.cli.shell import FileRefused, json_option, set_up_with_tables, tenant_option
from outbrief.terms.choices import shown
from outbrief.terms.errors import InvalidInput

if TYPE_CHECKING:
    from outbrief.facts.results import IntakeResult

# The order in which files are read: what a later one names, an earlier one may describe.
_KINDS = ("campaigns", "leads", "messages", "events", "totals")
_REFUSALS_SHOWN = 20

Imported = tuple[Path, "IntakeResult"]


def _file_options(function: Callable[..., None]) -> Callable[..., None]:
    for kind in reversed(_KINDS):
        path = click.Path(exists=True, dir_okay=False, path_type=Path)
        option = click.option(f"--{kind}", type=path, multiple=True, metavar="FILE", help=f"A file of {kind}.")
        function = option(function)
    return function


@click.command("import")
@tenant_option
@_file_options
@click.option(
    "--map",
    "map_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="How the columns of the files become ours, as YAML.",
)
@click.option("--strict", is_flag=True, help="Fail, and keep nothing, when a single row is bad.")
@json_option
@click.pass_context
def import_facts(
    ctx: click.Context, /, *, slug: str, map_path: Path | None, strict: bool, as_json: bool, **paths: tuple[Path, ...]
) -> None:
    """Bring in campaigns, leads, messages, events and totals.

    Files are CSV (also gzip), NDJSON or Parquet. Rows are known by their ids, so the same file twice changes nothing.
    A bad row is reported and left out. All files of one call are kept, or none.
    """
    files = [(kind, path) for kind in _KINDS for path in paths[kind]]
    if not files:
        raise click.UsageError(f"Name at least one file: {', '.join(f'--{kind}' for kind in _KINDS)}.", ctx)
    set_up_with_tables(ctx)
    try:
        imported = _import_all(slug, files, map_path, strict=strict)
    except InvalidInput as error:
        # The command line was in order; it is the files that are not.
        raise FileRefused(error.message, field=error.field, hint=error.hint) from error
    if as_json:
        print_json(_as_json(slug, imported))
    else:
        for path, result in imported:
            _tell(path, result)


def _import_all(slug: str, files: Sequence[tuple[str, Path]], map_path: Path | None, *, strict: bool) -> list[Imported]:
    from outbrief.facts.intake import import_file
    from outbrief.facts.maps import read_map
    from outbrief.facts.shapes import FactKind
    from outbrief.record import audit
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import tenant_by_slug

    tenant = tenant_by_slug(slug)
    maps = read_map(map_path) if map_path else None
    imported = []
    with tenant_scope(tenant.id):
        for kind_name, path in files:
            kind = FactKind(kind_name)
            with progress(path.name, total=None) as advance:
                result = import_file(
                    path,
                    kind,
                    tenant_id=tenant.id,
                    timezone=tenant.timezone,
                    mapping=maps.section(kind) if maps else None,
                    strict=strict,
                    now=dt.datetime.now(dt.UTC),
                    actor="operator",
                    on_progress=advance,
                )
            imported.append((path, result))
            audit.note(
                tenant_id=tenant.id,
                actor="operator",
                action="facts.imported",
                kind=kind_name,
                file=path.name,
                rows=result.rows_kept,
            )
    return imported


def _tell(path: Path, result: "IntakeResult") -> None:
    say(
        f"{path.name}: {result.rows_read:,} rows read, {result.rows_refused:,} refused, {_repeats(result):,} repeats;"
        f" {result.kind}: {result.created:,} new, {result.updated:,} changed, {result.unchanged:,} unchanged."
    )
    for note in result.notes:
        say(f"    {note}")
    for refusal in result.refusals[:_REFUSALS_SHOWN]:
        value = f" ({shown(refusal.value)})" if refusal.value else ""
        say(f"    line {refusal.line}: {refusal.field or 'the row'} {refusal.reason}{value}")
    if result.rows_refused > _REFUSALS_SHOWN:
        say(f"    and {result.rows_refused - _REFUSALS_SHOWN:,} more; --json gives the first 1,000.")


def _repeats(result: "IntakeResult") -> int:
    """Count the rows that only said again, or better, what another row of the file said."""
    return result.rows_read - result.rows_refused - result.created - result.updated - result.unchanged


def _as_json(slug: str, imported: Sequence[Imported]) -> dict[str, object]:
    files = [
        {
            "file": str(path),
            "kind": result.kind,
            "rowsRead": result.rows_read,
            "rowsKept": result.rows_kept,
            "rowsRefused": result.rows_refused,
            "repeats": _repeats(result),
            "created": result.created,
            "updated": result.updated,
            "unchanged": result.unchanged,
            "refusals": [
                {"line": refusal.line, "field": refusal.field, "reason": refusal.reason, "value": refusal.value}
                for refusal in result.refusals
            ],
            "notes": result.notes,
        }
        for path, result in imported
    ]
    refused = sum(result.rows_refused for _, result in imported)
    return {"tenant": slug, "rowsRefused": refused, "files": files}

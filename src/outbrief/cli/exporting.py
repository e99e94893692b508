"""`outbrief export`."""

import datetime as dt
from pathlib import Path

import click

from outbrief.cli.output import aside, print_json, progress, say
from outbrief.cli.shell import (
    check_json_has_standard_output,
    json_option,
    note_written,
    set_up_with_tables,
    tenant_option,
)
from outbrief.cli.target import STANDARD_OUTPUT, opened
from outbrief.terms.errors import InvalidInput
from outbrief.terms.export import ExportFormat, WriteOptions, check_export, parse_filter_words

_FORMATS = {
    ".csv": "csv",
    ".gz": "csv",
    ".xlsx": "excel",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
}
_DELIMITERS = {"tab": "\t", "\\t": "\t"}


@click.command()
@click.argument("export_type", metavar="TYPE")
@tenant_option
@click.option("--format", "fmt", help=f"{', '.join(ExportFormat)}.  [default: by the name of the output, else csv]")
@click.option("--fields", metavar="A,B", help="The columns, in this order.  [default: all]")
@click.option("--filter", "words", multiple=True, metavar="X=Y", help="Only rows like status=active or leadScore>=10.")
@click.option("--range", "date_range", help="Days of sending; for leads, of creation: last_month, or A..B.")
@click.option("--delimiter", help="What parts the cells of a CSV file, such as ; or tab.  [default: ,]")
@click.option("--bom", is_flag=True, help="Begin a CSV file with a byte order mark, as old Excels want it.")
@click.option("--gzip", is_flag=True, help="Compress a CSV file.")
@click.option("-o", "--output", metavar="FILE", help="Where to write it; - is standard output.")
@json_option
@click.pass_context
def export(
    ctx: click.Context,
    *,
    export_type: str,
    slug: str,
    fmt: str | None,
    fields: str | None,
    words: tuple[str, ...],
    date_range: str | None,
    delimiter: str | None,
    bom: bool,
    gzip: bool,
    output: str | None,
    as_json: bool,
) -> None:
    """Write the data of TYPE as a file: campaigns, leads, metrics, messages or domains.

    Filters add up. A filter takes several values (status=active,paused), and >, >=, <, <= where there is an order.
    """
    check_json_has_standard_output(output, as_json=as_json)
    suffix = Path(output).suffix.lower() if output else ""
    fmt = fmt or _FORMATS.get(suffix, "csv")
    options = _options(fmt, delimiter=delimiter, bom=bom, gzip=gzip or suffix == ".gz")
    filters = parse_filter_words(words)
    set_up_with_tables(ctx)
    from outbrief.query import estimate_rows
    from outbrief.record.tenants import tenant_by_slug
    from outbrief.render.formats import extension
    from outbrief.run import parts
    from outbrief.run.exports import stream_export

    tenant = tenant_by_slug(slug)
    request = check_export(
        export_type=export_type,
        format=fmt,
        fields=[name.strip() for name in fields.split(",")] if fields else None,
        filters=filters,
        date_range=date_range,
        timezone=tenant.timezone,
        at=dt.datetime.now(dt.UTC),
    )
    engine = parts.engine(tenant.id)
    place = output or f"{request.export_type}.{extension(request.format, options)}"
    title = f"{request.export_type} to {place}"
    with opened(place) as file, progress(title, total=estimate_rows(engine, request)) as advance:
        written = stream_export(engine, request, file, on_rows=advance, options=options)
    note_written(tenant.id, action="export.written", kind=request.export_type, rows=written.rows)
    for note in written.notes:
        aside(note)
    if as_json:
        facts = {"file": str(Path(place).resolve()), "exportType": request.export_type, "format": request.format}
        print_json({**facts, "rowCount": written.rows, "fileSize": file.size, "notes": written.notes})
    elif place != STANDARD_OUTPUT:
        say(f"Wrote {place}: {written.rows:,} rows, {file.size:,} bytes.")


def _options(fmt: str, *, delimiter: str | None, bom: bool, gzip: bool) -> WriteOptions:
    for name, given in (("delimiter", delimiter is not None), ("bom", bom), ("gzip", gzip)):
        if given and fmt != ExportFormat.CSV:
            raise InvalidInput(f"This is for CSV files; {fmt} has none.", field=name)
    chosen = "," if delimiter is None else _DELIMITERS.get(delimiter, delimiter)
    if len(chosen) != 1 or chosen in '"\r\n' or not chosen.isascii():
        raise InvalidInput(f"{delimiter!r} is not one character such as ; or tab.", field="delimiter")
    return WriteOptions(delimiter=chosen, bom=bom, gzip=gzip)

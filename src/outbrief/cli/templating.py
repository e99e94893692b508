"""`outbrief template` and `outbrief branding`."""

import datetime as dt
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outbrief.cli.output import pairs, print_json, say
from outbrief.cli.shell import json_option, set_up_with_tables, tenant_option
from outbrief.cli.target import STANDARD_OUTPUT, opened
from outbrief.terms.choices import unknown
from outbrief.terms.errors import InvalidInput, NotFound
from outbrief.terms.look import Font, Paper

if TYPE_CHECKING:
    from outbrief.record.models import ReportTemplate
    from outbrief.record.tenants import TenantFacts
    from outbrief.terms.styling import Branding, Logo

_OPERATOR = "operator"
_PREVIEWS = {".png": "png", ".pdf": "pdf", ".xlsx": "excel", ".csv": "csv"}
# More than any template, whatever letters it is written in; and little enough to be read at once.
_MOST_BYTES = 4_000_000


@click.group()
def template() -> None:
    """Keep report templates: what a report holds, in which order, and how it looks."""


@template.command("list")
@tenant_option
@json_option
@click.pass_context
def list_templates(ctx: click.Context, *, slug: str, as_json: bool) -> None:
    """List the templates of a tenant, by name."""
    tenant = _tenant(ctx, slug)
    from outbrief.record import templates
    from outbrief.record.scope import tenant_scope

    with tenant_scope(tenant.id):
        found = sorted(templates.newest_first(), key=lambda row: row.name)
        used = {name: len(schedules) for name, schedules in templates.users_of(found, most=1_000_000).items()}
    if as_json:
        print_json(
            [{"name": row.name, "reportType": row.report_type, "schedules": used[row.name]} for row in found],
        )
    elif not found:
        say("There are no templates yet. Make one: outbrief template import FILE.yaml")
    else:
        pairs([(row.name, f"{row.report_type}, used by {_schedules(used[row.name])}") for row in found])


@template.command("show")
@click.argument("name")
@tenant_option
@json_option
@click.pass_context
def show_template(ctx: click.Context, *, name: str, slug: str, as_json: bool) -> None:
    """Show the template NAME and the schedules that use it."""
    tenant = _tenant(ctx, slug)
    from outbrief.record import templates
    from outbrief.record.scope import tenant_scope
    from outbrief.run import template_files
    from outbrief.run.templates import asked_of

    with tenant_scope(tenant.id):
        found = _named(name)
        used = list(templates.used_by(name).values_list("name", flat=True))
    if as_json:
        print_json({"id": found.id, **template_files.as_json(asked_of(found)), "schedules": used})
        return
    sections = [part if isinstance(part, str) else f"{part['type']} {part.get('title', '')}" for part in found.sections]
    rows = [
        ("Name", found.name),
        ("Description", found.description or "none"),
        ("Report", found.report_type),
        ("Sections", ", ".join(text.strip() for text in sections) or "those of its type"),
        ("Styling", ", ".join(f"{key} {value}" for key, value in found.styling.items()) or "the tenant's"),
        ("Used by", ", ".join(used) or "no schedule"),
    ]
    pairs([(name, _one_line(text)) for name, text in rows])


@template.command("export")
@click.argument("name")
@tenant_option
@click.option("-o", "--output", default=STANDARD_OUTPUT, metavar="FILE", help="[default: standard output]")
@click.pass_context
def export_template(ctx: click.Context, *, name: str, slug: str, output: str) -> None:
    """Write the template NAME as YAML, to be changed and imported again."""
    tenant = _tenant(ctx, slug)
    from outbrief.record.scope import tenant_scope
    from outbrief.run import template_files
    from outbrief.run.templates import asked_of

    with tenant_scope(tenant.id):
        asked = asked_of(_named(name))
    with opened(output) as file:
        file.write(template_files.write(asked).encode())


@template.command("import")
@click.argument("file", metavar="FILE")
@tenant_option
@json_option
@click.pass_context
def import_template(ctx: click.Context, *, file: str, slug: str, as_json: bool) -> None:
    """Make the template that FILE (YAML; - is standard input) holds, or replace the one of its name.

    What is wrong in the file is named by its place, such as sections[2].measures[0].
    """
    text = _read(file)
    tenant = _tenant(ctx, slug)
    from outbrief.record.scope import tenant_scope
    from outbrief.run import template_files, templates

    asked = template_files.read(text, what=Path(file).name if file != STANDARD_OUTPUT else "standard input")
    with tenant_scope(tenant.id):
        kept, is_new = templates.keep(tenant.id, asked, actor=_OPERATOR, now=dt.datetime.now(dt.UTC))
    if as_json:
        print_json({"id": kept.id, "name": kept.name, "created": is_new})
    else:
        say(f"{'Created' if is_new else 'Replaced'} the template {kept.name}.")


@template.command("delete")
@click.argument("name")
@tenant_option
@json_option
@click.pass_context
def delete_template(ctx: click.Context, *, name: str, slug: str, as_json: bool) -> None:
    """Delete the template NAME, which no schedule uses."""
    tenant = _tenant(ctx, slug)
    from outbrief.record import templates as record
    from outbrief.record.scope import tenant_scope
    from outbrief.run import templates

    with tenant_scope(tenant.id):
        templates.delete(record.locked(_named(name).id), actor=_OPERATOR)
    if as_json:
        print_json({"deleted": name})
    else:
        say(f"Deleted the template {name}.")


@template.command("preview")
@click.argument("name")
@tenant_option
@click.option("--range", "date_range", default="last_30d", show_default=True, help="Such as last_month or A..B.")
@click.option("--page", default=1, show_default=True, help="Which page the picture shows.")
@click.option("-o", "--output", required=True, metavar="FILE", help="A .png of a page, or the whole .pdf, .xlsx, .csv.")
@json_option
@click.pass_context
def preview_template(
    ctx: click.Context, *, name: str, slug: str, date_range: str, page: int, output: str, as_json: bool
) -> None:
    """Write what a report of the template NAME looks like now; nothing is kept or sent."""
    suffix = Path(output).suffix.lower()
    if suffix not in _PREVIEWS:
        raise unknown(suffix, _PREVIEWS, field="output")
    tenant = _tenant(ctx, slug)
    from outbrief.record.scope import tenant_scope
    from outbrief.run import preview, templates

    now = dt.datetime.now(dt.UTC)
    with tenant_scope(tenant.id):
        order = templates.order_for(_named(name), tenant, date_range)
    made = preview.make(order, tenant, now=now, shown_as=preview.PreviewFormat(_PREVIEWS[suffix]), page=page)
    with opened(output) as file:
        file.write(made.content)
    if as_json:
        print_json({"file": str(Path(output).resolve()), "contentType": made.content_type, "bytes": len(made.content)})
    else:
        say(f"Wrote {output}: {len(made.content):,} bytes.")


@click.group()
def branding() -> None:
    """Set how a tenant's reports look: colour, typeface, paper, locale, logo."""


@branding.command("show")
@tenant_option
@json_option
@click.pass_context
def show_branding(ctx: click.Context, *, slug: str, as_json: bool) -> None:
    """Show how a tenant's reports look."""
    _tell(_tenant(ctx, slug).branding, as_json=as_json)


@branding.command("set")
@tenant_option
@click.option("--colour", metavar="#RRGGBB", help="The accent.")
@click.option("--font", help=", ".join(Font))
@click.option("--paper", help=", ".join(Paper))
@click.option("--locale", help="How numbers and dates are written: en, de, fr, es.")
@click.option("--cover/--no-cover", default=None, help="Whether the title has a page of its own.")
@json_option
@click.pass_context
def set_branding(
    ctx: click.Context,
    *,
    slug: str,
    colour: str | None,
    font: str | None,
    paper: str | None,
    locale: str | None,
    cover: bool | None,
    as_json: bool,
) -> None:
    """Change what is given of how a tenant's reports look; the rest stays. An empty text goes back to our choice."""
    tenant = _tenant(ctx, slug)
    from outbrief.record.scope import tenant_scope
    from outbrief.run import branding

    asked = {"colour": colour, "font": font, "paper": paper, "locale": locale, "cover": cover}
    with tenant_scope(tenant.id):
        wanted = {**tenant.branding.styling.as_json(), **{key: item for key, item in asked.items() if item is not None}}
        kept = branding.change(tenant.id, {key: value for key, value in wanted.items() if value != ""}, actor=_OPERATOR)
    _tell(kept, as_json=as_json)


@branding.command("logo")
@click.argument("file", metavar="FILE", required=False)
@click.option("--delete", is_flag=True, help="Take the logo away.")
@tenant_option
@json_option
@click.pass_context
def set_logo(ctx: click.Context, *, file: str | None, delete: bool, slug: str, as_json: bool) -> None:
    """Make FILE, a PNG or JPEG of up to 1 MB and 4,000 pixels a side, a tenant's logo."""
    if (file is None) != delete:
        raise InvalidInput("Name the file of the logo, or give --delete.", field="file")
    content = b"" if file is None else _bytes_of(file)
    tenant = _tenant(ctx, slug)
    from outbrief.record.scope import tenant_scope
    from outbrief.run import branding

    uploaded: AbstractContextManager[Logo | None] = (
        nullcontext() if delete else branding.uploaded_logo(tenant.id, content)
    )
    with uploaded as logo, tenant_scope(tenant.id):
        if logo is None:
            kept = branding.delete_logo(tenant.id, actor=_OPERATOR)
        else:
            kept = branding.set_logo(tenant.id, logo, actor=_OPERATOR)
    _tell(kept, as_json=as_json)


def _tenant(ctx: click.Context, slug: str) -> "TenantFacts":
    set_up_with_tables(ctx)
    from outbrief.record.tenants import tenant_by_slug

    return tenant_by_slug(slug)


def _named(name: str) -> "ReportTemplate":
    from outbrief.record import templates

    found = templates.named(name)
    if found is None:
        listed = unknown(name, templates.names(), field="name")
        raise NotFound(f"There is no such template: {listed.message}", field="name", hint=listed.hint)
    return found


def _tell(branding: "Branding", *, as_json: bool) -> None:
    styling, logo = branding.styling, branding.logo
    if as_json:
        shown = {"sha256": logo.sha256, "width": logo.width, "height": logo.height} if logo else None
        chosen = {key: value for key, value in styling.__dict__.items() if key != "logo"}
        print_json({**chosen, "logo": shown})
        return
    cover = "not chosen" if styling.cover is None else "a page of its own" if styling.cover else "a line"
    pairs(
        [
            ("Colour", styling.colour or "not chosen"),
            ("Typeface", styling.font or "not chosen"),
            ("Paper", styling.paper or "not chosen"),
            ("Locale", styling.locale or "not chosen"),
            ("Title", cover),
            ("Logo", f"{logo.width} x {logo.height} pixels" if logo else "none"),
        ]
    )


def _read(file: str) -> str:
    try:
        return _bytes_of(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not UTF-8: {error.reason}.", field="file") from error


def _bytes_of(file: str) -> bytes:
    try:
        if file == STANDARD_OUTPUT:
            return sys.stdin.buffer.read(_MOST_BYTES)
        with Path(file).expanduser().open("rb") as opened_file:
            return opened_file.read(_MOST_BYTES)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.", field="file") from error


def _one_line(text: str) -> str:
    """Give people's text in one line, without what would steer the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))


def _schedules(count: int) -> str:
    return "1 schedule" if count == 1 else f"{count} schedules"

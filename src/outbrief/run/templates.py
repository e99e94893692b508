"""Report templates as people change them, and what a report takes from one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from outbrief.compose import check_layout
from outbrief.record import audit
from outbrief.record import templates as record
from outbrief.record.generations import Order
from outbrief.record.models import ReportTemplate
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import TenantFacts
from outbrief.run import branding
from outbrief.terms.choices import shown, unknown
from outbrief.terms.errors import Conflict, InvalidInput
from outbrief.terms.layout import LayoutSection
from outbrief.terms.layout_check import check_sections
from outbrief.terms.locale import Locale
from outbrief.terms.look import Brand, Look, Paper
from outbrief.terms.report import ReportFormat, ReportType, check_report_type
from outbrief.terms.report_config import ReportConfig
from outbrief.terms.styling import Styling, check_styling

_LONGEST_NAME, _LONGEST_DESCRIPTION = 255, 2000
_MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class TemplateAsked:
    """A template as somebody wrote it, unchecked. Without sections reports keep those of their type."""

    name: str
    report_type: str
    description: str = ""
    sections: Sequence[object] = ()
    styling: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a report is made with; no `sections` means those of its type."""

    sections: tuple[LayoutSection, ...]
    measures: tuple[str, ...]
    brand: Brand
    look: Look


def resolve(tenant: TenantFacts, config: ReportConfig, report_type: ReportType) -> Chosen:
    """Tell what a report is made with: its config goes before its template, that before the tenant's branding.

    To be called outside any transaction, for it may read the logo from the store. InvalidInput as `check_named`.
    """
    with tenant_scope(tenant.id):
        template = check_named(config, report_type)
    sections = check_sections(template.sections, field="sections") if template else ()
    styling = check_styling(template.styling) if template else Styling()
    own = tenant.branding.styling
    cover = next((asked for asked in (config.cover, styling.cover, own.cover) if asked is not None), False)
    return Chosen(
        sections=config.sections or sections,
        measures=config.measures,
        brand=branding.brand_of(tenant, styling),
        look=Look(
            locale=config.locale or styling.locale or own.locale or Locale.EN,
            paper=config.paper or styling.paper or own.paper or Paper.A4,
            cover=cover,
        ),
    )


def check_named(config: ReportConfig, report_type: ReportType) -> ReportTemplate | None:
    """Give the template that a config names, in the tenant's scope; None when it names none.

    InvalidInput(field="config.template") when there is none of this name, or it is for another type of report.
    """
    if config.template is None:
        return None
    template = record.named(config.template)
    if template is None:
        known = record.names()
        if not known:
            raise InvalidInput(
                f"There is no template {shown(config.template)}, nor any other.",
                field="config.template",
                hint="Make one first: POST /api/report-templates, or `outbrief template import`.",
            )
        raise unknown(config.template, known, field="config.template")
    if template.report_type != report_type:
        raise InvalidInput(
            f"{shown(config.template)} is a template for reports of the type {template.report_type}, "
            f"and this one is {report_type}.",
            field="config.template",
        )
    return template


def create(tenant_id: UUID, asked: TemplateAsked, *, actor: str) -> ReportTemplate:
    """Create a template, in the tenant's scope.

    InvalidInput names the place that is wrong, such as `sections[2].measures[0]`; Conflict when the name is taken.
    """
    template = record.create(tenant_id, _check(asked))
    audit.note(tenant_id=tenant_id, actor=actor, action="template.created", object_id=template.id, name=template.name)
    return template


def change(template: ReportTemplate, asked: TemplateAsked, *, actor: str, now: dt.datetime) -> ReportTemplate:
    """Replace a locked template, in the tenant's scope; reports made from now on use the new one.

    Schedules follow a new name. Conflict when the type of report changes while schedules use it, or the name is taken.
    """
    former, settings = template.name, _check(asked)
    if settings.report_type != template.report_type:
        _check_unused(template, "Its type of report cannot change meanwhile: make another template.")
    changed = record.change(template, settings, now=now)
    audit.note(
        tenant_id=template.tenant_id,
        actor=actor,
        action="template.changed",
        object_id=template.id,
        name=changed.name,
        former_name=former if former != changed.name else None,
    )
    return changed


def keep(tenant_id: UUID, asked: TemplateAsked, *, actor: str, now: dt.datetime) -> tuple[ReportTemplate, bool]:
    """Create the template of this name, or replace it, in the tenant's scope; tell whether it is new."""
    known = record.named(asked.name.strip())
    if known is None:
        return create(tenant_id, asked, actor=actor), True
    return change(record.locked(known.id), asked, actor=actor, now=now), False


def delete(template: ReportTemplate, *, actor: str) -> None:
    """Delete a locked template, in the tenant's scope; Conflict names the schedules that use it."""
    _check_unused(template, "Let them use another template first.")
    audit.note(
        tenant_id=template.tenant_id,
        actor=actor,
        action="template.deleted",
        object_id=template.id,
        name=template.name,
    )
    template.delete()


def asked_of(template: ReportTemplate) -> TemplateAsked:
    """Give a recorded template back as if just written, to change some of it or to hand it out."""
    return TemplateAsked(
        name=template.name,
        report_type=template.report_type,
        description=template.description,
        sections=template.sections,
        styling=template.styling,
    )


def order_for(template: ReportTemplate, tenant: TenantFacts, date_range: str) -> Order:
    """Give the order for a report of a template alone, over all workspaces, that nobody is mailed."""
    return Order(
        title=template.name,
        report_type=template.report_type,
        format=ReportFormat.PDF,
        date_range=date_range,
        timezone=tenant.timezone,
        workspace_id=None,
        config={"template": template.name},
        recipients=(),
        notify=None,
    )


def draft_for(asked: TemplateAsked, tenant: TenantFacts, date_range: str) -> tuple[Order, TenantFacts]:
    """Give the order for a report of a template that is not kept yet, and the tenant as that template would show it.

    InvalidInput names the place of the styling that is wrong; the sections are checked when the report is made.
    """
    styling = check_styling(asked.styling)
    order = Order(
        title=asked.name,
        report_type=check_report_type(asked.report_type),
        format=ReportFormat.PDF,
        date_range=date_range,
        timezone=tenant.timezone,
        workspace_id=None,
        config={"sections": list(asked.sections)},
        recipients=(),
        notify=None,
    )
    return order, branding.restyled(tenant, styling)


def _check(asked: TemplateAsked) -> record.TemplateSettings:
    name = asked.name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InvalidInput(f"A name is a line of 1 to {_LONGEST_NAME} characters.", field="name")
    if len(asked.description) > _LONGEST_DESCRIPTION:
        raise InvalidInput(f"This takes a text of up to {_LONGEST_DESCRIPTION} characters.", field="description")
    report_type = check_report_type(asked.report_type)
    sections = check_sections(asked.sections, field="sections")
    check_layout(report_type, sections, field="sections")
    return record.TemplateSettings(
        name=name,
        description=asked.description.strip(),
        report_type=report_type,
        sections=asked.sections,
        styling=check_styling(asked.styling),
    )


def _check_unused(template: ReportTemplate, hint: str) -> None:
    using = list(record.used_by(template.name).values_list("name", flat=True)[: _MOST_NAMED + 1])
    if using:
        listed = ", ".join(shown(name) for name in using[:_MOST_NAMED])
        more = " and others" if len(using) > _MOST_NAMED else ""
        raise Conflict(f"{shown(template.name)} is used by the schedules {listed}{more}.", hint=hint)

"""Report templates: kept under names that a tenant has once, and named by schedules."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import django.db
from django.db import transaction
from django.db.models import Count, QuerySet

from outbrief.record.models import ReportTemplate, ScheduledReport
from outbrief.terms.errors import Conflict, NotFound
from outbrief.terms.report import ReportType
from outbrief.terms.styling import Styling


@dataclass(frozen=True, kw_only=True)
class TemplateSettings:
    """Everything a person decides about a template, checked. `sections` are kept as they were written."""

    name: str
    description: str
    report_type: ReportType
    sections: Sequence[object]
    styling: Styling


def create(tenant_id: UUID, settings: TemplateSettings) -> ReportTemplate:
    """Create a template, in the tenant's scope; Conflict when there is one of this name."""
    template = ReportTemplate(tenant_id=tenant_id)
    _keep(template, settings, is_new=True)
    template.refresh_from_db()
    return template


def change(template: ReportTemplate, settings: TemplateSettings, *, now: dt.datetime) -> ReportTemplate:
    """Change a template, in the tenant's scope; schedules that name it name it by its new name afterwards.

    Conflict when another has that name. The template must be `locked`.
    """
    former = template.name
    template.updated_at = now
    _keep(template, settings, is_new=False)
    if former != settings.name:
        # Also those that were deleted: they may be restored.
        using = ScheduledReport.objects.filter(config__template=former).order_by("id")
        for schedule in using.select_for_update(of=("self",)):
            schedule.config = {**(schedule.config or {}), "template": settings.name}
            schedule.save(update_fields=["config"])
    return template


def get(template_id: UUID) -> ReportTemplate:
    """Read a template of the tenant in scope; NotFound when it has none with this id."""
    try:
        return ReportTemplate.objects.get(id=template_id)
    except ReportTemplate.DoesNotExist:
        raise NotFound("There is no report template with this id.") from None


def locked(template_id: UUID) -> ReportTemplate:
    """Read a template to change it: nobody else changes it before the transaction ends."""
    template = ReportTemplate.objects.select_for_update(of=("self",)).filter(id=template_id).first()
    return template or get(template_id)


def named(name: str) -> ReportTemplate | None:
    """Find a template of the tenant in scope by its name."""
    return ReportTemplate.objects.filter(name=name).first()


def newest_first() -> "QuerySet[ReportTemplate]":
    """Give the templates of the tenant in scope, newest first."""
    return ReportTemplate.objects.order_by("-created_at", "-id")


def names(*, limit: int = 1000) -> list[str]:
    """Give the names of the templates of the tenant in scope, in order."""
    return list(ReportTemplate.objects.order_by("name").values_list("name", flat=True)[:limit])


def used_by(name: str) -> "QuerySet[ScheduledReport]":
    """Give the schedules of the tenant in scope that name a template, by their own names."""
    return _using([name])


def users_of(templates: Iterable[ReportTemplate], *, most: int = 100) -> dict[str, list[str]]:
    """Give, for each of these templates by name, the names of up to `most` schedules that name it."""
    found: dict[str, list[str]] = {template.name: [] for template in templates}
    for name, schedule in _using(found).values_list("config__template", "name"):
        if len(found[name]) < most:
            found[name].append(schedule)
    return found


def _using(names: Iterable[str]) -> "QuerySet[ScheduledReport]":
    using = ScheduledReport.objects.filter(config__template__in=list(names), deleted_at__isnull=True)
    return using.order_by("name", "id")


def uses(templates: Iterable[ReportTemplate]) -> dict[str, int]:
    """Count, for each of these templates by name, the schedules that name it."""
    names = [template.name for template in templates]
    counted = _using(names).order_by().values_list("config__template").annotate(Count("id"))
    return {**dict.fromkeys(names, 0), **dict(counted)}


def _keep(template: ReportTemplate, settings: TemplateSettings, *, is_new: bool) -> None:
    template.name = settings.name
    template.description = settings.description
    template.report_type = settings.report_type
    template.sections = list(settings.sections)
    template.styling = settings.styling.as_json()
    try:
        with transaction.atomic():
            template.save(force_insert=is_new)
    except django.db.IntegrityError:
        raise Conflict("There is a template of this name already.", field="name", hint="Choose another name.") from None

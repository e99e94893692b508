"""The objects of audit events that are still there: what they are called, and where they are shown."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from outbrief.record.generations import order_of
from outbrief.record.models import (
    AuditEvent,
    ExportJob,
    ReportDelivery,
    ReportGeneration,
    ReportTemplate,
    ScheduledReport,
)
from outbrief.web import words


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An object: its name, and the address of its page."""

    name: str
    address: str


def objects_of(events: Iterable[AuditEvent]) -> dict[str, Shown]:
    """Give the objects of these events that the tenant in scope has, by `object_id`; one query for each kind."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        kind = _KINDS.get(event.action.partition(".")[0])
        try:
            object_id = UUID(event.object_id)
        except ValueError:
            continue
        if kind:
            wanted[kind].add(object_id)
    found: dict[str, Shown] = {}
    for kind, ids in wanted.items():
        found |= {str(object_id): shown for object_id, shown in _LOOKUPS[kind](ids).items()}
    return found


def _schedules(ids: Collection[UUID]) -> dict[UUID, Shown]:
    rows = ScheduledReport.objects.filter(id__in=ids, deleted_at__isnull=True).values_list("id", "name")
    return {row: Shown(name=name, address=reverse("web:schedule", kwargs={"schedule_id": row})) for row, name in rows}


def _generations(ids: Collection[UUID]) -> dict[UUID, Shown]:
    return {
        run.id: Shown(name=order_of(run).title, address=reverse("web:generation", kwargs={"generation_id": run.id}))
        for run in ReportGeneration.objects.filter(id__in=ids).only("id", "metadata")
    }


def _deliveries(ids: Collection[UUID]) -> dict[UUID, Shown]:
    rows = ReportDelivery.objects.filter(id__in=ids).values_list("id", "recipient", "generation_id")
    return {
        row: Shown(name=recipient, address=reverse("web:generation", kwargs={"generation_id": generation_id}))
        for row, recipient, generation_id in rows
    }


def _exports(ids: Collection[UUID]) -> dict[UUID, Shown]:
    rows = ExportJob.objects.filter(id__in=ids).values_list("id", "export_type", "format")
    return {
        row: Shown(
            name=f"{kind.capitalize()}, {words.name(fmt)}", address=reverse("web:export", kwargs={"export_id": row})
        )
        for row, kind, fmt in rows
    }


def _templates(ids: Collection[UUID]) -> dict[UUID, Shown]:
    rows = ReportTemplate.objects.filter(id__in=ids).values_list("id", "name")
    return {row: Shown(name=name, address=reverse("web:template", kwargs={"template_id": row})) for row, name in rows}


# What the first word of an action is about.
_KINDS = {
    "schedule": "schedule",
    "report": "generation",
    "generation": "generation",
    "recipient": "delivery",
    "export": "export",
    "template": "template",
}
_LOOKUPS: Mapping[str, Callable[[Collection[UUID]], dict[UUID, Shown]]] = {
    "schedule": _schedules,
    "generation": _generations,
    "delivery": _deliveries,
    "export": _exports,
    "template": _templates,
}

"""The objects of audit events that are still there: what they are called, and where they are shown."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from outbrief.facts.models import Intake
from outbrief.record.generations import order_of
from outbrief.record.models import (
    AuditEvent,
    ExportJob,
    ReportDelivery,
    ReportGeneration,
    ReportTemplate,
    ScheduledReport,
    Upload,
)
from outbrief.web.rows import export_title

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An object: its name, and the address of its page."""

    name: str
    address: str


def objects_of(events: Iterable[AuditEvent]) -> dict[str, Shown]:
    """Give the objects of these events that the tenant in scope has, by `object_id`; one query for each kind."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        kind = _KINDS.get(event.action.partition(".")[0])
        if kind and event.object_id:
            wanted[kind].add(event.object_id)
    found: dict[str, Shown] = {}
    for kind, ids in wanted.items():
        found |= {str(object_id): shown for object_id, shown in _LOOKUPS[kind](ids).items()}
    return found


def _uuids(texts: Iterable[str]) -> list[UUID]:
    # Older events call some objects by other names.
    return [UUID(text) for text in texts if _UUID.fullmatch(text)]


def _schedules(ids: Collection[str]) -> dict[UUID, Shown]:
    rows = ScheduledReport.objects.filter(id__in=_uuids(ids), deleted_at__isnull=True).values_list("id", "name")
    return {row: Shown(name=name, address=reverse("web:schedule", kwargs={"schedule_id": row})) for row, name in rows}


def _generations(ids: Collection[str]) -> dict[UUID, Shown]:
    return {
        run.id: Shown(name=order_of(run).title, address=reverse("web:generation", kwargs={"generation_id": run.id}))
        for run in ReportGeneration.objects.filter(id__in=_uuids(ids)).only("id", "metadata")
    }


def _deliveries(ids: Collection[str]) -> dict[UUID, Shown]:
    rows = ReportDelivery.objects.filter(id__in=_uuids(ids)).values_list("id", "recipient", "generation_id")
    return {
        row: Shown(name=recipient, address=reverse("web:generation", kwargs={"generation_id": generation_id}))
        for row, recipient, generation_id in rows
    }


def _exports(ids: Collection[str]) -> dict[UUID, Shown]:
    rows = ExportJob.objects.filter(id__in=_uuids(ids)).values_list("id", "export_type", "format")
    return {
        row: Shown(name=export_title(kind, fmt), address=reverse("web:export", kwargs={"export_id": row}))
        for row, kind, fmt in rows
    }


def _templates(ids: Collection[str]) -> dict[UUID, Shown]:
    rows = ReportTemplate.objects.filter(id__in=_uuids(ids)).values_list("id", "name")
    return {row: Shown(name=name, address=reverse("web:template", kwargs={"template_id": row})) for row, name in rows}


def _uploads(ids: Collection[str]) -> dict[UUID, Shown]:
    rows = Upload.objects.filter(id__in=_uuids(ids)).values_list("id", "filename")
    return {row: Shown(name=name, address=reverse("web:upload", kwargs={"upload_id": row})) for row, name in rows}


def _intakes(ids: Collection[str]) -> dict[int, Shown]:
    numbers = [int(text) for text in ids if text.isdecimal() and len(text) < 19]
    rows = Intake.objects.filter(id__in=numbers).values_list("id", "source")
    return {row: Shown(name=name, address=reverse("web:intake", kwargs={"intake_id": row})) for row, name in rows}


# What the first word of an action is about.
_KINDS = {
    "schedule": "schedule",
    "report": "generation",
    "generation": "generation",
    "recipient": "delivery",
    "export": "export",
    "template": "template",
    "upload": "upload",
    "facts": "intake",
    "refusals": "intake",
}
_LOOKUPS: Mapping[str, Callable[[Collection[str]], Mapping[UUID, Shown] | Mapping[int, Shown]]] = {
    "schedule": _schedules,
    "generation": _generations,
    "delivery": _deliveries,
    "export": _exports,
    "template": _templates,
    "upload": _uploads,
    "intake": _intakes,
}

"""What has come in: the list, and a page for each import with the rows that it refused."""

import datetime as dt
import io
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.facts import history as facts_history
from outbrief.facts.models import Intake
from outbrief.facts.results import REFUSALS_KEPT
from outbrief.facts.shapes import FactKind
from outbrief.record import audit, uploads
from outbrief.record.cursors import page_of
from outbrief.record.models import Upload, UploadStatus
from outbrief.run.refusals import refusals_of, write_refusals
from outbrief.terms.choices import check_choice
from outbrief.web import words
from outbrief.web.files import file_answer
from outbrief.web.frame import page
from outbrief.web.intakes import wording
from outbrief.web.members import members
from outbrief.web.words import State

_ON_A_PAGE = 50
_REFUSALS_SHOWN = 100
_OPEN = {
    UploadStatus.WAITING: State(word="Waiting for you", tone="warning"),
    UploadStatus.IMPORTING: State(word="Importing", tone="busy"),
    UploadStatus.FAILED: State(word="Failed", tone="bad"),
}


@dataclass(frozen=True, kw_only=True)
class IntakeRow:
    """One import. `created` and its like are empty for imports of before they were counted."""

    id: int
    kind: str
    source: str
    way: str
    who: str
    at: str
    at_iso: str
    read: str
    kept: str
    refused: str
    created: str
    updated: str
    unchanged: str


@dataclass(frozen=True, kw_only=True)
class UploadRow:
    """A file that is not imported yet."""

    id: UUID
    filename: str
    kind: str
    size: str
    at: str
    at_iso: str
    state: State
    reason: str


@require_safe
@members("read")
def intakes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what has come in, newest first, of one kind or all; and the files that wait to be imported."""
    now = dt.datetime.now(dt.UTC)
    asked = request.GET.get("kind", "")
    kind = check_choice(FactKind, asked, field="kind") if asked else None
    found, following = page_of(
        facts_history.newest_first(kind),
        newest_by="created_at",
        cursor=request.GET.get("cursor"),
        limit=_ON_A_PAGE,
    )
    waiting = uploads.unfinished()[:_ON_A_PAGE] if "facts" in actor.verbs else []
    context = {
        "intakes": _rows(found, actor, now=now),
        "following": following,
        "kinds": words.choices(FactKind),
        "kind": kind,
        "uploads": [upload_row(one, actor, now=now) for one in waiting],
    }
    return page(request, actor, "web/intakes/intakes.html", context)


@require_safe
@members("read")
def intake(request: HttpRequest, actor: Actor, intake_id: int) -> HttpResponse:
    """Show one import: what it did, why rows were refused, and what to do."""
    now = dt.datetime.now(dt.UTC)
    found = facts_history.get(intake_id)
    refusals = refusals_of(found)
    context = {
        "intake": _row(found, actor, names=_names([found.actor]), now=now),
        "refused": found.rows_refused,
        "notes": found.notes or [],
        "reasons": wording.reasons(refusals),
        "refusals": [(one, wording.field_name(one.field) if one.field else "") for one in refusals[:_REFUSALS_SHOWN]],
        "kept": words.grouped(len(refusals)),
        "are_all_kept": found.rows_refused <= REFUSALS_KEPT,
        "are_all_shown": len(refusals) <= _REFUSALS_SHOWN,
        "shown": min(len(refusals), _REFUSALS_SHOWN),
    }
    return page(request, actor, "web/intakes/intake.html", context)


@require_safe
@members("read")
def refused_rows(request: HttpRequest, actor: Actor, intake_id: int) -> HttpResponse:
    """Give the rows that an import refused as CSV."""
    found = facts_history.get(intake_id)
    content = io.BytesIO()
    write_refusals(found, content)
    if request.method == "GET":
        audit.note(tenant_id=actor.tenant_id, actor=actor.name, action="refusals.downloaded", object_id=str(found.id))
    name = f"refused-{found.kind}-{found.id}.csv"
    return file_answer(content.getvalue(), filename=name, content_type="text/csv")


def upload_row(upload: Upload, actor: Actor, *, now: dt.datetime) -> UploadRow:
    """Say a file that is not imported yet."""
    return UploadRow(
        id=upload.id,
        filename=upload.filename,
        kind=upload.kind.capitalize(),
        size=words.size(upload.file_size_bytes),
        at=words.moment(upload.created_at, actor.timezone, now=now),
        at_iso=upload.created_at.isoformat(),
        state=_OPEN[UploadStatus(upload.status)],
        reason=upload.error_message or "",
    )


def _rows(found: list[Intake], actor: Actor, *, now: dt.datetime) -> list[IntakeRow]:
    names = _names({one.actor for one in found})
    return [_row(one, actor, names=names, now=now) for one in found]


def _names(actors: Collection[str]) -> dict[str, str]:
    return audit.actor_names(actors)


def _row(intake: Intake, actor: Actor, *, names: dict[str, str], now: dt.datetime) -> IntakeRow:
    return IntakeRow(
        id=intake.id,
        kind=intake.kind.capitalize(),
        source=intake.source,
        way=wording.way(intake.actor),
        who=names.get(intake.actor, ""),
        at=words.moment(intake.created_at, actor.timezone, now=now),
        at_iso=intake.created_at.isoformat(),
        read=words.grouped(intake.rows_read),
        kept=words.grouped(intake.rows_kept),
        refused=words.grouped(intake.rows_refused) if intake.rows_refused else "",
        created=_counted(intake.created),
        updated=_counted(intake.updated),
        unchanged=_counted(intake.unchanged),
    )


def _counted(number: int | None) -> str:
    return "" if number is None else words.grouped(number)

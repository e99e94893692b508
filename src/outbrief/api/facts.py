"""Facts: campaigns, leads, messages and events, in batches."""

import datetime as dt

from django.http import HttpRequest
from ninja import Router

from outbrief import access
from outbrief.api.auth import actor_of
from outbrief.api.fact_schemas import (
    CampaignRows,
    EventRows,
    LeadRows,
    MessageRows,
    RefusalOut,
    RowsAsked,
    RowsTaken,
)
from outbrief.api.schemas import answers
from outbrief.facts import FactKind, import_rows
from outbrief.record import audit
from outbrief.record.tenants import tenant_facts

router = Router(tags=["facts"], by_alias=True)

_ANSWERS = answers(200, RowsTaken, 401, 403, 409, 413, 422, 429, 503)
# What the history of imports and the notes call a batch, which has no name of its own.
_SOURCE = "the batch"


@router.post("/campaigns", response=_ANSWERS, summary="Bring in campaigns")
def import_campaigns(request: HttpRequest, asked: CampaignRows) -> RowsTaken:
    """Make or update up to 10,000 campaigns. Bad rows are refused one by one; the same batch twice changes nothing."""
    return _imported(request, FactKind.CAMPAIGNS, asked)


@router.post("/leads", response=_ANSWERS, summary="Bring in leads")
def import_leads(request: HttpRequest, asked: LeadRows) -> RowsTaken:
    """Make or update up to 10,000 leads. Bad rows are refused one by one; the same batch twice changes nothing."""
    return _imported(request, FactKind.LEADS, asked)


@router.post("/messages", response=_ANSWERS, summary="Bring in messages")
def import_messages(request: HttpRequest, asked: MessageRows) -> RowsTaken:
    """Make or update up to 10,000 messages; totals are up to date when it is answered.

    Campaigns, leads and workspaces that are not known yet are made. Bad rows are refused one by one; the same batch
    twice changes nothing.
    """
    return _imported(request, FactKind.MESSAGES, asked)


@router.post("/events", response=_ANSWERS, summary="Bring in events")
def import_events(request: HttpRequest, asked: EventRows) -> RowsTaken:
    """Add up to 10,000 opens, clicks, replies and the like to messages that are known, in any order.

    Each counts once, however often it comes. Events of messages that are not known are refused.
    """
    return _imported(request, FactKind.EVENTS, asked)


def _imported(request: HttpRequest, kind: FactKind, asked: RowsAsked) -> RowsTaken:
    actor, now = actor_of(request), dt.datetime.now(dt.UTC)
    with access.acting(actor, "facts"):
        result = import_rows(
            asked.rows,
            kind,
            tenant_id=actor.tenant_id,
            timezone=tenant_facts(actor.tenant_id).timezone,
            strict=asked.strict,
            now=now,
            source=_SOURCE,
            actor=actor.name,
        )
        audit.note(
            tenant_id=actor.tenant_id,
            actor=actor.name,
            action="facts.imported",
            object_id=str(result.intake_id),
            kind=kind.value,
            rows=result.rows_kept,
        )
    return RowsTaken(
        kind=result.kind,
        rows_read=result.rows_read,
        rows_kept=result.rows_kept,
        rows_refused=result.rows_refused,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        refusals=[
            RefusalOut(line=refusal.line, field=refusal.field, reason=refusal.reason, value=refusal.value)
            for refusal in result.refusals
        ],
        notes=list(result.notes),
    )

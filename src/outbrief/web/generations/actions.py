"""What can be done with a generation: run it again, send it again to those whom it did not reach."""

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from outbrief.access import Actor, find
from outbrief.record import deliveries
from outbrief.record import generations as record
from outbrief.record.tenants import tenant_facts
from outbrief.run import plan
from outbrief.web import notices, words
from outbrief.web.members import members


@require_POST
@members("report")
def run_again(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Run the generation's schedule once more, or the same one-off report again."""
    now = dt.datetime.now(dt.UTC)
    run = find(record.get, generation_id)
    again = plan.run_again(tenant_facts(actor.tenant_id), run, actor=actor.name, now=now)
    notices.say(request, "Run started again: this is its page.")
    return redirect("web:generation", generation_id=again.id)


@require_POST
@members("report")
def resend(request: HttpRequest, actor: Actor, generation_id: UUID) -> HttpResponse:
    """Send the same file again to the recipients whose delivery failed."""
    count = plan.resend(find(record.get, generation_id), actor=actor.name)
    notices.say(request, f"Sending again to {words.counted(count, 'recipient', 'recipients')}.")
    return redirect("web:generation", generation_id=generation_id)


@require_POST
@members("report")
def resend_one(request: HttpRequest, actor: Actor, generation_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send the same file again to one recipient whose delivery failed."""
    run = find(record.get, generation_id)
    delivery = deliveries.of_generation(run, delivery_id)
    plan.resend(run, actor=actor.name, only=delivery.id)
    notices.say(request, f"Sending again to {delivery.recipient}.")
    return redirect("web:generation", generation_id=generation_id)

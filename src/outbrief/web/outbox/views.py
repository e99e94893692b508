"""The outbox: the tenant's own mails, where a folder keeps them instead of a mail server sending them."""

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.record.models import ReportDelivery
from outbrief.record.tenants import tenant_facts
from outbrief.terms.errors import NotFound
from outbrief.web import headers, kept_mails, words
from outbrief.web.members import members, page

_LATEST = 50


@require_safe
@members("read")
def outbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the latest mails."""
    if kept_mails.folder() is None:
        raise NotFound("There is no outbox here: mails leave by a mail server.")
    now = dt.datetime.now(dt.UTC)
    timezone = tenant_facts(actor.tenant_id).timezone
    sent = ReportDelivery.objects.filter(sent_at__isnull=False).order_by("-sent_at")
    mails = [
        {"id": row.id, "head": head, "at": words.moment(row.sent_at, timezone, now=now)}
        for row in sent[:_LATEST]
        if (head := kept_mails.head(row.message_id)) is not None
    ]
    context = {"mails": mails, "latest": _LATEST, "timezone": words.zone(timezone)}
    return page(request, actor, "web/outbox/outbox.html", context)


@require_safe
@members("read")
def mail(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    """Show one mail."""
    delivery = _delivery(delivery_id)
    kept = kept_mails.whole(delivery.message_id)
    attached = [(file.filename, words.size(file.size)) for file in kept.attached]
    context = {"delivery": delivery, "mail": kept, "attached": attached}
    return page(request, actor, "web/outbox/mail.html", context)


@require_safe
@xframe_options_sameorigin
@members("read")
def mail_html(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:  # noqa: ARG001 - the shape of a page
    """Give the HTML of one mail, shut in by its own policy."""
    kept = kept_mails.whole(_delivery(delivery_id).message_id)
    return HttpResponse(kept.html, headers={"Content-Security-Policy": headers.MAIL})


def _delivery(delivery_id: UUID) -> ReportDelivery:
    delivery = ReportDelivery.objects.filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound("There is no mail with this id.")
    return delivery

"""The outbox: the tenant's own mails, where a folder keeps them instead of a mail server sending them."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from outbrief.access import Actor
from outbrief.record import outbox as record
from outbrief.record.generations import order_of
from outbrief.record.outbox import OutMail, Reader
from outbrief.terms.errors import NotFound
from outbrief.web import headers, kept_mails, words
from outbrief.web.frame import page
from outbrief.web.members import members

_ON_A_PAGE = 40
_KINDS = {"report": "Report", "invitation": "Invitation", "password": "New password", "failure": "Failed report"}
# How one mail can be looked at: the word of the address, and the words of the page.
_LOOKS = (("", "Full width"), ("phone", "Phone"), ("text", "Plain text"))


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """A mail as the list shows it; `about` is what it is about, and `report` the address of that report."""

    id: UUID
    subject: str
    recipient: str
    at: str
    kind: str
    about: str
    report: str


@require_safe
@members("read")
def outbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the mails, newest first."""
    if kept_mails.folder() is None:
        raise NotFound("There is no outbox here: mails leave by a mail server.")
    now = dt.datetime.now(dt.UTC)
    recipient = request.GET.get("to", "").strip()[:320]
    found, following = record.page(
        _reader(actor), recipient=recipient, cursor=request.GET.get("cursor"), limit=_ON_A_PAGE
    )
    rows = [_row(mail, head, actor, now=now) for mail in found if (head := kept_mails.head(mail.message_id))]
    context = {"mails": rows, "following": following, "to": recipient, "timezone": words.zone(actor.timezone)}
    return page(request, actor, "web/outbox/outbox.html", context)


@require_safe
@members("read")
def mail(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    """Show one mail, as wide as the page or as a telephone, or as text."""
    found = record.find(_reader(actor), delivery_id)
    kept = kept_mails.whole(found.message_id)
    now = dt.datetime.now(dt.UTC)
    asked = request.GET.get("as", "")
    look = asked if asked in dict(_LOOKS) and kept.html else "text" if not kept.html else ""
    context = {
        "row": _row(found, kept.head, actor, now=now),
        "mail": kept,
        "look": look,
        "looks": _LOOKS if kept.html else (),
        "attached": [(file.filename, words.size(file.size)) for file in kept.attached],
        "timezone": words.zone(actor.timezone),
    }
    return page(request, actor, "web/outbox/mail.html", context)


@require_safe
@xframe_options_sameorigin
@members("read")
def mail_html(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:  # noqa: ARG001 - the shape of a page
    """Give the HTML of one mail, shut in by its own policy."""
    kept = kept_mails.whole(record.find(_reader(actor), delivery_id).message_id)
    return HttpResponse(kept.html, headers={"Content-Security-Policy": headers.MAIL})


def _reader(actor: Actor) -> Reader:
    return Reader(user_id=actor.user_id, manages="manage" in actor.verbs)


def _row(mail: OutMail, head: kept_mails.MailHead, actor: Actor, *, now: dt.datetime) -> MailRow:
    run = mail.generation
    return MailRow(
        id=mail.id,
        subject=head.subject,
        recipient=mail.recipient,
        at=words.moment(mail.sent_at, actor.timezone, now=now),
        kind=_KINDS[mail.kind],
        about=order_of(run).title if run else "",
        report=reverse("web:generation", kwargs={"generation_id": run.id}) if run else "",
    )

"""The addresses that get no more mail: looked up, added and taken off again."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from outbrief.access import Actor, find, permit
from outbrief.record import suppressions as record
from outbrief.record.cursors import page_of
from outbrief.record.models import Suppression
from outbrief.record.suppressions import Reason
from outbrief.run import suppressions as run
from outbrief.terms.errors import InvalidInput
from outbrief.web import notices, words
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.words import State

_ON_A_PAGE = 50
_STATES = {
    Reason.UNSUBSCRIBED: State(word="Unsubscribed", tone="quiet"),
    Reason.BOUNCED: State(word="Bounced", tone="bad"),
    Reason.COMPLAINED: State(word="Complained", tone="bad"),
    Reason.MANUAL: State(word="Added by hand", tone="quiet"),
}
# What is said before an address gets mail again.
_WARNINGS = {
    Reason.UNSUBSCRIBED: "This person asked for no more mail. Send again only if they have asked you to.",
    Reason.COMPLAINED: "This person marked a mail as spam. Another one can have all your mail refused, and may be "
    "against the law. Send again only if they have asked you to.",
    Reason.BOUNCED: "Mail to this address was refused for good. Take it off the list when you know that it is mended.",
    Reason.MANUAL: "Reports are mailed to this address again from now on.",
}


class AddForm(forms.Form):
    """An address to put on the list."""

    address = forms.CharField(
        label="Send no more mail to",
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "name@example.com"}),
    )


@dataclass(frozen=True, kw_only=True)
class SuppressionRow:
    """One address. `warning` is what to know before it is taken off."""

    id: UUID
    address: str
    state: State
    since: str
    since_iso: str
    warning: str


@require_http_methods(["GET", "HEAD", "POST"])
@members("read")
def suppressions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the addresses; on POST add one."""
    if request.method != "POST":
        return _show(request, actor, AddForm())
    permit(actor, "manage")
    form = AddForm(request.POST)
    if form.is_valid():
        try:
            row, new = run.add(actor.tenant_id, form.cleaned_data["address"], actor=actor.name)
        except InvalidInput as problem:
            put_problem(form, problem, fields={"address": "address"})
        else:
            if new:
                undo = reverse("web:remove-suppression", kwargs={"suppression_id": row.id})
                notices.say(request, f"{row.address} gets no more mail.", undo=undo)
            else:
                notices.say(request, f"{row.address} was on the list already.")
            return redirect("web:suppressions")
    return _show(request, actor, form, status=422)


@require_POST
@members("manage")
def remove(request: HttpRequest, actor: Actor, suppression_id: UUID) -> HttpResponse:
    """Take an address off the list."""
    row = find(record.get, suppression_id)
    token = run.remove(row, actor=actor.name)
    undo = f"{reverse('web:restore-suppression')}?{urlencode({'kept': token})}"
    notices.say(request, f"{row.address} gets mail again.", undo=undo)
    return redirect("web:suppressions")


@require_POST
@members("manage")
def restore(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put an address back that was taken off."""
    address = run.restore(actor.tenant_id, request.GET.get("kept", ""), actor=actor.name)
    notices.say(request, f"{address} is on the list again.")
    return redirect("web:suppressions")


def _show(request: HttpRequest, actor: Actor, form: AddForm, *, status: int = 200) -> HttpResponse:
    now = dt.datetime.now(dt.UTC)
    begins, reason = request.GET.get("begins", "").strip(), request.GET.get("reason", "")
    if reason not in list(Reason):
        reason = ""
    rows, following = page_of(
        record.newest_first(begins=begins, reason=reason),
        newest_by="created_at",
        cursor=request.GET.get("cursor"),
        limit=_ON_A_PAGE,
    )
    context = {
        "tab": "suppressions",
        "form": form,
        "rows": [_row(row, timezone=actor.timezone, now=now) for row in rows],
        "following": following,
        "begins": begins,
        "reason": reason,
        "reasons": [(one.value, _STATES[one].word) for one in Reason],
    }
    return page(request, actor, "web/settings/suppressions.html", context, status=status)


def _row(row: Suppression, *, timezone: str, now: dt.datetime) -> SuppressionRow:
    reason = Reason(row.reason)
    return SuppressionRow(
        id=row.id,
        address=row.address,
        state=_STATES[reason],
        since=words.moment(row.created_at, timezone, now=now),
        since_iso=row.created_at.isoformat(),
        warning=_WARNINGS[reason],
    )

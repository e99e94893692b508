"""Who is in the tenant, who is invited, and what owners change of that."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outbrief.access import Actor, find
from outbrief.record import account_mails, audit, invitations
from outbrief.record import members as recorded
from outbrief.record.models import AccountMail, Invitation, Role
from outbrief.run import invitations as membership
from outbrief.terms.errors import Conflict, InvalidInput, OutbriefError
from outbrief.web import kept_mails, notices, words
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.words import State


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    """A member as the list shows them; `can_leave` tells that another owner stays."""

    id: UUID
    email: str
    name: str
    role: str
    joined: str
    is_me: bool
    can_leave: bool
    has_signed_up: bool


@dataclass(frozen=True, kw_only=True)
class InvitationRow:
    """An invitation that waits; `mailed` says what became of the mail."""

    id: UUID
    email: str
    role: str
    inviter: str
    state: State
    until: str
    mailed: str
    problem: str


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label="E-mail address", max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label="Role",
        initial=Role.VIEWER.value,
        choices=[(str(role), f"{role.capitalize()}: may {may}") for role, may in membership.MAY.items()],
    )


@require_safe
@members("read")
def everyone(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the members, and for owners the invitations that wait."""
    return _page(request, actor)


@require_POST
@members("manage")
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Invite somebody."""
    form = InviteForm(request.POST)
    if form.is_valid():
        now = dt.datetime.now(dt.UTC)
        try:
            made = membership.invite(
                actor.tenant_id,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                inviter_id=actor.user_id,
                actor=actor.name,
                now=now,
            )
        except InvalidInput as problem:
            put_problem(form, problem, fields={"email": "email", "role": "role"})
        except Conflict as problem:
            form.add_error(None, problem.said)
        else:
            notices.say(request, f"{made.email} is invited. The mail is on its way.")
            return redirect("web:members")
    return _page(request, actor, form=form, status=422)


@require_POST
@members("manage")
def change_role(request: HttpRequest, actor: Actor, member_id: UUID) -> HttpResponse:
    """Give a member another role."""
    member = find(recorded.get, member_id)
    try:
        role = membership.change_role(actor.tenant_id, member_id, str(request.POST.get("role", "")), actor=actor.name)
    except (Conflict, InvalidInput) as problem:
        return _page(request, actor, problem=problem, status=problem.status)
    notices.say(request, f"{member.email} is {_article(role)} {role} now.")
    return redirect("web:members")


@require_POST
@members("manage")
def remove(request: HttpRequest, actor: Actor, member_id: UUID) -> HttpResponse:
    """Remove a member; who removes themselves goes on with another tenant, if they have one."""
    member = find(recorded.get, member_id)
    try:
        email = membership.remove(actor.tenant_id, member_id, actor=actor.name)
    except Conflict as problem:
        return _page(request, actor, problem=problem, status=problem.status)
    notices.say(request, f"{email} is no member any more.")
    return redirect("web:overview" if member.user_id == actor.user_id else "web:members")


@require_POST
@members("manage")
def send_again(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponse:
    """Mail an invitation again, good for as long as a new one."""
    invitation = find(invitations.get_waiting, invitation_id)
    membership.send_again(invitation, actor=actor.name, now=dt.datetime.now(dt.UTC))
    notices.say(request, f"{invitation.email} is mailed again.")
    return redirect("web:members")


@require_POST
@members("manage")
def revoke(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = find(invitations.get_waiting, invitation_id)
    membership.revoke(invitation, actor=actor.name)
    notices.say(request, f"The invitation of {invitation.email} is withdrawn.")
    return redirect("web:members")


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    form: InviteForm | None = None,
    problem: OutbriefError | None = None,
    status: int = 200,
) -> HttpResponse:
    now = dt.datetime.now(dt.UTC)
    everybody = recorded.everyone()
    owners = sum(one.role is Role.OWNER for one in everybody)
    context = {
        "tab": "members",
        "rows": [_member(one, actor, owners=owners, now=now) for one in everybody],
        "roles": [(str(role), f"may {may}") for role, may in membership.MAY.items()],
        "invited": _invited(actor, now=now) if "manage" in actor.verbs else [],
        "form": form or InviteForm(),
        "problem": problem,
        "timezone": words.zone(actor.timezone),
        "is_kept": kept_mails.folder() is not None,
    }
    return page(request, actor, "web/settings/members.html", context, status=status)


def _member(one: recorded.MemberFacts, actor: Actor, *, owners: int, now: dt.datetime) -> MemberRow:
    return MemberRow(
        id=one.id,
        email=one.email,
        name=one.name,
        role=one.role,
        joined=words.moment(one.joined_at, actor.timezone, now=now),
        is_me=one.user_id == actor.user_id,
        can_leave=one.role is not Role.OWNER or owners > 1,
        has_signed_up=one.has_password,
    )


def _invited(actor: Actor, *, now: dt.datetime) -> list[InvitationRow]:
    rows = list(invitations.waiting())
    mails = account_mails.latest_about([row.id for row in rows])
    return [_invitation(row, mails.get(row.id), actor, now=now) for row in rows]


def _invitation(row: Invitation, mail: AccountMail | None, actor: Actor, *, now: dt.datetime) -> InvitationRow:
    over = row.expires_at <= now
    mailed = f"Mailed {words.moment(mail.sent_at, actor.timezone, now=now)}" if mail and mail.sent_at else ""
    return InvitationRow(
        id=row.id,
        email=row.email,
        role=row.role,
        inviter=audit.person_name(row.invited_by) if row.invited_by else "",
        state=State(word="Expired", tone="warning") if over else State(word="Waiting", tone="busy"),
        until=words.moment(row.expires_at, actor.timezone, now=now),
        mailed=mailed or ("" if mail and mail.problem else "The mail is on its way"),
        problem=mail.problem if mail else "",
    )


def _article(role: Role) -> str:
    return "a" if role is Role.VIEWER else "an"

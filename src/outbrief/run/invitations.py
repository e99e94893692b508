"""Members: invited by a mail with a signed link, given another role, removed."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from outbrief import telemetry
from outbrief.deliver.address import check_recipient
from outbrief.record import account_mails, audit, invitations, members, people, queue, tenants
from outbrief.record.models import Invitation, Role
from outbrief.record.scope import tenant_scope
from outbrief.render.account_mails import write_invitation_mail
from outbrief.run import parts, passwords
from outbrief.run.attempts import Attempt, Clock, alone, gives_up, named_errors
from outbrief.run.branding import brand_for_notice
from outbrief.run.links import Link, address, make_token, open_token
from outbrief.run.notices import mail_domain, mail_of
from outbrief.terms.calendar import check_timezone
from outbrief.terms.delivery import Mail
from outbrief.terms.errors import Conflict, Forbidden, InvalidInput, NotFound, OutbriefError

LASTS = dt.timedelta(days=7)
_LONGEST_NAME, _LONGEST_ADDRESS = 255, 254
# What a mail says that the role may do.
MAY = {
    Role.VIEWER: "read every report and export",
    Role.EDITOR: "read, schedule and send reports, and bring data in",
    Role.OWNER: "do everything, and also manage members and keys",
}


class InvitationState(StrEnum):
    """What can still become of an invitation that somebody holds the link to."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An invitation as its link shows it; `knows_us` tells that the person has a password to sign in with."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    email: str
    role: Role
    inviter: str
    state: InvitationState
    knows_us: bool


def check_role(role: str) -> Role:
    """Give the role with this name; InvalidInput for another."""
    if role not in {str(known) for known in Role}:
        raise InvalidInput(f"{role!r} is not a role.", field="role", hint=f"Roles: {', '.join(Role)}.")
    return Role(role)


def invite(
    tenant_id: UUID, *, email: str, role: str, inviter_id: UUID | None, actor: str, now: dt.datetime
) -> Invitation:
    """Invite an address in the tenant's scope and defer the mail; one that waits is renewed, with this role.

    InvalidInput(field="email" or "role"); Conflict when the person is a member already, or too many are invited.
    """
    checked, chosen = check_recipient(email, field="email").lower(), check_role(role)
    if len(checked) > _LONGEST_ADDRESS:
        raise InvalidInput(f"An address has at most {_LONGEST_ADDRESS} characters.", field="email")
    if tenants.is_member(tenant_id, checked):
        raise InvalidInput(f"{checked} is a member already.", field="email", hint="Change their role in the list.")
    invitation = invitations.put(
        tenant_id=tenant_id, email=checked, role=chosen, invited_by=inviter_id, expires_at=now + LASTS
    )
    _defer_mail(invitation)
    audit.note(
        tenant_id=tenant_id, actor=actor, action="member.invited", object_id=invitation.id, email=checked, role=chosen
    )
    return invitation


def send_again(invitation: Invitation, *, actor: str, now: dt.datetime) -> None:
    """Mail an invitation again in the tenant's scope; it is good for another seven days."""
    invitations.renew(invitation, expires_at=now + LASTS)
    _defer_mail(invitation)
    _note(invitation, "invitation.sent_again", actor)


def revoke(invitation: Invitation, *, actor: str) -> None:
    """Withdraw an invitation in the tenant's scope."""
    invitations.revoke(invitation)
    _note(invitation, "invitation.revoked", actor)


def mail_invitation(tenant_id: UUID, mail_id: UUID, *, clock: Clock, attempt: Attempt) -> None:
    """Send the mail of an invitation unless it is over; raises what went wrong, which the members' page then tells."""
    with alone(mail_id):
        with tenant_scope(tenant_id):
            mail = account_mails.find(mail_id)
            invitation = invitations.find(mail.object_id) if mail is not None and mail.object_id else None
        if mail is None or mail.sent_at is not None or _state(invitation, now=clock()) is not InvitationState.OPEN:
            return
        assert invitation is not None  # noqa: S101 - an open one is there
        try:
            with named_errors():
                parts.channel().send(_mail(tenant_id, invitation, mail.message_id))
        except OutbriefError as error:
            if gives_up(error, attempt):
                with tenant_scope(tenant_id):
                    account_mails.settle(mail_id, now=None, problem=error.message)
            raise
        with tenant_scope(tenant_id):
            account_mails.settle(mail_id, now=clock())
        telemetry.say("invitation.sent", tenant=tenant_id, invitation=invitation.id)


def open_invitation(token: str, *, now: dt.datetime) -> Invited:
    """Give the invitation behind a link, in whatever state; Forbidden when it was not signed here."""
    link = open_token("invitation", token, now=now)
    with tenant_scope(link.tenant_id):
        row = invitations.find(link.object_id)
        tenant_name = tenants.tenant_facts(link.tenant_id).name
    person = people.by_address(row.email) if row else None
    inviter = row.invited_by if row else None
    return Invited(
        id=link.object_id,
        tenant_id=link.tenant_id,
        tenant_name=tenant_name,
        email=row.email if row else "",
        role=Role(row.role) if row else Role.VIEWER,
        inviter=audit.person_name(inviter) if inviter else "",
        state=_state(row, now=now),
        knows_us=person is not None and person.has_password,
    )


def accept_as_new(invited: Invited, *, name: str, password: str, now: dt.datetime) -> UUID:
    """Make the invited person a member who signs in with this password; give their id.

    InvalidInput(field="name" or "password"); Conflict when the invitation is over, or the person has a password.
    """
    checked = check_name(name)
    passwords.check(password, email=invited.email, name=checked)
    with transaction.atomic():
        person = people.by_address(invited.email)
        if person is not None and (person.has_password or not person.is_active):
            raise Conflict(f"{invited.email} has a password already.", hint="Sign in, and accept then.")
        user_id = people.introduce(invited.email, name=checked, password=password)
        _join(invited, user_id, now=now)
    return user_id


def accept(invited: Invited, *, user_id: UUID, now: dt.datetime) -> None:
    """Make a signed-in person a member; Forbidden for another than the invited, Conflict when it is over."""
    person = people.by_id(user_id)
    if person is None or person.email != invited.email:
        raise Forbidden(f"This invitation is for {invited.email}.", hint="Sign in with that address.")
    with transaction.atomic():
        _join(invited, user_id, now=now)


def change_role(tenant_id: UUID, member_id: UUID, role: str, *, actor: str) -> Role:
    """Change a member's role in the tenant's scope; Conflict for the last owner, NotFound, InvalidInput."""
    chosen = check_role(role)
    member = members.get(member_id)
    before = members.change_role(member_id, chosen)
    if before is not chosen:
        audit.note(
            tenant_id=tenant_id,
            actor=actor,
            action="member.role_changed",
            object_id=member.user_id,
            email=member.email,
            before=before,
            after=chosen,
        )
    return chosen


def remove(tenant_id: UUID, member_id: UUID, *, actor: str) -> str:
    """Remove a member in the tenant's scope and give their address; Conflict for the last owner, NotFound."""
    member = members.get(member_id)
    members.remove(member_id)
    audit.note(tenant_id=tenant_id, actor=actor, action="member.removed", object_id=member.user_id, email=member.email)
    return member.email


def change_profile(user_id: UUID, *, name: str, timezone: str) -> None:
    """Change what a person is called and the zone of their times, empty for the tenant's; InvalidInput."""
    checked = name.strip()
    if len(checked) > _LONGEST_NAME:
        raise InvalidInput(f"A name has at most {_LONGEST_NAME} characters.", field="name")
    people.change_profile(user_id, name=checked, timezone=check_timezone(timezone).key if timezone else "")


def check_name(name: str) -> str:
    """Give a person's name without spaces around it; InvalidInput when there is none, or it is too long."""
    checked = name.strip()
    if not 1 <= len(checked) <= _LONGEST_NAME:
        raise InvalidInput(f"A name has 1 to {_LONGEST_NAME} characters.", field="name")
    return checked


def _join(invited: Invited, user_id: UUID, *, now: dt.datetime) -> None:
    with tenant_scope(invited.tenant_id):
        row = _still_open(invited.id, now=now)
        # Who became a member in another way meanwhile keeps the role that they were given there.
        if not tenants.is_member(invited.tenant_id, invited.email):
            tenants.add_member(tenant_id=invited.tenant_id, email=invited.email, role=Role(row.role))
        invitations.accept(row, now=now)
        audit.note(
            tenant_id=invited.tenant_id,
            actor=f"user:{user_id}",
            action="member.joined",
            object_id=user_id,
            email=invited.email,
            role=row.role,
        )


def _still_open(invitation_id: UUID, *, now: dt.datetime) -> Invitation:
    over = Conflict("This invitation is over.", hint="Ask for a new one.")
    try:
        row = invitations.get_waiting(invitation_id)
    except NotFound:
        raise over from None
    if _state(row, now=now) is not InvitationState.OPEN:
        raise over
    return row


def _state(invitation: Invitation | None, *, now: dt.datetime) -> InvitationState:
    if invitation is None:
        return InvitationState.REVOKED
    if invitation.accepted_at is not None:
        return InvitationState.USED
    return InvitationState.EXPIRED if invitation.expires_at <= now else InvitationState.OPEN


def _defer_mail(invitation: Invitation) -> None:
    mail = account_mails.plan_invitation(
        tenant_id=invitation.tenant_id,
        recipient=invitation.email,
        invitation_id=invitation.id,
        domain=mail_domain(),
    )
    queue.defer("mail_invitation", queue="mail", tenant_id=invitation.tenant_id, mail_id=mail.id)


def _mail(tenant_id: UUID, invitation: Invitation, message_id: str) -> Mail:
    tenant = tenants.tenant_facts(tenant_id)
    inviter, role = invitation.invited_by, Role(invitation.role)
    ends = invitation.expires_at.astimezone(check_timezone(tenant.timezone))
    # The link has no end of its own: the invitation knows it, and can be renewed.
    token = make_token(Link(target="invitation", tenant_id=tenant_id, object_id=invitation.id), expires_at=None)
    body = write_invitation_mail(
        brand=brand_for_notice(tenant),
        inviter=audit.person_name(inviter) if inviter else "",
        role=role,
        may=MAY[role],
        url=address(f"/invitations/{token}"),
        until=f"{ends:%-d %B %Y %H:%M} ({tenant.timezone})",
    )
    return mail_of(body, recipient=invitation.email, message_id=message_id)


def _note(invitation: Invitation, action: str, actor: str) -> None:
    audit.note(
        tenant_id=invitation.tenant_id, actor=actor, action=action, object_id=invitation.id, email=invitation.email
    )

"""Passwords: which ones are good enough, how one is changed, and the link to a new one when it is forgotten."""

import datetime as dt
from functools import cache
from uuid import UUID, uuid4

from django.contrib.auth import password_validation as validation
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from outbrief import telemetry
from outbrief.record import account_mails, audit, people, queue, tenants
from outbrief.record.models import MailKind, User
from outbrief.record.people import Person
from outbrief.record.scope import tenant_scope
from outbrief.render.account_mails import write_password_mail
from outbrief.run import parts
from outbrief.run.attempts import Clock
from outbrief.run.branding import brand_for_notice
from outbrief.run.links import address as full_address
from outbrief.run.notices import mail_domain, mail_of
from outbrief.terms.errors import Forbidden, InvalidInput
from outbrief.terms.look import Brand

LINK_LASTS = dt.timedelta(hours=1)
SHORTEST = 8
_SALT = "outbrief.password"


def check(password: str, *, email: str, name: str = "", field: str = "password") -> None:
    """Check that a password is good enough for a person; InvalidInput says all that is wrong with it."""
    try:
        validation.validate_password(password, User(email=email, name=name), password_validators=_validators())
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field=field) from None


def ask_for_link(address: str) -> None:
    """Defer the mail with the link to a new password, if the address is that of somebody who may sign in.

    Otherwise a job is deferred too, which finds nobody: neither the answer nor its time tells who is known.
    """
    person = people.by_address(address)
    user_id = person.id if person is not None and person.is_active else uuid4()
    queue.defer("mail_password_link", queue="mail", user_id=user_id, mail_id=uuid4())


def mail_link(user_id: UUID, mail_id: UUID, *, clock: Clock) -> None:
    """Mail somebody the link to a new password; raises when the mail server does not take it."""
    person = people.by_id(user_id)
    if person is None or not person.is_active:
        return
    theirs = tenants.memberships(user_id)
    alone = tenants.tenant_facts(theirs[0].tenant_id) if len(theirs) == 1 else None
    ends = clock() + LINK_LASTS
    body = write_password_mail(
        brand=brand_for_notice(alone) if alone else Brand(name="Outbrief"),
        address=person.email,
        url=full_address(f"/password/{make_token(user_id, expires_at=ends)}"),
        until=f"{ends:%-d %B %Y %H:%M} UTC",
    )
    message_id = f"<{mail_id}.password@{mail_domain()}>"
    parts.channel().send(mail_of(body, recipient=person.email, message_id=message_id))
    for member in theirs:
        with tenant_scope(member.tenant_id):
            account_mails.note_sent(
                tenant_id=member.tenant_id,
                kind=MailKind.PASSWORD,
                recipient=person.email,
                message_id=message_id,
                user_id=user_id,
            )
    telemetry.say("password.link_sent", user=user_id)


def make_token(user_id: UUID, *, expires_at: dt.datetime) -> str:
    """Sign a link that lets a person choose a new password, once: it ends with the password they have now."""
    user = User.objects.get(id=user_id)
    return signing.dumps([user_id.hex, int(expires_at.timestamp()), _fingerprint(user)], salt=_SALT)


def open_token(token: str, *, now: dt.datetime) -> Person:
    """Check a link and give the person it is for; Forbidden when it is not ours, is over, or was used."""
    user_id, ends, fingerprint = _read(token)
    user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None or now.timestamp() >= ends or not constant_time_compare(fingerprint, _fingerprint(user)):
        raise _no_longer_good()
    person = people.by_id(user_id)
    if person is None:
        raise _no_longer_good()
    return person


def choose_by_link(token: str, password: str, *, now: dt.datetime) -> Person:
    """Give the person of a link a new password, which ends their sessions; errors as `open_token` and `check`."""
    with transaction.atomic():
        people.lock(_read(token)[0])
        # Only now: of two who use the link at one moment, the second finds it used.
        person = open_token(token, now=now)
        check(password, email=person.email, name=person.name)
        tenants.set_password(person.id, password)
        note(person.id, "password.changed", by="link")
    return person


def change(user_id: UUID, *, old: str, new: str) -> None:
    """Change a person's password, which ends their sessions; InvalidInput when `old` is not it, or `new` not good."""
    with transaction.atomic():
        user = people.lock(user_id)
        if not user.check_password(old):
            raise InvalidInput("This is not your password.", field="old")
        check(new, email=user.email, name=user.name, field="new")
        tenants.set_password(user_id, new)
        note(user_id, "password.changed", by="profile")


def note(user_id: UUID, action: str, **detail: str) -> None:
    """Leave an audit event about a person in each of their tenants."""
    for member in tenants.memberships(user_id):
        with tenant_scope(member.tenant_id):
            audit.note(tenant_id=member.tenant_id, actor=f"user:{user_id}", action=action, object_id=user_id, **detail)


def _read(token: str) -> tuple[UUID, int, str]:
    try:
        user_id, ends, fingerprint = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise _no_longer_good() from None
    return UUID(user_id), int(ends), str(fingerprint)


def _no_longer_good() -> Forbidden:
    return Forbidden("This link has been used, or its time is over.", hint="Ask for a new one.")


def _fingerprint(user: User) -> str:
    # Whoever signs in remembers the password after all: then the link is over too.
    told = f"{user.password} {user.last_login} {user.email}"
    return salted_hmac(_SALT, told, algorithm="sha256").hexdigest()[:32]


@cache
def _validators() -> "list[validation.PasswordValidator]":
    return [
        validation.MinimumLengthValidator(SHORTEST),
        validation.UserAttributeSimilarityValidator(user_attributes=("email", "name")),
        validation.CommonPasswordValidator(),
        validation.NumericPasswordValidator(),
    ]

"""The one tree of errors: each says what happened, whose turn it is, and whether trying again can help."""

from enum import StrEnum
from typing import ClassVar


class Blame(StrEnum):
    """Who must act before the work can succeed."""

    USER = "user"
    OPERATOR = "operator"
    RECIPIENT = "recipient"
    SYSTEM = "system"


class OutbriefError(Exception):
    """Base of every error that Outbrief raises on purpose.

    `message` is a sentence for the person named by `blame`; `hint` says what to do; `field` names the
    argument, column or setting at fault, if there is one; `retryable` tells whether the same call may succeed later;
    `status` is the HTTP status that says the same to programs.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    blame: ClassVar[Blame] = Blame.SYSTEM
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, field: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint

    @property
    def said(self) -> str:
        """Give what happened and what to do, for where it stands beside the field."""
        return f"{self.message} {self.hint}".strip()

    def __str__(self) -> str:
        return f"{self.field}: {self.said}" if self.field else self.said


class InvalidInput(OutbriefError):
    """What was asked cannot be understood or is not allowed; `field` names the place."""

    status = 422
    code = "invalid_input"
    blame = Blame.USER


class Unauthenticated(OutbriefError):
    """Nobody is signed in, or the key is unknown, revoked or expired."""

    status = 401
    code = "unauthenticated"
    blame = Blame.USER


class Forbidden(OutbriefError):
    """The actor is known but may not do this, or the object belongs to another tenant."""

    status = 403
    code = "forbidden"
    blame = Blame.USER


class NotFound(OutbriefError):
    """There is no such object."""

    status = 404
    code = "not_found"
    blame = Blame.USER


class Conflict(OutbriefError):
    """The object's state, or an earlier request, does not allow this one."""

    status = 409
    code = "conflict"
    blame = Blame.USER


class TooMany(OutbriefError):
    """A limit is reached; `retry_after` is in seconds."""

    status = 429
    code = "too_many"
    blame = Blame.USER
    retryable = True

    def __init__(self, message: str, *, retry_after: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Cancelled(OutbriefError):
    """The work was stopped because somebody asked for it."""

    status = 409
    code = "cancelled"
    blame = Blame.USER


class Misconfigured(OutbriefError):
    """A setting is wrong; `field` is the environment variable."""

    code = "misconfigured"
    blame = Blame.OPERATOR


class DatabaseUnavailable(OutbriefError):
    """The database, or the warehouse that holds the facts, does not answer."""

    status = 503
    code = "database_unavailable"
    blame = Blame.OPERATOR
    retryable = True


class StoreUnavailable(OutbriefError):
    """The store refused or did not answer; nothing was kept under the key."""

    status = 503
    code = "store_unavailable"
    blame = Blame.OPERATOR
    retryable = True


class ArtifactMissing(OutbriefError):
    """The record names a stored file that the store does not have."""

    status = 410
    code = "artifact_missing"
    blame = Blame.OPERATOR


class MailUnavailable(OutbriefError):
    """The mail server did not answer or put us off (SMTP 4xx); the same mail may go out later."""

    status = 503
    code = "mail_unavailable"
    blame = Blame.OPERATOR
    retryable = True


class MailRejected(OutbriefError):
    """The mail server refused us for good, whoever the recipient (wrong login, sender not allowed)."""

    code = "mail_rejected"
    blame = Blame.OPERATOR


class RecipientRefused(OutbriefError):
    """The mail server refused this recipient for good (SMTP 5xx)."""

    code = "recipient_refused"
    blame = Blame.RECIPIENT


class RenderFailed(OutbriefError):
    """A format could not be written: a defect of ours, with the cause in the message."""

    code = "render_failed"
    blame = Blame.SYSTEM

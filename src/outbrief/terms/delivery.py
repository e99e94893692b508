"""Mail and what becomes of it: one vocabulary for sending and for what comes back."""

from dataclasses import dataclass
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """The life of one delivery. `sent` is handed to a server; `delivered` is accepted by the receiving one."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file in a mail: `content` is read whole; `content_id` makes it an inline picture (`cid:` in the HTML)."""

    filename: str
    content_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one recipient, complete. `message_id` includes the angle brackets and never changes on retry.

    `unsubscribe_url` becomes List-Unsubscribe with one-click List-Unsubscribe-Post; empty for mails to our own users.
    """

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The provider's answer to a mail it accepted, kept as it came."""

    message_id: str
    answer: str

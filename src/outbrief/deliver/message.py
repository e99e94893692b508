"""A mail as the bytes that go over the wire."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from email import policy
from email.header import Header
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, quote
from typing import cast

from outbrief.deliver.address import wire_form
from outbrief.terms.delivery import Attachment, Mail
from outbrief.terms.errors import InvalidInput

# Every body is ASCII on the wire, so no server on the way needs 8BITMIME.
_POLICY = policy.SMTP.clone(cte_type="7bit")
_TOKEN = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
# 998 characters is the longest line that mail allows.
_URL = re.compile(r"https?://[!-;=?-~]{1,950}")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail ready to be handed over: envelope addresses, whole content, and whether the server must take UTF-8."""

    sender: str
    recipient: str
    content: bytes
    utf8: bool


def utc_now() -> dt.datetime:
    """Give the moment of sending, for the Date of a mail; channels take another clock in its place."""
    return dt.datetime.now(dt.UTC)


def build(mail: Mail, *, now: dt.datetime) -> Letter:
    """Build the letter, dated `now` (aware).

    Control characters in the subject, the sender's name and file names become spaces. InvalidInput names an address,
    Message-ID or link that cannot stand in a header.
    """
    name, address = split_sender(mail.sender)
    sender, recipient = wire_form(address, field="sender"), wire_form(mail.recipient, field="recipient")
    head = "".join(f"{field}: {value}\r\n" for field, value in _headers(mail, name, sender, recipient, now))
    return Letter(
        sender=sender,
        recipient=recipient,
        content=head.encode() + _body(mail).as_bytes(),
        utf8=not (sender + recipient).isascii(),
    )


def split_sender(sender: str) -> tuple[str, str]:
    """Split `Name <address>` into name and address; the name may hold any character, quoted or not."""
    if not sender.rstrip().endswith(">"):
        return "", sender
    name, _, address = sender.rstrip()[:-1].rpartition("<")
    name = clean(name).strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, address


def clean(text: str) -> str:
    """Turn every control character and line break into a space, and what cannot be encoded into `?`."""
    plain = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    return plain.encode("utf-8", "replace").decode()


def bulk_headers(mail: Mail) -> dict[str, str]:
    """Give the headers that tell programs what kind of mail this is and how to stop it."""
    headers = {"Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        if not _URL.fullmatch(mail.unsubscribe_url):
            raise InvalidInput(
                "The unsubscribe link is not a plain http(s) URL of at most 950 characters.", field="unsubscribe_url"
            )
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def checked_message_id(mail: Mail) -> str:
    """Give the Message-ID; InvalidInput when it is not one in angle brackets."""
    if not _TOKEN.fullmatch(mail.message_id):
        raise InvalidInput(f"{mail.message_id!r} is not a Message-ID in angle brackets.", field="message_id")
    return mail.message_id


def _headers(mail: Mail, name: str, sender: str, recipient: str, now: dt.datetime) -> list[tuple[str, str]]:
    # Written by hand: EmailMessage turns a long List-Unsubscribe into encoded words, which no program can follow,
    # and reads encoded words out of what people typed.
    return [
        ("From", f"{_phrase(name)} <{sender}>" if name else sender),
        ("To", recipient),
        ("Subject", _text(clean(mail.subject), "Subject")),
        ("Date", format_datetime(now)),
        ("Message-ID", checked_message_id(mail)),
        *bulk_headers(mail).items(),
    ]


def _phrase(name: str) -> str:
    if name.isascii() and "=?" not in name and len(name) < 60:
        return f'"{quote(name)}"'
    return _text(name, "From")


def _text(text: str, header: str) -> str:
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, header_name=header, maxlinelen=76).encode(linesep="\r\n")


def _body(mail: Mail) -> EmailMessage:
    body = EmailMessage(policy=_POLICY)
    body.set_content(_encodable(mail.text), cte="quoted-printable")
    body.add_alternative(_encodable(mail.html), subtype="html", cte="quoted-printable")
    html = cast("MIMEPart", body.get_body(("html",)))
    for picture in mail.attachments:
        if picture.content_id:
            kind, subtype = content_kind(picture)
            cid = f"<{picture.content_id.strip('<>')}>"
            html.add_related(
                picture.content, kind, subtype, cid=cid, filename=clean(picture.filename), disposition="inline"
            )
    for file in mail.attachments:
        if not file.content_id:
            kind, subtype = content_kind(file)
            body.add_attachment(file.content, kind, subtype, filename=clean(file.filename))
    return body


def _encodable(text: str) -> str:
    """Replace what UTF-8 cannot encode, and the NUL that SMTP forbids."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def content_kind(file: Attachment) -> tuple[str, str]:
    """Give type and subtype without parameters; a charset is the file's own affair."""
    kind, _, subtype = file.content_type.split(";")[0].strip().partition("/")
    if not re.fullmatch(r"[\w.+-]+", kind + subtype, re.ASCII) or not subtype:
        raise InvalidInput(f"{file.content_type!r} is not a content type.", field="content_type")
    return kind, subtype

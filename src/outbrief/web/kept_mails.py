"""Reading the mails that a folder keeps, where no mail server is set up."""

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from outbrief.deliver.folder import FolderChannel, file_name
from outbrief.run import parts
from outbrief.terms.errors import NotFound

# Headers end long before this; a list of mails must not read their attachments.
_HEAD = 64 * 1024
_CID = re.compile(r"cid:([^\"'\s)>]+)")


@dataclass(frozen=True, kw_only=True)
class MailHead:
    """What a list shows of a mail."""

    subject: str
    sender: str
    recipient: str


@dataclass(frozen=True, kw_only=True)
class MailAttached:
    """A file in a mail; `size` is in bytes."""

    filename: str
    size: int


@dataclass(frozen=True, kw_only=True)
class KeptMail:
    """A mail as it was kept. The pictures of `html` are in it, as data."""

    head: MailHead
    text: str
    html: str
    attached: tuple[MailAttached, ...]


def folder() -> Path | None:
    """Give the folder that keeps the mails, or None when they leave by a mail server."""
    channel = parts.channel()
    return channel.folder if isinstance(channel, FolderChannel) else None


def head(message_id: str) -> MailHead | None:
    """Read the head of a mail; None when it is not (or no longer) kept."""
    path = _path(message_id)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return _head(BytesHeaderParser(policy=policy.default).parsebytes(file.read(_HEAD)))


def whole(message_id: str) -> KeptMail:
    """Read a mail; NotFound when it is not (or no longer) kept."""
    path = _path(message_id)
    if not path.is_file():
        raise NotFound("This mail is not in the outbox.", hint="It has not been sent yet, or its file was deleted.")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    pictures = _inline(mail)
    return KeptMail(
        head=_head(mail),
        text=_body(mail, "plain"),
        html=_CID.sub(lambda found: pictures.get(found[1], found[0]), _body(mail, "html")),
        attached=tuple(
            MailAttached(filename=part.get_filename() or "file", size=len(part.get_content()))
            for part in mail.iter_attachments()
            if part.get_content_disposition() == "attachment"
        ),
    )


def _path(message_id: str) -> Path:
    kept_in = folder()
    if kept_in is None:
        raise NotFound("There is no outbox here: mails leave by a mail server.")
    return kept_in / file_name(message_id)


def _head(mail: EmailMessage) -> MailHead:
    return MailHead(subject=str(mail["Subject"] or ""), sender=str(mail["From"] or ""), recipient=str(mail["To"] or ""))


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _inline(mail: EmailMessage) -> dict[str, str]:
    """Give the pictures of a mail by Content-ID, as `data:` addresses."""
    pictures = {}
    for part in mail.walk():
        content_id = str(part["Content-ID"] or "").strip("<> ")
        if content_id and part.get_content_maintype() == "image":
            content = base64.b64encode(part.get_content()).decode()
            pictures[content_id] = f"data:{part.get_content_type()};base64,{content}"
    return pictures

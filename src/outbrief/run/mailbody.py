"""The mail of a generation, made once with its files and kept beside them, so that all say the same."""

import base64
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings

from outbrief.deliver.attach import fits
from outbrief.record.generations import ReportFile, files_of
from outbrief.record.models import ReportDelivery
from outbrief.render.mail import FileShown, write_mail
from outbrief.run import parts, report_files
from outbrief.run.links import REPORT_LINK_LASTS, Link, address, make_token
from outbrief.terms.delivery import Attachment, Mail
from outbrief.terms.document import Document
from outbrief.terms.report import ReportFormat
from outbrief.terms.report_config import ReportConfig
from outbrief.terms.subject import fill_subject

# Places that are filled when the mail is addressed; letters only, so no format escapes them. The recipient's own
# token is one; the links to the files are others, because a mail that is sent again later needs some that still open.
_TOKEN = "RecipientTokenGoesHere"  # noqa: S105 - a place, not a secret
_LINK = "TokenOfTheLinkGoesHere"
_LINK_ENDS = "EndOfTheLinkGoesHere"


def keep(
    tenant_id: UUID, generation_id: UUID, document: Document, files: Sequence[ReportFile], asked: ReportConfig
) -> None:
    """Write the mail of a generation and keep it in the store beside the files.

    They are attached all together or, where that is not wanted or would be too large, linked one by one.
    """
    attached = asked.attach and fits(sum(file.artifact.size for file in files), settings.OUTBRIEF.attachment_limit)
    body = write_mail(
        document,
        files=[
            FileShown(
                name=file.artifact.filename,
                size=file.artifact.size,
                href=None if attached else address(f"/downloads/report/{_place_of(file.format)}"),
            )
            for file in files
        ],
        link_expires=_LINK_ENDS,
        unsubscribe_url=address(f"/unsubscribe/{_TOKEN}"),
        page_url=address(f"/generations/{generation_id}"),
        subject=fill_subject(asked.subject, document) if asked.subject else None,
        message=asked.message,
    )
    kept = {
        "subject": body.subject,
        "html": body.html,
        "text": body.text,
        "attached": attached,
        "inline": [
            {"filename": i.filename, "type": i.content_type, "id": i.content_id, "content": _encode(i.content)}
            for i in body.inline
        ],
    }
    key = _key(tenant_id, generation_id)
    with parts.store().upload(key, content_type="application/json", filename="mail.json") as upload:
        upload.write(json.dumps(kept).encode())


def mail_for(delivery: ReportDelivery, *, sender: str, now: dt.datetime) -> Mail:
    """Read the kept mail of a delivery's generation and address it to the delivery's recipient."""
    generation = delivery.generation
    kept = json.loads(b"".join(parts.store().read(_key(delivery.tenant_id, generation.id))))
    token = make_token(Link(target="unsubscribe", tenant_id=delivery.tenant_id, object_id=delivery.id), expires_at=None)
    ends = now + REPORT_LINK_LASTS
    fill = {_TOKEN: token, _LINK_ENDS: f"{ends:%-d %B %Y %H:%M} UTC"}
    files = files_of(generation) if generation.file_path else ()
    for file in files:
        fill[_place_of(file.format)] = make_token(report_files.link_to(generation, file), expires_at=ends)
    # Mails kept by a version that made one file have this place. The others begin with it, so it is filled last.
    main = Link(target="report", tenant_id=delivery.tenant_id, object_id=generation.id)
    fill[_LINK] = make_token(main, expires_at=ends)
    attachments = [
        Attachment(
            filename=i["filename"],
            content_type=i["type"],
            content_id=i["id"],
            content=base64.b64decode(i["content"]),
        )
        for i in kept["inline"]
    ]
    if kept["attached"]:
        attachments += [
            Attachment(
                filename=file.artifact.filename,
                content_type=file.artifact.content_type,
                content=b"".join(parts.store().read(file.artifact.key)),
            )
            for file in files
        ]
    return Mail(
        sender=sender,
        recipient=delivery.recipient,
        subject=kept["subject"],
        text=_filled(kept["text"], fill),
        html=_filled(kept["html"], fill),
        message_id=delivery.message_id,
        attachments=tuple(attachments),
        unsubscribe_url=address(f"/unsubscribe/{token}"),
    )


def delete(tenant_id: UUID, generation_id: UUID) -> None:
    """Remove the kept mail of a generation."""
    parts.store().delete(_key(tenant_id, generation_id))


def _place_of(fmt: ReportFormat) -> str:
    return f"{_LINK}As{fmt.capitalize()}"


def _filled(text: str, places: Mapping[str, str]) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text


def _key(tenant_id: UUID, generation_id: UUID) -> str:
    return f"{tenant_id}/reports/{generation_id}.mail.json"


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()

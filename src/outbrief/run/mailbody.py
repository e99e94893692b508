"""The mail of a generation, made once with the file and kept beside it, so that both say the same."""

import base64
import datetime as dt
import json
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from outbrief.deliver.attach import fits
from outbrief.record.models import ReportDelivery
from outbrief.render.mail import FileShown, write_mail
from outbrief.run import parts
from outbrief.run.links import REPORT_LINK_LASTS, Link, address, make_token
from outbrief.terms.artifact import Artifact
from outbrief.terms.delivery import Attachment, Mail
from outbrief.terms.document import Document

# Places that are filled when the mail is addressed; letters only, so no format escapes them. The recipient's own
# token is one; the link to the file is another, because a mail that is sent again later needs one that still opens.
_TOKEN = "RecipientTokenGoesHere"  # noqa: S105 - a place, not a secret
_LINK = "TokenOfTheLinkGoesHere"
_LINK_ENDS = "EndOfTheLinkGoesHere"


def keep(tenant_id: UUID, generation_id: UUID, document: Document, artifact: Artifact) -> None:
    """Write the mail of a generation and keep it in the store beside the artifact."""
    attached = fits(artifact.size, settings.OUTBRIEF.attachment_limit)
    body = write_mail(
        document,
        files=(
            FileShown(
                name=artifact.filename,
                size=artifact.size,
                href=None if attached else address(f"/downloads/report/{_LINK}"),
            ),
        ),
        link_expires=_LINK_ENDS,
        unsubscribe_url=address(f"/unsubscribe/{_TOKEN}"),
        page_url=address(f"/generations/{generation_id}"),
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
    file = Link(target="report", tenant_id=delivery.tenant_id, object_id=generation.id)
    fill = {_TOKEN: token, _LINK: make_token(file, expires_at=ends), _LINK_ENDS: f"{ends:%-d %B %Y %H:%M} UTC"}
    attachments = [
        Attachment(
            filename=i["filename"],
            content_type=i["type"],
            content_id=i["id"],
            content=base64.b64decode(i["content"]),
        )
        for i in kept["inline"]
    ]
    if kept["attached"] and generation.file_path:
        known = generation.metadata or {}
        attachments.append(
            Attachment(
                filename=known["filename"],
                content_type=known["contentType"],
                content=b"".join(parts.store().read(generation.file_path)),
            )
        )
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


def _filled(text: str, places: Mapping[str, str]) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text


def _key(tenant_id: UUID, generation_id: UUID) -> str:
    return f"{tenant_id}/reports/{generation_id}.mail.json"


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()

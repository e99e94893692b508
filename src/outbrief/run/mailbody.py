"""The mail of a generation, made once with the file and kept beside it, so that both say the same."""

import base64
import datetime as dt
import json
from uuid import UUID

from django.conf import settings

from outbrief.deliver.attach import fits
from outbrief.record.models import ReportDelivery
from outbrief.render.mail import write_mail
from outbrief.run import parts
from outbrief.run.links import REPORT_LINK_LASTS, Link, address, download_address, make_token
from outbrief.terms.artifact import Artifact
from outbrief.terms.delivery import Attachment, Mail
from outbrief.terms.document import Document

# Stands for the recipient's own token until the mail is addressed; letters only, so no format escapes it.
_TOKEN = "RecipientTokenGoesHere"  # noqa: S105 - a place, not a secret


def keep(tenant_id: UUID, generation_id: UUID, document: Document, artifact: Artifact, *, now: dt.datetime) -> None:
    """Write the mail of a generation and keep it in the store beside the artifact."""
    attached = fits(artifact.size, settings.OUTBRIEF.attachment_limit)
    ends = now + REPORT_LINK_LASTS
    link = Link(target="report", tenant_id=tenant_id, object_id=generation_id)
    body = write_mail(
        document,
        link=None if attached else download_address(link, expires_at=ends),
        link_expires=f"{ends:%-d %B %Y %H:%M} UTC",
        attachment_name=artifact.filename if attached else None,
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


def mail_for(delivery: ReportDelivery, *, sender: str) -> Mail:
    """Read the kept mail of a delivery's generation and address it to the delivery's recipient."""
    generation = delivery.generation
    kept = json.loads(b"".join(parts.store().read(_key(delivery.tenant_id, generation.id))))
    token = make_token(Link(target="unsubscribe", tenant_id=delivery.tenant_id, object_id=delivery.id), expires_at=None)
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
        text=kept["text"].replace(_TOKEN, token),
        html=kept["html"].replace(_TOKEN, token),
        message_id=delivery.message_id,
        attachments=tuple(attachments),
        unsubscribe_url=address(f"/unsubscribe/{token}"),
    )


def delete(tenant_id: UUID, generation_id: UUID) -> None:
    """Remove the kept mail of a generation."""
    parts.store().delete(_key(tenant_id, generation_id))


def _key(tenant_id: UUID, generation_id: UUID) -> str:
    return f"{tenant_id}/reports/{generation_id}.mail.json"


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()

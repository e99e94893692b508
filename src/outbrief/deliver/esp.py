"""Mail by a provider's API, through django-anymail; needs Django's settings when sending."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.encoders import encode_base64
from email.headerregistry import Address
from email.mime.base import MIMEBase
from functools import cache
from typing import TYPE_CHECKING

from outbrief.deliver.address import wire_form
from outbrief.deliver.message import bulk_headers, checked_message_id, clean, content_kind, split_sender
from outbrief.terms.delivery import Attachment, Mail, Receipt
from outbrief.terms.errors import MailRejected, MailUnavailable, Misconfigured, OutbriefError, RecipientRefused

if TYPE_CHECKING:
    from anymail.exceptions import AnymailError
    from django.core.mail import EmailMultiAlternatives
    from django.core.mail.backends.base import BaseEmailBackend

_NOT_PROVIDERS = {"base", "base_requests", "console", "test"}
_HINT = "Check the provider's options in OUTBRIEF_EMAIL_URL and the sender in its settings."


@cache
def providers() -> tuple[str, ...]:
    """Name the providers that anymail knows, as they stand in the URL (`amazon-ses`)."""
    from anymail import backends

    names = {module.name for module in pkgutil.iter_modules(backends.__path__)}
    return tuple(sorted(name.replace("_", "-") for name in names - _NOT_PROVIDERS))


@dataclass(frozen=True, kw_only=True)
class EspChannel:
    """Sends through one provider; `options` are anymail's settings for it, such as `api_key`."""

    provider: str
    options: Mapping[str, str] = field(repr=False)

    def send(self, mail: Mail) -> Receipt:
        """Hand the mail over; the receipt's message id is the provider's own, which its events will name."""
        from anymail.exceptions import AnymailError

        message = _message(mail)
        message.connection = self._backend()
        try:
            message.send()
        except AnymailError as error:
            raise _refusal(error, mail.recipient) from error
        status = message.anymail_status  # type: ignore[attr-defined]
        answer = getattr(status.esp_response, "text", None) or ", ".join(sorted(status.status or ()))
        if "failed" in (status.status or ()):
            raise MailUnavailable(
                f"The mail provider did not take the mail now: {answer[:600]}", hint="It is tried again."
            )
        return Receipt(message_id=str(status.message_id or mail.message_id), answer=answer[:1000])

    def probe(self) -> None:
        """Check that every option the provider needs is there; there is no question that all providers answer."""
        self._backend()

    def _backend(self) -> "BaseEmailBackend":
        from django.core.exceptions import ImproperlyConfigured
        from django.utils.module_loading import import_string

        backend = f"anymail.backends.{self.provider.replace('-', '_')}.EmailBackend"
        try:
            connection: BaseEmailBackend = import_string(backend)(**self.options)
        except (ImproperlyConfigured, ImportError, TypeError, ValueError) as error:
            raise Misconfigured(
                f"The provider {self.provider} cannot be used. {error}", field="OUTBRIEF_EMAIL_URL", hint=_HINT
            ) from error
        return connection


def _message(mail: Mail) -> "EmailMultiAlternatives":
    from django.core.mail import EmailMultiAlternatives

    name, address = split_sender(mail.sender)
    sender = Address(display_name=clean(name), addr_spec=wire_form(address, field="sender"))
    message = EmailMultiAlternatives(
        subject=clean(mail.subject),
        body=mail.text,
        from_email=str(sender),
        to=[wire_form(mail.recipient, field="recipient")],
        headers={"Message-ID": checked_message_id(mail), **bulk_headers(mail)},
    )
    message.attach_alternative(mail.html, "text/html")
    for file in mail.attachments:
        if file.content_id:
            message.attach(_picture(file, file.content_id))
        else:
            message.attach(clean(file.filename), file.content, "/".join(content_kind(file)))
    return message


def _picture(file: Attachment, content_id: str) -> MIMEBase:
    part = MIMEBase(*content_kind(file))
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-ID", f"<{content_id.strip('<>')}>")
    part.add_header("Content-Disposition", "inline", filename=clean(file.filename))
    return part


def _refusal(error: "AnymailError", recipient: str) -> OutbriefError:
    """Tell who must act by the kind of error and the provider's HTTP status."""
    from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused

    said = " ".join(str(error).split())[:600]
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return RecipientRefused(f"The provider refused {recipient}: {said}", hint="Correct the address, or remove it.")
    status = error.status_code
    if isinstance(error, AnymailAPIError) and (status is None or status in (408, 429) or status >= 500):
        return MailUnavailable(f"The mail provider did not take the mail now: {said}", hint="It is tried again.")
    return MailRejected(f"The mail provider refused the mail: {said}", hint=_HINT)

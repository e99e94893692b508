"""What every way of sending does, and which URL names which."""

import re
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from outbrief.deliver.esp import EspChannel, providers
from outbrief.deliver.folder import FolderChannel
from outbrief.deliver.smtp import Security, SmtpChannel
from outbrief.terms.delivery import Mail, Receipt
from outbrief.terms.errors import Misconfigured

_FIELD = "OUTBRIEF_EMAIL_URL"
_ALLOWED = (
    "Allowed are smtp://user:password@host:587?tls=1 (STARTTLS; also timeout=seconds), smtps://user:password@host:465, "
    "anymail+mailgun://?api_key=... (any provider of django-anymail, with its settings as options) "
    "and file:///absolute/folder."
)


class Channel(Protocol):
    """Hands mails over. Nothing is queued here: an error means that the mail was not taken."""

    def send(self, mail: Mail) -> Receipt:
        """Hand one mail over and give the answer as it came.

        RecipientRefused: this address is no good. MailRejected: we are refused, whoever the recipient. MailUnavailable:
        the same mail may go out later. InvalidInput: an address or header of the mail cannot be sent at all.
        """
        ...

    def probe(self) -> None:
        """Try everything but a mail (connect, encrypt, log in); raises as `send` does."""
        ...


def open_channel(url: str) -> Channel:
    """Open the channel; nothing is contacted yet (`probe` does that).

    Misconfigured names OUTBRIEF_EMAIL_URL and says what is allowed. Secrets in the URL never appear in an error.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _wrong("The URL cannot be read.") from error
    if parts.scheme in ("smtp", "smtps"):
        return _smtp(parts, port)
    if parts.scheme == "file":
        if parts.netloc or parts.query or parts.path in ("", "/"):
            raise _wrong("A folder is named by three slashes and its absolute path.")
        return FolderChannel(folder=Path(unquote(parts.path)))
    provider = parts.scheme.removeprefix("anymail+")
    if provider != parts.scheme and not parts.netloc and not parts.path:
        if provider not in providers():
            raise _wrong(f"{provider} is not a provider; there are {', '.join(providers())}.")
        return EspChannel(provider=provider, options=_options(parts.query))
    raise _wrong(f"{parts.scheme or 'A URL without a scheme'} is not a way of sending mail.")


def _smtp(parts: SplitResult, port: int | None) -> Channel:
    options = _options(parts.query)
    unknown = sorted(set(options) - {"tls", "timeout"})
    if unknown:
        raise _wrong(f"{unknown[0]} is not an option of {parts.scheme}://.")
    if not parts.hostname or parts.path not in ("", "/"):
        raise _wrong(f"{parts.scheme}:// is followed by a host, and by nothing but options.")
    if options.get("tls", "0") not in ("0", "1"):
        raise _wrong("tls is 1 or 0.")
    timeout = options.get("timeout", "60")
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", timeout) or not float(timeout):
        raise _wrong("timeout is a number of seconds.")
    if bool(parts.username) != bool(parts.password):
        raise _wrong("User and password come together.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise _wrong("User and password are ASCII: what SMTP makes of other letters differs from server to server.")
    security, usual_port = Security.NONE, 25
    if parts.scheme == "smtps":
        security, usual_port = Security.TLS, 465
    elif options.get("tls") == "1":
        security, usual_port = Security.STARTTLS, 587
    return SmtpChannel(
        host=parts.hostname,
        port=port or usual_port,
        security=security,
        user=user,
        password=password,
        timeout=float(timeout),
    )


def _options(query: str) -> dict[str, str]:
    """Read options without turning `+` into a space: keys hold plus signs."""
    pairs = (option.partition("=") for option in query.split("&") if option)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _wrong(message: str) -> Misconfigured:
    return Misconfigured(message, field=_FIELD, hint=_ALLOWED)

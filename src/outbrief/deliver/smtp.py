"""Mail by an SMTP server, one connection per mail."""

import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from outbrief.deliver.message import Letter, build, utc_now
from outbrief.terms.delivery import Mail, Receipt
from outbrief.terms.errors import MailRejected, MailUnavailable, OutbriefError, RecipientRefused

_SERVER = "Check host, port and tls in OUTBRIEF_EMAIL_URL, and the server's name in its certificate."
_LOGIN = "Check user and password in OUTBRIEF_EMAIL_URL, and whether the server wants tls=1."
_SENDER = "Check that this server may send for the domain of OUTBRIEF_SENDER."
_SIZE = "Lower OUTBRIEF_ATTACHMENT_LIMIT below what the mail server takes."
_RECIPIENT = "Correct the address, or remove it."


class Step(Enum):
    """What was said when the server refused."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


class Security(Enum):
    """How the connection is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, kw_only=True)
class SmtpChannel:
    """Sends through one server; `timeout` is in seconds and holds for each step of the conversation."""

    host: str
    port: int
    security: Security = Security.NONE
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 60
    clock: Callable[[], dt.datetime] = utc_now

    def send(self, mail: Mail) -> Receipt:
        """Hand the mail over in a conversation of its own; the receipt holds the answer to its last line."""
        letter = build(mail, now=self.clock())
        with self._conversation() as server:
            return Receipt(message_id=mail.message_id, answer=_hand_over(server, letter))

    def probe(self) -> None:
        """Connect, encrypt, log in, and leave."""
        with self._conversation() as server:
            _expect(server.noop(), Step.GREETING)

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        with _troubles(f"{self.host}:{self.port}"):
            server = self._connect()
            try:
                if self.security is Security.STARTTLS:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.ehlo_or_helo_if_needed()
                yield server
            finally:
                # The mail is taken or not by now; how the server says goodbye changes nothing.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, _own_name(), timeout=self.timeout, context=context)
        return smtplib.SMTP(self.host, self.port, _own_name(), timeout=self.timeout)


@cache
def _own_name() -> str:
    """Ask the network for this machine's name once: it can take seconds."""
    return smtplib.SMTP().local_hostname


def _hand_over(server: smtplib.SMTP, letter: Letter) -> str:
    options = [f"size={len(letter.content)}"] if server.has_extn("size") else []
    if letter.utf8:
        if not server.has_extn("smtputf8"):
            raise RecipientRefused(
                f"The mail server cannot write to {letter.recipient}: it takes no addresses beyond ASCII.",
                hint="Use another address of this person.",
            )
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    _expect(server.mail(letter.sender, options), Step.SENDER)
    _expect(server.rcpt(letter.recipient), Step.RECIPIENT, letter.recipient)
    try:
        reply = server.data(letter.content)
    except smtplib.SMTPDataError as error:
        reply = (error.smtp_code, _bytes(error.smtp_error))
    return _expect(reply, Step.CONTENT, letter.recipient)


def _expect(reply: tuple[int, bytes], step: Step, recipient: str = "") -> str:
    """Give the answer as text if it is a yes; raise what it means otherwise."""
    code, answer = reply
    said = f"{code} {' '.join(answer.decode('utf-8', 'replace').split())}"
    if 200 <= code < 300:
        return said
    raise _refusal(code, said, step, recipient)


def _refusal(code: int, said: str, step: Step, recipient: str) -> OutbriefError:
    """Tell who must act by the code, the enhanced code (RFC 3463) and the moment of the refusal."""
    if code < 500:
        return MailUnavailable(f"The mail server put us off: {said}", hint="It is tried again.")
    enhanced = re.match(r"\d+ 5\.(\d{1,3})\.(\d{1,3})\b", said)
    subject, detail = enhanced.groups() if enhanced else ("", "")
    if step is Step.LOGIN or code in (530, 534, 535, 538):
        return MailRejected(f"The mail server refused the login: {said}", hint=_LOGIN)
    if (subject, detail) == ("3", "4") or (code == 552 and not enhanced and step is not Step.RECIPIENT):
        return MailRejected(f"The mail is too large for the mail server: {said}", hint=_SIZE)
    # Subject 7 is about policy: the sender is not wanted there. It says nothing about the address.
    if (step is Step.RECIPIENT and subject != "7") or (step is Step.CONTENT and _about_mailbox(code, subject)):
        return RecipientRefused(f"The mail server refused {recipient}: {said}", hint=_RECIPIENT)
    return MailRejected(f"The mail server refused the mail: {said}", hint=_SENDER)


def _about_mailbox(code: int, subject: str) -> bool:
    """Tell whether a refusal after the content concerns the recipient: addressing (1), mailbox (2), or plain codes."""
    return subject in ("1", "2") if subject else code in (550, 551, 553)


@contextmanager
def _troubles(server: str) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPResponseException as error:
        step = Step.LOGIN if isinstance(error, smtplib.SMTPAuthenticationError) else Step.GREETING
        said = f"{error.smtp_code} {_bytes(error.smtp_error).decode('utf-8', 'replace')}"
        raise _refusal(error.smtp_code, said, step, "") from error
    except smtplib.SMTPServerDisconnected as error:
        raise MailUnavailable(f"The mail server {server} hung up: {error}", hint=_SERVER) from error
    except smtplib.SMTPException as error:
        raise MailRejected(
            f"The mail server {server} offers no such login or encryption: {error}", hint=_LOGIN
        ) from error
    except OSError as error:
        raise MailUnavailable(f"The mail server {server} cannot be reached: {error}", hint=_SERVER) from error


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()

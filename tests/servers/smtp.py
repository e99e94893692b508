"""A real SMTP server: aiosmtpd, which records mails and answers what a test tells it to."""

import socket
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, kw_only=True)
class Received:
    """A mail as it came: the envelope, the parsed message, the raw bytes."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes
    options: tuple[str, ...]


class SmtpServer:
    """The server's memory and its programmed answers; `times` counts an answer down, None gives it for ever."""

    def __init__(self, *, login: tuple[str, str] | None = None) -> None:
        self.messages: list[Received] = []
        self.port = 0
        self.login = login
        self._answers: dict[str, list[tuple[str, int | None]]] = {}

    @property
    def url(self) -> str:
        """Give the OUTBRIEF_EMAIL_URL of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def answer_sender(self, answer: str, *, times: int | None = None) -> None:
        """Answer MAIL FROM with, say, `553 5.7.1 not yours`."""
        self._program("MAIL", answer, times)

    def answer_rcpt(self, address: str, answer: str, *, times: int | None = None) -> None:
        """Answer RCPT TO this address with, say, `550 5.1.1 no such user`."""
        self._program(f"RCPT {address}", answer, times)

    def answer_data(self, answer: str, *, times: int | None = None) -> None:
        """Answer the end of DATA; the mail is recorded only when the answer starts with 2."""
        self._program("DATA", answer, times)

    def disconnect_after_data(self, *, times: int | None = None) -> None:
        """Record the mail and hang up without an answer."""
        self._program("DATA", "hang up", times)

    def take(self, step: str) -> str | None:
        """Give the next programmed answer of a step, if there is one."""
        answers = self._answers.get(step)
        if not answers:
            return None
        answer, times = answers[0]
        if times is not None:
            answers[0] = (answer, times - 1)
            if times == 1:
                answers.pop(0)
        return answer

    def _program(self, step: str, answer: str, times: int | None) -> None:
        self._answers.setdefault(step, []).append((answer, times))

    # aiosmtpd looks these up by name.
    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.take("MAIL")
        if answer:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.take(f"RCPT {address}")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.take("DATA") or f"250 2.0.0 queued as {len(self.messages) + 1}"
        if answer.startswith("2") or answer == "hang up":
            self.messages.append(_received(envelope))
        if answer == "hang up":
            server.transport.abort()
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        wanted = self.login and LoginPassword(self.login[0].encode(), self.login[1].encode())
        return AuthResult(success=given == wanted, handled=False)


class _Controller(Controller):
    """Listen on a socket that is bound already, so that no other process can take the port in between."""

    def __init__(self, handler: SmtpServer, **parameters: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        handler.port = self._socket.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=handler.port, **parameters)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)


class RunningSmtp:
    """Starts servers for one test and stops them with it."""

    def __init__(self) -> None:
        self._controllers: list[_Controller] = []

    def start(
        self,
        *,
        login: tuple[str, str] | None = None,
        starttls: SSLContext | None = None,
        tls: SSLContext | None = None,
        smtputf8: bool = False,
    ) -> SmtpServer:
        """Start one more server: with a login that it insists on, with STARTTLS that it insists on, or in TLS."""
        server = SmtpServer(login=login)
        parameters: dict[str, Any] = {"enable_SMTPUTF8": smtputf8}
        if login:
            parameters |= {
                "authenticator": server.authenticate,
                "auth_required": True,
                "auth_require_tls": False,
            }
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
        if starttls:
            parameters |= {"tls_context": starttls, "require_starttls": True}
        if tls:
            parameters["ssl_context"] = tls
        controller = _Controller(server, **parameters)
        controller.start()
        self._controllers.append(controller)
        return server

    def stop(self) -> None:
        for controller in self._controllers:
            controller.stop()


@pytest.fixture
def smtp_servers() -> Iterator[RunningSmtp]:
    """Give the means to start SMTP servers with TLS or a login."""
    running = RunningSmtp()
    yield running
    running.stop()


@pytest.fixture
def smtp_server(smtp_servers: RunningSmtp) -> SmtpServer:
    """Run a plain SMTP server for this test."""
    return smtp_servers.start()


def _received(envelope: Envelope) -> Received:
    raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Received(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        message=message,
        raw=raw,
        options=tuple(envelope.mail_options),
    )

import socket
import subprocess
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest

from outbrief.deliver.channel import open_channel
from outbrief.terms.errors import Blame, MailRejected, MailUnavailable, OutbriefError, RecipientRefused
from tests.deliver.mails import MAIL, mail
from tests.servers.smtp import RunningSmtp, SmtpServer


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SSLContext:
    """Make a certificate for localhost that this test trusts."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def error_of(url: str) -> OutbriefError:
    with pytest.raises(OutbriefError) as caught:
        open_channel(url).send(MAIL)
    return caught.value


def test_the_envelope_holds_the_bare_addresses(smtp_server: SmtpServer) -> None:
    open_channel(smtp_server.url).send(mail(sender="Acme <reports@acme.test>", recipient="bob@exämple.test"))
    (got,) = smtp_server.messages
    assert (got.sender, got.recipients) == ("reports@acme.test", ("bob@xn--exmple-cua.test",))


def test_the_answer_is_kept_as_it_came(smtp_server: SmtpServer) -> None:
    smtp_server.answer_data("250 2.0.0 Ok: queued as 4F1A2B")
    assert open_channel(smtp_server.url).send(MAIL).answer == "250 2.0.0 Ok: queued as 4F1A2B"


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 no such user", "550 no such user", "552 5.2.2 mailbox full", "553 5.1.3 bad address", "551 moved"],
)
def test_an_address_refused_for_good_is_the_recipients(smtp_server: SmtpServer, answer: str) -> None:
    smtp_server.answer_rcpt("bob@acme.test", answer)
    error = error_of(smtp_server.url)
    assert isinstance(error, RecipientRefused)
    assert answer in error.message
    assert "bob@acme.test" in error.message
    assert not error.retryable
    assert smtp_server.messages == []


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "552 5.2.2 over quota", "550 unknown user"])
def test_a_mailbox_refused_after_the_content_is_the_recipients_too(smtp_server: SmtpServer, answer: str) -> None:
    smtp_server.answer_data(answer)
    assert isinstance(error_of(smtp_server.url), RecipientRefused)


@pytest.mark.parametrize("answer", ["450 4.2.1 mailbox busy", "451 greylisted", "452 4.3.1 no space", "421 closing"])
def test_a_temporary_answer_at_any_step_means_later(smtp_servers: RunningSmtp, answer: str) -> None:
    for step in ("sender", "rcpt", "data"):
        server = smtp_servers.start()
        program = {
            "sender": server.answer_sender,
            "rcpt": lambda said, server=server: server.answer_rcpt("bob@acme.test", said),
            "data": server.answer_data,
        }
        program[step](answer)
        error = error_of(server.url)
        assert isinstance(error, MailUnavailable)
        assert error.retryable
        assert answer in error.message


def test_a_mail_put_off_once_goes_out_on_the_second_try(smtp_server: SmtpServer) -> None:
    smtp_server.answer_rcpt("bob@acme.test", "451 4.7.1 greylisted", times=1)
    channel = open_channel(smtp_server.url)
    with pytest.raises(MailUnavailable):
        channel.send(MAIL)
    channel.send(MAIL)
    assert len(smtp_server.messages) == 1


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("sender", "553 5.7.1 sender not yours"),
        ("sender", "550 not allowed"),
        ("sender", "530 5.7.0 authentication required"),
        ("rcpt", "554 5.7.1 relay access denied"),
        ("rcpt", "530 authentication required"),
        ("data", "554 5.7.1 looks like spam"),
        ("data", "550 5.7.26 no DKIM"),
        ("data", "554 transaction failed"),
    ],
)
def test_a_refusal_that_is_not_about_the_address_is_the_operators(
    smtp_server: SmtpServer, step: str, answer: str
) -> None:
    if step == "rcpt":
        smtp_server.answer_rcpt("bob@acme.test", answer)
    else:
        {"sender": smtp_server.answer_sender, "data": smtp_server.answer_data}[step](answer)
    error = error_of(smtp_server.url)
    assert isinstance(error, MailRejected)
    assert error.blame is Blame.OPERATOR
    assert answer in error.message


@pytest.mark.parametrize("answer", ["552 5.3.4 message too big", "552 size limit exceeded"])
def test_a_mail_too_large_names_the_setting(smtp_server: SmtpServer, answer: str) -> None:
    smtp_server.answer_sender(answer)
    error = error_of(smtp_server.url)
    assert isinstance(error, MailRejected)
    assert "OUTBRIEF_ATTACHMENT_LIMIT" in error.hint


def test_a_server_that_hangs_up_after_the_content_gets_the_same_message_id_again(smtp_server: SmtpServer) -> None:
    smtp_server.disconnect_after_data(times=1)
    channel = open_channel(smtp_server.url)
    with pytest.raises(MailUnavailable, match="hung up"):
        channel.send(MAIL)
    channel.send(MAIL)
    assert [got.message["Message-ID"] for got in smtp_server.messages] == [MAIL.message_id] * 2


def test_nobody_listening_means_later_and_says_where() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = error_of(f"smtp://127.0.0.1:{port}")
    assert isinstance(error, MailUnavailable)
    assert f"127.0.0.1:{port}" in error.message
    assert "OUTBRIEF_EMAIL_URL" in error.hint


def test_an_unknown_host_means_later() -> None:
    assert isinstance(error_of("smtp://no-such-host.invalid"), MailUnavailable)


def test_a_server_that_never_speaks_means_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert isinstance(error_of(f"smtp://127.0.0.1:{silent.getsockname()[1]}?timeout=0.1"), MailUnavailable)


def test_a_login_is_used(smtp_servers: RunningSmtp) -> None:
    server = smtp_servers.start(login=("rep@acme", "p+s/s:w%"))
    url = server.url.replace("smtp://", "smtp://rep%40acme:p+s%2Fs%3Aw%25@")
    open_channel(url).send(MAIL)
    open_channel(url).probe()
    assert len(server.messages) == 1


def test_a_wrong_login_is_the_operators_and_shows_no_password(smtp_servers: RunningSmtp) -> None:
    server = smtp_servers.start(login=("reports", "right"))
    error = error_of(server.url.replace("smtp://", "smtp://reports:hushhush@"))
    assert isinstance(error, MailRejected)
    assert "535" in error.message
    assert "password" in error.hint
    assert "hushhush" not in str(error)
    assert isinstance(error_of(server.url), MailRejected)


def test_a_login_that_the_server_does_not_offer_is_the_operators(smtp_server: SmtpServer) -> None:
    error = error_of(smtp_server.url.replace("smtp://", "smtp://reports:secret@"))
    assert isinstance(error, MailRejected)
    assert "tls=1" in error.hint


def test_starttls_is_used_when_asked(smtp_servers: RunningSmtp, certificate: SSLContext) -> None:
    server = smtp_servers.start(starttls=certificate)
    channel = open_channel(f"smtp://localhost:{server.port}?tls=1")
    channel.probe()
    channel.send(MAIL)
    assert len(server.messages) == 1
    assert isinstance(error_of(server.url), MailRejected)


def test_starttls_is_never_dropped_silently(smtp_server: SmtpServer) -> None:
    assert isinstance(error_of(f"{smtp_server.url}?tls=1"), MailRejected)
    assert smtp_server.messages == []


def test_smtps_is_encrypted_from_the_start(smtp_servers: RunningSmtp, certificate: SSLContext) -> None:
    server = smtp_servers.start(tls=certificate)
    open_channel(f"smtps://localhost:{server.port}").send(MAIL)
    assert len(server.messages) == 1


@pytest.mark.parametrize("scheme", ["smtps://127.0.0.1:{}", "smtp://127.0.0.1:{}?tls=1"])
def test_a_certificate_for_another_name_is_refused(
    smtp_servers: RunningSmtp, certificate: SSLContext, scheme: str
) -> None:
    server = smtp_servers.start(**{"tls" if scheme.startswith("smtps") else "starttls": certificate})
    error = error_of(scheme.format(server.port))
    assert isinstance(error, MailUnavailable)
    assert "certificate" in error.message
    assert server.messages == []


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(smtp_servers: RunningSmtp) -> None:
    able, unable = smtp_servers.start(smtputf8=True), smtp_servers.start()
    foreign = mail(recipient="jürgen@acme.test")
    open_channel(able.url).send(foreign)
    assert able.messages[0].recipients == ("jürgen@acme.test",)
    with pytest.raises(RecipientRefused, match="ASCII"):
        open_channel(unable.url).send(foreign)
    open_channel(able.url).send(MAIL)
    assert "SMTPUTF8" not in able.messages[1].options


def test_a_probe_of_a_server_that_is_away_says_so() -> None:
    with pytest.raises(MailUnavailable):
        open_channel("smtp://127.0.0.1:1").probe()

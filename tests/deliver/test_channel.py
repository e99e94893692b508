from pathlib import Path

import pytest

from outbrief.deliver.channel import open_channel
from outbrief.deliver.folder import FolderChannel
from outbrief.deliver.smtp import Security, SmtpChannel
from outbrief.terms.errors import Misconfigured


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:25",
        "http://localhost",
        "smtp://",
        "smtp:///host",
        "smtp://host/path",
        "smtp://host:port",
        "smtp://host?ssl=1",
        "smtp://host?tls=yes",
        "smtp://host?timeout=0",
        "smtp://host?timeout=long",
        "smtp://user@host",
        "smtp://:password@host",
        "smtp://user:p%C3%A4ss@host",
        "file://folder",
        "file:///",
        "anymail+nobody://?api_key=x",
        "anymail+test://",
        "anymail+base://",
        "anymail+mailgun://host",
        "smtp://[host",
    ],
)
def test_a_wrong_url_names_the_setting_and_what_is_allowed(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        open_channel(url)
    assert caught.value.field == "OUTBRIEF_EMAIL_URL"
    assert "smtp://user:password@host:587?tls=1" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.acme.test", 25, Security.NONE),
        ("smtp://mail.acme.test?tls=1", 587, Security.STARTTLS),
        ("smtp://mail.acme.test:2525/?tls=1", 2525, Security.STARTTLS),
        ("smtps://mail.acme.test", 465, Security.TLS),
    ],
)
def test_ports_follow_the_encryption(url: str, port: int, security: Security) -> None:
    channel = open_channel(url)
    assert isinstance(channel, SmtpChannel)
    assert (channel.host, channel.port, channel.security) == ("mail.acme.test", port, security)


def test_no_channel_shows_its_secrets() -> None:
    assert "hushhush" not in repr(open_channel("smtp://user:hushhush@host"))
    assert "hushhush" not in repr(open_channel("anymail+mailgun://?api_key=hushhush"))


def test_a_folder_url_may_hold_escapes() -> None:
    channel = open_channel("file:///srv/out%20box")
    assert isinstance(channel, FolderChannel)
    assert channel.folder == Path("/srv/out box")


def test_every_wrong_provider_is_told_the_right_ones() -> None:
    with pytest.raises(Misconfigured, match=r"amazon-ses.*mailgun.*postmark"):
        open_channel("anymail+gmail://")

"""What every channel keeps to: SMTP and the folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from outbrief.deliver.channel import Channel, open_channel
from outbrief.terms.errors import InvalidInput
from tests.deliver.mails import FILE, MAIL, PICTURE, mail


@dataclass(frozen=True, kw_only=True)
class Case:
    channel: Channel
    received: Callable[[], list[EmailMessage]]


@pytest.fixture(params=["smtp", "folder"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param == "smtp":
        server = request.getfixturevalue("smtp_server")
        return Case(
            channel=open_channel(server.url), received=lambda: [received.message for received in server.messages]
        )
    folder: Path = request.getfixturevalue("tmp_path") / "out box"
    return Case(channel=open_channel(folder.as_uri()), received=lambda: [_read(path) for path in folder.glob("*.eml")])


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_arrives_whole(case: Case) -> None:
    receipt = case.channel.send(MAIL)
    (got,) = case.received()
    assert receipt.message_id == got["Message-ID"] == MAIL.message_id
    assert receipt.answer
    assert got["From"] == "Acme reports <reports@acme.test>"
    assert got["To"] == "bob@acme.test"
    assert got["Subject"] == "Weekly report"
    assert got["Date"].datetime.tzinfo
    assert got.get_body(("plain",)).get_content().splitlines() == MAIL.text.splitlines()
    assert got.get_body(("html",)).get_content().rstrip() == MAIL.html
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == FILE.filename
    assert attached.get_content_type() == "text/csv"
    assert attached.get_payload(decode=True) == FILE.content


def test_a_picture_stands_beside_its_html(case: Case) -> None:
    case.channel.send(MAIL)
    (got,) = case.received()
    related = next(part for part in got.walk() if part.get_content_type() == "multipart/related")
    html, picture = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert picture["Content-ID"] == f"<{PICTURE.content_id}>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == PICTURE.content


def test_a_mail_tells_that_a_program_sent_it_and_how_to_stop_it(case: Case) -> None:
    case.channel.send(MAIL)
    (got,) = case.received()
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe"] == f"<{MAIL.unsubscribe_url}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_to_our_own_users_has_no_unsubscribe(case: Case) -> None:
    case.channel.send(mail(unsubscribe_url=""))
    (got,) = case.received()
    assert got["List-Unsubscribe"] is None
    assert got["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": "no brackets@x"},
        {"message_id": "<a@b>\r\nBcc: <eve@x.test>"},
        {"recipient": "bob@acme.test\r\nBcc: eve@x.test"},
        {"recipient": "bob@acme.test, eve@x.test"},
        {"recipient": ""},
        {"sender": "Acme <not an address>"},
        {"unsubscribe_url": "https://x.test/a>\r\nBcc: eve@x.test"},
        {"unsubscribe_url": "javascript:alert(1)"},
        {"attachments": (PICTURE, FILE.__class__(filename="x", content_type="text/csv\r\nX: y", content=b""))},
    ],
)
def test_a_mail_that_cannot_be_written_is_refused_before_anything_is_sent(case: Case, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        case.channel.send(mail(**changes))
    assert caught.value.field
    assert case.received() == []


def test_a_channel_that_works_passes_its_probe_without_a_mail(case: Case) -> None:
    case.channel.probe()
    assert case.received() == []


def test_a_large_attachment_arrives_unharmed(case: Case) -> None:
    content = bytes(range(256)) * 8192
    case.channel.send(mail(attachments=(FILE.__class__(filename="x.bin", content_type="a/b", content=content),)))
    (got,) = case.received()
    assert next(got.iter_attachments()).get_payload(decode=True) == content


def test_json_is_attached_as_it_is(case: Case) -> None:
    content = json.dumps({"é": [1, None]}, ensure_ascii=False).encode()
    file = FILE.__class__(filename="x.json", content_type="application/json", content=content)
    case.channel.send(mail(attachments=(file,)))
    (got,) = case.received()
    assert next(got.iter_attachments()).get_payload(decode=True) == content

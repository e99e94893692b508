"""Providers through anymail, against a server that answers as Postmark's API does."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from outbrief.deliver.channel import Channel, open_channel
from outbrief.terms.errors import MailRejected, MailUnavailable, Misconfigured, RecipientRefused
from tests.deliver.mails import FILE, MAIL, PICTURE, mail


@dataclass
class Postmark:
    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(
        default_factory=lambda: {"ErrorCode": 0, "Message": "OK", "MessageID": "0a1b-2c3d", "To": MAIL.recipient}
    )
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def channel(self) -> Channel:
        return open_channel(f"anymail+postmark://?server_token=to+ken&api_url={self.url}")


@pytest.fixture
def postmark() -> Iterator[Postmark]:
    state = Postmark()

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.tokens.append(self.headers["X-Postmark-Server-Token"])
            body = json.dumps(state.answer).encode()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    state.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


def test_a_mail_reaches_the_provider_whole(postmark: Postmark) -> None:
    postmark.channel().send(MAIL)
    (asked,) = postmark.asked
    assert postmark.tokens == ["to+ken"]
    assert (asked["From"], asked["To"], asked["Subject"]) == (MAIL.sender, MAIL.recipient, MAIL.subject)
    assert (asked["TextBody"], asked["HtmlBody"]) == (MAIL.text, MAIL.html)
    headers = {header["Name"]: header["Value"] for header in asked["Headers"]}
    assert headers["Message-ID"] == MAIL.message_id
    assert headers["List-Unsubscribe"] == f"<{MAIL.unsubscribe_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    picture, file = asked["Attachments"]
    assert picture["ContentID"] == f"cid:{PICTURE.content_id}"
    assert base64.b64decode(picture["Content"]) == PICTURE.content
    assert file["Name"] == FILE.filename
    assert base64.b64decode(file["Content"]) == FILE.content


def test_the_receipt_has_the_providers_id_and_its_answer(postmark: Postmark) -> None:
    receipt = postmark.channel().send(MAIL)
    assert receipt.message_id == "0a1b-2c3d"
    assert json.loads(receipt.answer) == postmark.answer


def test_line_breaks_in_a_subject_or_name_become_spaces(postmark: Postmark) -> None:
    postmark.channel().send(mail(subject="a\r\nBcc: eve@x.test", sender="A\r\nB <reports@acme.test>"))
    (asked,) = postmark.asked
    assert asked["Subject"] == "a  Bcc: eve@x.test"
    assert asked["From"] == "A B <reports@acme.test>"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_in_trouble_means_later(postmark: Postmark, status: int) -> None:
    postmark.status = status
    with pytest.raises(MailUnavailable, match=str(status)):
        postmark.channel().send(MAIL)


def test_a_provider_out_of_reach_means_later() -> None:
    with pytest.raises(MailUnavailable):
        open_channel("anymail+postmark://?server_token=x&api_url=http://127.0.0.1:1/").send(MAIL)


def test_a_wrong_key_is_the_operators(postmark: Postmark) -> None:
    postmark.status, postmark.answer = 401, {"ErrorCode": 10, "Message": "Bad or missing Server API token."}
    with pytest.raises(MailRejected, match="Bad or missing") as caught:
        postmark.channel().send(MAIL)
    assert "OUTBRIEF_EMAIL_URL" in caught.value.hint
    assert "to+ken" not in str(caught.value)


def test_a_refused_recipient_is_the_recipients(postmark: Postmark) -> None:
    message = (
        "You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: bob@acme.test."
    )
    postmark.status = 422
    postmark.answer = {"ErrorCode": 406, "Message": f"{message}\nInactive recipients are ones that have bounced."}
    with pytest.raises(RecipientRefused, match=r"bob@acme\.test"):
        postmark.channel().send(MAIL)


def test_a_missing_option_names_the_setting() -> None:
    with pytest.raises(Misconfigured, match="SERVER_TOKEN") as caught:
        open_channel("anymail+postmark://").probe()
    assert caught.value.field == "OUTBRIEF_EMAIL_URL"


def test_a_probe_sends_nothing(postmark: Postmark) -> None:
    postmark.channel().probe()
    assert postmark.asked == []

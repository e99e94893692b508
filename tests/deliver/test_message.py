import datetime as dt
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.deliver.message import build, clean, split_sender
from outbrief.terms.delivery import Attachment
from tests.deliver.mails import MAIL, mail

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type",
}  # fmt: skip

texts = st.text(max_size=200) | st.text(alphabet='aé=?_\r\n\0\u2028:<>@",;\\ 売', max_size=200)


def raw(**changes: object) -> bytes:
    return build(mail(**changes), now=NOW).content


def plain(**changes: object) -> Message:
    """Read with the old parser, which leaves headers as they are on the wire."""
    return message_from_bytes(raw(**changes), policy=policy.compat32)


def modern(**changes: object) -> EmailMessage:
    message = message_from_bytes(raw(**changes), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def decoded(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n", "\n").replace("\n ", " "))))


@settings(max_examples=150, deadline=None)
@given(subject=texts)
def test_no_subject_makes_a_header_or_loses_its_words(subject: str) -> None:
    message = plain(subject=subject)
    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)
    assert decoded(message["Subject"]).split() == clean(subject).split()


@settings(max_examples=150, deadline=None)
@given(name=texts)
def test_no_sender_name_makes_a_header_or_another_sender(name: str) -> None:
    message = plain(sender=f"{name} <reports@acme.test>")
    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)
    assert parseaddr(message["From"].replace("\r\n", "").replace("\n", ""))[1] == "reports@acme.test"
    assert build(mail(sender=f"{name} <reports@acme.test>"), now=NOW).sender == "reports@acme.test"


@settings(max_examples=150, deadline=None)
@given(filename=texts.filter(str.strip))
def test_no_file_name_makes_a_header(filename: str) -> None:
    file = Attachment(filename=filename, content_type="text/csv", content=b"x")
    (part,) = modern(attachments=(file,)).iter_attachments()
    assert set(part.keys()) <= {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"}
    assert part.get_content_disposition() == "attachment"
    assert part.get_payload(decode=True) == b"x"


@pytest.mark.parametrize("filename", ["Umsätze Q3.csv", "売上レポート.csv", 'say "hi"; now.csv', "a" * 150 + ".csv"])
def test_a_file_keeps_its_name(filename: str) -> None:
    file = Attachment(filename=filename, content_type="text/csv", content=b"x")
    (part,) = modern(attachments=(file,)).iter_attachments()
    assert part.get_filename() == filename


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300), html=st.text(max_size=300))
def test_any_text_is_seven_bit_and_in_lines_that_mail_allows(text: str, html: str) -> None:
    content = raw(text=text, html="<p>" + html * 20)
    assert content.isascii()
    assert b"\0" not in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_encoded_words_that_a_person_typed_are_not_decoded() -> None:
    assert decoded(plain(subject="=?utf-8?q?a=0D=0ABcc:_eve?=")["Subject"]) == "=?utf-8?q?a=0D=0ABcc:_eve?="


def test_a_long_unsubscribe_link_stays_in_one_piece() -> None:
    url = "https://outbrief.acme.test/u/" + "eyJ0.-_" * 60
    assert plain(unsubscribe_url=url)["List-Unsubscribe"] == f"<{url}>"


def test_a_long_message_id_stays_in_one_piece() -> None:
    assert plain(message_id=f"<{'a' * 200}@acme.test>")["Message-ID"] == f"<{'a' * 200}@acme.test>"


def test_the_date_is_the_moment_of_sending() -> None:
    assert plain()["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"


def test_the_same_mail_at_the_same_moment_has_the_same_headers() -> None:
    assert (
        build(MAIL, now=NOW).content.split(b"MIME-Version")[0] == build(MAIL, now=NOW).content.split(b"MIME-Version")[0]
    )


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("reports@acme.test", "", "reports@acme.test"),
        ("<reports@acme.test>", "", "reports@acme.test"),
        ("Acme, Inc. <reports@acme.test>", "Acme, Inc.", "reports@acme.test"),
        ('"Acme \\"A\\"" <reports@acme.test>', 'Acme "A"', "reports@acme.test"),
        ("Eve <eve@x.test> <reports@acme.test>", "Eve <eve@x.test>", "reports@acme.test"),
    ],
)
def test_a_sender_is_a_name_and_the_last_address(sender: str, name: str, address: str) -> None:
    assert split_sender(sender) == (name, address)


def test_a_foreign_domain_goes_out_in_ascii() -> None:
    letter = build(mail(recipient="bob@exämple.test"), now=NOW)
    assert letter.recipient == "bob@xn--exmple-cua.test"
    assert not letter.utf8


def test_only_a_foreign_local_part_needs_a_server_that_takes_utf8() -> None:
    letter = build(mail(recipient="jürgen@exämple.test"), now=NOW)
    assert letter.recipient == "jürgen@xn--exmple-cua.test"
    assert letter.utf8

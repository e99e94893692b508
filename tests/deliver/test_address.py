from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from outbrief.deliver.address import check_recipient, wire_form
from outbrief.terms.errors import InvalidInput
from tests.shared import shared

# is_email's categories: what is valid is taken. The rest is refused, and so is what SMTP allows but nobody's report
# goes to: quoted local parts, address literals and top-level domains alone (RFC5321), comments and folding (CFWS),
# obsolete forms (DEPREC), what only a header may hold (RFC5322), and errors (ERR).
TAKEN = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}
REFUSED = {"ISEMAIL_RFC5321", "ISEMAIL_CFWS", "ISEMAIL_DEPREC", "ISEMAIL_RFC5322", "ISEMAIL_ERR"}
# Valid by the letter and refused here, because it is nearly always a typing mistake: a domain without a dot.
STRICTER = {"test@io"}


def oracle() -> Iterator[tuple[str, str]]:
    for test in ElementTree.parse(shared("data", "isemail", "tests.xml")).iter("test"):
        shown = test.findtext("address") or ""
        # The file shows control characters by their pictures.
        address = "".join(chr(ord(char) - 0x2400) if 0x2400 <= ord(char) < 0x2420 else char for char in shown)
        yield address, test.findtext("category") or ""


def test_the_is_email_collection_is_judged_as_stated() -> None:
    wrong = []
    for address, category in oracle():
        assert category in TAKEN | REFUSED
        # Spaces and line ends around an address come from pasting: they are cut off, not judged.
        if address != address.strip():
            continue
        try:
            check_recipient(address)
            taken = True
        except InvalidInput:
            taken = False
        if taken != (category in TAKEN and address not in STRICTER):
            wrong.append((address, category, taken))
    assert wrong == []


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        (" \r\n bob@acme.test\t\r\n", "bob@acme.test"),
        ("Bob.Smith+reports@ACME.Test", "Bob.Smith+reports@acme.test"),
        ("bob@xn--exmple-cua.test", "bob@exämple.test"),
        ("jürgen@exämple.test", "jürgen@exämple.test"),
        ("bob@mail.example", "bob@mail.example"),
        ("bob@example.com", "bob@example.com"),
        ("bob@dc1.corp.local", "bob@dc1.corp.local"),
        ("o'brien@acme.test", "o'brien@acme.test"),
    ],
)
def test_an_address_has_one_normal_form(address: str, normal: str) -> None:
    assert check_recipient(address) == normal
    assert check_recipient(normal) == normal


@pytest.mark.parametrize(
    "address",
    ["", "bob", "bob@", "@acme.test", "bob@acme", "bob@localhost", "bob@x.invalid", "bob@[127.0.0.1]", "bob@1.2.3.4",
     '"bob b"@acme.test', "Bob <bob@acme.test>", "bob@acme.test,eve@x.test", "bob@acme.test\r\nBcc: eve@x.test",
     "bob\0@acme.test", "bob@acme..test", "bob@-acme.test", "b" * 65 + "@acme.test"],
)  # fmt: skip
def test_what_is_no_address_is_named(address: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_recipient(address)
    assert caught.value.field == "recipients"
    assert repr(address) in caught.value.message


def test_only_allowed_domains_are_taken() -> None:
    assert check_recipient("bob@Acme.test", allowed_domains=["acme.test"]) == "bob@acme.test"
    assert check_recipient("bob@acme.test", allowed_domains=["zenith.test", " @ACME.test"]) == "bob@acme.test"
    assert check_recipient("bob@exämple.test", allowed_domains=["xn--exmple-cua.test"]) == "bob@exämple.test"
    for address in ("bob@zenith.test", "bob@sub.acme.test", "bob@notacme.test"):
        with pytest.raises(InvalidInput, match=r"acme\.test") as caught:
            check_recipient(address, allowed_domains=["acme.test"])
        assert address in caught.value.message


def test_the_wire_has_the_domain_in_ascii() -> None:
    assert wire_form("bob@exämple.test", field="recipient") == "bob@xn--exmple-cua.test"

"""Recipient domains are put together by the provider of their mailboxes."""

import pyarrow as pa
import pytest

from outbrief.compose.providers import by_provider, provider_of
from outbrief.terms.question import COUNTS
from tests.compose.facts import Fact, column, document_of, total


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "Google"), ("GoogleMail.com", "Google"), ("outlook.com", "Microsoft"),
        ("hotmail.co.uk", "Microsoft"),
        ("live.nl", "Microsoft"), ("msn.com", "Microsoft"), ("yahoo.fr", "Yahoo"), ("aol.com", "Yahoo"),
        ("icloud.com", "Apple"), ("me.com", "Apple"), ("mac.com", "Apple"), ("acme.com", None), ("notgmail.com", None),
        ("gmail.com.evil.test", None), ("mail.gmail.com", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_providers_are_known_by_whole_names(domain: str | None, provider: str | None):
    assert provider_of(domain) == provider


def fact(domain: str, **changed: object) -> Fact:
    usual = {"day": "2026-11-18", "recipient_domain": domain, "sent": 1000, "delivered": 990, "soft_bounced": 10}
    return Fact(**(usual | changed))  # type: ignore[arg-type]


def test_domains_of_one_provider_are_one_row_of_sums():
    facts = [fact("gmail.com"), fact("googlemail.com", soft_bounced=50), fact("acme.com", sent=1500), fact("live.nl")]
    document = document_of("deliverability", facts)
    assert column(document, "providers", "provider") == ["Google", "acme.com", "Microsoft"]
    assert column(document, "providers", "bounced") == [60, 10, 10]
    assert column(document, "providers", "bounceRate")[0] == 60 / 2000
    assert column(document, "providers", "domains") == ["gmail.com, googlemail.com", "", "live.nl"]
    assert column(document, "providers", "againstLimits") == ["above", "within", "within"]
    assert total(document, "providers", "sent") == sum(column(document, "providers", "sent")) == 4500
    assert column(document, "recipientDomains", "provider") == ["", "Google", "Google", "Microsoft"]


def test_a_provider_above_a_limit_is_told_though_all_together_are_not():
    facts = [fact("gmail.com", sent=9000, delivered=8990), fact("live.nl", soft_bounced=40), fact("acme.com")]
    [section] = [s for s in document_of("deliverability", facts).sections if hasattr(s, "findings")]
    told = section.findings[0]
    assert told.headline == "Microsoft is above a limit, though all together are not."
    assert told.detail.replace("\u202f", " ") == ("Microsoft: bounce rate 4.0 %, limit 2 %, more than chance explains.")


def test_small_domains_of_a_provider_count_however_many_are_larger():
    rows = [{"recipient_domain": f"d{i}.test", **dict.fromkeys(COUNTS, 1000)} for i in range(300)]
    rows += [{"recipient_domain": "hotmail.de", **dict.fromkeys(COUNTS, 600)}]
    rows += [{"recipient_domain": "live.de", **dict.fromkeys(COUNTS, 500)}]
    found, every = by_provider(pa.Table.from_pylist(rows), 5)
    assert (found[0]["provider"], found[0]["sent"], len(found), every) == ("Microsoft", 1100, 5, 301)


def test_receivers_that_are_left_out_are_counted():
    document = document_of("deliverability", [fact(f"d{i}.test") for i in range(20)])
    table = document.table("providers")
    assert (len(table.rows), table.total_rows) == (12, 20)

"""Rates against their limits: which rows are called above one, and for which of their rates."""

import random

import pytest

from outbrief.terms import question
from tests.compose.facts import Fact, column, document_of
from tests.compose.test_subjects import bad, findings, healthy, plain, verdicts


def just_below_the_limit(domains: int) -> list[Fact]:
    dice = random.Random(11)
    bounced = [sum(dice.random() < 0.0195 for _ in range(1000)) for _ in range(domains)]
    return [
        healthy(sending_domain=f"m{i}.acme.test", delivered=1000 - part, hard_bounced=part)
        for i, part in enumerate(bounced)
    ]


def test_of_many_like_domains_none_is_called_above_a_limit_for_its_luck():
    facts = just_below_the_limit(200)
    assert set(column(document_of("deliverability", facts), "sendingDomains", "againstLimits")) == {
        "within",
        "perhaps above",
    }
    assert {verdict for verdict, _ in verdicts(*facts).values()} == {"healthy", "watch"}
    told = [*findings("deliverability", facts), *findings("overall", facts)]
    assert not [finding for finding in told if "above a limit" in finding.headline]


def bounces_surely_and_complains_perhaps(**changed: object) -> Fact:
    """Bounces at 4.5 times their limit for sure, one complaint at 6.7 times its limit that may be chance."""
    return healthy(**({"sent": 165, "delivered": 150, "hard_bounced": 15, "complained": 1, "replied": 2} | changed))


def test_only_rates_surely_above_their_limit_are_named_as_reasons():
    facts = [healthy(), bounces_surely_and_complains_perhaps(sending_domain="mail9.acme.test", campaign="c-9")]
    reasons = dict(
        zip(
            column(document_of("domain_health", facts), "domains", "domain"),
            column(document_of("domain_health", facts), "domains", "reason"),
            strict=True,
        )
    )
    assert plain(reasons["mail9.acme.test"]) == "bounce rate 9.1 %, limit 2 %"
    [reason] = column(document_of("campaign", facts), "toStop", "reason")
    assert plain(reason) == "bounce rate 9.1 %, limit 2 %"
    stop = next(finding for finding in findings("campaign", facts) if finding.headline.startswith("Stop"))
    assert plain(stop.detail) == "Bounce rate 9.1 %, limit 2 %, with 165 messages sent."


def test_a_domain_to_watch_is_given_the_rate_that_may_be_above():
    document = document_of("domain_health", [healthy(sent=90, delivered=88, hard_bounced=2)])
    assert [plain(reason) for reason in column(document, "domains", "reason")] == ["bounce rate 2.2 %, limit 2 %"]


def test_advice_on_a_domain_is_about_the_rate_that_is_surely_above():
    many = healthy(sent=10_000, delivered=9950, hard_bounced=50)
    told = findings("deliverability", [many, bounces_surely_and_complains_perhaps(sending_domain="mail9.acme.test")])[0]
    assert told.headline == "mail9.acme.test is above a limit, though all together are not."
    assert plain(told.detail) == "mail9.acme.test: bounce rate 9.1 %, limit 2 %, more than chance explains."
    assert told.advice.startswith("Send less from mail9.acme.test until the lists are verified")


def test_domains_above_a_limit_are_ranked_by_the_rates_that_are_surely_above():
    facts = [
        healthy(sent=10_000, delivered=9950, hard_bounced=50),
        bounces_surely_and_complains_perhaps(sending_domain="mail8.acme.test"),
        bad(sending_domain="mail9.acme.test"),
    ]
    told = findings("overall", facts)[0]
    assert told.headline == "2 sending domains are above a limit, though all together are not."
    assert plain(told.detail).startswith("mail9.acme.test: bounce rate 10.0 %, limit 2 %; mail8.acme.test: bounce rate")
    assert told.advice.startswith("Send less from them")


def test_reports_are_judged_by_the_one_table_of_limits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(question.LIMITS, "bounce_rate", 0.2)
    assert verdicts(bad())["mail1.acme.test"][0] == "healthy"

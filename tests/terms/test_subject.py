import dataclasses
import datetime as dt

import pytest

from outbrief.terms.errors import InvalidInput
from outbrief.terms.locale import Locale
from outbrief.terms.look import Look
from outbrief.terms.subject import check_subject, fill_subject
from tests.render import documents


def test_every_placeholder_is_filled_from_the_document() -> None:
    template = "{report} / {period} / {workspace} / {tenant} / {date}"
    assert check_subject(template) == template
    assert fill_subject(template, documents.NORMAL) == (
        "Weekly campaign performance / 16 – 22 November 2026 / North America / Acme Outreach / 23 Nov 2026"
    )


def test_the_date_is_a_day_in_the_documents_zone_and_locale() -> None:
    late = dataclasses.replace(
        documents.NORMAL,
        as_of=dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC),
        look=Look(locale=Locale.ES),
    )
    assert fill_subject("{date}", late) == "23 nov 2026"
    assert fill_subject("{date}", dataclasses.replace(late, timezone="Nowhere/There")) == "24 nov 2026"


def test_what_is_filled_in_is_not_filled_again_and_stays_on_one_line() -> None:
    sly = dataclasses.replace(documents.NORMAL, title="{tenant}\r\nBcc: x@y.test", scope="a\u2028b\x0bc")
    assert fill_subject("{report}: {workspace}", sly) == "{tenant} Bcc: x@y.test: a b c"


@pytest.mark.parametrize("plain", ["Report", "a { b } c".replace("{ b }", "}{"), "100 % {", "{{report"])
def test_lone_braces_are_plain_text(plain: str) -> None:
    assert check_subject(plain) == plain
    assert fill_subject(plain.replace("{report", "x"), documents.NORMAL) == plain.replace("{report", "x")


@pytest.mark.parametrize("wrong", ["{raport}", "{Period}", "{}", "{0}", "{tenant.name}", "{ date }", "{{nope}}"])
def test_an_unknown_placeholder_is_named_with_the_known_ones(wrong: str) -> None:
    with pytest.raises(InvalidInput) as error:
        check_subject(f"Hello {wrong}")
    assert error.value.field == "config.subject"
    assert wrong.strip("{}") in error.value.message
    assert "{report}, {period}, {workspace}, {tenant}, {date}" in error.value.message


def test_a_near_miss_is_told_what_was_meant() -> None:
    with pytest.raises(InvalidInput) as error:
        check_subject("{raport}")
    assert error.value.hint == "Did you mean {report}?"

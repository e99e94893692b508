"""Styling: what a template or a tenant may say of looks, and where what they say is wrong."""

import pytest

from outbrief.terms.errors import InvalidInput
from outbrief.terms.locale import Locale
from outbrief.terms.look import Font, Paper
from outbrief.terms.styling import Branding, Logo, Styling, branding_of, check_styling

FULL = {
    "colour": "#0f7a55",
    "font": "manrope",
    "paper": "letter",
    "locale": "de",
    "cover": True,
    "logo": False,
}


def test_every_key_is_taken_and_given_back():
    styling = check_styling(FULL)
    assert styling == Styling(
        colour="#0f7a55", font=Font.MANROPE, paper=Paper.LETTER, locale=Locale.DE, cover=True, logo=False
    )
    assert styling.as_json() == FULL


@pytest.mark.parametrize("nothing", [{}, dict.fromkeys(FULL)])
def test_what_is_not_said_is_open(nothing: dict):
    assert check_styling(nothing) == Styling()
    assert Styling().as_json() == {}


def test_a_colour_is_written_in_small_letters():
    assert check_styling({"colour": "#ABCDEF"}).colour == "#abcdef"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ([], "styling"),
        ("blue", "styling"),
        ({"color": "#123456"}, "styling.color"),
        ({3: "#123456"}, "styling.3"),
        ({"colour": "blue"}, "styling.colour"),
        ({"colour": "#12345"}, "styling.colour"),
        ({"colour": "#1234567"}, "styling.colour"),
        ({"colour": "#12345\n"}, "styling.colour"),
        ({"colour": 123456}, "styling.colour"),
        ({"font": "Comic Sans"}, "styling.font"),
        ({"paper": "a5"}, "styling.paper"),
        ({"locale": False}, "styling.locale"),
        ({"cover": "yes"}, "styling.cover"),
        ({"logo": 1}, "styling.logo"),
        ({"logo": "https://example.test/logo.png"}, "styling.logo"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(wrong: object, field: str):
    with pytest.raises(InvalidInput) as refused:
        check_styling(wrong)
    assert refused.value.field == field


def test_a_near_miss_gets_a_hint():
    with pytest.raises(InvalidInput, match="Did you mean colour"):
        check_styling({"color": "#123456"})


@pytest.mark.parametrize("logo", [None, Logo(key="t/branding/x.png", sha256="ab", width=300, height=80)])
def test_a_branding_is_read_back_as_it_was_recorded(logo: Logo | None):
    branding = Branding(styling=Styling(colour="#123456", cover=False), logo=logo)
    assert branding_of(branding.as_json()) == branding


def test_what_a_newer_version_recorded_stops_nothing():
    kept = {"colour": "#123456", "font": "a-face-of-tomorrow", "slogan": "Onwards", "cover": True}
    assert branding_of(kept) == Branding(styling=Styling(colour="#123456", cover=True))


@pytest.mark.parametrize(
    "logo",
    [
        {},
        {"keys": {"light": "a", "dark": "b"}},
        {"key": "k", "sha256": "ab", "width": "wide", "height": 80},
        {"key": "k", "sha256": "ab", "width": None, "height": 80},
        {"key": None, "sha256": "ab", "width": 300, "height": 80},
        [],
        "k",
    ],
)
def test_a_logo_recorded_in_another_way_is_none(logo: object):
    assert branding_of({"cover": True, "logo": logo}) == Branding(styling=Styling(cover=True))


@pytest.mark.parametrize("value", [[], {}, [[1]], 7, 1.5, True, ""])
def test_a_choice_recorded_in_another_way_is_open(value: object):
    kept = {"colour": value, "font": value, "paper": value, "locale": value, "cover": [value], "logo": value}
    assert branding_of(kept) == Branding()

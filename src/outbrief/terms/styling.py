"""What a template or a tenant says of looks: colour, typeface, paper, locale, title page, logo, or leaves open."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from outbrief.terms.choices import check_choice, shown, unknown
from outbrief.terms.errors import InvalidInput
from outbrief.terms.given import check_flag
from outbrief.terms.locale import Locale
from outbrief.terms.look import Font, Paper

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_KEYS = ("colour", "font", "paper", "locale", "cover", "logo")


@dataclass(frozen=True, kw_only=True)
class Styling:
    """A checked styling: None leaves the choice to whoever is asked next. `logo` tells whether one is shown."""

    colour: str | None = None
    font: Font | None = None
    paper: Paper | None = None
    locale: Locale | None = None
    cover: bool | None = None
    logo: bool | None = None

    def as_json(self) -> dict[str, str | bool]:
        """Give what is chosen, as JSON that `check_styling` takes."""
        chosen = {key: getattr(self, key) for key in _KEYS}
        return {
            key: value if isinstance(value, bool) else str(value) for key, value in chosen.items() if value is not None
        }


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A tenant's logo in the store: a PNG under `key`, its size in pixels."""

    key: str
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Branding:
    """How a tenant's reports look unless a template or a report says otherwise; `styling.logo` is not used."""

    styling: Styling = Styling()
    logo: Logo | None = None

    def as_json(self) -> dict[str, object]:
        """Give it as the JSON that is recorded."""
        logo = {} if self.logo is None else {"logo": dict(self.logo.__dict__)}
        return {**self.styling.as_json(), **logo}


def check_styling(value: object, field: str = "styling") -> Styling:
    """Check a styling as people write it; InvalidInput names the place, such as `styling.colour` below `field`.

    `colour` is `#rrggbb`; `cover` and `logo` are true or false. A missing or null key is open.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput('A styling is an object like {"colour": "#2f5fde"}.', field=field)
    place = f"{field}." if field else ""
    for key in value:
        if key not in _KEYS:
            raise unknown(key, _KEYS, field=f"{place}{key}")
    given = {key: item for key, item in value.items() if item is not None}
    return Styling(
        colour=_colour(given["colour"], f"{place}colour") if "colour" in given else None,
        font=check_choice(Font, given["font"], field=f"{place}font") if "font" in given else None,
        paper=check_choice(Paper, given["paper"], field=f"{place}paper") if "paper" in given else None,
        locale=check_choice(Locale, given["locale"], field=f"{place}locale") if "locale" in given else None,
        cover=check_flag(given["cover"], field=f"{place}cover") if "cover" in given else None,
        logo=check_flag(given["logo"], field=f"{place}logo") if "logo" in given else None,
    )


def branding_of(kept: Mapping[str, object]) -> Branding:
    """Read a branding back from the JSON that is recorded.

    What this version does not know (a newer one may have recorded it) is left open: it must stop no report.
    """
    known: dict[str, object] = {}
    for key in _KEYS:
        with suppress(InvalidInput):
            known.update(check_styling({key: kept.get(key) if key != "logo" else None}).as_json())
    return Branding(styling=check_styling(known), logo=_logo(kept.get("logo")))


def _logo(kept: object) -> Logo | None:
    match kept:
        case {"key": str(key), "sha256": str(sha256), "width": int(width), "height": int(height)}:
            return Logo(key=key, sha256=sha256, width=width, height=height)
    return None


def _colour(value: object, place: str) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise InvalidInput(f"{shown(value)} is no colour.", field=place, hint='Write it like "#2f5fde".')
    return value.lower()

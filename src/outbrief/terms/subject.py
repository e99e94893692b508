"""The subject of a report's mail as people write it: plain words and placeholders."""

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outbrief.terms import locale
from outbrief.terms.choices import unknown
from outbrief.terms.document import Document

_KNOWN = ("{report}", "{period}", "{workspace}", "{tenant}", "{date}")
# What a mail is called whose report names no subject.
USUAL = "{report}: {period}"
_PLACE = re.compile(r"\{[^{}]*\}")


def check_subject(template: str, *, field: str = "config.subject") -> str:
    """Give back a subject whose placeholders are all known; InvalidInput names the unknown one and lists the known."""
    for place in _PLACE.findall(template):
        if place not in _KNOWN:
            raise unknown(place, _KNOWN, field=field)
    return template


def fill_subject(template: str, document: Document) -> str:
    """Put what a document says in the places of a subject, as one line; what is put in is not looked at again.

    `{report}` is the title, `{period}` the days covered, `{workspace}` the scope, `{tenant}` the tenant's name, and
    `{date}` the day on which the facts were read, in the document's time zone and locale. An unknown placeholder and
    a lone brace stay as they are.
    """
    with locale.writing_in(document.look.locale):
        said = {
            "{report}": document.title,
            "{period}": document.period_label,
            "{workspace}": document.scope,
            "{tenant}": document.brand.name,
            "{date}": locale.day(_day(document)),
        }
    return " ".join(_PLACE.sub(lambda place: said.get(place[0], place[0]), template).split())


def _day(document: Document) -> dt.date:
    try:
        return document.as_of.astimezone(ZoneInfo(document.timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return document.as_of.astimezone(dt.UTC).date()

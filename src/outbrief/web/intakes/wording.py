"""The words of this part: fields, who brought something in, and what to do about a row that was refused."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from outbrief.facts.results import Refusal
from outbrief.facts.time_forms import TimeForm
from outbrief.web import words

_MEANINGS = {
    "external_id": "The platform’s own id: the same id again updates the row.",
    "campaign": "The id of the campaign.",
    "lead": "The id of the lead; or else give the lead’s e-mail address.",
    "message": "The external id of the message that the event is about.",
    "kind": "open, click, bounce, reply, complaint, unsubscribe or delivered.",
    "at": "When it happened.",
    "date": "The day that the row counts.",
    "campaign_id": "The platform’s own id of the campaign.",
    "sent": "How many messages went out.",
    "sending_domain": "The domain that the mails come from, such as example.com.",
}
# What to do, by what a reason says; the first that fits.
_ADVICE = (
    ("cells where the header has", "Put a cell that holds the separator or a line break in quotes."),
    ("is not a JSON object", "Write the whole object on one line."),
    ("has no launched_at", "Import the campaigns with their launched_at first, or give the message a sent_at."),
    ("and the message is not known yet", "Match a column with “campaign”, or import the messages themselves first."),
    ("is missing", "Fill the cell in, or give a value for every row when you match the columns."),
    ("is not a message that is known", "Import the messages first, then their events again."),
    ("has messages of this campaign", "Leave these days out: their messages are here and are counted one by one."),
    ("is not an e-mail address", "Correct the address, or leave the cell empty."),
    ("between 1970 and 2199", "Choose how the file writes its times when you match its columns."),
    ("is not one of", "Write one of the listed words, or translate yours by `values` in a map file."),
    ("is not a whole number", "Write plain digits, without separators of thousands."),
    ("is not a number", "Write digits with a point, without separators of thousands."),
    ("is negative", "Counts begin at 0: leave the cell empty if it is not known."),
    ("is longer than", "Shorten it, or match another column."),
    ("is not a domain", "Write the domain alone, such as example.com."),
    ("is not a list of tags", "Separate tags by commas, or write a JSON list of texts."),
)
_OTHERWISE = "Correct the row in the file."


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why rows were refused: how many, one of them, and what to do."""

    field: str
    reason: str
    rows: int
    example: Refusal
    advice: str


def field_name(name: str) -> str:
    """Say a column of ours: `external_id` is "External id"."""
    return name.replace("_", " ").capitalize().replace("Lead email", "Lead e-mail")


def meaning(name: str) -> str:
    """Say what a column of ours is for; empty where its name says it."""
    return _MEANINGS.get(name, "")


def way(actor: str) -> str:
    """Say how something came in, by who brought it."""
    return {"user": "Upload", "key": "API", "operator": "Command line"}.get(actor.partition(":")[0], "")


def reasons(refusals: Iterable[Refusal]) -> list[Reason]:
    """Gather refusals by field and reason, the most frequent first."""
    rows = list(refusals)
    counts = Counter((row.field, row.reason) for row in rows)
    first = {(row.field, row.reason): row for row in reversed(rows)}
    return [
        Reason(field=field, reason=reason, rows=count, example=first[field, reason], advice=advice(reason))
        for (field, reason), count in counts.most_common()
    ]


def advice(reason: str) -> str:
    """Say what to do about a row that was refused for this reason."""
    return next((what for told, what in _ADVICE if told in reason), _OTHERWISE)


def reading(form: TimeForm) -> str:
    """Say how a time is read: "03/04/2026 reads as 3 April 2026"."""
    return f"{form.value} reads as {_day(form.reads)}{form.reads:, %H:%M}" if form.has_clock else _whole_day(form)


def _whole_day(form: TimeForm) -> str:
    return f"{form.value} reads as {_day(form.reads)}"


def _day(instant: dt.datetime) -> str:
    return f"{instant.day} {instant:%B %Y}"


def tried(read: int, kept: int) -> str:
    """Say what the first rows come to."""
    if read == kept:
        return f"All of the first {words.counted(read, 'row', 'rows')} can be taken."
    return f"{words.grouped(kept)} of the first {words.counted(read, 'row', 'rows')} can be taken."

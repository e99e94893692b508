"""What the page of a generation says: how far it is, what was promised and when it happened, and whose turn it is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from outbrief.record import generations
from outbrief.record.generations import Order
from outbrief.record.models import ReportGeneration
from outbrief.run.notices import blame_of
from outbrief.terms.errors import Blame
from outbrief.terms.report import GenerationStatus, Trigger
from outbrief.web import words
from outbrief.web.rows import WAITING

STARTED_BY = {Trigger.SCHEDULE: "Its schedule", Trigger.MANUAL: "A person", Trigger.API: "A program"}
Stage = Literal["waiting", "making", "sending", "over"]
_TURNS = {
    Blame.USER: ("It is your turn", "Change what the reason names, then run the report again."),
    Blame.OPERATOR: (
        "It is the operator’s turn",
        "A part of this installation does not answer. Tell whoever runs it; then run the report again.",
    ),
    Blame.RECIPIENT: (
        "It is the recipients’ turn",
        "Their mail servers refused the mail. Check the addresses; when they are right, send it again.",
    ),
    Blame.SYSTEM: (
        "It is a defect of Outbrief",
        "Tell whoever runs this installation, with the address of this page. Running it again may help.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a generation is: a sentence, and how many of its mails are done (0 of 0 before they are due)."""

    stage: Stage
    sentence: str
    done: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why a generation failed: the reason, whose turn it is and what mends it."""

    reason: str
    turn: str
    mending: str
    by_change: bool


@dataclass(frozen=True, kw_only=True)
class Time:
    """One instant in the life of a generation; `aside` says how it stands to what was promised."""

    name: str
    at: str
    iso: str
    aside: str


def progress_of(run: ReportGeneration, statuses: Mapping[str, int]) -> Progress:
    """Say how far a generation is; `statuses` counts its deliveries."""
    count = sum(statuses.values())
    waiting = sum(statuses.get(status, 0) for status in WAITING)
    if run.status not in generations.ALIVE:
        return Progress(stage="over", sentence="", done=count, of=count)
    if run.file_path:
        done = count - waiting
        sentence = f"The report is made. {words.grouped(done)} of {words.counted(count, 'mail', 'mails')} done."
        return Progress(stage="sending", sentence=sentence, done=done, of=count)
    if run.status == GenerationStatus.RUNNING:
        again = f", for the {words.ordinal(run.attempt)} time" if run.attempt > 1 else ""
        return Progress(stage="making", sentence=f"The report is being made{again}.", done=0, of=0)
    if run.attempt:
        said = (
            f"It could not be made yet, and is tried again by itself: {run.error_message or 'the reason is not known.'}"
        )
        return Progress(stage="waiting", sentence=said, done=0, of=0)
    return Progress(stage="waiting", sentence="It waits for a worker.", done=0, of=0)


def trouble_of(run: ReportGeneration) -> Trouble | None:
    """Say why a generation failed, in part or whole; None when it did not."""
    if run.status not in (GenerationStatus.FAILED, GenerationStatus.PARTIAL):
        return None
    blame = blame_of(run)
    turn, mending = _TURNS[blame]
    reason = run.error_message or "The reason is not known."
    return Trouble(reason=reason, turn=turn, mending=mending, by_change=blame is Blame.USER)


def times_of(
    run: ReportGeneration,
    order: Order,
    sent: tuple[dt.datetime | None, dt.datetime | None],
    *,
    timezone: str,
    now: dt.datetime,
) -> list[Time]:
    """Say when a generation was promised and when it happened; `sent` is when its first and its last mail went out."""
    promised = run.scheduled_for
    by_schedule = run.trigger == Trigger.SCHEDULE
    times = []
    if promised is not None:
        own = order.timezone if by_schedule else timezone
        name = "Promised for" if by_schedule else "Asked for"
        aside = f"{words.moment(promised, timezone, now=now)} for you" if own != timezone else ""
        at = f"{words.moment(promised, own, now=now)} ({words.zone(own)})"
        times.append(Time(name=name, at=at, iso=promised.isoformat(), aside=aside))
    first, last = sent
    happened = [("Queued", run.generated_at), ("First mail sent", first)]
    if first and last and (last - first).total_seconds() >= 1:
        happened.append(("Last mail sent", last))
    for name, instant in happened:
        if instant is not None:
            said = f"{words.moment(instant, timezone, now=now)}:{instant:%S}"
            times.append(Time(name=name, at=said, iso=instant.isoformat(), aside=_late(promised, instant, by_schedule)))
    return times


def _late(promised: dt.datetime | None, instant: dt.datetime, by_schedule: bool) -> str:
    """Say how long after the promised time something happened."""
    if promised is None:
        return ""
    seconds = (instant - promised).total_seconds()
    if seconds < 1:
        return "on time" if by_schedule else "at once"
    return f"{lag(seconds)} {'after the promised time' if by_schedule else 'after it was asked for'}"


def lag(seconds: float) -> str:
    """Say how long something took in its two largest units: `4 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`."""
    whole = round(seconds)
    sizes = ((whole // 86400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    largest = next((i for i, (amount, _) in enumerate(sizes) if amount), 3)
    said = [f"{amount} {unit}" for amount, unit in sizes[largest : largest + 2] if amount]
    return " ".join(said or ["0 s"]).replace(" ", "\u00a0")

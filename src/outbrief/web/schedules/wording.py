"""What the pages show of a schedule beyond its settings: its last runs, its state, what is next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from outbrief.record import generations
from outbrief.record.history import Punctuality, Run
from outbrief.record.models import ScheduledReport
from outbrief.run.notices import FAILURES_BEFORE_PAUSE
from outbrief.terms.report import GenerationStatus
from outbrief.web import words
from outbrief.web.rows import ScheduleRow, schedule_row
from outbrief.web.words import State

RUNS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One run in the strip of the last ones."""

    tone: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    """The last runs, oldest first, and the same in words."""

    bars: Sequence[Bar]
    said: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a schedule stands. `reason` says why it is paused, if that is known; `run_id` is the run that tells more."""

    state: State
    reason: str = ""
    run_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ListedSchedule:
    """A schedule in the list."""

    row: ScheduleRow
    about: str
    standing: Standing
    strip: Strip
    next_away: str
    last_at: str
    last_iso: str


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One figure of the heading: `aside` stands beside it in a tone."""

    label: str
    value: str
    aside: str = ""
    tone: str = ""


def listed(schedule: ScheduledReport, runs: Sequence[Run], *, now: dt.datetime) -> ListedSchedule:
    """Say a schedule for the list; `runs` are its last ones, newest first."""
    row = schedule_row(schedule, now=now)
    template = (schedule.config or {}).get("template")
    last = runs[0].generated_at if runs else None
    return ListedSchedule(
        row=row,
        about=f"{row.about} · {template}" if template else row.about,
        standing=standing_of(schedule, runs),
        strip=strip_of(runs, timezone=schedule.timezone, now=now),
        next_away=words.away(schedule.next_run_at, now=now) if schedule.next_run_at else "",
        last_at=words.away(last, now=now) if last else "",
        last_iso=last.isoformat() if last else "",
    )


def strip_of(runs: Sequence[Run], *, timezone: str, now: dt.datetime) -> Strip:
    """Say the last runs of a schedule; they come newest first."""
    bars, counts = [], dict[str, int]()
    for run in reversed(runs):
        state = words.state(run.status)
        bars.append(Bar(tone=state.tone, said=f"{words.moment(run.generated_at, timezone, now=now)}: {state.word}"))
        counts[state.word.lower()] = counts.get(state.word.lower(), 0) + 1
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    return Strip(bars=bars, said=said)


def standing_of(schedule: ScheduledReport, runs: Sequence[Run]) -> Standing:
    """Say whether a schedule is active, and if it was paused because it failed, why."""
    if schedule.is_active:
        return Standing(state=State(word="Active", tone="busy"))
    over = [run for run in runs if run.status not in (*generations.ALIVE, GenerationStatus.SKIPPED)]
    if not over or over[0].status != GenerationStatus.FAILED:
        return Standing(state=State(word="Paused", tone="warning"))
    failures = next((n for n, run in enumerate(over) if run.status != GenerationStatus.FAILED), len(over))
    reason = over[0].error
    if failures >= FAILURES_BEFORE_PAUSE:
        reason = f"After {failures} failures in a row: {reason}"
    return Standing(state=State(word="Paused", tone="bad"), reason=reason, run_id=over[0].id)


def headlines(how: Punctuality) -> list[Headline]:
    """Say how a tenant's reports went in the last 30 days."""
    share = 100 * how.on_time // how.promised if how.promised else None
    late = how.on_time < how.promised
    refused = f"{words.grouped(how.refused)} failed" if how.refused else ""
    longest = f"p99 {_seconds(how.longest_delay)}" if how.longest_delay is not None else ""
    return [
        Headline(
            label="Sent on time, 30 days",
            value=words.grouped(how.on_time) if how.promised else "–",
            aside="" if share is None else f"{share} % of {words.grouped(how.promised)}",
            tone="bad" if late else "good",
        ),
        Headline(label="Delivered to recipients", value=words.grouped(how.delivered), aside=refused, tone="bad"),
        Headline(
            label="Typical delay",
            value=_seconds(how.typical_delay),
            aside=longest,
        ),
        Headline(label="Running now", value=words.grouped(how.running)),
    ]


def _seconds(delay: dt.timedelta | None) -> str:
    if delay is None:
        return "–"
    return words.duration(max(0, round(delay.total_seconds() * 1000)))

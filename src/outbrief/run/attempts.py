"""One attempt at a job: what is tried again and when, and what everything that can go wrong is called."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import django.db

from outbrief.record.exclusive import exclusively
from outbrief.terms.errors import DatabaseUnavailable, OutbriefError

# Tells the time (aware): a job takes minutes, so its later steps ask again.
Clock = Callable[[], dt.datetime]


class UnexpectedFailure(OutbriefError):
    """Something nobody foresaw: a defect of ours, or of a part we stand on. Tried again, in case it was passing."""

    code = "unexpected"
    retryable = True


class WorkedElsewhere(OutbriefError):
    """Another worker, which the queue took for dead, is still at it. What it does is its own to record."""

    code = "worked_elsewhere"
    retryable = True


class WorkersDied(OutbriefError):
    """A job was taken up again and again, and no worker came to its end: it may be what kills them."""

    code = "workers_died"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt: `number` counts from 0; `last` means that nothing is tried after it."""

    number: int
    last: bool


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """How often a job is tried again: one pause in seconds before each retry."""

    seconds: tuple[int, ...]

    def attempt(self, number: int) -> Attempt:
        """Describe the attempt with this number, from 0."""
        return Attempt(number=number, last=number >= len(self.seconds))

    def before_next(self, number: int) -> dt.timedelta | None:
        """Give the pause after attempt `number` failed, or None when it was the last."""
        return dt.timedelta(seconds=self.seconds[number]) if number < len(self.seconds) else None


# A file is wanted soon: four tries within six minutes. Mail servers ask for patience: two days in all.
PRODUCING = Pauses(seconds=(10, 60, 300))
MAILING = Pauses(seconds=(30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600))


# A job of a worker that died is taken up again without counting as a failure; but one that kills its workers must end.
_MOST_TRIES = 30
# How long to wait before asking again whether another worker has come to its end.
ASK_AGAIN = dt.timedelta(seconds=60)


@contextmanager
def alone(object_id: UUID) -> Iterator[None]:
    """Run the block while no other process works on the object; WorkedElsewhere when one does."""
    with exclusively(object_id) as mine:
        if not mine:
            raise WorkedElsewhere("another worker is still at it.", hint="It is looked at again in a minute.")
        yield


def check_tries(attempt: Attempt) -> None:
    """Raise WorkersDied for a job that was begun too often."""
    if attempt.number >= _MOST_TRIES:
        raise WorkersDied(
            f"it was begun {attempt.number} times, and each time its worker died.",
            hint="See the log of the workers; a machine with too little memory ends them.",
        )


@contextmanager
def named_errors() -> Iterator[None]:
    """Let only OutbriefErrors out of the block, so that every failure has a code, a blame and a verdict on retrying."""
    try:
        yield
    except OutbriefError:
        raise
    except (django.db.OperationalError, django.db.InterfaceError) as error:
        raise DatabaseUnavailable(
            f"the database does not answer: {error}", hint="Run `outbrief check`; see the log of PostgreSQL."
        ) from error
    except Exception as error:
        raise UnexpectedFailure(f"{type(error).__name__}: {error}") from error


def gives_up(error: OutbriefError, attempt: Attempt) -> bool:
    """Tell whether this error ends the job."""
    return attempt.last or not error.retryable

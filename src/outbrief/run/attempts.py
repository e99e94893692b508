"""One attempt at a job: what is tried again and when, and what everything that can go wrong is called."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import django.db

from outbrief.terms.errors import DatabaseUnavailable, OutbriefError


class UnexpectedFailure(OutbriefError):
    """Something nobody foresaw: a defect of ours, or of a part we stand on. Tried again, in case it was passing."""

    code = "unexpected"
    retryable = True


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

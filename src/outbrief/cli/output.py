"""What people and programs see: results on standard output, progress on standard error."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

# A log that is read afterwards needs no more than this.
_SECONDS_BETWEEN_LINES = 5.0

Json = Mapping[str, object] | Sequence[object]


def print_json(result: Json) -> None:
    """Print a result for programs."""
    click.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))
    sys.stdout.flush()


def say(line: str) -> None:
    """Print a line for people."""
    click.echo(line)
    sys.stdout.flush()


def aside(line: str) -> None:
    """Tell people something beside the result."""
    click.echo(line, err=True)


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one a line, the values in one column and never wrapped."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        say(f"{name:<{width}}  {value}")


@contextmanager
def progress(title: str, *, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how many rows are done: a bar on a terminal, a line every few seconds elsewhere.

    Gives a function to call with the rows done so far. `total` may be an estimate, or None when nobody knows.
    """
    if sys.stderr.isatty():
        with _bar(title, total) as advance:
            yield advance
    else:
        yield _lines(title, total)


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:,} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda rows: bar.update(task, completed=rows, total=None if total is None else max(rows, total))


def _lines(title: str, total: int | None) -> Callable[[int], None]:
    last = time.monotonic()

    def advance(rows: int) -> None:
        nonlocal last
        if time.monotonic() - last < _SECONDS_BETWEEN_LINES:
            return
        last = time.monotonic()
        aside(f"{title}: {rows:,}{f' of about {total:,}' if total else ''} rows")

    return advance

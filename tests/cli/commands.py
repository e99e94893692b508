"""The command on the test's database: in a process of its own, or, where words alone differ, in this one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from outbrief.cli import Launch, command

PROGRAM = [sys.executable, "-m", "outbrief.conf.entry"]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> dict:
        return json.loads(self.raw)


Outbrief = Callable[..., Ran]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Give an environment of whose settings only `variables` and the home are set."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("OUTBRIEF_", "DJANGO_"))}
    return {**plain, "OUTBRIEF_HOME": str(home), **variables}


@pytest.fixture
def outbrief(database: str, tmp_path: Path) -> Outbrief:
    """Run a command in the test's folder, on its database; keywords are variables of the environment."""

    def run(*words: str, **variables: str) -> Ran:
        settings = environment(tmp_path / "home", **{"OUTBRIEF_DATABASE_URL": database, **variables})
        done = subprocess.run(
            [*PROGRAM, *words], env=settings, cwd=tmp_path, capture_output=True, timeout=120, check=False
        )
        return Ran(code=done.returncode, raw=done.stdout, err=done.stderr.decode())

    return run


@pytest.fixture
def outbrief_here(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outbrief:
    """Run a command in the test's folder and in this process, which is set up already."""
    launch = Launch(
        set_up=lambda home: None,
        add_checks=lambda: None,
        share=lambda: None,
        program=PROGRAM,
        environment=lambda **changes: changes,
    )
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["outbrief", *words])
        done = CliRunner().invoke(command, words, obj=launch, prog_name="outbrief")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(code=done.exit_code, raw=done.stdout_bytes, err=done.stderr)

    return run

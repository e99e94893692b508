"""`outbrief serve` and `outbrief worker` as processes that are told to stop."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.cli.commands import PROGRAM, Outbrief, environment

# Far beyond what it takes: only a process that hangs gets here.
_PATIENCE = 120


@contextmanager
def running(words: list[str], folder: Path, database: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [*PROGRAM, *words],
        env=environment(folder / "home", OUTBRIEF_DATABASE_URL=database),
        cwd=folder,
        stderr=(folder / "log").open("wb"),
        start_new_session=True,
    )
    try:
        yield process
        process.wait(_PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def group_of(leader: int) -> list[int]:
    return [pid for pid in psutil.pids() if _group(pid) == leader]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def test_pages_are_served_until_the_processes_are_told_to_stop(outbrief_here: Outbrief, database: str, tmp_path: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running(["serve", "--port", str(port), "--workers", "2"], tmp_path, database) as server:
        assert _answers(f"http://127.0.0.1:{port}/sign-in") == 200, (tmp_path / "log").read_text()
        taken = outbrief_here("serve", "--port", str(port))
        assert taken.code == 1
        assert f"--port: 127.0.0.1:{port}" in taken.err
        server.terminate()
    _until(lambda: not group_of(server.pid), tmp_path / "log")


def test_a_worker_that_is_told_to_stop_ends_well(database: str, tmp_path: Path):
    with running(["worker"], tmp_path, database) as worker:
        _until(lambda: "worker.started" in (tmp_path / "log").read_text(), tmp_path / "log")
        worker.terminate()
    assert worker.returncode == 0
    assert "worker.stopped" in (tmp_path / "log").read_text()


def _answers(url: str) -> int:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            return httpx.get(url, timeout=30).status_code
        except httpx.TransportError:
            time.sleep(0.1)
    return 0


def _until(true: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)

"""The demo: everything from one command, seen through its doors, and nothing left behind when it ends."""

import email
import email.policy
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import psutil
import pytest

from tests.cli.commands import PROGRAM, environment
from tests.servers import require

T = TypeVar("T")

# Far beyond what it takes: only a demo that hangs gets here.
_PATIENCE = 180


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that runs: what it printed, and its process."""

    facts: dict[str, str]
    process: "subprocess.Popen[bytes]"

    @property
    def api(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.facts["address"], headers={"Authorization": f"Bearer {self.facts['apiKey']}"}, timeout=60
        )


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """Run the demo in a folder, in a process group of its own, until the block has ended it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*PROGRAM, "demo", "--json", "--port", str(port)],
        # Without a home it takes its own below the working directory.
        env={name: value for name, value in environment(folder).items() if name != "OUTBRIEF_HOME"},
        cwd=folder,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        printed = b"".join(iter(process.stdout.readline, b"}\n"))
        yield Demo(facts=json.loads(printed + b"}"), process=process)
        process.wait(_PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert left_of(process.pid, folder) == []


def left_of(group: int, folder: Path) -> list[str]:
    """Name the processes of a group, and those that work in a folder."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        try:
            if os.getpgid(process.info["pid"]) == group or (str(folder) in words and "postgres" in words):
                found.append(words)
        except ProcessLookupError:
            continue
    return found


def eventually(look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if (seen := look()) is not None:
            return seen
        time.sleep(0.2)
    pytest.fail("it did not come")


def completed(demo: Demo, export_id: str) -> dict | None:
    export = demo.api.get(f"/api/exports/{export_id}").json()
    assert export["status"] in ("pending", "processing", "completed"), export
    return export if export["status"] == "completed" else None


def first_mail(demo: Demo) -> Path | None:
    return next(Path(demo.facts["outbox"]).glob("*.eml"), None)


def test_the_demo_shows_the_whole_product_and_leaves_nothing_running(tmp_path: Path):
    require("curl", shutil.which("curl") is not None)

    with running(tmp_path) as demo:
        _signs_in(demo)
        pasted = subprocess.run(demo.facts["curl"], shell=True, capture_output=True, check=True)
        export = eventually(lambda: completed(demo, json.loads(pasted.stdout)["exportId"]))
        assert export["rowCount"] == 20_000
        lines = httpx.get(export["downloadUrl"]).text.splitlines()
        assert lines[0] == "email,company,emailsSent,emailsOpened"
        assert len(lines) == 20_001

        mail = email.message_from_bytes(eventually(lambda: first_mail(demo)).read_bytes(), policy=email.policy.default)
        assert mail["To"] in ("alice@acme.test", "bob@acme.test")
        assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/pdf"]
        os.kill(demo.process.pid, signal.SIGTERM)
    assert demo.process.returncode == 128 + signal.SIGTERM

    with running(tmp_path) as again:
        assert again.facts["apiKey"] == demo.facts["apiKey"]
        assert again.api.get(f"/api/exports/{export['exportId']}").json()["rowCount"] == 20_000
        # What a terminal does on Ctrl-C: every process of the group is told at once.
        os.killpg(again.process.pid, signal.SIGINT)
    assert again.process.returncode == 0

    with running(tmp_path) as third:
        worker = next(child for child in psutil.Process(third.process.pid).children() if "worker" in child.cmdline())
        worker.kill()
    assert third.process.returncode == 1


def _signs_in(demo: Demo) -> None:
    with httpx.Client(base_url=demo.facts["address"], follow_redirects=True, timeout=60) as browser:
        page = browser.get("/")
        assert page.url.path == "/sign-in"
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        fields = {"email": demo.facts["email"], "password": demo.facts["password"], "csrfmiddlewaretoken": token[1]}
        home = browser.post("/sign-in", data=fields, headers={"Referer": str(page.url)})
        assert (home.status_code, home.url.path) == (200, "/")
        assert "Deliverability of the month" in home.text

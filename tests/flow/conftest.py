"""The doors of these tests: the command, and the web server in a process of its own."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.commands import PROGRAM, environment, outbrief

__all__ = ["outbrief"]

Serving = Callable[..., "contextmanager[httpx.Client]"]


@pytest.fixture
def serving(database: str, tmp_path: Path) -> Serving:
    """Serve pages and API in the test's folder on its database; gives a client."""

    @contextmanager
    def serve(**variables: str) -> Iterator[httpx.Client]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        base = f"http://127.0.0.1:{port}"
        settings = {"OUTBRIEF_DATABASE_URL": database, "OUTBRIEF_BASE_URL": base, **variables}
        server = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port)],
            env=environment(tmp_path / "home", **settings),
            cwd=tmp_path,
            stderr=(tmp_path / "serve.log").open("w"),
        )
        try:
            with httpx.Client(base_url=base, timeout=30) as client:
                _wait_until_ready(client, server, tmp_path / "serve.log")
                yield client
        finally:
            server.terminate()
            server.wait(timeout=30)

    return serve


def _wait_until_ready(client: httpx.Client, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            if client.get("/api/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server does not get ready: {log.read_text()}")

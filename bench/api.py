"""The same export through the API: asked for, worked by a worker, kept in S3, and linked; beside the command line."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import psutil
from tests.servers.s3 import running_s3

from bench.exports import command
from bench.measure import ROOT, Sample, in_turn, median, peak_of, server_seconds
from bench.results import Finding, Topic, at_most, figures
from bench.scale import FIELDS, Scale
from bench.server import Base, Say, Server

Timed = Callable[[], Mapping[str, float]]
_MOST = 1.3
_LOOK_EVERY = 0.05  # seconds
_PATIENCE = 600  # seconds
_NAMES = {"csv": "CSV", "excel": "Excel"}


def key_written(tenant_id: str, path: str) -> Timed:
    """Prepare a key of the tenant's, written to a file; a step of bench.child."""
    from outbrief.record.keys import create_key

    def timed() -> Mapping[str, float]:
        Path(path).write_text(create_key(tenant_id=UUID(tenant_id), user_id=None, name="bench"))
        return {}

    return timed


@dataclass(frozen=True, kw_only=True)
class Running:
    """An installation at work: a client with a key, its web server and its worker."""

    home: Path
    client: httpx.Client
    serving: psutil.Process
    working: psutil.Process

    def export(self, fmt: str) -> Sample:
        """Ask for the measured export and wait until it can be downloaded."""
        cpu, server_cpu, started = self._cpu(), server_seconds(self.home), time.perf_counter()
        asked = {"exportType": "leads", "format": fmt, "fields": FIELDS}
        answer = self.client.post("/api/exports", json=asked).raise_for_status().json()
        while True:
            told = self.client.get(f"/api/exports/{answer['exportId']}").raise_for_status().json()
            if told["status"] not in ("pending", "processing"):
                break
            time.sleep(_LOOK_EVERY)
        seconds = time.perf_counter() - started
        assert told["status"] == "completed", told
        return Sample(
            seconds=seconds,
            cpu=self._cpu() - cpu,
            server_cpu=server_seconds(self.home) - server_cpu,
            peak=peak_of(self.working.pid),
            told={"rows": told["rowCount"], "bytes": told["fileSize"]},
        )

    def _cpu(self) -> float:
        times = [process.cpu_times() for process in (self.serving, self.working)]
        return sum(spent.user + spent.system for spent in times)


def measure(server: Server, large: Base, scale: Scale, say: Say) -> Topic:
    """Measure the export through API, worker and S3, and as a command, in turn."""
    say("the same export through the API, with S3 as the store")
    place = server.place(large.url)
    with _running(server, large) as running:
        cases: dict[str, Callable[[], Sample]] = {}
        for fmt, name in _NAMES.items():
            cases[f"API, worker and S3, {name}"] = lambda fmt=fmt: running.export(fmt)  # type: ignore[misc]
            cases[f"`outbrief export`, {name}"] = command(place, fmt)
        found = {name: median(runs) for name, runs in in_turn(cases, repeats=scale.repeats, say=say).items()}
    return Topic(
        title="Through the API, with S3 as the store",
        findings=[Finding(what=name, cells=figures(sample)) for name, sample in found.items()],
        verdicts=[
            at_most(
                f"API with S3 against the command line, {name}",
                found[f"API, worker and S3, {name}"].seconds / found[f"`outbrief export`, {name}"].seconds,
                _MOST,
                "{:.2f} x",
            )
            for name in _NAMES.values()
        ],
        note=_NOTE,
    )


@contextmanager
def _running(server: Server, base: Base) -> Iterator[Running]:
    address = f"http://127.0.0.1:{_free_port()}"
    with (
        tempfile.TemporaryDirectory(dir=server.folder) as folder,
        tempfile.TemporaryDirectory() as logs,
        running_s3(Path(folder), Path(logs), verbose=False) as s3,
    ):
        key = Path(logs) / "key"
        server.place(base.url).step("api:key_written", {"tenant_id": base.tenant_id, "path": str(key)})
        headers = {"Authorization": f"Bearer {key.read_text()}"}
        environment = server.environment(base.url, OUTBRIEF_STORE_URL=s3.url("bench"), OUTBRIEF_BASE_URL=address)
        with (
            _started(["serve", "--port", address.rpartition(":")[2]], environment, Path(logs)) as serving,
            _started(["worker"], environment, Path(logs)) as working,
            httpx.Client(base_url=address, timeout=60, headers=headers) as client,
        ):
            _wait_until_ready(client)
            running = Running(home=server.home, client=client, serving=serving, working=working)
            # A worker that runs has exported before.
            for fmt in _NAMES:
                running.export(fmt)
            yield running


@contextmanager
def _started(arguments: Sequence[str], environment: Mapping[str, str], logs: Path) -> Iterator[psutil.Process]:
    with (logs / f"{arguments[0]}.log").open("wb") as log:
        program = [sys.executable, "-m", "outbrief.conf.entry", *arguments]
        process = subprocess.Popen(program, cwd=ROOT, env=dict(environment), stdout=log, stderr=log)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if client.get("/api/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(_LOOK_EVERY)
    raise RuntimeError("the web server does not get ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_NOTE = (
    "From `POST /api/exports` until `GET /api/exports/{id}` says completed, asked every 50 ms: queue, worker, multipart"
    " upload to a real S3 server (`rclone serve s3`) on the same two cores, record and presigned link. CPU is that of"
    " web server and worker, memory that of the worker. The command's time includes its start, the API's does not"
    " include that of the worker, which runs."
)

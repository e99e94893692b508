"""The processes of the demo: started together, watched, and stopped together."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from outbrief.terms.errors import OutbriefError

_GRACE_SECONDS = 10
_READY_SECONDS = 60
_TAIL_LINES = 12


class DemoStopped(OutbriefError):
    """A part of the demo ended by itself, or did not come up."""

    code = "demo_stopped"


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process of the demo and the file that its log goes to."""

    name: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def check(self) -> None:
        """Raise DemoStopped, with the end of the log, when the process has ended."""
        code = self.process.poll()
        if code is not None:
            raise DemoStopped(f"The {self.name} ended (exit code {code}):\n{self._tail()}", hint=f"Log: {self.log}")

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])


@contextlib.contextmanager
def running(
    program: Sequence[str], arguments: Mapping[str, Sequence[str]], *, environment: dict[str, str], logs: Path
) -> Iterator[list[Child]]:
    """Run `program` once for each name with its arguments, in this process group, while the block lasts."""
    logs.mkdir(parents=True, exist_ok=True)
    children: list[Child] = []
    try:
        for name, words in arguments.items():
            log = logs / f"{name}.log"
            with log.open("wb") as file:
                process = subprocess.Popen(  # noqa: S603 - our own program
                    [*program, *words], env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
                )
            children.append(Child(name=name, log=log, process=process))
        yield children
    finally:
        _stop(children)


def wait_until_answers(url: str, children: Sequence[Child]) -> None:
    """Wait until a page answers; DemoStopped when a child ends before, or it takes too long."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            child.check()
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own http address
                return
        except urllib.error.HTTPError:
            # It answers; what, is for the pages to say.
            return
        except OSError:
            time.sleep(0.1)
    raise DemoStopped(f"{url} did not answer within {_READY_SECONDS} seconds.", hint=f"See {children[0].log}.")


def watch(children: Sequence[Child]) -> None:
    """Stay until a child ends, which raises DemoStopped, or a signal ends the wait."""
    while True:
        for child in children:
            child.check()
        time.sleep(0.2)


def free_port(preferred: int, *, host: str) -> int:
    """Give `preferred` or the next port above it that nobody listens on."""
    for port in range(preferred, min(preferred + 100, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
        return port
    raise DemoStopped(f"No port from {preferred} on is free.", hint="Choose another with --port.")


def _stop(children: Sequence[Child]) -> None:
    # A second signal, such as an impatient Ctrl-C, must not leave a process behind.
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + _GRACE_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
        except BaseException:
            for other in children:
                other.process.kill()
            raise
    for child in children:
        child.process.wait()

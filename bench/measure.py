"""Running one thing in a process of its own and saying what it took; several of them in turn, so that whatever else
the machine does falls on all alike.

Memory is the peak of the process's resident set (`VmHWM`) as the process itself reads it at its end, or, of a command
that knows nothing of us, as last seen from outside; `ru_maxrss` would carry over what the parent had used.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
_LOOK_EVERY = 0.02  # seconds
# The server counts the time of a backend that ended once it has noticed its end.
_SETTLE = 0.05


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run: seconds of wall clock, of the process's own (and its children's) CPU, and of the database server's;
    peak memory in bytes; and what else the process told.
    """

    seconds: float
    cpu: float
    server_cpu: float
    peak: int
    told: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where measurements run: the environment of their processes, the database server, a folder for their files."""

    home: Path
    environment: Mapping[str, str]
    folder: Path

    def step(self, name: str, asked: Mapping[str, object], *, loud: bool = False) -> Sample:
        """Run a function of ours, `module:name`, which prepares and gives what is to be timed; `loud` shows what it
        says on standard error.
        """
        return self._told([sys.executable, "-m", "bench.child", name, json.dumps(asked)], loud=loud)

    def node(self, script: str, asked: Mapping[str, object]) -> Sample:
        """Run a script of bench/node, which times itself."""
        return self._told(["node", str(ROOT / "bench" / "node" / f"{script}.mjs"), json.dumps(asked)])

    def command(self, *arguments: str) -> Sample:
        """Run a whole `outbrief` command from its start to its end."""
        started = time.perf_counter()
        ended, server_cpu = self._run([sys.executable, "-m", "outbrief.conf.entry", *arguments])
        seconds = time.perf_counter() - started - _SETTLE
        return Sample(seconds=seconds, cpu=ended.cpu, server_cpu=server_cpu, peak=ended.peak)

    def _told(self, command: Sequence[str], *, loud: bool = False) -> Sample:
        ended, server_cpu = self._run(command, loud=loud)
        told = json.loads(ended.output.splitlines()[-1])
        seconds, cpu, peak = (told.pop(name) for name in ("seconds", "cpu", "peak"))
        return Sample(seconds=seconds, cpu=cpu, server_cpu=server_cpu, peak=peak, told=told)

    def _run(self, command: Sequence[str], *, loud: bool = False) -> tuple["_Ended", float]:
        before = server_seconds(self.home)
        ended = _watched(command, self.environment, self.folder, loud=loud)
        time.sleep(_SETTLE)
        return ended, server_seconds(self.home) - before


@dataclass(frozen=True, kw_only=True)
class _Ended:
    output: str
    cpu: float
    peak: int


def _watched(command: Sequence[str], environment: Mapping[str, str], folder: Path, *, loud: bool) -> _Ended:
    log = folder / "stderr.log"
    with log.open("wb") as errors, (folder / "stdout.log").open("w+b") as output:
        child = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=None if loud else errors
        )
        watched = psutil.Process(child.pid)
        peak, cpu = 0, 0.0
        while child.poll() is None:
            peak = max(peak, peak_of(child.pid))
            try:
                times = watched.cpu_times()
                cpu = times.user + times.system + times.children_user + times.children_system
            except psutil.Error:
                break
            time.sleep(_LOOK_EVERY)
        child.wait()
        output.seek(0)
        said = output.read().decode()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)[:400]} failed:\n{log.read_text(errors='replace')[-4000:]}")
    return _Ended(output=said, cpu=cpu, peak=peak)


def peak_of(pid: int | str) -> int:
    """Give a process's peak resident set in bytes; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024


def server_seconds(home: Path) -> float:
    """Give the CPU seconds that the database server has used so far, backends that have ended included."""
    pid = int((home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    postmaster = psutil.Process(pid)
    times = postmaster.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for backend in postmaster.children():
        try:
            own = backend.cpu_times()
        except psutil.Error:
            continue
        total += own.user + own.system
    return total


def in_turn(
    cases: Mapping[str, Callable[[], Sample]], *, repeats: int, say: Callable[[str], None]
) -> dict[str, list[Sample]]:
    """Run every case `repeats` times, one round after the other, and say how each did."""
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, run in cases.items():
            sample = run()
            samples[name].append(sample)
            say(
                f"  {name}: {sample.seconds:.2f} s, cpu {sample.cpu:.2f} s + server {sample.server_cpu:.2f} s,"
                f" {sample.peak / 1e6:.0f} MB"
            )
    return samples


def median(samples: Sequence[Sample]) -> Sample:
    """Give the sample whose figures are each the median of those given."""
    names = samples[0].told
    return Sample(
        seconds=statistics.median(sample.seconds for sample in samples),
        cpu=statistics.median(sample.cpu for sample in samples),
        server_cpu=statistics.median(sample.server_cpu for sample in samples),
        peak=int(statistics.median(sample.peak for sample in samples)),
        told={name: statistics.median(sample.told[name] for sample in samples) for name in names},
    )

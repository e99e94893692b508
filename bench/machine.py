"""What the measurements ran on."""

import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.measure import ROOT
from bench.server import Server

_PACKAGES = (
    "polars",
    "pyarrow",
    "adbc-driver-postgresql",
    "isal",
    "ibis-framework",
    "typst",
    "vl-convert-python",
    "Django",
)
_NODE_PACKAGES = ("pg", "pg-query-stream", "json2csv", "@json2csv/node", "exceljs", "pdfkit")


def machine(server: Server) -> dict[str, str]:
    """Give the machine and the versions of everything that was measured."""
    return {
        "processor": f"{_processor()}, {psutil.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load when it started": ", ".join(f"{load:.1f}" for load in psutil.getloadavg()),
        "system": f"{platform.system()} {platform.release()}",
        "PostgreSQL": f"{server.version()}, embedded, default settings",
        "Python": f"{platform.python_version()}; " + ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "Node": f"{_node_version()}; " + ", ".join(f"{name} {_installed(name)}" for name in _NODE_PACKAGES),
    }


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found.group(1).strip() if found else platform.machine()


def _node_version() -> str:
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _installed(package: str) -> str:
    text = (ROOT / "bench" / "node_modules" / package / "package.json").read_text()
    found = re.search(r'"version":\s*"([^"]+)"', text)
    return found.group(1) if found else "?"

"""The shape of the tree: what a reader may rely on without being told."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_FILE = 420
LONGEST_FUNCTION = 60


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen():
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert long == []


def test_no_module_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "processor", "service"}
    assert [path for path in SOURCES if path.stem in drawers] == []


def test_nothing_is_put_off():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [path for path in SOURCES if marks.search(path.read_text())] == []


def test_no_tracked_file_names_an_index_or_a_path_of_one_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("git is missing: the tree is no checkout")
    # Put together here, so that this file does not find itself.
    words = re.compile("|".join(["/wo" + "rk/", "pypi" + r"\.org", "--" + "index-url", "registry" + r"\.npmjs"]))
    found = []
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".png", ".otf", ".gz"} or not path.is_file():
            continue
        found += [
            f"{name}: {line.strip()}" for line in path.read_text(errors="replace").splitlines() if words.search(line)
        ]
    assert found == []

"""Looking at a page as people do: on a desk and on a telephone, by day and by night, and without seeing it."""

import tempfile
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.servers import require

WIDTHS = (1280, 360)
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def look(page: Page, name: str) -> None:
    """Check the page as it is, wide and narrow, light and dark: it fits, and axe-core finds nothing wrong."""
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=pictures() / f"{name}-{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            wrong = violations(page)
            assert not wrong, "\n".join([f"{name}, {width} px, {scheme}:", *wrong])


def violations(page: Page) -> list[str]:
    """Give what axe-core finds wrong: the rule, and where."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(rules())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@cache
def rules() -> str:
    require("axe-core (npm ci in tests/browser)", AXE.is_file())
    return AXE.read_text()


@cache
def pictures() -> Path:
    """Give the folder that keeps the pictures of this run."""
    folder = Path(tempfile.mkdtemp(prefix="outbrief-pages-"))
    print(f"Pictures of pages: {folder}")
    return folder

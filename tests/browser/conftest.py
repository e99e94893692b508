"""The pages in a real browser, from the real server."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
import uvicorn
from django.core.handlers.asgi import ASGIHandler
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.people import People, Person
from tests.servers import require
from tests.web.conftest import acme, home
from tests.web.visits import visitor

__all__ = ["Browse", "acme", "home"]

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 15_000  # milliseconds until something that does not come is a failure


class Browse(Protocol):
    """Open a tab as somebody, or as nobody."""

    def __call__(
        self, person: Person | None = None, *, script: bool = True, width: int = 1280, dark: bool = False
    ) -> Page: ...


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a browser for the tests of a file."""
    executable = next((path for name in PROGRAMS if (path := shutil.which(name))), "")
    require("Chromium (package chromium)", bool(executable))
    # The driver runs an event loop in this thread, in which Django otherwise refuses to ask the database; nothing
    # of ours runs in that loop.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def address(people: People) -> Iterator[str]:
    """Serve the application on a free port."""
    server = uvicorn.Server(
        uvicorn.Config(ASGIHandler(), host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture
def browse(chromium: Browser, address: str, home: Path) -> Iterator[Browse]:
    """Give a way to open tabs; at the end nothing may have been blocked, missing, or broken in any of them."""
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def open_tab(person: Person | None = None, *, script: bool = True, width: int = 1280, dark: bool = False) -> Page:
        context = chromium.new_context(
            base_url=address,
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        if person is not None:
            session = visitor(person).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: problems.extend(_complaint(message)))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("response", lambda answer: problems.extend([answer.url] if answer.status >= 500 else []))
        return page

    yield open_tab
    for context in opened:
        context.close()
    assert problems == []


def _complaint(message: ConsoleMessage) -> list[str]:
    """Give what a browser complains of, but for answers that are refusals on purpose."""
    refused = "the server responded with a status of 4" in message.text
    return [message.text] if message.type in ("error", "warning") and not refused else []

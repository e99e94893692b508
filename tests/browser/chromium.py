"""A real browser, spoken to over its debugging pipe: no driver, no port."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import require

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Page:
    """One tab. `problems` gathers what the browser complained of: blocked styles, scripts, missing files."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._write = to_browser
        self._read = os.fdopen(from_browser, "rb")
        self._last = 0
        self._session: str | None = None
        self.problems: list[str] = []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._last:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, url: str) -> None:
        self._loaded = False
        self.call("Page.navigate", url=url)
        self.wait()

    def wait(self) -> None:
        """Wait until the page that was asked for last is there."""
        while not self._loaded:
            self._next()
        self._loaded = False

    def evaluate(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def look(self, *, width: int, dark: bool) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 700
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, path: Path) -> None:
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(picture))

    def _next(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._read.read(1)) != b"\0":
            assert byte, "the browser ended"
            message += byte
        event: dict[str, Any] = json.loads(bytes(message))
        if event.get("method") == "Page.loadEventFired":
            self._loaded = True
        elif event.get("method") == "Log.entryAdded":
            entry = event["params"]["entry"]
            self.problems.append(f"{entry['text']} {entry.get('url', '')}")
        return event


@contextmanager
def open_page(profile: Path) -> Iterator[Page]:
    """Start a browser with a profile of its own and give its tab."""
    executable = next((path for name in PROGRAMS if (path := shutil.which(name))), "")
    require("Chromium (package chromium)", bool(executable))
    hear, to_browser = os.pipe()
    from_browser, say = os.pipe()
    # The browser reads commands on descriptor 3 and answers on 4; the shell puts the pipes there.
    command = (
        f'exec "$0" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe'
        f' --user-data-dir="$1" 3<&{hear} 4>&{say}'
    )
    browser = subprocess.Popen(
        ["bash", "-c", command, executable, str(profile)], pass_fds=(hear, say), stderr=subprocess.DEVNULL
    )
    os.close(hear)
    os.close(say)
    try:
        yield Page(to_browser, from_browser)
    finally:
        os.close(to_browser)
        browser.terminate()
        browser.wait(timeout=20)

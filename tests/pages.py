"""The page in a browser, for tests: a server over an engine, a visit that checks that nothing foreign ran, asking."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.config import UiConfig
from qa.engine import Delta, Engine
from ui import build_app, listen

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
BETWEEN_WORDS_S = 0.02  # slows the stream, so that a test can see it grow
PATIENCE_MS = 20_000
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Slowly:
    """The real engine, its words a little slower, as a model would say them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def stream(self, *args: Any) -> Iterator[Any]:
        for item in self._engine.stream(*args):
            words = re.findall(r"\s*\S+\s*", item.text) if isinstance(item, Delta) else []
            for part in [Delta(word) for word in words] or [item]:
                yield part
                time.sleep(BETWEEN_WORDS_S)


@contextmanager
def served(engine: Any, config: UiConfig | None = None) -> Iterator[str]:
    """The page over an engine (or over a way to open one), at an address of its own."""
    import uvicorn

    config = config or UiConfig(port=0)
    listening = listen(config)
    settings = uvicorn.Config(build_app(engine, config), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(20)


# Notes how long the growing answer was, each time it changed.
GROWTH = """
window.lengths = [];
new MutationObserver(() => {
  const text = document.querySelector("#draft .streaming")?.textContent ?? "";
  if (text && text.length !== window.lengths.at(-1)) window.lengths.push(text.length);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@contextmanager
def visit(browser: Any, address: str, path: str = "", **look: Any) -> Iterator[Any]:
    """A fresh browser on the page; at the end: no request elsewhere, no script of an article, none that failed."""
    context = browser.new_context(**{"viewport": WIDE, **look})
    context.add_init_script(GROWTH)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(address + path)
    page.wait_for_selector("#chat .log")
    yield page
    assert page.evaluate("window.pwned") is None
    context.close()
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    assert errors == []


def ask(page: Any, question: str) -> Any:
    """Ask, wait for the whole answer, and return it."""
    before = page.locator("#chat .turn").count()
    page.fill("#box textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#chat .turn >> nth={before}")
    return page.locator("#chat .turn").nth(before)


def opened(page: Any) -> Any:
    page.wait_for_selector("#evidence .pane[data-view=article]")
    return page.locator("#evidence")

"""The page on a server of its own, and the system's Chromium to look at it with."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.config import Config, UiConfig
from qa.engine import Delta, Engine
from ui import build_app, listen, server_config

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 20_000
END_S = 20  # how long the server may take to end
BETWEEN_WORDS_S = 0.02  # slows the stream, so that it can be seen to grow


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
def served(engine: Any, ui: UiConfig | None = None, config: Config | None = None) -> Iterator[str]:
    """The page over an engine (or over a way to open one), at an address of its own; Settings shows `config`."""
    import uvicorn

    config = replace(config or Config(), ui=ui or UiConfig(port=0))
    listening = listen(config.ui)
    server = uvicorn.Server(server_config(build_app(engine, config)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(END_S)


@contextmanager
def chromium() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, address: str, script: str = "", **look: Any) -> Iterator[Any]:
    """A browser of its own on the page, there when the library is; `script` runs before anything of the page."""
    context = browser.new_context(**{"viewport": WIDE, **look})
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector("#chat .log")
    yield page
    context.close()

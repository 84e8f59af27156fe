"""Pictures of the chat page for the README: `python -m benchmarks.screenshot [FOLDER of articles] [--into docs]`.

Ingests the folder into a library of its own, asks a question, opens a citation and photographs the page in the system's
Chromium: wide and narrow, light and dark. The last line is one JSON object naming the files.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qa.config import Config, UiConfig
from qa.engine import open_engine
from ui import build_app, listen

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUESTION = "How many prisoners did the United States send to El Salvador?"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SETTLED_MS = 600  # after the last click: the sheet slides, the marker changes colour
SHARPNESS = 2  # device pixels per CSS pixel


@contextmanager
def served(engine: Any) -> Iterator[str]:
    """The page over an engine, at an address of its own."""
    import uvicorn

    listening = listen(UiConfig(port=0))
    server = uvicorn.Server(uvicorn.Config(build_app(engine, UiConfig()), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join()


def photograph(browser: Any, address: str, question: str, path: Path, **look: Any) -> Path:
    """Ask, open the first citation, take the picture."""
    context = browser.new_context(device_scale_factor=SHARPNESS, **look)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#chat .log")
    page.fill("#box textarea", question)
    page.keyboard.press("Enter")
    page.locator("#chat .cite").first.click()
    page.wait_for_selector("#evidence mark")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """Take the pictures."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("sources"))
    parser.add_argument("--into", type=Path, default=Path("docs"))
    parser.add_argument("--question", default=QUESTION)
    given = parser.parse_args()
    given.into.mkdir(exist_ok=True)
    looks = {
        "page": {"viewport": WIDE, "color_scheme": "light"},
        "page-dark": {"viewport": WIDE, "color_scheme": "dark"},
        "page-phone": {"viewport": NARROW, "color_scheme": "light"},
    }
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        engine = open_engine(Config().with_library(folder))
        engine.store.ingest([given.folder])
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served(engine) as address:
            taken = [
                photograph(browser, address, given.question, given.into / f"{name}.png", **look)
                for name, look in looks.items()
            ]
        browser.close()
        engine.close()
    print(json.dumps({"files": [str(path) for path in taken]}))


if __name__ == "__main__":
    main()

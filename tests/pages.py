"""The page in a browser, for tests: a server over an engine, a visit that checks that nothing foreign ran, asking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.browser import CHROMIUM, NARROW, PATIENCE_MS, WIDE, Slowly, chromium, served
from qa.config import Config
from qa.engine import Engine, open_engine

__all__ = ["CHROMIUM", "NARROW", "WIDE", "Slowly", "ask", "chromium", "engine_over", "opened", "served", "visit"]

# Notes how long the growing answer was, each time it changed.
GROWTH = """
window.lengths = [];
new MutationObserver(() => {
  const text = document.querySelector("#draft .streaming")?.textContent ?? "";
  if (text && text.length !== window.lengths.at(-1)) window.lengths.push(text.length);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@contextmanager
def engine_over(articles: Path) -> Iterator[Engine]:
    """The real engine over a folder of articles, its library beside it."""
    engine = open_engine(Config().with_library(f"{articles}-library"))
    try:
        engine.store.ingest([articles])
        yield engine
    finally:
        engine.close()


# What Gradio writes to the console of a page that is left or reloaded while a reply is on its way.
LEFT = ("AbortError: signal is aborted", "Connection errored out")


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
    try:
        page.goto(address + path)
        page.wait_for_selector("#chat .log")
        yield page
        pwned = page.evaluate("window.pwned")
    finally:
        context.close()
    assert pwned is None
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    assert [error for error in errors if not any(words in error for words in LEFT)] == []


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

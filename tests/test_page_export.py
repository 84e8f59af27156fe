"""The Settings tab and the exports on the page itself: fetched, read, scrolled, taken along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
from correspondence import DIARY, LAMP, LETTER, TOWER, harmless, open_engine_on
from markdown_it import MarkdownIt
from pages import NARROW, visit

pytestmark = pytest.mark.browser

BAD = {"title": "<img src=x onerror=window.pwned=1>", "outlet": "<b>Bad</b>", "url": "javascript:window.pwned=2"}
KINDS = {"Markdown": "md", "BibTeX": "bib", "CSL-JSON": "json", "JSON Lines": "jsonl"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    bad = {**BAD, "text": "Bad words stand here."}
    engine = open_engine_on(tmp_path_factory.mktemp("shelf"), [LAMP, TOWER, DIARY, LETTER, bad])
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def conversation(engine: Any) -> str:
    ident = str(engine.conversations.create())
    for turn in harmless(engine):
        engine.conversations.append(ident, turn)
    return ident


def parsed(kind: str, content: str) -> int:
    """How many sources, or answers, a file holds."""
    if kind == "md":
        listed = content.partition("## Sources")[2]
        return len([token for token in MarkdownIt("commonmark").parse(listed) if token.type == "paragraph_open"])
    if kind == "bib":
        library = bibtexparser.parse_string(content)
        assert library.failed_blocks == []
        return len(library.entries)
    return len(json.loads(content)) if kind == "json" else len([json.loads(line) for line in content.splitlines()])


def test_each_kind_of_export_is_downloaded_from_the_menu_and_parses(
    browser: Any, address: str, conversation: str
) -> None:
    with visit(browser, address, f"?c={conversation}") as page:
        menu = page.locator("#chips details.export")
        for name, kind in KINDS.items():
            menu.locator("summary").click()
            with page.expect_download() as download:
                menu.get_by_role("link", name=name).click()
            assert download.value.suggested_filename == f"How tall is the lighthouse on Gull Rock.{kind}"
            content = Path(download.value.path()).read_text(encoding="utf-8")
            assert parsed(kind, content) == (5 if kind == "jsonl" else 4)
            assert menu.get_attribute("open") is None, "a choice closes it"


def test_the_menu_works_by_keyboard_and_on_a_telephone(browser: Any, address: str, conversation: str) -> None:
    with visit(browser, address, f"?c={conversation}", viewport=NARROW) as page:
        page.locator("#chips details.export summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent").startswith("Markdown")
        box = page.locator("#chips details.export ul").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW["width"]
        page.keyboard.press("Escape")
        assert page.locator("#chips details.export[open]").count() == 0
        assert page.evaluate("document.activeElement.textContent") == "Export"


def test_exports_come_with_the_headers_that_keep_a_browser_from_guessing(
    browser: Any, address: str, conversation: str
) -> None:
    with visit(browser, address) as page:
        reply = page.request.get(f"{address}export/{conversation}.md")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-disposition"].startswith("attachment; ")
        missing = page.request.get(f"{address}export/{'0' * 32}.md")
        assert (missing.status, missing.headers["content-type"]) == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize("look", [{}, {"viewport": NARROW, "color_scheme": "dark"}], ids=["wide", "narrow"])
def test_the_settings_are_fetched_when_their_tab_is_shown_and_scroll(browser: Any, address: str, look: Any) -> None:
    with visit(browser, address, **look) as page:
        assert page.locator("#settings h1").count() == 0
        page.click("#tab-settings")
        page.wait_for_selector("#settings h1")
        assert page.locator("#settings .setting").count() > 30
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        last = page.locator("#settings .setting").last
        last.scroll_into_view_if_needed()
        assert last.bounding_box()["y"] < page.viewport_size["height"]
        page.reload()
        page.wait_for_selector("#settings h1")


def test_settings_that_cannot_be_read_say_so_and_can_be_tried_again(browser: Any, address: str) -> None:
    with visit(browser, address) as page:
        page.evaluate("() => { window.asked = window.fetch; window.fetch = () => Promise.reject(new Error('gone')); }")
        page.click("#tab-settings")
        page.wait_for_selector("#settings .retry")
        page.evaluate("() => { window.fetch = window.asked; }")
        page.click("#settings .retry")
        page.wait_for_selector("#settings h1")

"""The sidebar and the chips in a browser: what is searched, what is left out, and what stays so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import NARROW, ask, visit
from shelf import write

from qa.config import Config
from qa.conversation import Turn
from qa.engine import Engine, open_engine

pytestmark = pytest.mark.browser

FERRY = "How many passengers does the ferry to Gull Rock carry?"
HOSTILE = "<img src=x onerror=window.pwned=1>"
EVERYTHING = "All 4 articles"


def articles(folder: Path) -> Path:
    write(folder, "march", "The ferry to Gull Rock carries 60 passengers.", outlet="Harbour Post", date="2024-03-01")
    write(folder, "june", "The ferry to Gull Rock carries 80 passengers.", outlet="Paper Boat Post", date="2024-06-11")
    write(folder, "undated", "The keeper of Gull Rock is Tom Arden.", outlet=f"'{HOSTILE}'")
    write(folder, "july", "The nets of Saltmarsh dried in the wind.", outlet="Pebble Gazette", date="2024-07-02")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(Config().with_library(str(tmp_path_factory.mktemp("library"))))
    engine.store.ingest([articles(tmp_path_factory.mktemp("articles"))])
    yield engine
    engine.close()


def sees(page: Any, line: str) -> None:
    """Wait until the sidebar says that the scope sees so much."""
    page.locator("#sidebar .sees").get_by_text(line, exact=True).wait_for()


def since(page: Any, day: str) -> None:
    page.fill("#sidebar input[name=since]", day)


def limits(page: Any) -> list[str]:
    texts: list[str] = page.locator("#chips .limit").all_text_contents()
    return texts


def tick(page: Any, outlet: str) -> None:
    page.locator("#sidebar .outlets label").filter(has_text=outlet).click()


def test_filters_change_the_answer_and_the_line_says_what_they_left_out(page: Any) -> None:
    sees(page, EVERYTHING)
    both = ask(page, FERRY).locator(".answer").inner_text()
    assert "60 passengers" in both
    assert "80 passengers" in both
    since(page, "2024-05-01")
    sees(page, "2 of 4 articles; 1 undated left out")
    assert limits(page) == ["from 1 May 2024"]
    turn = ask(page, FERRY)
    assert "60 passengers" not in turn.inner_text()
    assert "80 passengers" in turn.locator(".answer").inner_text()
    assert "2 of 4 articles left out by the scope" in turn.locator(".meta").inner_text()


def test_removing_a_chip_widens_the_search(page: Any) -> None:
    since(page, "2024-05-01")
    sees(page, "2 of 4 articles; 1 undated left out")
    tick(page, "Pebble Gazette")
    tick(page, HOSTILE)
    sees(page, "1 of 4 articles; 1 undated left out")
    assert limits(page) == ["from 1 May 2024", HOSTILE, "Pebble Gazette"]
    page.get_by_role("button", name="Remove the limit: from 1 May 2024").click()
    sees(page, "2 of 4 articles")
    page.get_by_role("button", name="Remove the limit: <img").click()
    sees(page, "1 of 4 articles")
    assert limits(page) == ["Pebble Gazette"]
    assert page.locator("#sidebar input[name=outlet]:checked").count() == 1, "the field follows the chip"
    assert page.input_value("#sidebar input[name=since]") == ""
    page.click("#sidebar .clear")
    sees(page, EVERYTHING)
    assert limits(page) == []
    assert page.locator("#sidebar input[name=outlet]:checked").count() == 0


def test_a_scope_survives_a_reload(page: Any) -> None:
    since(page, "2024-05-01")
    sees(page, "2 of 4 articles; 1 undated left out")
    tick(page, "Paper Boat Post")
    sees(page, "1 of 4 articles")
    page.reload()
    sees(page, "1 of 4 articles")
    assert limits(page) == ["from 1 May 2024", "Paper Boat Post"]
    assert page.input_value("#sidebar input[name=since]") == "2024-05-01"
    turn = ask(page, FERRY)
    assert "3 of 4 articles left out by the scope" in turn.locator(".meta").inner_text(), "and it is still obeyed"
    assert limits(page) == ["from 1 May 2024", "Paper Boat Post"], "an answer leaves it as it is"


def test_days_that_cannot_be_are_told_and_change_nothing(page: Any) -> None:
    since(page, "2024-05-01")
    sees(page, "2 of 4 articles; 1 undated left out")
    page.fill("#sidebar input[name=until]", "2024-04-01")
    page.locator("#sidebar .problem").get_by_text("1 May 2024 is after 1 April 2024; nothing was changed.").wait_for()
    assert limits(page) == ["from 1 May 2024"]
    page.fill("#sidebar input[name=until]", "2024-06-30")
    sees(page, "1 of 4 articles; 1 undated left out")
    assert page.locator("#sidebar .problem").count() == 0


def test_a_date_that_is_half_typed_is_waited_for(page: Any) -> None:
    sees(page, EVERYTHING)
    page.focus("#sidebar input[name=since]")
    page.keyboard.type("05012")  # the year is only begun
    page.wait_for_timeout(600)
    assert page.locator("#sidebar .problem").count() == 0
    sees(page, EVERYTHING)
    page.keyboard.type("024")
    sees(page, "2 of 4 articles; 1 undated left out")
    assert page.evaluate("document.activeElement.name") == "since", "the field keeps the focus"


def test_conversations_are_searched_as_one_types(page: Any, engine: Engine) -> None:
    answer = engine.ask(FERRY).as_dict()
    for question in ("Who keeps the lamp?", "What of the Café Pell?", "Why was the lamp dark?", "Where are the nets?"):
        engine.conversations.append(engine.conversations.create(), Turn(question, answer))
    page.reload()
    page.wait_for_selector("#sidebar .find")
    titles = page.locator("#sidebar .choose:visible .subject")
    everything = titles.count()
    assert everything >= 4
    page.get_by_role("searchbox", name="Search conversations").focus()
    page.keyboard.type("cafe")
    assert titles.all_text_contents() == ["What of the Café Pell?"]
    page.keyboard.press("Escape")
    assert titles.count() == everything
    page.keyboard.type("dark LAMP")
    assert titles.all_text_contents() == ["Why was the lamp dark?"]
    since(page, "2024-05-01")
    sees(page, "2 of 4 articles; 1 undated left out")
    assert titles.all_text_contents() == ["Why was the lamp dark?"], "what was typed outlives a new rendering"
    page.fill("#sidebar .find", "zebra")
    assert page.locator("#sidebar nav .nothing").inner_text() == "No conversation is called that."
    page.fill("#sidebar .find", "nets")
    titles.first.click()
    page.locator("#chat .question").get_by_text("Where are the nets?").wait_for()


def test_the_library_says_what_it_holds_and_opens_at_what_was_refused(page: Any) -> None:
    held = page.locator("#sidebar .library").inner_text()
    assert "4 articles, 1 undated" in held
    assert "Last ingested" in held
    page.get_by_role("tab", name="Library").click()
    page.wait_for_selector("#library .refusals")
    page.get_by_role("tab", name="Chat").click()
    page.get_by_role("button", name="1 refused").click()
    page.locator("#library .refusals").get_by_text("broken.pdf").first.wait_for()


def test_on_a_telephone_the_sidebar_is_a_drawer_by_keyboard_too(browser: Any, address: str) -> None:
    with visit(browser, address, viewport=NARROW) as page:
        page.wait_for_selector("#sidebar .scope", state="attached")
        assert not page.locator("#sidebar .fresh").is_visible()
        page.locator("[data-toggle=left]").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.matches('.fresh')")
        since(page, "2024-05-01")
        sees(page, "2 of 4 articles; 1 undated left out")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        page.keyboard.press("Escape")
        page.wait_for_selector("#left", state="hidden")
        assert page.evaluate("document.activeElement.dataset.toggle") == "left"
        assert page.locator("#chips .chip").is_visible()
        page.locator("#chips .chip").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#chips .chip", state="detached")
        page.wait_for_function("document.activeElement.matches('#box textarea')")

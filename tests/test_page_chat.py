"""What a reader does in the chat, in a real browser over a real library."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pages import PATIENCE_MS, Slowly, ask, visit
from shelf import open_shelf, write

from qa.config import QaConfig
from qa.engine import Delta, Engine
from qa.feedback import Feedbacks

pytestmark = pytest.mark.browser

TALL = "How tall is the lighthouse on Gull Rock?"
FERRY = "How many passengers does the ferry carry?"
SETTLED_MS = 500  # in which a reply has come, or one that should not come would have
LIGHT = "The lighthouse on Gull Rock is 41 metres tall."


class Held(Slowly):
    """The engine, which can be made to say no more than a few words until it is let go on."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.go_on = threading.Event()
        self.go_on.set()
        self.words = 9

    def stream(self, *args: Any) -> Iterator[Any]:
        said = 0
        for item in super().stream(*args):
            said += isinstance(item, Delta)
            if said > self.words or (said and not self.words):
                self.go_on.wait(PATIENCE_MS / 1000)
            yield item


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("articles")
    write(folder, "lamp", f"Gull Rock has a new lamp. {LIGHT} It was built in 1871 by the brothers Pell.",
          title="A lamp for Gull Rock", outlet="Tin Whistle Times", author="Ada Marsh", date="2024-05-03",
          url="https://example.org/gull-rock")  # fmt: skip
    write(folder, "ferry", "The ferry to Gull Rock carries 60 passengers. It leaves the quay at seven.",
          title="The ferry to Gull Rock", outlet="Paper Boat Post", date="2024-06-11")  # fmt: skip
    store = open_shelf(tmp_path_factory.mktemp("library"))
    store.ingest([folder])
    yield Held(Engine(store, QaConfig(declining="never"), None, None))
    store.close()


@pytest.fixture
def page(browser: Any, address: str, engine: Held) -> Iterator[Any]:
    with visit(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page
        engine.go_on.set()


def questions(page: Any) -> list[str]:
    return page.locator("#chat .question").all_text_contents()


def acts(page: Any, turn: int = -1) -> Any:
    """The buttons under an answer, the last one if no other is named."""
    return page.locator("#chat .turn").nth(turn).locator(".acts")


def idle(page: Any) -> None:
    """Nothing is on its way any more."""
    page.wait_for_selector("#draft [aria-busy]", state="detached")
    page.wait_for_selector("#box .submit-button")


def held(page: Any, engine: Held, words: int = 9) -> None:
    """From here on an answer stops growing after a few words."""
    engine.words = words
    engine.go_on.clear()


def test_ask_and_stream(page: Any, engine: Held) -> None:
    held(page, engine)
    page.fill("#box textarea", TALL)
    page.keyboard.press("Enter")
    page.wait_for_function("window.lengths.length > 1")
    draft = page.locator("#draft .draft")
    assert draft.get_attribute("aria-busy") == "true"
    assert draft.locator(".question").inner_text() == TALL
    assert draft.locator(".steps").get_attribute("open") is None, "the steps fold once the text begins"
    assert "passages from 2 articles" in draft.locator(".steps li").last.text_content()
    assert page.locator("#spoken[role=status]").text_content() == draft.locator(".steps summary").text_content()
    assert page.evaluate("document.activeElement.matches('#box textarea')"), "the focus stays in the box"
    engine.go_on.set()
    page.wait_for_selector("#chat .turn")
    assert LIGHT in page.locator("#chat .answer").inner_text()
    line = page.locator("#chat .meta").inner_text()
    assert line.startswith("3 sentences, all quoted · ") or "quoted" in line
    assert "May 2024" in line
    assert LIGHT in page.locator("#spoken").text_content()
    assert page.evaluate("document.activeElement.matches('#box textarea')")
    assert page.input_value("#box textarea") == ""


def test_stop_keeps_what_came(page: Any, engine: Held) -> None:
    held(page, engine)
    page.fill("#box textarea", TALL)
    page.keyboard.press("Enter")
    page.wait_for_function("window.lengths.length > 1")
    page.click("#box .stop-button")
    page.wait_for_selector("#chat .turn .stopped")
    idle(page)
    came = page.locator("#chat .stopped").text_content()
    assert 0 < len(came.split()) <= 10
    assert "Stopped after" in page.locator("#chat .notice").inner_text()
    assert "not checked" in page.locator("#chat .notice").inner_text()
    assert page.input_value("#box textarea") == ""
    page.reload()
    page.wait_for_selector("#chat .turn .stopped")
    assert page.locator("#chat .stopped").text_content() == came
    assert page.locator("#chat .thumb, #chat .meta").count() == 0
    engine.go_on.set()
    acts(page).get_by_text("Ask again").click()
    page.wait_for_selector("#chat .turn .cite")
    assert questions(page) == [TALL]


def test_stop_before_anything_came_gives_the_question_back(page: Any, engine: Held) -> None:
    held(page, engine, words=0)
    page.fill("#box textarea", FERRY)
    page.keyboard.press("Enter")
    page.wait_for_selector("#draft .steps li")
    page.click("#box .stop-button")
    idle(page)
    page.wait_for_function(f"document.querySelector('#box textarea').value === '{FERRY}'")
    page.wait_for_selector("#draft .turn", state="detached")
    page.wait_for_selector("#chat .welcome")


def test_edit_and_retry(page: Any, engine: Held) -> None:
    ask(page, TALL)
    ask(page, FERRY)
    before = page.locator("#chat .turn").nth(1).locator(".answer").inner_text()
    # Escape leaves everything as it was.
    acts(page).get_by_text("Edit").click()
    field = page.locator("#chat .editing textarea")
    assert field.input_value() == FERRY
    assert page.evaluate("document.activeElement.matches('.editing textarea')")
    page.keyboard.press("Escape")
    assert questions(page) == [TALL, FERRY]
    # Stopped: the older answer is still there, and what was asked instead is in the box.
    held(page, engine)
    acts(page).get_by_text("Edit").click()
    field.fill("When does the ferry leave the quay?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .replaced")
    page.wait_for_selector("#draft .streaming")
    assert page.locator("#chat .turn").nth(1).locator(".answer").inner_text() == before
    page.click("#box .stop-button")
    page.wait_for_selector("#draft .notice")
    assert page.locator("#chat .replaced").count() == 0
    assert questions(page) == [TALL, FERRY]
    page.wait_for_function("document.querySelector('#box textarea').value.startsWith('When does')")
    engine.go_on.set()
    # Saved: it takes the place of the older one.
    acts(page).get_by_text("Edit").click()
    field.fill("When does the ferry leave the quay?")
    page.get_by_role("button", name="Save").click()
    page.wait_for_function("document.querySelectorAll('#chat .question')[1]?.textContent.startsWith('When does')")
    idle(page)
    assert questions(page) == [TALL, "When does the ferry leave the quay?"]
    # Again, of an older answer: it is said what goes with it, and nothing happens unless that is wanted.
    said = []
    page.once("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.locator("#chat .turn").first.hover()
    acts(page, 0).get_by_text("Ask again").click()
    assert "the answer that comes after it" in said[0]
    assert page.locator("#draft .turn").count() == 0
    page.once("dialog", lambda dialog: dialog.accept())
    acts(page, 0).get_by_text("Ask again").click()
    page.wait_for_function("document.querySelectorAll('#chat .turn').length === 1")
    assert questions(page) == [TALL]


def test_nothing_asked_changes_nothing(page: Any) -> None:
    ask(page, TALL)
    page.locator("#box textarea").press("Enter")
    page.wait_for_timeout(SETTLED_MS)
    assert questions(page) == [TALL]


def test_undo(page: Any) -> None:
    ask(page, TALL)
    ask(page, FERRY)
    assert acts(page, 0).get_by_text("Undo").count() == 0
    page.fill("#box textarea", "half a thought")
    acts(page).get_by_text("Undo").click()
    page.wait_for_function("document.querySelectorAll('#chat .turn').length === 1")
    assert page.input_value("#box textarea") == f"{FERRY}\nhalf a thought"
    page.reload()
    page.wait_for_selector("#chat .turn")
    assert questions(page) == [TALL]


def test_copy(page: Any) -> None:
    ask(page, TALL)
    acts(page).get_by_text("Copy").click()
    page.wait_for_selector("#chat .acts >> text=Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert LIGHT in text
    assert "[1]" in text.split("\n\n")[0]
    assert "Ada Marsh, “A lamp for Gull Rock”, Tin Whistle Times, 3 May 2024, https://example.org/gull-rock" in text


def test_thumbs_with_a_reason_survive_a_reload(page: Any, engine: Held) -> None:
    ask(page, TALL)
    ask(page, FERRY)
    page.locator("#chat .turn").first.hover()
    acts(page, 0).get_by_label("A good answer", exact=True).click()
    acts(page).get_by_label("Not a good answer").click()
    page.get_by_label("Wrong").check()
    page.get_by_label("A source is missing").check()
    page.get_by_label("In your own words").fill("it carries <b>70</b>")
    page.get_by_role("button", name="Send").click()
    reason = "Wrong; A source is missing; it carries <b>70</b>"
    assert acts(page).locator(".said").text_content() == reason
    page.wait_for_function("document.querySelector('#spoken').textContent.startsWith('Kept')")
    given = wait_for(lambda: [each for each in Feedbacks(engine.library).all() if each.reason == reason])
    assert [(each.question, each.thumb) for each in given] == [(FERRY, "down")]
    page.wait_for_timeout(SETTLED_MS)  # the reply under way would be cut off, which the browser tells as an error
    page.reload()
    page.wait_for_selector("#chat .turn")
    pressed = page.locator("#chat .thumb[aria-pressed=true]")
    assert [each.get_attribute("data-kind") for each in pressed.all()] == ["up", "down"]
    assert acts(page).locator(".said").text_content() == reason
    acts(page).get_by_label("Not a good answer").click()
    assert acts(page).locator(".said, [aria-pressed=true]").count() == 0
    wait_for(lambda: not [each for each in Feedbacks(engine.library).all() if each.reason == reason])
    page.wait_for_timeout(SETTLED_MS)


def wait_for(true: Any) -> Any:
    """What `true` gives, once that is something."""
    for _ in range(PATIENCE_MS // 50):
        if found := true():
            return found
        threading.Event().wait(0.05)
    raise AssertionError("it did not come")


def test_reload_restores(page: Any) -> None:
    ask(page, TALL)
    ask(page, FERRY)
    shown = page.locator("#chat .log").text_content()
    page.reload()
    page.wait_for_selector("#chat .turn")
    assert page.locator("#chat .log").text_content() == shown
    assert page.locator("#evidence .source").count() >= 1


def test_what_others_asked_is_changed_in_a_copy(page: Any, browser: Any, address: str) -> None:
    ask(page, TALL)
    ask(page, FERRY)
    shared = page.url.split("?")[1]
    with visit(browser, address, f"?{shared}") as other:
        other.wait_for_selector("#chat .turn")
        assert questions(other) == [TALL, FERRY]
        acts(other).get_by_text("Undo").click()
        other.wait_for_function("document.querySelectorAll('#chat .turn').length === 1")
        assert other.url.split("?")[1] != shared
    page.reload()
    page.wait_for_selector("#chat .turn")
    assert questions(page) == [TALL, FERRY]

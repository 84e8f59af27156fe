"""How the benchmark of the page's quickness looks at it. No figure is asked for here: other tests run beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pages import engine_over, served

from benchmarks.browser import opened
from benchmarks.page import (
    LONG_TASKS,
    WANTED,
    first_paint,
    long_conversation,
    long_tasks,
    reaching,
    smoothness,
    still_opening,
    table,
)

pytestmark = pytest.mark.browser

QUESTION = "How tall is the lighthouse on Gull Rock?"
LAMP = "Gull Rock has a new lamp. The lighthouse on Gull Rock is 41 metres tall. It was built in 1871."
TURNS = 200
BLOCK = """() => setTimeout(() => {
  const began = performance.now();
  while (performance.now() - began < 300);
})"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "lamp.txt").write_text(LAMP)
    with engine_over(folder) as engine:
        yield engine


def test_the_page_is_painted_and_can_be_typed_in_before_the_library_is_open(browser: Any) -> None:
    with still_opening() as address:
        figures = first_paint(browser, address, visits=1)
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.fill("#box textarea", QUESTION)
        assert page.locator("#chat .log").count() == 0, "nothing is known of the library yet"
        context.close()
    assert 0 < figures["first paint, ms"] <= figures["until one can type, ms"]
    assert figures["bytes"] > 0


def test_a_conversation_of_two_hundred_answers_can_be_typed_under_scrolled_and_looked_up(
    browser: Any, engine: Any
) -> None:
    conversation = long_conversation(engine, [QUESTION], TURNS)
    with served(engine) as address, opened(browser, f"{address}?c={conversation}", LONG_TASKS) as page:
        page.wait_for_selector(f"#chat .turn >> nth={TURNS - 1}")
        figures = smoothness(page, idle_ms=300)
        assert {name for name in WANTED if "task" in name} <= set(figures)
        taken = reaching(page, clicks=4)
        assert len(taken) == 4
        assert all(milliseconds > 0 for milliseconds in taken)
        assert long_tasks(page, lambda: page.evaluate(BLOCK) and page.wait_for_timeout(500)) >= 300, (
            "a task that blocks the page is seen"
        )


def test_what_falls_short_is_said() -> None:
    shown = table({"first paint, ms": 1501.0, "longest task while idle, ms": 200.0, "requests": 47}).splitlines()
    assert [line.endswith("falls short") for line in shown[1:]] == [True, False, False]

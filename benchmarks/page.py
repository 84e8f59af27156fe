"""How quick the chat page is in a browser: `python -m benchmarks.page [FOLDER of articles] [--library DIR]`.

The first paint is measured while the engine is still being opened; the rest in a conversation of 200 answers over the
folder's articles: how long the page cannot react (long tasks) while idle, while 200 characters are typed and while the
conversation is scrolled, and how long it takes from a click on a marker until the marked sentence is in view.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.browser import chromium, opened, served
from benchmarks.collection import settings
from ingest.errors import VouchError
from qa.conversation import Turn
from qa.engine import Engine, open_engine

ARTICLES = Path(__file__).parent.parent / "sources"
QUESTIONS = (
    "How many prisoners did the United States send to El Salvador?",
    "How long was the Ever Given stuck in the Suez Canal?",
    "What is the sunshield of the Webb telescope made of?",
    "Who found the wreck off Antikythera?",
    "Who won the Tour de France in 1998?",
)
TURNS = 200
PAINTS = 5  # visits with an empty cache; the median and the worst are told
CLICKS = 40  # markers, spread over the whole conversation
IDLE_MS = 5000
TYPED = 200  # characters
KEY_MS = 15  # between two keys: faster than anybody types
WHEEL = 60  # turns of the mouse wheel
WHEEL_STEP = 700  # pixels
SETTLED_MS = 1500
WANTED = {
    "first paint, ms": 1500,
    "longest task while idle, ms": 200,
    "longest task while typing, ms": 200,
    "longest task while scrolling, ms": 200,
    "from a marker to its sentence, ms": 300,
    "the same, 95th percentile, ms": 300,
}

# Tasks of more than 50 ms, as the browser tells them.
LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((each) => each.duration)))
  .observe({ type: "longtask", buffered: true });
"""
PAINT = """() => {
  const painted = performance.getEntriesByName("first-contentful-paint")[0];
  return painted && painted.startTime;
}"""
WEIGHT = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return { requests: all.length, bytes: all.reduce((sum, each) => sum + each.transferSize, 0) };
}"""
# Clicks a marker and looks at every frame whether its sentence is there and in view; in ms.
REACH = """async (marker) => {
  const { turn, order } = marker.dataset;
  const began = performance.now();
  marker.click();
  const inView = () => {
    const pane = document.querySelector("#evidence .pane[data-view=article]");
    const mark = pane?.dataset.turn === turn && pane.dataset.order === order && pane.querySelector("mark");
    const at = mark && mark.getBoundingClientRect();
    return at && at.height > 0 && at.top >= 0 && at.top < innerHeight;
  };
  while (!inView()) {
    if (performance.now() - began > 10000) throw new Error(`marker ${turn}.${order} opened nothing`);
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - began;
}"""

Figures = dict[str, float]


@contextmanager
def still_opening() -> Iterator[str]:
    """The address of a server whose engine is not there yet."""
    over = threading.Event()

    def opening() -> Engine:
        over.wait()
        raise VouchError("it was never opened", hint="nothing waits for it")

    with served(opening) as address:
        try:
            yield address
        finally:
            over.set()


def first_paint(browser: Any, address: str, visits: int = PAINTS) -> Figures:
    """From the request until the first content, and until one can type, with nothing in the cache; and the weight."""
    painted, typed, weight = [], [], {}
    for _ in range(visits):
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#box textarea")
        typed.append(page.evaluate("performance.now()"))
        painted.append(page.wait_for_function(PAINT).json_value())
        page.wait_for_load_state("load")
        weight = page.evaluate(WEIGHT)
        context.close()
    return {
        "first paint, ms": statistics.median(painted),
        "first paint, worst, ms": max(painted),
        "until one can type, ms": statistics.median(typed),
        "requests": weight["requests"],
        "bytes": weight["bytes"],
    }


def long_conversation(engine: Engine, questions: Sequence[str] = QUESTIONS, turns: int = TURNS) -> str:
    """A conversation of so many answers: a few real ones, again and again."""
    conversation = engine.conversations.create()
    answers = [(question, engine.ask(question).as_dict()) for question in questions]
    for question, answer in islice(cycle(answers), turns):
        engine.conversations.append(conversation, Turn(question, answer))
    return conversation


def long_tasks(page: Any, during: Any) -> float:
    """The longest task, in ms, while something is done; 0 where none took 50 ms."""
    page.evaluate("window.longTasks.length = 0")
    during()
    page.wait_for_timeout(100)  # they are told a little later
    return float(max(page.evaluate("window.longTasks"), default=0))


def smoothness(page: Any, idle_ms: int = IDLE_MS) -> Figures:
    """The longest tasks while nothing is done, while typing and while scrolling."""
    page.wait_for_timeout(SETTLED_MS)
    loading = max(page.evaluate("window.longTasks"), default=0)
    idle = long_tasks(page, lambda: page.wait_for_timeout(idle_ms))
    page.focus("#box textarea")
    words = ("what do the articles say " * TYPED)[:TYPED]
    typing = long_tasks(page, lambda: page.keyboard.type(words, delay=KEY_MS))
    page.fill("#box textarea", "")
    scrolling = long_tasks(page, lambda: scroll(page))
    return {
        "longest task while loading, ms": loading,
        "longest task while idle, ms": idle,
        "longest task while typing, ms": typing,
        "longest task while scrolling, ms": scrolling,
    }


def scroll(page: Any, turns: int = WHEEL) -> None:
    """Up through the conversation with the mouse wheel."""
    box = page.locator("#scroll").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(turns):
        page.mouse.wheel(0, -WHEEL_STEP)
        page.wait_for_timeout(16)


def reaching(page: Any, clicks: int = CLICKS) -> list[float]:
    """Milliseconds from a click on a marker until its sentence is in view, for markers of the whole conversation."""
    markers = page.locator("#chat .cite")
    count = markers.count()
    spread = range(0, count, max(1, count // clicks))
    taken = []
    for at in list(spread)[:clicks]:
        marker = markers.nth(at)
        marker.scroll_into_view_if_needed()
        taken.append(float(marker.evaluate(REACH)))
    return taken


def measured(engine: Engine, browser: Any) -> Figures:
    """Everything that needs a conversation."""
    conversation = long_conversation(engine)
    with served(engine) as address, opened(browser, f"{address}?c={conversation}", LONG_TASKS) as page:
        page.wait_for_selector(f"#chat .turn >> nth={TURNS - 1}")
        figures = smoothness(page)
        taken = reaching(page)
    return figures | {
        "from a marker to its sentence, ms": statistics.median(taken),
        "the same, 95th percentile, ms": statistics.quantiles(taken, n=20)[-1],
    }


def table(figures: Mapping[str, float]) -> str:
    """What was measured beside what is wanted."""
    lines = [f"{'':36}{'measured':>12}{'wanted':>10}"]
    for name, value in figures.items():
        wanted = f"<= {WANTED[name]:,}" if name in WANTED else ""
        short = "  falls short" if name in WANTED and value > WANTED[name] else ""
        lines.append(f"{name:36}{value:>12,.0f}{wanted:>10}{short}")
    return "\n".join(lines)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ARTICLES, help="articles to talk about")
    parser.add_argument("--library", type=Path, help="keep the library here and use it again (default: a new one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        with still_opening() as address:
            figures = first_paint(browser, address)
        engine = open_engine(settings(given.library or Path(scratch)))
        try:
            engine.store.ingest([given.folder])
            figures |= measured(engine, browser)
        finally:
            engine.close()
    print(table(figures))
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


if __name__ == "__main__":
    main()

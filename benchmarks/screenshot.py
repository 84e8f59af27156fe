"""Pictures of the chat page: `python -m benchmarks.screenshot [FOLDER of articles] [--into FOLDER] [--only STATE]`.

Ingests the folder into a library of its own and photographs the page's main states in the system's Chromium, wide and
on a telephone, and one of them in the dark. The last line is one JSON object naming the files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.browser import NARROW, WIDE, Slowly, chromium, opened, served
from benchmarks.collection import settings
from qa.conversation import Turn
from qa.engine import Engine, open_engine

HERE = Path(__file__).parent.parent
BEFORE = (  # conversations that are there already, as in a library that is used
    "What is the sunshield of the Webb telescope made of?",
    "Who found the wreck off Antikythera?",
    "When was the Ever Given refloated?",
)
LONG = "How was the Ever Given freed, and how long did it take?"
DISPUTED = "How many prisoners did the United States send to El Salvador?"
NOT_THERE = "Who won the Tour de France in 1998?"
BROKEN = "%PDF-1.7 and then nothing of the kind"
LATE = """---
title: Canal traffic on {day}
outlet: Marmalade Ledger
date: {day}
---
On {day} the pilots of the Suez Canal took {ships} ships north before noon, and as many south after it.
"""
SHIPPED = 150  # such notes: enough that they are seen to be added
# A job that is well on its way, or done before one could look.
FAR = """(of) => {
  const job = document.querySelector("#library .job");
  return job && (job.matches(".done") || new RegExp(`[1-9].* of ${of}`).test(job.innerText));
}"""
SETTLED_MS = 700  # after the last click: the sheet slides, the marker changes colour
GROWN = 160  # characters of an answer that is being written, when its picture is taken

Act = Callable[[Any], None]


def empty(page: Any) -> None:
    """Examples to begin with."""
    page.wait_for_selector("#chat .examples")


def streaming(page: Any) -> None:
    """An answer while it is written."""
    _send(page, LONG)
    page.wait_for_function(f"document.querySelector('#draft .streaming')?.textContent.length > {GROWN}")


def evidence(page: Any) -> None:
    """An answer, the timeline and the list of its sources."""
    _ask(page, LONG)
    _sheet(page)


def article(page: Any) -> None:
    """A cited sentence, marked in its article."""
    _ask(page, LONG)
    page.locator("#chat .cite").first.click()
    page.wait_for_selector("#evidence mark")


def hover(page: Any) -> None:
    """The quote over a marker."""
    _ask(page, LONG)
    page.locator("#chat .answer .cite").first.hover()
    page.wait_for_selector("#glance:visible")


def disagreement(page: Any) -> None:
    """Sources that differ."""
    _ask(page, DISPUTED)


def declined(page: Any) -> None:
    """What the sources do not say, asked within dates."""
    _limit(page, "2025-01-01")
    _shut(page)
    _ask(page, NOT_THERE)


def scope(page: Any) -> None:
    """Dates and outlets that limit the search, and the chips that say so."""
    _limit(page, "2021-03-01", "Teacup Telegraph", "Marmalade Ledger")


def library(page: Any) -> None:
    """The articles, what is being added, what was refused."""
    page.click("#tab-library")
    page.wait_for_selector("#library table")
    if not page.locator("#library .refusals li").count():
        _add(page, {"quarterly-report.pdf": BROKEN})
        page.wait_for_selector("#library .refusals li")
    page.wait_for_selector("#library .job:not(.done)", state="detached")  # what the browser before this one added
    for done in page.locator("#library .job [aria-label^='Take off']").all():
        done.click()
    width = page.viewport_size["width"]  # so that the next browser adds others
    days = [date(2021, 1, 1) + timedelta(days=each) for each in range(SHIPPED)]
    _add(page, {f"canal-{width}-{day}.md": LATE.format(day=day, ships=width // 10) for day in days})
    page.wait_for_function(FAR, arg=SHIPPED)


def chosen_settings(page: Any) -> None:
    """What is in force, and where it comes from."""
    page.click("#tab-settings")
    page.wait_for_function("document.getElementById('settings').innerText.trim()")


STATES: dict[str, Act] = {
    "empty": empty,
    "streaming": streaming,
    "evidence": evidence,
    "article": article,
    "hover": hover,
    "disagreement": disagreement,
    "declined": declined,
    "scope": scope,
    "settings": chosen_settings,
    "library": library,  # the last, since it adds articles
}
DARK = ("evidence", "article")
MOVING = (streaming, library)  # pictures of what will soon look different


def _send(page: Any, question: str) -> None:
    page.fill("#box textarea", question)
    page.keyboard.press("Enter")


def _ask(page: Any, question: str) -> None:
    _send(page, question)
    page.wait_for_selector("#chat .turn")


def _add(page: Any, contents: Mapping[str, str]) -> None:
    """Files, as if they were dropped on the Library tab."""
    files = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()}
        for name, content in contents.items()
    ]
    page.set_input_files("#library [data-files]", files)
    page.wait_for_selector("#library .job")


def _sheet(page: Any) -> None:
    """On a narrow page the evidence is to be opened first."""
    button = page.locator("[data-toggle=right]")
    if button.is_visible():
        button.click()


def _limit(page: Any, since: str, *outlets: str) -> None:
    """Choose a first day and outlets at the side, which a narrow page has as a drawer."""
    button = page.locator("[data-toggle=left]")
    if button.is_visible():
        button.click()
    for outlet in outlets:
        page.check(f"#sidebar input[name=outlet][value='{outlet}']")
    page.fill("#sidebar input[name=since]", since)
    page.wait_for_selector("#chips .chip", state="attached")


def _shut(page: Any) -> None:
    if page.locator("[data-toggle=left]").is_visible():
        page.keyboard.press("Escape")
        page.wait_for_selector("#left", state="hidden")


@contextmanager
def furnished(folder: Path, scratch: Path) -> Iterator[Engine]:
    """An engine over the articles, with earlier conversations."""
    engine = open_engine(settings(scratch))
    try:
        engine.store.ingest([folder])
        for question in BEFORE:
            answer = engine.ask(question).as_dict()
            engine.conversations.append(engine.conversations.create(), Turn(question, answer))
        yield engine
    finally:
        engine.close()


def looks(only: str | None) -> Iterator[tuple[str, Act, dict[str, Any]]]:
    """Every picture: its name, what leads to it, how the browser looks."""
    for name, act in STATES.items():
        if only in {None, name}:
            yield name, act, {"viewport": WIDE}
            yield f"{name}-phone", act, {"viewport": NARROW}
            if name in DARK:
                yield f"{name}-dark", act, {"viewport": WIDE, "color_scheme": "dark"}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshot", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "sources")
    parser.add_argument("--into", type=Path, default=HERE / "docs" / "pictures")
    parser.add_argument("--only", choices=STATES, help="this state only")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    taken = []
    with (
        TemporaryDirectory() as scratch,
        furnished(given.folder, Path(scratch)) as engine,
        served(Slowly(engine), config=settings(Path(scratch))) as address,
        chromium() as browser,
    ):
        for name, act, look in looks(given.only):
            path = given.into / f"{name}.png"
            with opened(browser, address, **look) as page:
                act(page)
                page.wait_for_timeout(0 if act in MOVING else SETTLED_MS)
                page.screenshot(path=path)
            taken.append(str(path))
    print(json.dumps({"files": taken}))


if __name__ == "__main__":
    main()

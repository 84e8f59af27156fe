"""The Library tab in a real browser: adding while chatting, what was refused, removing and undoing, on any screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from held import Held
from newsstand import Page, Site
from pages import NARROW, Slowly, ask, opened, served, visit
from shelf import open_shelf, write

from index.removal import UPLOADS
from ingest.config import IngestConfig, LinksConfig
from qa.config import Config, QaConfig
from qa.engine import Engine, open_engine

pytestmark = pytest.mark.browser

LIGHT = "The lighthouse on Gull Rock is 41 metres tall."
FERRY = "The ferry to Gull Rock carries 60 passengers."
QUESTION = "How tall is the lighthouse on Gull Rock?"
HOSTILE = "<img src=x onerror=window.pwned=1>"
JPEG = b"\xff\xd8\xff\xe0" + bytes(500)
WEB_PAGE = "<html><head><title>Mills</title></head><body><article><h1>The mills</h1><p>{}</p></article></body></html>"

# Drops what a file manager would: {name: text}, or a folder of them, as entries.
DROP = """
([name, files]) => {
  const file = (name, text) => ({ isFile: true, name, file: (done) => done(new File([text], name)) });
  const folder = (name, files) => ({
    name,
    createReader: () => {
      const left = [Object.entries(files).map(([name, text]) => file(name, text)), []];
      return { readEntries: (done) => done(left.shift()) };
    },
  });
  const entry = name ? folder(name, files) : file(...Object.entries(files)[0]);
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { types: ["Files"], items: [{ webkitGetAsEntry: () => entry }] };
  document.querySelector("#library [data-drop]").dispatchEvent(event);
}
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("articles")
    write(folder, "lamp", f"Gull Rock has a new lamp. {LIGHT}", title="A lamp", outlet="Whistle", date="2024-05-03")
    write(folder, "ferry", f"{FERRY} It leaves at seven.", title="The ferry", outlet="Paper Boat", date="2024-06-11")
    config = Config(ingest=IngestConfig(links=LinksConfig(allow_private=True, delay_s=0.0)))
    engine = open_engine(config.with_library(str(tmp_path_factory.mktemp("library"))))
    engine.store.ingest([folder])
    yield Slowly(engine)
    engine.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with visit(browser, address) as page:
        page.click("#tab-library")
        page.wait_for_selector("#library table")
        for job in page.eval_on_selector_all("#library .job", "jobs => jobs.map((job) => job.dataset.job)"):
            page.click(f"#library li[data-job='{job}'] button")  # of the test before
            page.wait_for_selector(f"#library li[data-job='{job}']", state="detached")
        yield page


def choose(page: Any, *files: tuple[str, bytes]) -> None:
    """Add files by the button."""
    given = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    page.set_input_files("#library [data-files]", given)


def done(page: Any, what: str) -> None:
    page.wait_for_selector(f"#library .job:first-child:is(.done, .failed):has-text('{what}')")
    page.wait_for_selector("#library .word.heard:not(:empty)", state="attached")  # when all else is up to date, too


def titles(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("#library .open").all_text_contents()]


def test_upload_while_chatting(page: Any, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    choose(page, ("mayor.md", b"---\ntitle: The mayor\n---\nThe mayor of Gull Rock is called Ada Marsh."))
    assert held.begun.wait(20)
    page.click("#tab-chat")
    assert LIGHT in ask(page, QUESTION).inner_text()
    page.click("#tab-library")
    assert page.locator("#library .job.running").count() == 1, "it was under way all the time"
    held.let()
    done(page, "1 added")
    assert "The mayor" in titles(page)
    page.click("#tab-chat")
    assert "Ada Marsh" in ask(page, "What is the mayor of Gull Rock called?").inner_text()


def test_progress_is_shown_and_a_reload_does_not_lose_it(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.arrivals.BATCH_PASSAGES", 1)
    held = Held(monkeypatch)
    choose(page, *((f"note{n}.md", f"---\ntitle: Note {n}\n---\nNote {n} is about nets.".encode()) for n in range(8)))
    held.let(3)
    page.wait_for_selector("#library .job:has-text('of 8 files read')")
    page.reload()
    page.wait_for_selector("#library .job.running progress[value]")
    page.wait_for_timeout(2000)
    held.let(1)
    page.wait_for_selector("#library .job:has-text(' left')")
    line = page.locator("#library .job.running .hint").inner_text()
    assert re.fullmatch(r"\d of 8 files read, \d articles? in, about \d+ (s|min) left", line), line
    held.let()
    done(page, "8 added")
    page.locator("#library .job button").first.click()
    page.wait_for_selector("#library .job:has-text('8 files')", state="detached")


def test_a_folder_drop_and_a_file_drop(page: Any, engine: Any) -> None:
    page.evaluate(DROP, ["clips", {"eels.md": "Eels sleep in the harbour.", "README.md": "Not an article."}])
    done(page, "1 added")
    assert "eels" in " ".join(titles(page)).lower()
    page.evaluate(DROP, ["", {"crabs.md": "Crabs walk at night."}])
    done(page, "1 file added here")
    names = {path.name for path in (engine.library.folder / UPLOADS).rglob("*.md")}
    assert {"eels.md", "crabs.md"} <= names
    assert "README.md" not in names


def test_links_are_read_and_what_is_none_is_told(page: Any) -> None:
    site = Site()
    site.pages["/mills"] = Page(WEB_PAGE.format("The mills of Pebble stand still in May. " * 20).encode())
    page.fill("#library-links", f"{site.at('/mills')}\njavascript:window.pwned=1")
    page.click("#library .links button")
    done(page, "1 added")
    site.close()
    assert "no web address" in page.locator("#library .job").first.inner_text()
    assert page.input_value("#library-links") == ""
    assert any("mills" in title.lower() for title in titles(page))


def test_refusal_and_retry(page: Any, engine: Any) -> None:
    choose(page, ("wreck.md", b""), ("photo.jpg", JPEG))
    done(page, "2 refused")
    refusals = page.locator("#library .refusals li")
    assert refusals.count() == 2
    assert "binary data, and no text to read" in refusals.first.inner_text()
    (file,) = (engine.library.folder / UPLOADS).rglob("wreck.md")
    file.write_text("---\ntitle: The wreck\n---\nThe wreck lies off the point.")
    page.get_by_label("Retry: wreck.md").click()
    page.wait_for_selector("#library .refusals:not(:has-text('wreck'))")
    assert "The wreck" in titles(page)
    page.get_by_label("Dismiss: photo.jpg").click()
    page.wait_for_selector("#library .refusals", state="hidden")
    assert not list((engine.library.folder / UPLOADS).rglob("photo.jpg"))


def test_remove_and_undo(page: Any) -> None:
    page.click("#tab-chat")
    answer = ask(page, QUESTION)
    page.click("#tab-library")
    for title in ("A lamp", "The ferry"):
        page.get_by_label(f"Choose: {title}", exact=True).check()
    page.click("#library [data-do=remove]")
    dialog = page.locator("#library .confirm")
    assert "Remove 2 articles?" in dialog.inner_text()
    assert "A file on this machine stays where it is" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert "A lamp" in titles(page), "nothing was removed"
    page.click("#library [data-do=remove]")
    page.click("#library .danger")
    page.wait_for_selector("#library .undo:has-text('2 articles removed')")
    assert not {"A lamp", "The ferry"} & set(titles(page))
    page.click("#tab-chat")
    assert LIGHT not in ask(page, QUESTION).locator(".answer").all_inner_texts()
    answer.locator(".cite").first.click()
    assert "no longer in the library" in opened(page).inner_text()
    page.click("#tab-library")
    page.click("#library .undo button")
    page.wait_for_selector("#library .word:has-text('2 articles back')")
    assert {"A lamp", "The ferry"} <= set(titles(page))
    page.click("#tab-chat")
    assert LIGHT in ask(page, QUESTION).inner_text()


def test_leaving_the_page_ends_undo(page: Any, engine: Any) -> None:
    choose(page, ("doomed.md", b"---\ntitle: Doomed\n---\nThis goes for good."))
    done(page, "1 added")
    (file,) = (engine.library.folder / UPLOADS).rglob("doomed.md")
    page.get_by_label("Choose: Doomed").check()
    page.click("#library [data-do=remove]")
    page.click("#library .danger")
    page.wait_for_selector("#library .undo button")
    assert file.exists()
    page.reload()
    page.wait_for_selector("#library table")
    for _ in range(100):
        if not file.exists():
            break
        page.wait_for_timeout(50)
    assert not file.exists()
    assert engine.library.rows("SELECT count(*) FROM removed") == [(0,)]


def test_hostile_names_and_titles_are_text(page: Any) -> None:
    record = {
        "id": 1,
        "title": HOSTILE,
        "outlet": "<b>Bad</b>",
        "url": "javascript:window.pwned=2",
        "text": HOSTILE * 9,
    }
    choose(page, (f"{HOSTILE}.json", json.dumps([record]).encode()), ("<svg onload=window.pwned=3>.xyz", b"?"))
    done(page, "1 added, 1 refused")
    assert HOSTILE in titles(page)
    assert "<svg onload=window.pwned=3>.xyz" in page.locator("#library .refusals").inner_text()
    page.get_by_role("button", name=HOSTILE, exact=True).click()
    detail = page.locator("#library .detail")
    assert detail.locator("h2").inner_text() == HOSTILE
    assert HOSTILE in detail.locator("blockquote").inner_text()
    assert f"{HOSTILE}.json#1 (uploaded)" in detail.inner_text()
    assert detail.locator("a[href]").count() == 0
    page.keyboard.press("Escape")
    page.get_by_label(f"Choose: {HOSTILE}", exact=True).check()
    page.click("#library [data-do=remove]")
    assert HOSTILE in page.locator("#library .confirm li").inner_text()
    page.click("#library .danger")
    page.wait_for_selector("#library .undo button")
    assert page.locator("#library img, #library svg, #library script, #library iframe").count() == 0


def test_the_list_is_found_sorted_and_corrected_by_keyboard(page: Any) -> None:
    page.fill("#library [data-find] input", "paper boat")
    page.wait_for_function("document.querySelectorAll('#library .open').length === 1")
    page.locator("#library .open").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#library .detail[open] #detail-title")
    assert "11 June 2024" in page.locator("#library .detail").inner_text()
    page.locator("#library summary").focus()
    page.keyboard.press("Enter")
    page.locator("#correct-published").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#library .detail .problem:has-text('Nothing was changed')")
    page.fill("#correct-published", "2024-06-12")
    page.keyboard.press("Enter")
    page.wait_for_selector("#library .detail dd:has-text('12 June 2024')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#library .state:has-text('corrected')")
    page.fill("#library [data-find] input", "")
    page.click("#library [data-sort=title]")
    page.wait_for_selector("#library [aria-sort=ascending]:has-text('Title')")
    assert titles(page) == sorted(titles(page), key=str.casefold)


def test_on_a_telephone_the_rows_are_cards(browser: Any, address: str) -> None:
    with visit(browser, address, viewport=NARROW) as page:
        page.click("#tab-library")
        row = page.wait_for_selector("#library tbody tr")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        assert page.evaluate("document.querySelector('#library').scrollWidth") <= NARROW["width"]
        cells = row.query_selector_all("td:not(.choice):not(.bare)")
        places = [cell.bounding_box() for cell in cells]
        assert len({round(place["x"]) for place in places}) == 1, "one below the other"


def test_an_empty_library_says_what_to_do_first(browser: Any, tmp_path: Path) -> None:
    with ExitStack() as last:
        store = last.enter_context(closing(open_shelf(tmp_path)))
        address = last.enter_context(served(Engine(store, QaConfig(), None, None)))
        page = last.enter_context(visit(browser, address))
        page.click("#tab-library")
        page.wait_for_selector("#library .nothing:has-text('Add some articles')")
        assert not page.locator("#library [data-find]").is_visible()
        choose(page, ("one.md", b"Eels sleep."))
        page.wait_for_selector("#library table")

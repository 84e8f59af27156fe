"""More than a hundred texts that would load or run something, in every field of articles and answers, in a browser.

The page's own policy is switched off here: that the browser refuses is tested elsewhere; here nothing is even asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pages import PATIENCE_MS
from shelf import open_shelf

from benchmarks.obedient import Obedient
from benchmarks.payloads import IMAGES, SCRIPTS, payloads
from index.hits import Hit
from ingest.documents import Article, Passage
from qa.answers import Answer, Citation, Disagreement, Searched, Sentence, ShortAnswer, Side, Support
from qa.config import QaConfig
from qa.conversation import Turn
from qa.engine import Engine

pytestmark = pytest.mark.browser

FORBIDDEN = ["img", "script", "style", "svg", "iframe", "object", "embed", "form", "link", "meta", "base", "video"]
FISH = "The herring of Pebble Bay were counted on Monday, and there were 4,100 of them."


class Sink(BaseHTTPRequestHandler):
    """Notes every request."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815  # the names are the library's

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def sink() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def hostile(sink: Any) -> list[str]:
    return payloads(f"http://127.0.0.1:{sink.server_port}/")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, hostile: list[str]) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("articles")
    records = [
        {
            **dict.fromkeys(("title", "outlet", "url"), each),
            "authors": [each],
            "date": str(date(2024, 5, 3) + timedelta(n)),
            "text": f"{FISH} Item {n}.\n\n{each}\n\n{each}",
        }
        for n, each in enumerate(hostile)
    ]
    whole = "\n\n".join(hostile)
    (folder / "whole.txt").write_text(f"{FISH}\n\n{whole}".replace("\0", ""))  # no text file has that
    (folder / "hostile.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    store = open_shelf(tmp_path_factory.mktemp("library"))
    report = store.ingest([folder])
    assert report.added == len(hostile) + 1
    yield Engine(store, QaConfig(declining="never"), Obedient("\n".join(f"{each} TAG" for each in hostile)), None)
    store.close()


@pytest.fixture
def page(browser: Any, address: str, sink: Any) -> Iterator[Any]:
    """A page without a policy; at the end: nothing was asked of the sink or of anybody else, and nothing ran."""
    sink.asked.clear()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    requests: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    page.mouse.move(400, 400)
    page.wait_for_timeout(200)
    assert page.evaluate("window.pwned") is None
    assert page.locator(", ".join(f"#vouch {tag}, #glance {tag}" for tag in FORBIDDEN)).count() == 0
    assert foreign_links(page) == []
    assert dialogs == []
    context.close()
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    assert sink.asked == []


def foreign_links(page: Any) -> list[str]:
    """Where links of answers and evidence lead, but for our own anchors and addresses of the web."""
    found = page.locator("#chat a[href], #evidence a[href], #sidebar a[href]").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return [href for href in found if not href.startswith(("#", "http://127.0.0.1", "https://"))]


def show(page: Any, address: str, engine: Engine, *turns: Turn) -> None:
    conversation = engine.conversations.create()
    for turn in turns:
        engine.conversations.append(conversation, turn)
    page.goto(f"{address}?c={conversation}")
    page.wait_for_selector(f"#chat .turn >> nth={len(turns) - 1}")


def answered(question: str, engine: Engine, texts: Sequence[str]) -> Answer:
    """An answer in which every field that holds words holds hostile ones, one article cited for each."""
    articles = [engine.library.article(each.id) for each in engine.library.articles()]
    cited = [
        Citation(number, Passage(article, 0, len(FISH)), 0, len(FISH))
        for number, article in enumerate(articles, start=1)
        if article
    ]
    sentences = tuple(
        Sentence(text, (citation,), Support("partly", (text,)), lead=text, unverified=(text,))
        for text, citation in zip(texts, cited, strict=False)
    )
    sides = tuple(Side(text, (citation,), text) for text, citation in zip(texts, cited, strict=False))
    return Answer(
        "a",
        question,
        question,
        "conflicting",
        "extractive",
        reason=texts[0],
        notice=texts[1],
        text="\n".join(texts),
        sentences=sentences,
        short=ShortAnswer(texts[2], cited[0], 0, 3),
        disagreements=(Disagreement(texts[3], "conflict", sides),),
        searched=Searched(2, 2, understood=tuple(texts[4:8])),
    )


def declined(question: str, engine: Engine, reason: str) -> Answer:
    passages = engine.library.passages(engine.library.passage_ids()[:60]).values()
    found = tuple(Hit(passage, 1.0) for passage in passages)
    return Answer("d", question, reason, "not_in_sources", "extractive", reason=reason, retrieved=found)


def test_the_sink_and_the_flag_notice_what_does_load_and_run(browser: Any, sink: Any, hostile: list[str]) -> None:
    sink.asked.clear()
    page = browser.new_page()
    image = hostile[IMAGES.index("<img src={sink}>")]
    script = next(each for each in hostile if each == SCRIPTS[0].format(run="window.pwned=1"))
    page.set_content(f"{image}{script}", wait_until="load")
    assert page.evaluate("window.pwned") == 1
    assert sink.asked == [f"/{IMAGES.index('<img src={sink}>')}"]
    page.close()


def test_hostile_words_in_every_field_of_an_answer_are_text(
    page: Any, address: str, engine: Engine, hostile: list[str]
) -> None:
    assert len(hostile) >= 100
    question = " ".join(hostile[-20:])
    made = answered(question, engine, hostile)
    show(page, address, engine, Turn(question, made.as_dict()))
    shown = page.locator("#chat .sentence").all_text_contents()
    assert [" ".join(text.split()) for text in shown] == [" ".join(seen(text).split()) for text in hostile]
    titles = page.locator("#evidence .source h3").all_text_contents()
    assert len(titles) == len(hostile)
    assert sum("<" in title for title in titles) >= 50


def quoting(engine: Engine, texts: Sequence[str]) -> Answer:
    """An answer that quotes hostile words from the articles, whose titles, outlets and values are hostile as well."""
    articles = [engine.library.article(each.id) for each in engine.library.articles()]
    placed = [(article, article.text.find(article.title)) for article in articles if article and article.published]
    cited = [
        Citation(number, Passage(article, 0, len(article.text)), start, start + len(article.title))
        for number, (article, start) in enumerate(placed, start=1)
        if start >= 0
    ]
    sentences = tuple(Sentence(FISH, (each,), Support("partly", (each.quote,))) for each in cited)
    sides = tuple(Side(text, (citation,)) for text, citation in zip(texts, cited, strict=False))
    matters = (Disagreement(texts[0], "conflict", sides),)
    return Answer(
        "q", "Fish?", "Fish?", "answered", "generative", text=FISH, sentences=sentences, disagreements=matters
    )


# Focuses every marker and every point: what its attributes hold, what the card over it shows, and in which elements.
GLANCES = """() => [...document.querySelectorAll("#chat .answer .cite, #evidence .event")].map((each) => {
  each.focus();
  const card = [...document.querySelectorAll("#glance:not([hidden]) *")];
  const { title, by, quote, note } = each.dataset;
  return {
    held: [by, title, quote, note].filter(Boolean),
    shown: card.map((part) => part.textContent),
    tags: card.map((part) => part.tagName),
    point: each.matches(".event"),
  };
})"""


def test_hostile_words_on_the_timeline_and_on_the_card_over_every_marker_are_text(
    page: Any, address: str, engine: Engine, hostile: list[str]
) -> None:
    made = quoting(engine, hostile)
    show(page, address, engine, Turn("Fish?", made.as_dict()))
    page.keyboard.press("Tab")  # from here on the focus is one that is seen
    glances = page.evaluate(GLANCES)
    points = [each for each in glances if each["point"]]
    assert min(len(points), len(glances) - len(points)) >= 100
    for each in glances:
        assert each["shown"] == each["held"]
        assert set(each["tags"]) == {"P", "Q"}
    titles = {source["title"] for source in made.as_dict()["sources"]}
    assert {each["shown"][1] for each in points} == titles
    assert {quote for each in glances for quote in each["shown"]} >= {citation.quote for citation in made.citations}
    outlets = {source["outlet"] for source in made.as_dict()["sources"]}
    assert set(page.locator("#evidence .lane").all_text_contents()) == outlets
    assert page.locator("#evidence .value").count() >= 100
    page.locator("#evidence .event").last.click()
    page.wait_for_selector("#evidence .pane[data-view=article]")


def seen(text: str) -> str:
    """As a browser gives text back: without the one character that HTML cannot hold."""
    return text.replace("\0", "\ufffd")


def test_hostile_words_where_an_answer_is_declined_are_text(
    page: Any, address: str, engine: Engine, hostile: list[str]
) -> None:
    turns = [Turn(text, declined(text, engine, text).as_dict()) for text in hostile[::4]]
    show(page, address, engine, *turns)
    assert page.locator("#chat .unanswered").count() == len(turns)
    page.locator("#chat .excerpt").first.click()
    page.wait_for_selector("#evidence .pane[data-view=article]")


def test_a_hostile_article_is_read_as_text(page: Any, address: str, engine: Engine, hostile: list[str]) -> None:
    whole = max((engine.library.article(each.id) for each in engine.library.articles()), key=length)
    assert whole is not None
    sentence = Sentence(FISH, (Citation(1, Passage(whole, 0, len(FISH)), 0, len(FISH)),), Support("quoted"))
    made = Answer("w", "Fish?", "Fish?", "answered", "extractive", text=FISH, sentences=(sentence,))
    show(page, address, engine, Turn("Fish?", made.as_dict()))
    page.locator("#chat .cite").first.click()
    page.wait_for_selector("#evidence .pane[data-view=article]")
    read = page.locator("#evidence .text").text_content()
    assert read.strip() == seen(whole.text).strip()
    assert sum(text in whole.text for text in hostile) >= 120


def length(article: Article | None) -> int:
    return len(article.text) if article else 0


def test_a_model_that_obeys_makes_the_page_load_and_run_nothing(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#chat .log")
    page.fill("#box textarea", "How many herring of Pebble Bay were counted?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .turn .cite")
    answer = page.locator("#chat .turn .answer").inner_text()
    assert "://" not in answer
    assert "<" not in answer

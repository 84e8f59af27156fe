"""Evidence in a browser: quotes on hover, articles at their sentence, the timeline; by mouse, keyboard and finger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pages import NARROW, ask, opened, visit

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.answers import Answer, Citation, Disagreement, Sentence, Side, Support
from qa.config import Config
from qa.conversation import Turn
from qa.engine import Engine, open_engine
from web.click import Click
from web.looking import Looking
from web.opening import Opening

pytestmark = pytest.mark.browser

TALL, LAMP = "The lighthouse on Gull Rock is 41 metres tall.", "Its lamp is seen from 18 miles away."
FILLER = "".join(f"Paragraph {n} tells of nets, ropes and the weather of that week.\n\n" for n in range(60))
OTHER = "By other accounts the lighthouse stands 38 metres high."
KEEPER = "The keeper of the light was called Tom Arden."
FERRY = "The ferry to Gull Rock carries 60 passengers."
ARTICLES = {
    "lamp": f"---\ntitle: A lamp for Gull Rock\noutlet: Tin Whistle Times\nauthor: Ada Marsh\ndate: 2024-05-03\n"
    f"url: https://example.org/gull-rock\n---\nGull Rock has a new lamp. {LAMP}\n\n{FILLER}{TALL} It is old.\n",
    "other": f"---\ntitle: Measured again\noutlet: Paper Boat Post\ndate: 2024-06-11\n---\n{OTHER} Few believe it.\n",
    "keeper": f"---\ntitle: The last keeper\noutlet: Kettle\n---\nHe is long gone. {KEEPER}\n",
    "ferry": f"---\ntitle: The ferry to Gull Rock\noutlet: Harbour Post\ndate: 2024-07-01\n---\n{FERRY} It is new.\n",
}
MANY = 200  # messages in a conversation in which a marker must still open at once
AT_ONCE_MS = 300
FAR = 30  # steps by which the keyboard reaches anything beside an answer
UP = "document.querySelector('#right').getBoundingClientRect().bottom <= innerHeight + 1"  # the sheet has slid up


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / f"{name}.md").write_text(text)
    engine = open_engine(Config().with_library(str(tmp_path_factory.mktemp("library"))))
    assert engine.store.ingest([folder]).added == len(ARTICLES)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def articles(engine: Engine) -> dict[str, Article]:
    found = (engine.library.article(each.id) for each in engine.library.articles())
    return {Path(article.origin).stem: article for article in found if article}


@pytest.fixture(scope="module")
def cite(articles: dict[str, Article]) -> Callable[..., Citation]:
    def cite(number: int, name: str, quote: str) -> Citation:
        article = articles[name]
        start = article.text.index(quote)
        return Citation(number, Passage(article, 0, len(article.text)), start, start + len(quote))

    return cite


def answered(cited: Sequence[Citation], **about: Any) -> dict[str, Any]:
    sentences = tuple(Sentence(each.quote, (each,), Support("quoted", ("verbatim",))) for each in cited)
    text = "\n\n".join(each.text for each in sentences)
    return Answer("a", "q", "q", "answered", "extractive", text=text, sentences=sentences, **about).as_dict()


@pytest.fixture(scope="module")
def talk(engine: Engine, articles: dict[str, Article], cite: Callable[..., Citation]) -> str:
    """A conversation of two answers: three sources that differ, with one found beside them; then the ferry alone."""
    cited = [cite(1, "lamp", TALL), cite(1, "lamp", LAMP), cite(2, "other", OTHER), cite(3, "keeper", KEEPER)]
    sides = (Side("41 metres", (cited[0],)), Side("38 metres", (cited[2],)))
    ferry, lamp = articles["ferry"], articles["lamp"]
    reprints = (Article.of("r", TALL, "Lamp", outlet="Pebble Gazette"),)
    hits = (Hit(Passage(lamp, 0, 20), 1.0, reprints=reprints), Hit(Passage(ferry, 0, len(ferry.text)), 0.5))
    first = answered(cited, disagreements=(Disagreement("How tall", "conflict", sides),), retrieved=hits)
    conversation = engine.conversations.create()
    engine.conversations.append(conversation, Turn("How tall is the lighthouse?", first))
    engine.conversations.append(conversation, Turn("And the ferry?", answered([cite(1, "ferry", FERRY)])))
    return f"?c={conversation}"


@pytest.fixture
def page(browser: Any, address: str, talk: str) -> Iterator[Any]:
    with visit(browser, address, talk) as page:
        page.wait_for_selector("#m2 .cite")
        yield page


def marker(page: Any, order: int, turn: int = 1) -> Any:
    return page.locator(f"#m{turn} .answer .cite[data-order='{order}']")


def focused(page: Any) -> str:
    """What has the focus, as its turn, event and order."""
    wanted = "(({ turn, event, order }) => [turn, event, order].join(' '))(document.activeElement.dataset)"
    return str(page.evaluate(wanted))


def test_hovering_a_marker_shows_its_quote_with_outlet_date_and_verdict(page: Any) -> None:
    glance = page.locator("#glance")
    assert not glance.is_visible()
    marker(page, 1).hover()
    glance.wait_for(state="visible")
    assert glance.locator("p, q").all_text_contents() == [
        "Tin Whistle Times, 3 May 2024",
        TALL,
        "quoted · +1 reprint",
    ]
    assert glance.get_attribute("role") == "tooltip"
    assert marker(page, 1).get_attribute("aria-describedby") == "glance"
    assert marker(page, 1).get_attribute("title") is None, "or the browser's own would come on top"
    glance.hover()
    page.wait_for_timeout(500)
    assert glance.is_visible(), "the pointer may move onto it"
    page.mouse.move(700, 890)
    glance.wait_for(state="hidden")
    assert marker(page, 1).get_attribute("aria-describedby") is None


def test_the_quote_comes_with_the_focus_too_goes_with_escape_and_never_leaves_the_screen(page: Any) -> None:
    glance = page.locator("#glance")
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 400}):
        page.set_viewport_size(size)
        page.locator("#m1 [data-event=sources]").first.focus()
        seen = 0
        for _ in range(FAR):
            if seen == len(ARTICLES):
                break
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.matches('.answer .cite')"):
                glance.wait_for(state="visible")
                box, seen = glance.bounding_box(), seen + 1
                assert box["x"] >= 0
                assert box["y"] >= 0
                assert box["x"] + box["width"] <= size["width"]
                assert box["y"] + box["height"] <= size["height"]
        assert seen == len(ARTICLES), "each marker of the answer"
    page.keyboard.press("Escape")
    glance.wait_for(state="hidden")
    assert focused(page) == "1 cite 1"


def test_a_click_opens_the_whole_article_at_the_marked_sentence(page: Any, articles: dict[str, Article]) -> None:
    marker(page, 1).click()
    evidence = opened(page)
    assert evidence.locator("mark").all_text_contents() == [TALL]
    assert evidence.locator(".text").text_content() == articles["lamp"].text
    assert 0 < evidence.locator("mark").bounding_box()["y"] < 900, "although it stands at the end of a long article"
    assert evidence.locator(".also").all_text_contents() == [LAMP]
    assert evidence.locator(".place").text_content() == "1 of 4"
    assert marker(page, 1).evaluate("it => it.classList.contains('active')")
    assert evidence.get_by_text("Open the original").get_attribute("href") == "https://example.org/gull-rock"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    evidence.get_by_text("Copy reference").click()
    page.wait_for_selector("#evidence >> text=Copied")
    copied = "Ada Marsh: “A lamp for Gull Rock”. Tin Whistle Times, 3 May 2024. https://example.org/gull-rock"
    assert page.evaluate("navigator.clipboard.readText()") == copied
    evidence.get_by_label("Next citation").click()
    page.wait_for_selector("#evidence .pane[data-order='2']")
    assert evidence.locator("mark").text_content() == LAMP
    assert page.locator("#chat .cite.active").get_attribute("data-order") == "2"
    evidence.locator(".also").click()
    page.wait_for_selector("#evidence .pane[data-order='1']")
    assert evidence.get_by_label("Previous citation").is_disabled()


def test_an_older_answer_brings_its_sources_back(page: Any) -> None:
    titles = page.locator("#evidence .source h3")
    assert titles.all_text_contents() == ["The ferry to Gull Rock"]
    page.locator("#m1 [data-event=sources]").first.click()
    page.wait_for_selector("#evidence .source >> nth=2")
    assert titles.all_text_contents() == ["A lamp for Gull Rock", "Measured again", "The last keeper"]
    assert page.locator("#evidence .source").first.locator(".number").all_text_contents() == ["1", "1"]
    assert page.locator("#evidence .uncited summary").text_content() == "Also found, not cited: 1 article"
    assert not page.locator("#evidence .excerpt").is_visible()


def test_the_timeline_shows_who_reported_what_when_and_its_points_open_the_articles(page: Any) -> None:
    assert page.locator("#evidence .timeline").count() == 0, "one source has no time between"
    page.locator("#m1 [data-event=sources]").first.click()
    page.wait_for_selector("#evidence .timeline")
    points = page.locator("#evidence .event")
    assert [label.split(": ")[0] for label in points.evaluate_all("all => all.map(each => each.ariaLabel)")] == [
        "Tin Whistle Times, 3 May 2024",
        "Paper Boat Post, 11 June 2024",
        "Harbour Post, 1 July 2024",
        "Kettle, undated",
    ]
    assert points.all_inner_texts() == ["1\n41 metres", "2\n38 metres", "", "3"]
    boxes = [each.locator(".dot").bounding_box() for each in points.all()]
    assert [box["x"] for box in boxes] == sorted(box["x"] for box in boxes)
    assert len({box["y"] for box in boxes}) == 4, "a lane for each outlet"
    assert page.locator("#evidence .lane").all_inner_texts() == [
        "Tin Whistle Times",
        "Paper Boat Post",
        "Harbour Post",
        "Kettle",
    ]
    points.nth(2).hover()
    page.wait_for_selector("#glance >> text=The ferry to Gull Rock")
    points.nth(2).click()
    assert opened(page).locator("mark.passage").count() >= 1
    page.keyboard.press("Escape")
    page.wait_for_selector("#evidence .event:focus")
    assert "Harbour Post" in page.evaluate("document.activeElement.ariaLabel")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.locator("[data-toggle=right]").click()
    page.wait_for_function(UP)
    spans = points.evaluate_all("all => all.map(each => each.getBoundingClientRect())")
    assert all(span["left"] >= 0 and span["right"] <= NARROW["width"] for span in spans)
    points.first.click()
    assert opened(page).locator("mark").text_content() == TALL


def test_by_keyboard_from_the_question_to_the_quote_and_back(browser: Any, address: str) -> None:
    with visit(browser, address) as page:
        ask(page, "How many passengers does the ferry to Gull Rock carry?")
        page.locator("#m1 .cite").first.wait_for()
        page.locator("#m1 .cite").first.focus()
        here = focused(page)
        page.keyboard.press("Enter")
        assert FERRY in opened(page).locator("mark").text_content()
        page.wait_for_function("document.activeElement.tagName === 'MARK'")
        page.keyboard.press("Escape")
        page.wait_for_selector("#evidence .pane[data-view=list]")
        assert focused(page) == here
        assert not page.locator("#glance").is_visible(), "its quote has just been read"
        page.locator("#m1 [data-event=sources]").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#evidence .pane:focus")
        for _ in range(FAR):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.quote')"):
                break
        quote = focused(page)
        page.keyboard.press("Enter")
        page.wait_for_selector("#evidence mark:focus")
        page.keyboard.press("Escape")
        page.wait_for_selector("#evidence .quote:focus")
        assert focused(page) == quote
        page.keyboard.press("Escape")
        page.wait_for_selector("#chat [data-event=sources]:focus")


def test_stepping_by_keyboard_stays_on_the_step(page: Any) -> None:
    marker(page, 1).press("Enter")
    page.wait_for_selector("#evidence mark:focus")
    page.locator("#evidence .step >> nth=1").press("Enter")
    page.wait_for_selector("#evidence .pane[data-order='2'] [aria-label='Next citation']:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("#evidence .pane[data-view=list]")
    assert focused(page) == "1 cite 1", "the marker that opened the pane"


def test_on_a_telephone_the_pane_is_a_sheet_that_keeps_the_focus_and_gives_it_back(
    browser: Any, address: str, talk: str
) -> None:
    look = {"viewport": NARROW, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
    with visit(browser, address, talk, **look) as page:
        marker(page, 1).tap()
        assert opened(page).locator("mark").text_content() == TALL
        assert not page.locator("#glance").is_visible(), "a finger does not hover"
        assert page.locator("#right").get_attribute("role") == "dialog"
        for _ in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('#right')"
            )
        page.keyboard.press("Escape")
        page.locator("#right").wait_for(state="hidden")
        assert focused(page) == "1 cite 1"
        page.locator("[data-toggle=right]").tap()
        page.wait_for_selector("#evidence .close >> visible=true")
        page.locator("#evidence .close >> visible=true").tap()
        page.locator("#right").wait_for(state="hidden")
        assert page.evaluate("document.activeElement.dataset.toggle") == "right"
        assert not page.locator("#centre").evaluate("it => it.inert")
        marker(page, 3).tap()
        page.wait_for_function(UP)
        page.touchscreen.tap(200, 20)
        page.locator("#right").wait_for(state="hidden")


def test_a_marker_opens_at_once_among_many_messages(
    browser: Any, address: str, engine: Engine, cite: Callable[..., Citation]
) -> None:
    long = engine.conversations.create()
    answer = answered([cite(1, "lamp", TALL), cite(2, "other", OTHER)])
    with engine.library.transaction():
        for _ in range(MANY):
            engine.conversations.append(long, Turn("How tall is it?", answer))
    with visit(browser, address, f"?c={long}") as page:
        page.wait_for_selector(f"#m{MANY} .cite")
        times = []
        for turn, order in ((MANY, 1), (100, 2), (MANY, 2), (3, 1), (50, 2), (150, 1)):
            there = f"#evidence .pane[data-turn='{turn}'][data-order='{order}']"
            times.append(page.evaluate(TIMED, [f"#m{turn} .answer .cite[data-order='{order}']", there]))
        assert min(times) < AT_ONCE_MS, times


# Clicks a marker and waits, in the page, until its article is there: milliseconds.
TIMED = """([from, to]) => new Promise((done) => {
  const begun = performance.now();
  setTimeout(() => done(Infinity), 10_000);
  const seen = new MutationObserver(() => {
    if (!document.querySelector(to)) return;
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  seen.observe(document.querySelector("#evidence"), { childList: true, subtree: true });
  document.querySelector(from).click();
})"""


def test_only_the_answer_that_is_looked_at_is_read(engine: Engine, cite: Callable[..., Citation]) -> None:
    kept = engine.conversations.create()
    for quote in (TALL, LAMP, TALL):
        engine.conversations.append(kept, Turn("q", answered([cite(1, "lamp", quote)])))
    broken = "UPDATE turns SET answer = 'no JSON' WHERE conversation = ? AND ordinal <> 1"
    with engine.library.transaction():
        engine.library.rows(broken, (kept,))
    looking = Looking(Opening(engine))
    (view,) = looking.cite(Click(kept, data={"turn": "2", "order": "1"}))
    assert f"{LAMP}</mark>" in (view.evidence or "")
    (view,) = looking.sources(Click(kept, data={"turn": "2"}))
    assert LAMP in (view.evidence or "")
    engine.conversations.remove(kept)

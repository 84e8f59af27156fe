"""What the page does with a click, over an engine of a few lines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from threading import Event
from typing import Any

import pytest

from index.hits import Hit
from ingest.documents import Article, Passage
from ingest.errors import VouchError
from qa.answers import Answer, Citation, Sentence, Support
from qa.conversation import Conversation, Turn
from qa.engine import Delta, Step
from web.click import Click
from web.desk import LONGEST_QUESTION, Desk
from web.failure import guarded
from web.opening import Opening
from web.view import View

TEXT = "Fog closed the quay. The ferry waited. Then Gull Rock was dark, and Gull Rock slept."
FOG = Article.of("fog.txt", TEXT, "Fog", outlet="Post", published=date(2025, 1, 30))
FERRY = Passage(FOG, 21, 38)


class Shelf:
    """A library of one article, and its counts."""

    def article(self, ident: str) -> Article | None:
        return FOG if ident == FOG.id else None

    def articles(self) -> list[Article]:
        return [FOG]

    def passages(self, idents: list[str]) -> dict[str, Passage]:
        return {FERRY.id: FERRY} if FERRY.id in idents else {}

    def counts(self) -> Any:
        class Counts:
            articles, undated, refusals = 1, 0, 2

        return Counts()


class Diary:
    """Conversations in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Turn]] = {}

    def create(self) -> str:
        self.kept[f"c{len(self.kept) + 1}"] = []
        return f"c{len(self.kept)}"

    def list(self) -> list[Conversation]:
        return [Conversation(ident, turns[0].question, datetime.now(UTC)) for ident, turns in self.kept.items()]

    def turns(self, conversation: str) -> list[Turn]:
        return list(self.kept.get(conversation, []))

    def append(self, conversation: str, turn: Turn) -> None:
        self.kept[conversation].append(turn)

    def remove(self, conversation: str) -> None:
        del self.kept[conversation]


class Parrot:
    """An engine that says the same to every question; `script` may say something else."""

    def __init__(self, script: Callable[[str], Iterator[Any]] | None = None) -> None:
        self.library, self.conversations = Shelf(), Diary()
        self.script = script or self.reply
        self.asked: list[tuple[str, int]] = []
        self.closed = False

    def reply(self, question: str) -> Iterator[Any]:
        yield Step(f"Searched for: {question}")
        yield Delta("The ferry ")
        yield Delta("waited. [1]")
        yield self.answer(question)

    def answer(self, question: str) -> Answer:
        cited = Sentence("The ferry waited.", (Citation(1, FERRY, 21, 38),), Support("quoted"))
        hits = (Hit(FERRY, 1.0),)
        return Answer(
            "a", question, question, "answered", "extractive", sentences=(cited,), retrieved=hits, text=cited.text
        )

    def stream(self, question: str, history: Any = ()) -> Iterator[Any]:
        self.asked.append((question, len(history)))
        yield from self.script(question)

    def notices(self) -> list[str]:
        return ["The index is being rebuilt."]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def engine() -> Parrot:
    return Parrot()


@pytest.fixture
def desk(engine: Parrot) -> Desk:
    return Desk(Opening(engine))


def last(views: Iterator[View]) -> View:
    return list(views)[-1]


def test_an_empty_page_has_examples_the_library_and_the_notices(desk: Desk) -> None:
    view = last(desk.arrive(Click("gone")))
    assert view.conversation == ""
    assert 'data-question="What do the articles say about Gull Rock?"' in (view.transcript or "")
    assert "The index is being rebuilt." in (view.transcript or "")
    assert "1 article, 0 undated, 2 refused" in (view.sidebar or "")


def test_an_empty_library_says_how_to_fill_it(desk: Desk, engine: Parrot) -> None:
    engine.library.articles = list  # type: ignore[method-assign]
    assert "vouch ingest FOLDER" in (last(desk.arrive(Click())).transcript or "")


def test_an_answer_grows_and_is_kept_with_working_markers(desk: Desk, engine: Parrot) -> None:
    views = list(desk.ask(Click(typed="  What waited? ")))
    drafts = [view.draft for view in views if view.draft]
    assert [len(draft) for draft in drafts] == sorted(len(draft) for draft in drafts)
    assert "The ferry waited. [1]" in drafts[-1]
    assert "data-event" not in drafts[-1], "markers become links when the answer is whole"
    assert views[0].busy
    assert (views[-1].busy, views[-1].draft, views[-1].conversation) == (False, "", "c1")
    assert 'href="#m1-c1"' in (views[-1].transcript or "")
    assert last(desk.arrive(Click("c1"))).transcript == views[-1].transcript
    list(desk.ask(Click("c1", "And then?")))
    assert engine.asked == [("What waited?", 0), ("And then?", 1)]


def test_nothing_and_far_too_much(desk: Desk, engine: Parrot) -> None:
    assert list(desk.ask(Click(typed=" \n "))) == []
    list(desk.ask(Click(typed="x" * 1_000_000)))
    assert len(engine.asked[0][0]) == LONGEST_QUESTION


def test_citations_passages_and_sources_open(desk: Desk) -> None:
    list(desk.ask(Click(typed="What waited?")))
    article = last(desk.cite(Click("c1", "", {"turn": "1", "order": "1"}))).evidence or ""
    assert ">The ferry waited.</mark>" in article
    assert "Fog closed the quay." in article
    assert list(desk.cite(Click("c1", "", {"turn": "1", "order": "2"}))) == []
    passage = last(desk.passage(Click("c1", "", {"turn": "1", "passage": FERRY.id}))).evidence or ""
    assert '<mark class="passage"' in passage
    vanished = last(desk.passage(Click("c1", "", {"turn": "1", "passage": "other"}))).evidence or ""
    assert "no longer in the library" in vanished
    assert 'id="m1-c1"' in (last(desk.sources(Click("c1", "", {"turn": "1"}))).evidence or "")


def test_removing_a_conversation_empties_the_page_only_if_it_was_shown(desk: Desk) -> None:
    for _ in range(2):
        list(desk.ask(Click(typed="What waited?")))
    beside = last(desk.remove(Click("c2", "", {"conversation": "c1"})))
    assert (beside.transcript, "c1" in (beside.sidebar or "")) == (None, False)
    assert last(desk.remove(Click("c2", "", {"conversation": "c2"}))).conversation == ""


def test_stopping_ends_at_once_and_keeps_nothing() -> None:
    go_on = Event()

    def hangs(question: str) -> Iterator[Any]:
        yield Delta("The ferry ")
        go_on.wait(10)
        yield engine.answer(question)

    engine = Parrot(hangs)
    views = Desk(Opening(engine)).ask(Click(typed="What waited?"))
    seen = [next(views), next(views), next(views)]
    run = next(view.run for view in seen if view.run)
    list(Desk(Opening(engine)).stop(Click(run=run)))
    ended = list(views)[-1]
    go_on.set()
    assert (ended.question, ended.busy) == ("What waited?", False)
    assert "Stopped" in (ended.draft or "")
    assert "The ferry " in (ended.draft or "")
    assert engine.conversations.kept == {}


def test_turning_to_another_conversation_ends_the_show_and_keeps_the_answer() -> None:
    go_on, kept = Event(), Event()

    def hangs(question: str) -> Iterator[Any]:
        yield Delta("The ferry ")
        go_on.wait(10)
        yield engine.answer(question)
        kept.set()

    engine = Parrot(hangs)
    desk = Desk(Opening(engine))
    seen: list[View] = []
    asking = threading.Thread(target=lambda: seen.extend(desk.ask(Click(typed="What waited?"))))
    asking.start()
    while not (runs := [view.run for view in seen if view.run]) or "ferry" not in (seen[-1].draft or ""):
        time.sleep(0.01)
    assert last(desk.fresh(Click(run=runs[0]))).draft == ""
    asking.join(10)
    assert "ferry" in (seen[-1].draft or ""), "nothing came after the page had turned away"
    go_on.set()
    assert kept.wait(10)
    assert [turn.question for turn in engine.conversations.turns("c1")] == ["What waited?"]


def test_an_answer_is_kept_although_the_page_went_away(desk: Desk, engine: Parrot) -> None:
    kept = Event()
    append = engine.conversations.append
    engine.conversations.append = lambda *args: (append(*args), kept.set())  # type: ignore[method-assign,assignment]
    views = desk.ask(Click(typed="What waited?"))
    next(views)
    next(views)
    views.close()  # type: ignore[attr-defined]
    assert kept.wait(10)
    assert [turn.question for turn in engine.conversations.turns("c1")] == ["What waited?"]


def test_failures_are_told_and_the_question_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    def fails(question: str) -> Iterator[Any]:
        raise {"known": VouchError("no <disk>", hint="make room"), "bug": RuntimeError("secret")}[question]
        yield

    desk = Desk(Opening(Parrot(fails)))
    known = last(guarded(desk.ask, Click(typed="known"), "known"))
    assert (known.question, known.busy) == ("known", False)
    assert "No &lt;disk&gt;." in (known.draft or "")
    assert "What to do: make room." in (known.draft or "")
    bug = last(guarded(desk.ask, Click(typed="bug"), "bug")).draft or ""
    assert "secret" not in bug
    assert "nothing of the conversation is lost" in bug
    assert "RuntimeError: secret" in caplog.text
    stale = last(guarded(desk.cite, Click("c9", "", {"turn": "7", "order": "1"})))
    assert "no longer kept" in (stale.draft or "")


def test_an_engine_is_opened_in_the_background_again_if_it_failed_and_closed_by_whoever_opened_it() -> None:
    tries: list[Parrot | VouchError] = [VouchError("locked"), Parrot()]

    def opens() -> Any:
        found = tries.pop(0)
        if isinstance(found, VouchError):
            raise found
        return found

    opening = Opening(opens)
    with pytest.raises(VouchError, match="locked"):
        opening._coming.result()
    engine: Any = opening.engine()
    opening.close()
    assert engine.closed
    lent = Parrot()
    Opening(lent).close()  # type: ignore[arg-type]
    assert not lent.closed

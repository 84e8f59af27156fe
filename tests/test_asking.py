"""Asking, stopping, asking again, taking back, rating: what becomes of the conversation. Over a scripted engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from parrot import Parrot

from index.scope import Scope
from ingest.errors import VouchError
from qa.engine import Delta
from qa.feedback import Feedbacks
from web.asking import ANSWERS_AT_ONCE, LONGEST_QUESTION, MOST_WAITING, Asking
from web.click import Click
from web.desk import Desk
from web.failure import guarded
from web.opening import Opening
from web.run import OPENING, Run
from web.view import View

PATIENCE_S = 20
QUESTION = "What waited?"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Parrot]:
    engine = Parrot(tmp_path)
    yield engine
    engine.close()


@pytest.fixture
def asking(engine: Parrot) -> Asking:
    return Asking(Opening(engine))


def last(views: Iterator[View]) -> View:
    return list(views)[-1]


def begun(asking: Asking, *questions: str, person: str = "me") -> Click:
    """A conversation with these questions, as its person's page shows it."""
    conversation = ""
    for question in questions:
        conversation = last(asking.ask(Click(conversation, question, person=person))).conversation or ""
    return Click(conversation, person=person)


def on(click: Click, turn: int, **more: Any) -> Click:
    """A click on something under one answer of a conversation."""
    return Click(click.conversation, more.pop("typed", ""), {"turn": str(turn), **more}, person=click.person)


def questions(engine: Parrot, conversation: str | None) -> list[str]:
    return [turn.question for turn in engine.conversations.turns(conversation or "")]


class Hanging:
    """A script that says two words and then waits."""

    def __init__(self, engine: Parrot, words: tuple[str, ...] = ("The ferry ",)) -> None:
        self.go_on, self.done, self.engine, self.words = Event(), Event(), engine, words
        engine.script = self

    def __call__(self, question: str) -> Iterator[Any]:
        yield from (Delta(word) for word in self.words)
        self.go_on.wait(PATIENCE_S)
        yield self.engine.answer(question)
        self.done.set()


class Page:
    """What a page sees of an answer under way, and the run that it could stop."""

    def __init__(self, views: Iterator[View]) -> None:
        self.seen: list[View] = []
        self._thread = threading.Thread(target=self._look, args=[views])
        self._thread.start()

    def _look(self, views: Iterator[View]) -> None:
        for view in views:
            self.seen.append(view)  # one by one, so that each can be waited for

    def until(self, true: Callable[[View], Any]) -> View:
        for _ in range(PATIENCE_S * 100):
            if self.seen and true(self.seen[-1]):
                return self.seen[-1]
            time.sleep(0.01)
        raise AssertionError("it did not come")

    @property
    def run(self) -> Run:
        return next(view.run for view in self.seen if view.run)

    def ended(self) -> View:
        self._thread.join(PATIENCE_S)
        return self.seen[-1]


def says_ferry(view: View) -> bool:
    return "ferry" in (view.draft or "")


# Asking.


def test_an_answer_grows_and_is_kept_with_working_markers(asking: Asking, engine: Parrot) -> None:
    views = list(asking.ask(Click(typed="  What waited? ")))
    drafts = [view.draft for view in views if view.draft]
    assert [len(draft) for draft in drafts] == sorted(len(draft) for draft in drafts)
    assert "The ferry waited. [1]" in drafts[-1]
    assert "data-event" not in drafts[-1], "markers become links when the answer is whole"
    assert (views[0].busy, views[0].question) == (True, "")
    assert (views[-1].busy, views[-1].draft) == (False, "")
    assert 'href="#m1-c1"' in (views[-1].transcript or "")
    list(asking.ask(Click(views[-1].conversation or "", "And then?")))
    assert [(question, behind) for question, behind, _ in engine.asked] == [(QUESTION, 0), ("And then?", 1)]


def test_a_page_that_took_only_the_draft_can_have_the_end_once_more(asking: Asking) -> None:
    views = list(asking.ask(Click(typed=QUESTION)))
    run = next(view.run for view in views if view.run)
    assert list(asking.done(Click(run=run))) == [views[-1]]
    assert list(asking.done(Click(run=run))) == [View()]
    assert list(asking.done(Click())) == [View()]


def test_an_example_leaves_what_is_typed_in_the_box(asking: Asking) -> None:
    views = list(asking.ask(Click(typed="half a thought", data={"question": QUESTION})))
    assert {view.question for view in views} == {None}


def test_nothing_and_far_too_much(asking: Asking, engine: Parrot) -> None:
    assert list(asking.ask(Click(typed=" \n "))) == [View()]
    list(asking.ask(Click(typed="x" * 1_000_000)))
    assert len(engine.asked[0][0]) == LONGEST_QUESTION


def test_the_scope_of_the_page_goes_into_the_question(asking: Asking, engine: Parrot) -> None:
    list(asking.ask(Click(typed=QUESTION, scope={"outlets": ["Post"], "since": "2025-01-01"})))
    scope = engine.asked[0][2]
    assert (scope.outlets, str(scope.since)) == (("Post",), "2025-01-01")
    list(asking.ask(Click(typed=QUESTION, scope={"outlets": ["Post", "Gone From The Library"]})))
    assert engine.asked[1][2] == Scope(("Post",))


def test_wider_is_asked_behind_all_others_without_that_part_of_the_scope(asking: Asking, engine: Parrot) -> None:
    page = begun(asking, QUESTION, "And then?")
    list(asking.widen(on(page, 1)))
    list(asking.widen(on(page, 1, part="outlets")))
    assert questions(engine, page.conversation) == [QUESTION, "And then?", QUESTION, QUESTION]
    dates, outlets = [scope for _, _, scope in engine.asked[2:]]
    assert dates == Scope(("Post",))
    assert (outlets.outlets, str(outlets.since)) == ((), "2025-01-01")


def test_while_the_library_opens_the_page_says_so(engine: Parrot) -> None:
    opened = Event()

    def opens() -> Any:
        opened.wait(PATIENCE_S)
        return engine

    page = Page(Asking(Opening(opens)).ask(Click(typed=QUESTION)))
    assert page.until(lambda view: OPENING in (view.draft or "")).draft
    assert page.seen[0].busy
    opened.set()
    assert QUESTION in (page.ended().transcript or "")


def test_a_page_waits_for_one_answer_at_a_time(asking: Asking, engine: Parrot) -> None:
    hanging = Hanging(engine)
    page = Page(asking.ask(Click(typed=QUESTION)))
    page.until(says_ferry)
    assert list(asking.ask(Click(typed="Another?", run=page.run))) == [View()]
    hanging.go_on.set()
    conversation = page.ended().conversation
    assert questions(engine, conversation) == [QUESTION]
    assert list(asking.ask(Click(conversation or "", "Another?", run=page.run)))


def test_questions_of_many_wait_in_line_and_then_are_told_that_it_is_busy(asking: Asking, engine: Parrot) -> None:
    hanging = Hanging(engine)
    pages = [Page(asking.ask(Click(typed=QUESTION))) for _ in range(ANSWERS_AT_ONCE)]
    for page in pages:
        page.until(says_ferry)
    waiting = Page(asking.ask(Click(typed="And I?")))
    waiting.until(lambda view: "yours is the next question" in (view.draft or ""))
    others = [Page(asking.ask(Click(typed="And we?"))) for _ in range(MOST_WAITING - 1)]
    for other in others:
        other.until(lambda view: "before yours" in (view.draft or ""))
    with pytest.raises(VouchError, match="busy"):
        list(asking.ask(Click(typed="Too late?")))
    list(asking.stop(Click(run=others[0].run)))
    assert others[0].ended().busy is False
    hanging.go_on.set()
    for page in (*pages, waiting, *others[1:]):
        assert page.ended().transcript


# Stopping, and turning away.


def test_stopping_keeps_what_came_and_says_so(asking: Asking, engine: Parrot) -> None:
    hanging = Hanging(engine)
    page = Page(asking.ask(Click(typed=QUESTION, person="me")))
    page.until(says_ferry)
    assert last(asking.stop(Click(run=page.run))).question is None
    ended = page.ended()
    hanging.go_on.set()
    assert (ended.draft, ended.busy) == ("", False)
    assert "Stopped after" in (ended.transcript or "")
    (turn,) = engine.conversations.turns(ended.conversation or "")
    assert (turn.answer["status"], turn.answer["text"], turn.answer["sentences"]) == ("error", "The ferry ", [])
    assert hanging.done.wait(0.2) is False, "the engine is left at its next word"
    assert len(engine.conversations.turns(ended.conversation or "")) == 1
    # What comes behind it is understood as if it had been answered.
    engine.script = engine.reply
    list(asking.ask(Click(ended.conversation or "", "And then?", person="me")))
    assert engine.asked[-1][1] == 1


def test_stopping_before_anything_came_gives_the_question_back(asking: Asking, engine: Parrot) -> None:
    hanging = Hanging(engine, words=())
    page = Page(asking.ask(Click(typed=QUESTION)))
    page.until(lambda _: engine.asked)
    assert last(asking.stop(Click(typed="meanwhile", run=page.run))).question == f"{QUESTION}\nmeanwhile"
    assert (page.ended().draft, page.ended().busy) == ("", False)
    hanging.go_on.set()
    assert engine.conversations.list() == []
    assert last(asking.stop(Click(run=page.run))) == View(), "once more changes nothing"


def test_an_answer_that_is_there_cannot_be_stopped(asking: Asking, engine: Parrot) -> None:
    views = list(asking.ask(Click(typed=QUESTION)))
    run = next(view.run for view in views if view.run)
    assert last(asking.stop(Click(run=run))) == View()
    assert not run.stopped
    assert last(asking.stop(Click())) == View()


def test_stopping_an_answer_that_was_to_replace_another_leaves_the_other(asking: Asking, engine: Parrot) -> None:
    page = begun(asking, QUESTION, "And then?")
    Hanging(engine).go_on.clear()
    for reply, click, back in (
        (asking.again, on(page, 1), None),
        (asking.edit, on(page, 1, question="Who waited?"), "Who waited?"),
    ):
        under_way = Page(reply(click))
        draft = under_way.until(says_ferry)
        assert 'data-after="0"' in (draft.draft or "")
        assert questions(engine, page.conversation) == [QUESTION, "And then?"]
        assert last(asking.stop(Click(run=under_way.run))).question == back
        assert "as it was" in (under_way.ended().draft or "")
        assert questions(engine, page.conversation) == [QUESTION, "And then?"]


def test_turning_to_another_conversation_ends_the_show_and_keeps_the_answer(asking: Asking, engine: Parrot) -> None:
    hanging = Hanging(engine)
    page = Page(asking.ask(Click(typed=QUESTION)))
    page.until(says_ferry)
    run = page.run
    assert last(Desk(Opening(engine)).fresh(Click(run=run))).draft == ""
    assert says_ferry(page.ended()), "nothing came after the page had turned away"
    assert not run.under_way, "another question can be asked there"
    hanging.go_on.set()
    assert hanging.done.wait(PATIENCE_S)
    assert questions(engine, run.conversation) == [QUESTION]


def test_an_answer_is_kept_although_the_page_went_away(asking: Asking, engine: Parrot) -> None:
    hanging = Hanging(engine)
    views = asking.ask(Click(typed=QUESTION))
    run = next(views).run
    next(views)
    views.close()  # type: ignore[attr-defined]
    hanging.go_on.set()
    assert hanging.done.wait(PATIENCE_S)
    assert run is not None
    assert questions(engine, run.conversation) == [QUESTION]


def test_failures_are_told_and_the_question_comes_back(
    asking: Asking, engine: Parrot, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(question: str) -> Iterator[Any]:
        raise {"known": VouchError("no <disk>", hint="make room"), "bug": RuntimeError("secret")}[question]
        yield

    engine.script = fails
    known = last(guarded(asking.ask, Click(typed="known"), "known"))
    assert (known.question, known.busy) == ("known", False)
    assert "No &lt;disk&gt;." in (known.draft or "")
    assert "What to do: make room." in (known.draft or "")
    bug = last(guarded(asking.ask, Click(typed="bug"), "bug")).draft or ""
    assert "secret" not in bug
    assert "nothing of the conversation is lost" in bug
    assert "RuntimeError: secret" in caplog.text


# Again, edit, undo.


def test_an_older_answer_is_replaced_with_what_came_after_it_once_the_new_one_is_there(
    asking: Asking, engine: Parrot
) -> None:
    page = begun(asking, QUESTION, "And then?", "And now?")
    old = engine.conversations.turns(page.conversation)
    list(asking.again(on(page, 2, of=3, answer=old[1].answer["id"])))
    assert questions(engine, page.conversation) == [QUESTION, "And then?"]
    new = engine.conversations.turns(page.conversation)
    assert new[1].answer["id"] != old[1].answer["id"]
    assert engine.asked[-1][1] == 1, "it came behind the first only"
    list(asking.edit(on(page, 1, of=2, question=" Who waited? ")))
    assert questions(engine, page.conversation) == ["Who waited?"]
    assert list(asking.edit(on(page, 1, question="  "))) == [View()]


def test_a_failure_to_answer_again_leaves_the_old_answer(asking: Asking, engine: Parrot) -> None:
    page = begun(asking, QUESTION)

    def fails(_: str) -> Iterator[Any]:
        yield Delta("The ferry ")
        raise VouchError("no disk", hint="make room")

    engine.script = fails
    assert "No disk" in (last(guarded(asking.again, on(page, 1))).draft or "")
    assert engine.conversations.turns(page.conversation)[0].answer["text"] == "The ferry waited. [1]"


def test_what_went_on_elsewhere_is_not_replaced(asking: Asking, engine: Parrot) -> None:
    page = begun(asking, QUESTION)
    list(asking.ask(Click(page.conversation, "From another tab", person="me")))
    for reply, more in ((asking.again, {}), (asking.edit, {"question": "Who?"}), (asking.undo, {})):
        with pytest.raises(VouchError, match="elsewhere"):
            list(reply(on(page, 1, of=1, **more)))
    with pytest.raises(VouchError, match="no longer kept"):
        list(asking.again(on(page, 3)))
    with pytest.raises(VouchError, match="no longer kept"):
        list(asking.rate(on(page, 1, thumb="up", answer="another")))
    assert len(questions(engine, page.conversation)) == 2


def test_undo_gives_the_last_question_back(asking: Asking, engine: Parrot) -> None:
    page = begun(asking, QUESTION, "And then?")
    view = last(asking.undo(on(page, 2, of=2, typed="half a thought")))
    assert view.question == "And then?\nhalf a thought"
    assert questions(engine, page.conversation) == [QUESTION]
    view = last(asking.undo(on(page, 1, of=1)))
    assert (view.question, view.conversation) == (QUESTION, "")
    assert engine.conversations.list("me") == []


@pytest.mark.parametrize("act", ["ask", "again", "edit", "undo"])
def test_another_persons_conversation_stays_as_it_is(asking: Asking, engine: Parrot, act: str) -> None:
    page = begun(asking, QUESTION, "And then?")
    before = engine.conversations.turns(page.conversation)
    data = {} if act == "ask" else {"turn": "2", "of": "2"}
    data |= {"question": "Who waited?"} if act == "edit" else {}
    mine = last(getattr(asking, act)(Click(page.conversation, "And I?", data, person="you"))).conversation
    assert engine.conversations.turns(page.conversation) == before
    assert mine != page.conversation
    made = {
        "ask": [QUESTION, "And then?", "And I?"],
        "again": [QUESTION, "And then?"],
        "edit": [QUESTION, "Who waited?"],
    }
    assert questions(engine, mine) == made.get(act, [QUESTION])
    assert [each.id for each in engine.conversations.list("you")] == [mine]


# Rating.


def test_a_thumb_is_kept_replaced_shown_and_taken_back(asking: Asking, engine: Parrot) -> None:
    page, feedbacks = begun(asking, QUESTION), Feedbacks(engine.library)
    list(asking.rate(on(page, 1, thumb="up")))
    list(asking.rate(on(page, 1, thumb="down", reason="wrong; <b>")))
    (given,) = feedbacks.all()
    assert (given.thumb, given.reason, given.person, given.question) == ("down", "wrong; <b>", "me", QUESTION)
    shown = last(Desk(Opening(engine)).arrive(page)).transcript or ""
    assert "“wrong; &lt;b&gt;”" not in shown, "the quotation marks are the stylesheet's"
    assert '<span class="said">wrong; &lt;b&gt;</span>' in shown
    assert shown.count('aria-pressed="true"') == 1
    others = last(Desk(Opening(engine)).arrive(Click(page.conversation, person="you"))).transcript or ""
    assert 'aria-pressed="true"' not in others
    list(asking.rate(on(page, 1, thumb="")))
    assert feedbacks.all() == []

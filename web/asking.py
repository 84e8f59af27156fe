"""The chat's replies: a question asked, asked again, put differently, taken back, stopped; an answer rated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.errors import VouchError
from qa.answers import Answer
from qa.conversation import Turn
from qa.engine import Delta, Engine, Step
from qa.feedback import Feedbacks, Thumb
from web.click import Click
from web.draft import Draft
from web.opening import Opening
from web.run import Asked, Item, Run, own
from web.show import shown
from web.view import View
from web.waiting import Line

LONGEST_QUESTION = 4000  # characters; far beyond any question, short of what would choke a search
ANSWERS_AT_ONCE = 4  # questions that are answered at the same time; more only make each other slow
MOST_WAITING = 16  # questions that wait in line; each holds one of the server's forty threads
PARTS = {"dates": ("since", "until"), "outlets": ("outlets",)}  # of a scope, as a reader names them
STOPPED = "Stopped. Nothing of this was kept; the answer above is as it was."


class Asking:
    """Every method replies with Views: what to change on the page, in one go or as it comes. Without one, Gradio would
    empty the page: where nothing changes, it is an empty View.

    A page waits for one answer at a time: until it is there, another question is left where it was typed.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self.line = Line(ANSWERS_AT_ONCE, MOST_WAITING)

    def ask(self, click: Click) -> Iterator[View]:
        """The steps and the words as they come, then the whole conversation with its evidence."""
        typed = "question" not in click.data
        yield from self._answered(click, _question(click, asked(click)), clear=typed)

    def again(self, click: Click) -> Iterator[View]:
        """Ask a question once more; its answer, and what came after it, is replaced when the new one is there."""
        _, turn = self._shown(click)
        yield from self._answered(click, _question(click, turn.question, click.number("turn") - 1))

    def edit(self, click: Click) -> Iterator[View]:
        """Put a question differently; its answer, and what came after it, is replaced when the new one is there."""
        self._shown(click)
        yield from self._answered(click, _question(click, asked(click), click.number("turn") - 1))

    def widen(self, click: Click) -> Iterator[View]:
        """Ask a question once more without a part of its scope. It comes behind all others, so that nothing is lost."""
        _, turn = self._shown(click)
        without = PARTS[str(click.data.get("part", "dates"))]
        scope = {name: value for name, value in turn.answer["scope"].items() if name not in without}
        question = turn.answer["standalone_question"] or turn.question
        yield from self._answered(click, replace(_question(click, question), scope=scope))

    def undo(self, click: Click) -> Iterator[View]:
        """Take the last question back into the box; of another person's conversation, in a copy."""
        if _busy(click):
            yield View()
            return
        engine, last = self._shown(click)
        conversation = own(engine.conversations, click.conversation, click.person)
        engine.conversations.cut(conversation, click.number("turn") - 1)
        yield replace(shown(engine, click, conversation), question=_with(last.question, click.typed))

    def rate(self, click: Click) -> Iterator[View]:
        """Keep a thumb on an answer, with its reason; without a thumb, what was given is taken back."""
        engine, turn = self._shown(click)
        given = Feedbacks(engine.library)
        if click.data.get("thumb"):
            thumb: Thumb = "up" if click.data["thumb"] == "up" else "down"
            given.give(turn.answer, click.person, thumb, str(click.data.get("reason", "")))
        else:
            given.take_back(turn.answer["id"], click.person)
        yield View()

    def stop(self, click: Click) -> Iterator[View]:
        """End the answer under way. Where its question stands nowhere then, it goes back into the box."""
        run = click.run
        if run is None or not run.under_way:
            yield View()
            return
        run.stop()
        lost = run.stopped and not run.kept and not self._stands(run)
        yield View(question=_with(run.asked.question, click.typed) if lost else None)

    def done(self, click: Click) -> Iterator[View]:
        """Once more the last that came of a question, for a page that took no more of it than the draft."""
        if click.run is not None and not click.run.left and click.run.last is not None:
            last, click.run.last = click.run.last, None
            yield last
        else:
            yield View()

    def _stands(self, run: Run) -> bool:
        """Whether the question of a run still stands in its conversation, since it was only asked again."""
        if run.asked.after is None:
            return False
        turn = self._opening.engine().conversations.turn(run.conversation, run.asked.after + 1)
        return turn is not None and turn.question == run.asked.question

    def _shown(self, click: Click) -> tuple[Engine, Turn]:
        """The turn that was clicked; VouchError if the page shows something else than is kept by now."""
        engine, number = self._opening.engine(), click.number("turn")
        turn = engine.conversations.turn(click.conversation, number)
        if turn is None or click.data.get("answer", turn.answer["id"]) != turn.answer["id"]:
            raise VouchError("that answer is no longer kept", hint="reload the page")
        if "of" in click.data and engine.conversations.turn(click.conversation, click.number("of") + 1):
            raise VouchError("this conversation went on elsewhere meanwhile", hint="reload the page to see it whole")
        return engine, turn

    def _answered(self, click: Click, question: Asked, *, clear: bool = False) -> Iterator[View]:
        """The answer to a question as it comes; `clear` takes the question out of the box."""
        if _busy(click) or not question.question:
            yield View()
            return
        draft, run = Draft(question.question, question.after), Run(self._opening, question, self.line.join())
        yield View(draft=draft.html(), question="" if clear else None, busy=True, run=run)
        for item in run:
            if isinstance(item, Answer):
                yield self._whole(click, run)
            else:
                draft = _further(draft, item)
                yield View(draft=draft.html())
        if run.stopped:
            yield self._ended(click, run, draft)

    def _whole(self, click: Click, run: Run) -> View:
        run.last = shown(self._opening.engine(), click, run.conversation)
        return run.last

    def _ended(self, click: Click, run: Run, draft: Draft) -> View:
        """What the page shows of an answer that was stopped."""
        if run.kept:
            return self._whole(click, run)
        return View(draft=draft.ended(STOPPED).html() if draft.text else "", busy=False)


def asked(click: Click) -> str:
    """The question: an example that was clicked, one put differently, or what stands in the box."""
    given = click.data.get("question", "" if "turn" in click.data else click.typed)
    return str(given).strip()[:LONGEST_QUESTION]


def _further(draft: Draft, item: Item) -> Draft:
    if isinstance(item, Delta):
        return draft.more(item.text)
    return draft.step(item.text) if isinstance(item, Step) else draft.waiting(item.text)


def _question(click: Click, question: str, after: int | None = None) -> Asked:
    return Asked(question, click.conversation, click.person, click.scope, after)


def _busy(click: Click) -> bool:
    """Whether the page still waits for an answer."""
    return click.run is not None and click.run.under_way


def _with(question: str, typed: str) -> str:
    """A question back in the box, without losing what has been typed there meanwhile."""
    return f"{question}\n{typed}" if typed.strip() else question

"""The chat's replies: a question asked, asked again, put differently, taken back, stopped; an answer rated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.errors import VouchError
from qa.answers import Answer
from qa.conversation import Turn
from qa.engine import Step
from qa.feedback import Feedbacks, Thumb
from qa.scopes import scope_of
from web.click import Click
from web.draft import Draft
from web.opening import Opening
from web.run import Asked, Run
from web.show import shown
from web.view import View

LONGEST_QUESTION = 4000  # characters; far beyond any question, short of what would choke a search
STOPPED = "Stopped. Nothing of this answer was kept; the question is back in the box."


class Asking:
    """Every method replies with Views: what to change on the page, in one go or as it comes."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def ask(self, click: Click) -> Iterator[View]:
        """The steps and the words as they come, then the whole conversation with its evidence."""
        question = asked(click)
        if question:
            yield from self._answered(click, question)

    def again(self, click: Click) -> Iterator[View]:
        """Ask a question once more; its answer, and what came after it, is replaced when the new one is there."""
        after = click.number("turn") - 1
        yield from self._answered(click, self._turn(click).question, after)

    def edit(self, click: Click) -> Iterator[View]:
        """Put a question differently; its answer, and what came after it, is replaced when the new one is there."""
        if asked(click):
            yield from self._answered(click, asked(click), click.number("turn") - 1)

    def undo(self, click: Click) -> Iterator[View]:
        """Take the last question back into the box."""
        engine, last = self._opening.engine(), self._turn(click)
        engine.conversations.cut(click.conversation, click.number("turn") - 1)
        yield replace(shown(engine, click, click.conversation), question=last.question)

    def rate(self, click: Click) -> Iterator[View]:
        """Keep a thumb on an answer, with its reason; the same thumb again takes it back."""
        engine, record = self._opening.engine(), self._turn(click).answer
        thumb: Thumb = "up" if click.data["thumb"] == "up" else "down"
        Feedbacks(engine.library).give(record, click.person, thumb, str(click.data.get("reason", "")))
        yield View()

    def _turn(self, click: Click) -> Turn:
        turns, number = self._opening.engine().conversations.turns(click.conversation), click.number("turn")
        if not 0 < number <= len(turns):
            raise VouchError("that answer is no longer kept", hint="reload the page")
        return turns[number - 1]

    def stop(self, click: Click) -> Iterator[View]:
        """End the answer under way; what was asking it then tells the page."""
        if click.run is not None:
            click.run.stop()
        yield View()

    def _answered(self, click: Click, question: str, after: int | None = None) -> Iterator[View]:
        """Answer a question behind the first `after` turns of the conversation, or behind all."""
        draft = Draft(question)
        yield View(draft=draft.html(), question="", busy=True)
        engine = self._opening.engine()
        scope = scope_of(click.scope, engine.library.outlets()) if click.scope else None
        run = Run(engine, Asked(question, click.conversation, click.person, scope, after))
        yield View(run=run)
        for item in run:
            if isinstance(item, Answer):
                yield shown(engine, click, run.conversation)
            else:
                draft = draft.step(item.text) if isinstance(item, Step) else draft.more(item.text)
                yield View(draft=draft.html())
        if run.stopped:
            yield View(draft=draft.ended(STOPPED).html(), question=question, busy=False)


def asked(click: Click) -> str:
    """The question: an example that was clicked, or what stands in the box."""
    return str(click.data.get("question", click.typed)).strip()[:LONGEST_QUESTION]

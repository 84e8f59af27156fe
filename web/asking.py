"""The chat's replies: a question asked, asked again, put differently, taken back, stopped; an answer rated."""

from __future__ import annotations

from collections.abc import Iterator

from qa.answers import Answer
from qa.engine import Step
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

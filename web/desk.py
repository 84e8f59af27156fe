"""Answers everything a reader does on the page, without knowing how the page is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from index.library import Library
from ingest.documents import Article, Passage
from ingest.errors import VouchError
from qa.answers import Answer
from qa.conversation import Turn
from qa.engine import Engine, Step
from web import cards, evidence, examples, reading, reference, sidebar, transcript
from web.click import Click
from web.draft import Draft
from web.opening import Opening
from web.run import Run
from web.view import View

LONGEST_QUESTION = 4000  # characters; far beyond any question, short of what would choke a search
LOOKED_AT = 40  # articles that example questions are made from: a few milliseconds
STOPPED = "Stopped. Nothing of this answer was kept; the question is back in the box."


class Desk:
    """Every method replies with Views: what to change on the page, in one go or as it comes."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def arrive(self, click: Click) -> Iterator[View]:
        """The page was opened or reloaded, perhaps with a conversation in its address."""
        yield self._show(click.conversation)

    def choose(self, click: Click) -> Iterator[View]:
        _turn_away(click)
        yield self._show(click.data["conversation"])

    def fresh(self, click: Click) -> Iterator[View]:
        _turn_away(click)
        yield self._show("")

    def remove(self, click: Click) -> Iterator[View]:
        """Delete a conversation; the page stays where it is unless that was it."""
        engine, doomed = self._opening.engine(), click.data["conversation"]
        engine.conversations.remove(doomed)
        if doomed == click.conversation:
            _turn_away(click)
            yield self._show("")
        else:
            yield View(sidebar=_sidebar(engine, click.conversation))

    def ask(self, click: Click) -> Iterator[View]:
        """The steps and the words as they come, then the whole conversation with its evidence."""
        question = asked(click)
        if not question:
            return
        draft = Draft(question)
        yield View(draft=draft.html(), question="", busy=True)
        run = Run(self._opening.engine(), question, click.conversation)
        yield View(run=run)
        for item in run:
            if isinstance(item, Answer):
                yield self._show(run.conversation)
            else:
                draft = draft.step(item.text) if isinstance(item, Step) else draft.more(item.text)
                yield View(draft=draft.html())
        if run.stopped:
            yield View(draft=draft.ended(STOPPED).html(), question=question, busy=False)

    def stop(self, click: Click) -> Iterator[View]:
        """End the answer under way; what was asking it then tells the page."""
        if click.run is not None:
            click.run.stop()
        yield View()

    def cite(self, click: Click) -> Iterator[View]:
        """Open the article of a citation at its sentence."""
        engine, turn, answer = self._answer(click)
        cited = reference.references(turn, answer)
        focus = reference.find(cited, click.number("order"))
        if focus is not None:
            yield View(evidence=reading.cited(engine.library.article(focus.article), focus, cited))

    def passage(self, click: Click) -> Iterator[View]:
        """Open the article of a passage that was found and not cited."""
        ident = click.data["passage"]
        found = self._opening.engine().library.passages([ident]).get(ident)
        yield View(evidence=reading.found(found, click.number("turn")))

    def sources(self, click: Click) -> Iterator[View]:
        """Bring back the sources of an answer, this one or an older one."""
        engine, turn, answer = self._answer(click)
        yield View(evidence=evidence.sources(turn, answer, _passages(engine, answer)))

    def _answer(self, click: Click) -> tuple[Engine, int, dict[str, Any]]:
        engine, turn = self._opening.engine(), click.number("turn")
        turns = engine.conversations.turns(click.conversation)
        if not 0 < turn <= len(turns):
            raise VouchError("that answer is no longer kept", hint="reload the page")
        return engine, turn, turns[turn - 1].answer

    def _show(self, conversation: str) -> View:
        engine = self._opening.engine()
        turns = engine.conversations.turns(conversation) if conversation else []
        kept = conversation if turns else ""
        return View(
            sidebar=_sidebar(engine, kept),
            transcript=_transcript(engine, kept, turns),
            draft="",
            evidence=_latest_evidence(engine, turns),
            conversation=kept,
            busy=False,
        )


def _turn_away(click: Click) -> None:
    """An answer under way shows nothing more on a page that goes elsewhere; it is still kept."""
    if click.run is not None:
        click.run.leave()


def asked(click: Click) -> str:
    """The question: an example that was clicked, or what stands in the box."""
    return click.data.get("question", click.typed).strip()[:LONGEST_QUESTION]


def _sidebar(engine: Engine, current: str) -> str:
    library = sidebar.library_line(engine.library.counts())
    return sidebar.sidebar(engine.conversations.list(), current, library, datetime.now(UTC))


def _transcript(engine: Engine, conversation: str, turns: list[Turn]) -> str:
    if not turns:
        about = _some(engine.library)
        return transcript.welcome(examples.questions(about), engine.notices(), empty=not about)
    declined = [turn.answer for turn in turns if turn.answer["status"] == "not_in_sources"]
    nearest = [ident for answer in declined for ident in cards.nearest(answer)]
    return transcript.transcript(conversation, turns, engine.library.passages(nearest), engine.notices())


def _some(library: Library) -> list[Article]:
    """A few articles, from the whole range of dates."""
    every = library.articles()
    step = len(every) // LOOKED_AT + 1
    found = (library.article(each.id) for each in every[::step])
    return [article for article in found if article is not None]


def _passages(engine: Engine, answer: dict[str, Any]) -> Mapping[str, Passage]:
    return engine.library.passages([hit["passage"] for hit in answer["retrieved"]])


def _latest_evidence(engine: Engine, turns: list[Turn]) -> str:
    if not turns:
        return evidence.empty()
    answer = turns[-1].answer
    return evidence.sources(len(turns), answer, _passages(engine, answer))

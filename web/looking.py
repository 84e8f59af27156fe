"""The Evidence pane's replies: a citation opened, a passage, the sources of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.errors import VouchError
from qa.engine import Engine
from web import evidence, reading, reference
from web.click import Click
from web.opening import Opening
from web.show import passages_of
from web.view import View


class Looking:
    """What a reader looks at beside an answer."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def cite(self, click: Click) -> Iterator[View]:
        """Open the article of a citation at its sentence."""
        engine, turn, answer = self._answer(click)
        cited = reference.references(turn, answer)
        focus = reference.find(cited, click.number("order"))
        if focus is not None:
            yield View(evidence=reading.cited(engine.library.article(focus.article), focus, cited))

    def passage(self, click: Click) -> Iterator[View]:
        """Open the article of a passage that was found and not cited."""
        ident = str(click.data["passage"])
        found = self._opening.engine().library.passages([ident]).get(ident)
        yield View(evidence=reading.found(found, click.number("turn")))

    def sources(self, click: Click) -> Iterator[View]:
        """Bring back the sources of an answer, this one or an older one."""
        engine, turn, answer = self._answer(click)
        yield View(evidence=evidence.sources(turn, answer, passages_of(engine, answer)))

    def _answer(self, click: Click) -> tuple[Engine, int, dict[str, Any]]:
        engine, number = self._opening.engine(), click.number("turn")
        turn = engine.conversations.turn(click.conversation, number)
        if turn is None:
            raise VouchError("that answer is no longer kept", hint="reload the page")
        return engine, number, turn.answer

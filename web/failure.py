"""The page's edge: whatever goes wrong becomes a sentence in the chat, and a line in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from ingest.errors import VouchError
from web import cards, markup, message
from web.click import Click
from web.view import View

log = logging.getLogger(__name__)

INSIDE = ("Something went wrong inside Vouch; nothing of the conversation is lost.", "The log has the details.")


def guarded(reply: Callable[[Click], Iterator[View]], click: Click, question: str = "") -> Iterator[View]:
    """What a handler replies, ending with an explanation if it fails; a question goes back into the box."""
    try:
        yield from reply(click)
    except Exception as exc:
        if not isinstance(exc, VouchError):
            log.exception("a page handler failed")
        asked = message.asked(question) if question else ""
        turn = markup.element("article", asked + explained(exc), class_="turn", role="alert")
        yield View(draft=turn, question=question or None, busy=False)


def explained(exc: Exception) -> str:
    """A card that says what went wrong and what to do; of an error of ours nothing but its own words."""
    words = INSIDE
    if isinstance(exc, VouchError):
        words = (_sentence(exc.message), exc.hint and "What to do: " + exc.hint + ".")
    content = "".join(markup.element("p", markup.text(each)) for each in words if each)
    return cards.card("That did not work", content, "failed")


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + "."

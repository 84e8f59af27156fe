"""An answer as a message: its text whole, then what a reader must know besides, and where its markers are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa.answers import Answer, Citation, Disagreement, Side, attribution
from qa.engine import EXTRACTED
from serving.openai.annotations import Mark, added, marks, shown

DIFFERS = {"conflict": "Sources disagree", "update": "A later report differs"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a reader sees; `marks` are the citations in it."""

    text: str
    marks: tuple[Mark, ...]


def message(answer: Answer, said: str = "") -> Message:
    """An answer in words.

    `said` is what was streamed of it, which nothing can take back: the message begins with it. Mostly that is the
    answer's text itself. Where a model broke off, the answer follows its words; where citations were repaired, they
    are added behind.
    """
    writer = _Writer()
    if said and not said.endswith(answer.text):
        _repaired(writer, answer, said)
    else:
        writer.say(said.removesuffix(answer.text))
        writer.quote(answer.text, marks(answer))
    if not answer.text:
        _unanswered(writer, answer)
    for matter in answer.disagreements:
        _differing(writer, matter)
    if answer.notice != EXTRACTED:  # that stands in the answer's `system`; it is in no sentence of the answer
        writer.block(answer.notice)
    return writer.message()


class Shown:
    r"""What of a streamed answer is shown: without white space around it, as in the answer's text.

    >>> shown = Shown()
    >>> [shown.feed(delta) for delta in (" It is", " far.", "\n\n", "So.", " ")], shown.text
    (['It is', ' far.', '', '\n\nSo.', ''], 'It is far.\n\nSo.')
    """

    def __init__(self) -> None:
        self.text = ""
        self._gap = ""

    def feed(self, delta: str) -> str:
        """Take more; give what can be shown."""
        whole = self._gap + delta if self.text else delta.lstrip()
        more = whole.rstrip()
        self._gap = whole[len(more) :]
        self.text += more
        return more


class _Writer:
    """Puts a message together, and knows where its markers are."""

    def __init__(self) -> None:
        self._text = ""
        self._marks: list[Mark] = []

    def say(self, words: str) -> None:
        self._text += words

    def quote(self, words: str, found: Iterable[Mark]) -> None:
        """Words with their own markers."""
        self._marks += (mark.moved(len(self._text)) for mark in found)
        self._text += words

    def cite(self, number: int) -> None:
        marker = f"[{number}]"
        self.quote(marker, [Mark(0, len(marker), number)])

    def block(self, words: str) -> None:
        """Words in a paragraph of their own."""
        if words:
            self._text = f"{self._text.rstrip()}\n\n{words}" if self._text.strip() else words

    def message(self) -> Message:
        return Message(self._text, tuple(self._marks))


def _repaired(writer: _Writer, answer: Answer, said: str) -> None:
    """What was shown, and the sentences that got their citations afterwards."""
    writer.quote(said, shown(said, answer))
    writer.block("Citations that were added afterwards:")
    for sentence in added(said, answer):
        writer.say(f"\n- {' '.join(sentence.text.split())}")
        _cited(writer, sentence.citations)


def _unanswered(writer: _Writer, answer: Answer) -> None:
    """Why there is no answer, and what came nearest; that is no citation, so it has no marker."""
    declined = answer.status == "not_in_sources"
    writer.block(f"Not in the sources. {answer.reason}".strip() if declined else answer.reason or "No answer.")
    if answer.nearest:
        writer.block("The nearest passages, which do not answer it:")
    for citation in answer.nearest:
        writer.say(f"\n- {attribution(citation.passage.article)}: “{' '.join(citation.quote.split())}”")


def _differing(writer: _Writer, matter: Disagreement) -> None:
    """The matter, and every value with who says it and when."""
    writer.block(f"{DIFFERS[matter.kind]}: {' '.join(matter.matter.split())}")
    for side in matter.sides:
        _side(writer, side)


def _side(writer: _Writer, side: Side) -> None:
    by = f", according to {' '.join(side.said_by.split())}" if side.said_by else ""
    writer.say(f"\n- {' '.join(side.value.split())}{by}")
    for place, citation in enumerate(side.citations):
        writer.say(f"{'; ' if place else ': '}{attribution(citation.passage.article)}")
        _cited(writer, [citation])


def _cited(writer: _Writer, citations: Iterable[Citation]) -> None:
    for citation in citations:
        writer.say(" ")
        writer.cite(citation.number)

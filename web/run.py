"""One question on its way to an answer, in a thread of its own: it outlives the page that asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread

from index.scope import Scope
from qa.answers import Answer
from qa.conversation import Turn
from qa.engine import Delta, Engine, Step

END = None
LAST_WORD_S = 2  # how long turning away waits for what is already on its way to the page


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page: in which conversation (a new one: ""), by whom, in which scope.

    It comes behind the first `after` turns, in place of those that stood there; None: behind all.
    """

    question: str
    conversation: str = ""
    person: str = ""
    scope: Scope | None = None
    after: int | None = None


class Run:
    """Iterate for what comes of it; the last item is the answer, already kept in its conversation.

    Where the page is closed, reloaded or turned to something else meanwhile, the answer is kept all the same;
    where the reader says stop, it is not.
    """

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.asked = asked
        self.conversation = asked.conversation
        self.stopped = False
        self.left = False
        self._engine = engine
        self._read = Event()
        self._items: SimpleQueue[Step | Delta | Answer | Exception | None] = SimpleQueue()
        Thread(target=self._work, name="answer", daemon=True).start()

    def stop(self) -> None:
        """End it now, as far as the reader can see; the engine is left at its next word."""
        self.stopped = True
        self._items.put(END)

    def leave(self) -> None:
        """Show no more of it; returns when nothing more will come to the page."""
        self.left = True
        self._items.put(END)
        self._read.wait(LAST_WORD_S)

    def __iter__(self) -> Iterator[Step | Delta | Answer]:
        try:
            while (item := self._items.get()) is not END and not (self.stopped or self.left):
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self._read.set()

    def _work(self) -> None:
        try:
            for item in self._engine.stream(self.asked.question, self._history(), self.asked.scope):
                if self.stopped:
                    return
                if isinstance(item, Answer):
                    self._keep(item)
                self._items.put(item)
        except Exception as exc:  # handed to the reader's side, where it is shown
            self._items.put(exc)
        finally:
            self._items.put(END)

    def _history(self) -> list[Turn]:
        """The turns that the question comes behind."""
        if not self.conversation:
            return []
        return self._engine.conversations.turns(self.conversation)[: self.asked.after]

    def _keep(self, answer: Answer) -> None:
        """Keep the answer; behind another person's conversation it begins a copy of one's own."""
        conversations, asked = self._engine.conversations, self.asked
        if self.conversation and conversations.person(self.conversation) not in {"", asked.person}:
            self.conversation = conversations.copy(self.conversation, asked.person)
        self.conversation = self.conversation or conversations.create()
        conversations.append(self.conversation, Turn(asked.question, answer.as_dict()), asked.person, asked.after)

"""One question on its way to an answer, in a thread of its own: it outlives the page that asked."""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event, Thread

from qa.answers import Answer
from qa.conversation import Turn
from qa.engine import Delta, Engine, Step

END = None
LAST_WORD_S = 2  # how long turning away waits for what is already on its way to the page


class Run:
    """Iterate for what comes of it; the last item is the answer, already kept in its conversation.

    Where the page is closed, reloaded or turned to something else meanwhile, the answer is kept all the same;
    where the reader says stop, it is not.
    """

    def __init__(self, engine: Engine, question: str, conversation: str) -> None:
        self.question = question
        self.conversation = conversation
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
        conversations = self._engine.conversations
        try:
            history = conversations.turns(self.conversation) if self.conversation else []
            for item in self._engine.stream(self.question, history):
                if self.stopped:
                    return
                if isinstance(item, Answer):
                    self.conversation = self.conversation or conversations.create()
                    conversations.append(self.conversation, Turn(self.question, item.as_dict()))
                self._items.put(item)
        except Exception as exc:  # handed to the reader's side, where it is shown
            self._items.put(exc)
        finally:
            self._items.put(END)

"""One question on its way to an answer, in a thread of its own: it outlives the page that asked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread, Timer
from typing import TYPE_CHECKING, Any

from qa.answers import Answer
from qa.conversation import Conversations, Turn
from qa.engine import Delta, Engine, Step
from web import chosen
from web.opening import Opening
from web.stopped import stopped
from web.waiting import Ticket, told

if TYPE_CHECKING:
    from web.view import View

END = None
LAST_WORD_S = 2  # how long turning away waits for what is already on its way to the page
MOMENT_S = 0.3  # whoever waits longer wants to know what for
TOGETHER_S = 0.05  # words that come within it are shown together: drawing each by itself costs more than it shows
OPENING = "Opening the library…"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a question waits for before anything is done about it."""

    text: str


Item = Waiting | Step | Delta | Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page: in which conversation (a new one: ""), by whom, in which scope (as `Scope.as_dict`).

    It comes behind the first `after` turns, in place of those that stood there; None: behind all.
    """

    question: str
    conversation: str = ""
    person: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    after: int | None = None


class Run:
    """Iterate for what comes of it; the last item is the answer, already kept in its conversation.

    It waits in line for its `ticket`, and gives it back.

    Where the page is closed, reloaded or turned to something else meanwhile, the answer is kept all the same. Where the
    reader says stop, what had come of it is kept, unless it was to take the place of another answer.
    """

    def __init__(self, opening: Opening, asked: Asked, ticket: Ticket) -> None:
        self.asked = asked
        self.conversation = asked.conversation
        self.stopped = False
        self.left = False
        self._kept = False
        self.last: View | None = None  # what the page was shown at the end
        self._opening = opening
        self._ticket = ticket
        self._began = time.monotonic()
        self._said = ""
        self._over = False
        self._ending = Lock()  # an answer that is there cannot be stopped, nor can one that was stopped be there
        self._read = Event()
        self._items: SimpleQueue[Item | Exception | None] = SimpleQueue()
        Thread(target=self._work, name="answer", daemon=True).start()

    @property
    def under_way(self) -> bool:
        """Whether the page that asked still waits for it."""
        return not (self._over or self.left)

    @property
    def kept(self) -> bool:
        """Whether what came of it is in its conversation; of one that is just being stopped, once that is settled."""
        with self._ending:
            return self._kept

    def stop(self) -> None:
        """End it now, as far as the reader can see; the engine is left at its next word."""
        with self._ending:
            if self._over:
                return
            self._over = self.stopped = True
            try:
                if self._said and self.asked.after is None:
                    self._keep(self._opening.engine(), self._cut_short(self._opening.engine()))
            finally:
                self._items.put(END)
                self._ticket.give_up()

    def leave(self) -> None:
        """Show no more of it; returns when nothing more will come to the page."""
        self.left = True
        self._items.put(END)
        self._read.wait(LAST_WORD_S)

    def __iter__(self) -> Iterator[Item]:
        try:
            for item in self._together():
                if self.stopped or self.left:
                    return
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self._read.set()

    def _together(self) -> Iterator[Item | Exception]:
        """What comes until the end; words that come at nearly the same time as one."""
        words, due = "", 0.0
        while True:
            try:
                item = self._items.get(timeout=max(0.0, due - time.monotonic()) if words else None)
            except Empty:
                item = Delta("")  # nothing more: what there is, is due
            if isinstance(item, Delta):
                words += item.text
            if words and (not isinstance(item, Delta) or time.monotonic() >= due):
                yield Delta(words)
                words, due = "", time.monotonic() + TOGETHER_S
            if item is END:
                return
            if not isinstance(item, Delta):
                yield item

    def _work(self) -> None:
        try:
            with self._ticket:
                for ahead in self._ticket:
                    self._items.put(Waiting(told(ahead)))
                if not self.stopped:
                    self._answer(self._opened())
        except Exception as exc:  # handed to the reader's side, where it is shown
            self._items.put(exc)
        finally:
            self._over = True
            self._items.put(END)

    def _opened(self) -> Engine:
        """The engine; where it is still being opened, the reader is told."""
        slow = Timer(MOMENT_S, self._items.put, [Waiting(OPENING)])
        slow.daemon = True
        slow.start()
        try:
            return self._opening.engine()
        finally:
            slow.cancel()

    def _answer(self, engine: Engine) -> None:
        scope = chosen.kept(self.asked.scope, engine.library.outlets())
        for item in engine.stream(self.asked.question, self._history(engine), scope):
            with self._ending:
                if self.stopped:
                    return
                if isinstance(item, Delta):
                    self._said += item.text
                if isinstance(item, Answer):
                    self._keep(engine, item)
                    self._over = True
            self._items.put(item)

    def _history(self, engine: Engine) -> list[Turn]:
        """The turns that the question comes behind."""
        if not self.conversation:
            return []
        return engine.conversations.turns(self.conversation)[: self.asked.after]

    def _cut_short(self, engine: Engine) -> Answer:
        return stopped(self.asked.question, self._history(engine), self._said, time.monotonic() - self._began)

    def _keep(self, engine: Engine, answer: Answer) -> None:
        """Keep the answer; behind another person's conversation it begins a copy of one's own."""
        conversations, asked = engine.conversations, self.asked
        if self.conversation:
            self.conversation = own(conversations, self.conversation, asked.person)
        else:
            self.conversation = conversations.create()
        conversations.append(self.conversation, Turn(asked.question, answer.as_dict()), asked.person, asked.after)
        self._kept = True


def own(conversations: Conversations, conversation: str, person: str) -> str:
    """The conversation, where this person may change it; else a copy of it that is theirs."""
    return conversation if conversations.may_change(conversation, person) else conversations.copy(conversation, person)

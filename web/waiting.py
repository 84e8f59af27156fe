"""The line before the answers: so many questions are answered at the same time, the others know their place."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from threading import Condition

from ingest.errors import VouchError
from web.markup import counted

TOLD_EVERY_S = 2.0  # or 64 who wait are told 2,000 places while the line moves up, which costs more than the answers
ON_ITS_WAY_S = 5.0  # from the door to the line takes a few milliseconds, on a busy machine a second


class Line:
    """First come, first served: `places` are served at a time, `most` may wait, who comes then is sent away.

    >>> line = Line(places=1, most=8)
    >>> with line.join() as first:
    ...     list(first)  # it is served at once
    []
    """

    def __init__(self, places: int, most: int, told_every_s: float = TOLD_EVERY_S) -> None:
        self._told_every_s = told_every_s
        self._places = places
        self._most = most
        self._order: list[Ticket] = []  # the first `places` of them are being served
        self._expected: deque[float] = deque()  # since when
        self._changed = Condition()

    def join(self) -> Ticket:
        """A place at the end; raises VouchError where there is none."""
        with self._changed:
            if self._expected:
                self._expected.popleft()
            if len(self._order) >= self._places + self._most:
                raise VouchError(
                    f"Vouch is busy: {counted(self._most, 'question')} are waiting", hint="ask again in a minute"
                )
            ticket = Ticket(self)
            self._order.append(ticket)
            return ticket

    def expect(self) -> bool:
        """Keep a place for a question that is on its way here, for a moment; False where there is none."""
        with self._changed:
            now = time.monotonic()
            while self._expected and now - self._expected[0] > ON_ITS_WAY_S:
                self._expected.popleft()
            if len(self._order) + len(self._expected) >= self._places + self._most:
                return False
            self._expected.append(now)
            return True

    def _ahead(self, ticket: Ticket) -> int | None:
        """How many wait before this one; negative once it is served, None once it has left."""
        return self._order.index(ticket) - self._places if ticket in self._order else None

    def _leave(self, ticket: Ticket, *, unless_served: bool = False) -> None:
        with self._changed:
            ahead = self._ahead(ticket)
            if ahead is None or (unless_served and ahead < 0):
                return
            self._order.remove(ticket)
            self._changed.notify_all()

    def _places_of(self, ticket: Ticket) -> Iterator[int]:
        told, since = self._most, -math.inf  # one more than can be, long ago
        while True:
            with self._changed:
                ahead = self._ahead(ticket)
                while ahead is not None and ahead >= 0:
                    rest = since + self._told_every_s - time.monotonic()
                    if ahead != told and rest <= 0:
                        break
                    self._changed.wait(None if ahead == told else rest)
                    ahead = self._ahead(ticket)
            if ahead is None or ahead < 0:
                return
            told, since = ahead, time.monotonic()
            yield ahead


class Ticket:
    """A place in a Line, kept until the `with` ends.

    Iterate for how many wait before it, when that has changed; the iteration ends at once when its turn has come, or
    when it was given up.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    def __enter__(self) -> Ticket:
        return self

    def __exit__(self, *_: object) -> None:
        self._line._leave(self)

    def __iter__(self) -> Iterator[int]:
        return self._line._places_of(self)

    def give_up(self) -> None:
        """Wait no longer. What is already being served keeps its place until it is done."""
        self._line._leave(self, unless_served=True)


def told(ahead: int) -> str:
    """What a reader is told who waits.

    >>> told(0), told(3)
    ('Waiting: yours is the next question', 'Waiting: 3 questions are before yours')
    """
    if ahead == 0:
        return "Waiting: yours is the next question"
    return f"Waiting: {counted(ahead, 'question')} {'is' if ahead == 1 else 'are'} before yours"

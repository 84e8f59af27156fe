"""The line before the answers: fair, told to those who wait, and free again whatever happens."""

from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest

from ingest.errors import VouchError
from web.waiting import Line, Ticket, told

PATIENCE_S = 20


class Waiter:
    """Waits in a thread; what it was told can be read one by one, None for its turn."""

    def __init__(self, line: Line) -> None:
        self.ticket = line.join()
        self.places: SimpleQueue[int | None] = SimpleQueue()
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        with self.ticket:
            for ahead in self.ticket:
                self.places.put(ahead)
            self.places.put(None)
            self.done.wait(PATIENCE_S)

    def told(self) -> int | None:
        return self.places.get(timeout=PATIENCE_S)

    def finish(self) -> None:
        self.done.set()
        self._thread.join(PATIENCE_S)


def test_those_who_wait_are_told_their_place_and_served_in_order() -> None:
    line = Line(places=2, most=8, told_every_s=0)
    served = [Waiter(line), Waiter(line)]
    assert [waiter.told() for waiter in served] == [None, None]
    waiting = [Waiter(line) for _ in range(3)]
    assert [waiter.told() for waiter in waiting] == [0, 1, 2]
    served[1].finish()
    assert [waiter.told() for waiter in waiting] == [None, 0, 1]
    served[0].finish()
    assert [waiter.told() for waiter in waiting[1:]] == [None, 0]
    waiting[0].finish()
    assert waiting[2].told() is None
    for waiter in waiting[1:]:
        waiter.finish()


def test_who_gives_up_is_passed_over_and_who_is_served_keeps_the_place() -> None:
    line = Line(places=1, most=8, told_every_s=0)
    served, leaver, last = Waiter(line), Waiter(line), Waiter(line)
    assert (served.told(), leaver.told(), last.told()) == (None, 0, 1)
    served.ticket.give_up()
    leaver.ticket.give_up()
    assert (leaver.told(), last.told()) == (None, 0)
    served.finish()
    assert last.told() is None
    leaver.finish()
    last.finish()


def test_who_was_told_a_place_just_now_is_not_told_the_next_one_but_is_served_at_once() -> None:
    line = Line(places=1, most=8, told_every_s=10 * PATIENCE_S)
    first, second, third = Waiter(line), Waiter(line), Waiter(line)
    assert (first.told(), second.told(), third.told()) == (None, 0, 1)
    first.finish()
    second.finish()
    assert (second.told(), third.told()) == (None, None)
    third.finish()


def test_beyond_what_may_wait_one_is_sent_away_at_once() -> None:
    line = Line(places=1, most=2)
    tickets = [line.join() for _ in range(3)]
    with pytest.raises(VouchError, match="2 questions are waiting"):
        line.join()
    tickets[2].give_up()
    assert list(tickets[2]) == [], "who gave up before waiting does not wait"
    assert isinstance(line.join(), Ticket)


def test_a_failure_frees_the_place() -> None:
    line = Line(places=1, most=0)
    with pytest.raises(RuntimeError), line.join():
        raise RuntimeError
    with line.join() as ticket:
        assert list(ticket) == []


def test_many_at_once_never_take_more_places_than_there_are() -> None:
    line = Line(places=3, most=60)
    lock, here, most = threading.Lock(), [0], [0]

    def ask() -> None:
        with line.join() as ticket:
            list(ticket)
            with lock:
                here[0] += 1
                most[0] = max(most[0], here[0])
            threading.Event().wait(0.005)
            with lock:
                here[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert (here[0], most[0]) == (0, 3)


def test_words() -> None:
    assert told(1) == "Waiting: 1 question is before yours"
    assert told(1200) == "Waiting: 1,200 questions are before yours"

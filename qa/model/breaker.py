"""A server that fails again and again is left alone for a while, so that nobody waits for it in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.model.faults import Kind, ModelError

FAILURES = 3  # in a row: two are bad luck, and a reader's third wait is one too many
REST_S = 20.0  # a local server loads a small model in that time; and a person has read the notice by then
OUT_OF_REACH: frozenset[Kind] = frozenset({"unavailable", "timeout"})  # any other answer shows that the server is there


class Breaker:
    """Opens after so many failures in a row; after a rest it lets one question through, whose end decides.

    Safe from several threads. `clock` gives seconds that only grow.
    """

    def __init__(
        self, failures: int = FAILURES, rest_s: float = REST_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rest_s, self._clock = failures, rest_s, clock
        self._failures = 0
        self._opened = 0.0
        self._probing = False
        self._lock = threading.Lock()

    @property
    def rest_left_s(self) -> float:
        """For how many seconds nothing will be asked."""
        with self._lock:
            return self._left()

    @contextmanager
    def watching(self, refusal: Callable[[float], ModelError]) -> Iterator[None]:
        """Learn from how the `with` ends; raise `refusal`, of the seconds left, where the server is left alone."""
        self._admit(refusal)
        try:
            yield
        except ModelError as error:
            self._learn(failed=error.kind in OUT_OF_REACH)
            raise
        except BaseException:  # the reader left: that says nothing of the server
            with self._lock:
                self._probing = False
            raise
        else:
            self._learn(failed=False)

    def _admit(self, refusal: Callable[[float], ModelError]) -> None:
        with self._lock:
            if self._failures < self._most:
                return
            if self._probing or self._left():
                raise refusal(self._left())
            self._probing = True

    def _learn(self, *, failed: bool) -> None:
        with self._lock:
            self._probing = False
            self._failures = self._failures + 1 if failed else 0
            if failed:
                self._opened = self._clock()

    def _left(self) -> float:
        if self._failures < self._most:
            return 0.0
        return max(0.0, self._opened + self._rest_s - self._clock())

"""What one question may cost: HTTP calls and time, and a wait that never outlasts it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

CALLS_PER_QUESTION = 3  # one question must not become a dozen paid calls through nested retries


class Budget:
    """At most `calls` HTTP calls, all of them over within `seconds` of now. Make one per question.

    >>> budget = Budget(calls=1, seconds=60)
    >>> budget.spend()
    >>> budget.allows(pause_s=0)
    False
    """

    def __init__(self, calls: int = CALLS_PER_QUESTION, seconds: float = 90.0) -> None:
        self.calls_left = calls
        self.calls_made = 0
        self._ends = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._ends - time.monotonic())

    def allows(self, pause_s: float) -> bool:
        """Whether another call can be made after a pause of so many seconds."""
        return self.calls_left > 0 and pause_s < self.seconds_left

    def spend(self) -> None:
        """Count one call."""
        self.calls_left -= 1
        self.calls_made += 1


@dataclass(frozen=True, slots=True)
class _End:
    fault: BaseException | None = None


def drained(source: Iterator[T], budget: Budget, halt: Callable[[], None]) -> Iterator[T]:
    """Yield what `source` yields, drawn in a thread of its own; TimeoutError once the budget's time is up.

    Read time-outs start anew with every byte, and looking up a name has none at all, so that only
    another thread can hold a deadline. `halt` is called when we stop early: it should end a blocked read.
    """
    parts: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    stopped = threading.Event()
    threading.Thread(target=_draw, args=(source, parts, stopped), name="vouch-model", daemon=True).start()
    try:
        while not isinstance(part := _next(parts, budget), _End):
            yield part
        if part.fault is not None:
            raise part.fault
    finally:
        stopped.set()
        halt()


def _next(parts: queue.SimpleQueue[T | _End], budget: Budget) -> T | _End:
    try:
        if budget.seconds_left:  # a source that never runs dry must not outlast the deadline either
            return parts.get(timeout=budget.seconds_left)
    except queue.Empty:
        pass
    raise TimeoutError("the time for this question is up")


def _draw(source: Iterator[T], parts: queue.SimpleQueue[T | _End], stopped: threading.Event) -> None:
    fault: BaseException | None = None
    try:
        for part in source:
            parts.put(part)
            if stopped.is_set():
                break
    except BaseException as exc:  # handed over, not swallowed: the reader raises it again
        fault = exc
    finally:
        getattr(source, "close", lambda: None)()
        parts.put(_End(fault))

"""What one question may cost: calls and time, what it did cost, and a wait that never outlasts it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from qa.answers import Usage
from qa.model.messages import Completion

T = TypeVar("T")

CALLS_PER_QUESTION = 3  # over HTTP: one question must not become a dozen paid calls through nested retries
ASKED_PER_QUESTION = 2  # the answer; and one of: the question's parts, fewer passages, citations repaired


class Budget:
    """At most `calls` HTTP calls, all of them over within `seconds` of now. Make one per question.

    The model is asked for something at most twice. Each time may take several HTTP calls, where a server is busy or
    wants a request worded otherwise; these are counted apart, and bound both.

    >>> budget = Budget(calls=1, seconds=60)
    >>> budget.ask()
    >>> budget.spend()
    >>> budget.can_ask, budget.usage
    (False, Usage(calls=1, prompt_tokens=0, completion_tokens=0))
    """

    def __init__(self, calls: int = CALLS_PER_QUESTION, seconds: float = 90.0) -> None:
        self.calls_left = calls
        self.calls_made = 0
        self.usage = Usage()
        self._ends = time.monotonic() + seconds

    @property
    def can_ask(self) -> bool:
        """Whether the model may be asked for something more."""
        return self.usage.calls < ASKED_PER_QUESTION and self.allows(0)

    def ask(self) -> None:
        """Count one thing that the model is asked for; RuntimeError for a third."""
        if self.usage.calls >= ASKED_PER_QUESTION:
            raise RuntimeError("a model is asked twice at most for one question")
        self.usage = replace(self.usage, calls=self.usage.calls + 1)

    def count(self, completion: Completion) -> None:
        """Add the tokens of a whole reply."""
        self.usage = replace(
            self.usage,
            prompt_tokens=self.usage.prompt_tokens + completion.prompt_tokens,
            completion_tokens=self.usage.completion_tokens + completion.completion_tokens,
        )

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._ends - time.monotonic())

    def allows(self, pause_s: float) -> bool:
        """Whether another HTTP call can be made after a pause of so many seconds."""
        return self.calls_left > 0 and pause_s < self.seconds_left

    def spend(self) -> None:
        """Count one HTTP call."""
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

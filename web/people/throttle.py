"""How long to wait before another try at a password, after wrong ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

FREE_TRIES = 5  # wrong ones without a wait
LONGEST_S = 60.0
FORGOTTEN_S = 15 * 60.0  # after the last wrong one
MOST_KEYS = 10_000  # names and addresses remembered; a MB or two


@dataclass(frozen=True, slots=True)
class Tries:
    """How many tries were wrong, and when the last one was (seconds)."""

    count: int
    last: float


class Throttle:
    """Counts the wrong tries of each key: a name, an address. From the fifth on the wait doubles: 1, 2, 4 … 60 s."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tries: dict[str, Tries] = {}
        self._lock = Lock()

    def take(self, keys: Iterable[str]) -> float:
        """Seconds to wait, or 0: then this try counts as a wrong one, until `forgive` says otherwise.

        Counted beforehand, so that a hundred tries at once are not all free.
        """
        with self._lock:
            now, known = self._now(), list(keys)
            wait = max(self._wait(key, now) for key in known)
            if wait <= 0:
                for key in known:
                    count = self._found(key, now).count + 1
                    self._tries.pop(key, None)  # so that the longest unused stands first
                    self._tries[key] = Tries(count, now)
                while len(self._tries) > MOST_KEYS:
                    del self._tries[next(iter(self._tries))]
            return max(wait, 0.0)

    def forgive(self, name: str, address: str) -> None:
        """The try was right: the name starts anew, the address only takes this one back, since others share it."""
        with self._lock:
            self._tries.pop(name, None)
            found = self._tries.get(address)
            if found:
                self._tries[address] = Tries(found.count - 1, found.last)

    def _wait(self, key: str, now: float) -> float:
        found = self._found(key, now)
        over = found.count - FREE_TRIES
        return found.last + min(2.0**over, LONGEST_S) - now if over >= 0 else 0.0

    def _found(self, key: str, now: float) -> Tries:
        found = self._tries.get(key)
        return found if found and now - found.last < FORGOTTEN_S else Tries(0, now)

"""One request at a time to a host, and a pause before the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from ingest.errors import UnreadableError


@dataclass
class _Host:
    turn: Lock = field(default_factory=Lock)
    free_at: float = float("-inf")


class Pace:
    """Keeps the time of each host; safe to use from several threads. Once stopped, nobody's turn comes any more."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], object] | None) -> None:
        self._clock = clock
        self._stopped = Event()
        self.sleep = sleep or self._stopped.wait
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, name: str, pause_s: float) -> Iterator[None]:
        """Wait until a request to the host may be made; the next may be made `pause_s` seconds after this one's end."""
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
        with host.turn:
            if (wait := host.free_at - self._clock()) > 0:
                self.sleep(wait)
            if self._stopped.is_set():
                raise UnreadableError("the ingest was ended before it", hint="run it again to go on")
            try:
                yield
            finally:
                host.free_at = max(host.free_at, self._clock() + pause_s)

    def stop(self) -> None:
        """Let those who wait go, with an error."""
        self._stopped.set()

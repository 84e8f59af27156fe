"""The engine, opened in the background so that the first paint does not wait for a model."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from qa.engine import Engine


class Opening:
    """Starts to open at once; whoever needs the engine waits for it. A failed opening is tried again.

    Whoever handed in the engine, or the way to open it, closes it.
    """

    def __init__(self, engine: Engine | Callable[[], Engine]) -> None:
        self._open: Callable[[], Engine] = engine if callable(engine) else lambda: engine
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="open-engine")
        self._lock = Lock()
        self._first = self._coming = self._worker.submit(self._open)

    def engine(self) -> Engine:
        """The engine, once it is open; raises what kept it from opening."""
        with self._lock:
            if self._coming.done() and self._coming.exception() is not None:
                self._coming = self._worker.submit(self._open)
            coming = self._coming
        return coming.result()

    @property
    def first(self) -> Future[Engine]:
        """The first try, which the page was started with."""
        return self._first

    def close(self) -> None:
        """Open nothing more; an opening that is under way is for whoever handed it in to end."""
        self._worker.shutdown(wait=False, cancel_futures=True)

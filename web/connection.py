"""A connection of the page's server: closed when the other side hangs, so that it holds nothing for long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10  # until a request has said what it wants; a browser sends that in one go, a bad line within seconds
STALLED_S = 60  # a reply that nobody reads; mobile lines stall for half a minute and go on


class Connection(H11Protocol):
    """uvicorn's own, which waits for ever for a request and for a reader. Of its two, h11 bounds a request's head."""

    head_s: float = HEAD_S
    stalled_s: float = STALLED_S
    _head: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._await_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall = self._later(self.stalled_s, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head, self._stall):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        """Give a request that has begun, or the first one, the time for its head, once: not again for every byte."""
        waits = self.cycle is None or self.cycle.response_complete
        if waits and self._head is None:
            self._head = self._later(self.head_s, self.transport.close)
        elif self._head is not None and not waits:
            self._head.cancel()
            self._head = None

    def _later(self, seconds: float, do: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, do)

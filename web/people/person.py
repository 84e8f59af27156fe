"""Who a request comes from: a person who logged in, whom a proxy names, or else a browser by its cookie.

Everything behind reads it from one header of the request, which this sets and nobody outside can.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.people.browsers import Browsers
from web.people.door import PAGE, USER, Admitted, Door

HEADER = "x-vouch-person"
POLICY_VIOLATION = 1008  # why a websocket is closed


class Persons:
    """Asks the door about every request, and tells those behind whose it is. Pure ASGI."""

    def __init__(self, app: ASGIApp, door: Door | None = None) -> None:
        self.app = app
        self._door: Door = door or Browsers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._reply(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        else:  # the page has no use for a websocket
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    async def _reply(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await self._door.ask(Request(scope, receive))
        if not isinstance(reply, Admitted):
            await reply(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_more(scope, reply)]}
            await send(message)

        headers = [(name, value) for name, value in scope["headers"] if name.lower() != HEADER.encode()]
        person = (HEADER.encode(), reply.person.encode("latin-1"))
        await self.app({**scope, "headers": [*headers, person]}, receive, with_headers)


def _more(scope: Scope, admitted: Admitted) -> Iterator[tuple[bytes, bytes]]:
    """What a reply says besides, since it is to this person."""
    if admitted.cookie:
        yield b"set-cookie", admitted.cookie.encode("latin-1")
    if admitted.person.startswith(USER) and scope["path"] == PAGE:
        yield b"cache-control", b"no-store"  # or the back button would show the page after logging out

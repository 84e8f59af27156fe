"""What a request carries: read whole within a size and a time, or let through as long as it keeps coming."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope

LARGEST = 1_000_000  # bytes; a click with its conversation is under 10 kB, the longest question under 20
WHOLE_S = 15  # a body of that size on a line of 0.5 Mbit/s; a browser on this machine needs milliseconds
PART_S = 60  # between two parts of an upload: mobile lines stall for half a minute and go on


class BodyError(Exception):
    """A body that is too large, or that does not come: the status to refuse it with, and why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


TOO_LARGE = "That is more than Vouch takes in one go. Ask a shorter question."
TOO_SLOW = "The rest of the request did not come in time. Try again."


async def whole(scope: Scope, receive: Receive) -> bytes:
    """The body of a request; raises BodyError for one that is too large or too slow, or whose sender has gone."""
    if announced(scope) > LARGEST:
        raise BodyError(413, TOO_LARGE)
    try:
        async with asyncio.timeout(WHOLE_S):
            return await _read(receive)
    except TimeoutError:
        raise BodyError(408, TOO_SLOW) from None


async def _read(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyError(400, TOO_SLOW)
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise BodyError(413, TOO_LARGE)
        more = message.get("more_body", False)
    return body


def announced(scope: Scope) -> int:
    """How many bytes a request says that it brings; 0 where it does not say."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


def again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already, then what else comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return first.pop() if first else await receive()

    return replayed


def steady(receive: Receive) -> Receive:
    """A `receive` for uploads: to the app, a sender that stalls has gone."""
    complete = False

    async def timed() -> Message:
        nonlocal complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout(PART_S):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        complete = not message.get("more_body", False)
        return message

    return timed

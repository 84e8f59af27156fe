"""How large a request to the API may be, and how many one key or one address may make in a minute."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.errors import ApiError
from serving.guards.keys import Keys, bearer, within
from web.body import again, announced
from web.limits import MINUTE_S, Buckets, Client, clients_of

MEGABYTE = 1_000_000  # bytes
WHOLE_S = 15  # a small body on a bad line; see SLOWEST for large ones
SLOWEST = 64_000  # bytes a second: half a megabit, as for the page
WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
TOO_SLOW = "The rest of the request did not come in time."


class Sizes:
    """Reads a request's body whole, within a size and a time, before anything is done about it. Pure ASGI.

    A body that says how large it is is refused unread; one that does not (chunked) as soon as it is too large.
    """

    def __init__(self, app: ASGIApp, max_mb: int, rooms: Collection[str] = ("/v1",)) -> None:
        self.app = app
        self._most = max_mb * MEGABYTE
        self._words = f"The request is larger than {max_mb:,} MB, the most that [api] max_request_mb allows."
        self._rooms = tuple(rooms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        bounded = scope["type"] == "http" and within(scope["path"], self._rooms)
        if not bounded or (scope["method"] in WITHOUT_BODY and not announced(scope)):
            await self.app(scope, receive, send)
            return
        try:
            body = await self._whole(scope, receive)
        except ApiError as refusal:
            await refusal.response()(scope, receive, send)
            return
        if body is not None:
            await self.app(scope, again(body, receive), send)

    async def _whole(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; None where its sender has gone."""
        if announced(scope) > self._most:
            raise self._too_large()
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(WHOLE_S + self._most / SLOWEST):
                while more:
                    message: Message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > self._most:
                        raise self._too_large()
                    more = message.get("more_body", False)
        except TimeoutError:
            raise ApiError(408, TOO_SLOW, headers={"connection": "close"}) from None
        return b"".join(parts)

    def _too_large(self) -> ApiError:
        return ApiError(413, self._words, headers={"connection": "close"})


class Rates:
    """Refuses what is more than `per_minute` of one key, or of one address without a key. Pure ASGI.

    Wrong keys count for the address, so that keys cannot be tried out quickly. Every reply says how many requests
    are left, in the headers that OpenAI's API has for it.
    """

    def __init__(self, app: ASGIApp, keys: Keys, per_minute: int, rooms: Collection[str] = ("/v1",)) -> None:
        self.app = app
        self._keys = keys
        self._per_minute = per_minute
        self._buckets = _Counted(per_minute / MINUTE_S, per_minute)
        self._rooms = tuple(rooms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not within(scope["path"], self._rooms):
            await self.app(scope, receive, send)
            return
        client = self._client(scope)
        wait = self._buckets.take([client])
        headers = self._headers(client)
        if wait > 0:
            await self._refusal(wait, headers).response()(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in headers.items()]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self.app(scope, receive, with_headers)

    def _client(self, scope: Scope) -> Client:
        key = bearer(scope)
        name = self._keys.name(key) if key else ""
        return (f"key:{name}", 1) if name else (clients_of({**scope, "headers": []})[0][0], 1)

    def _headers(self, client: Client) -> dict[str, str]:
        left = self._buckets.left(client)
        return {
            "x-ratelimit-limit-requests": str(self._per_minute),
            "x-ratelimit-remaining-requests": str(int(left)),
            "x-ratelimit-reset-requests": f"{(self._per_minute - left) * MINUTE_S / self._per_minute:.3f}s",
        }

    def _refusal(self, wait: float, headers: dict[str, str]) -> ApiError:
        seconds = math.ceil(wait)
        rate = "one request" if self._per_minute == 1 else f"{self._per_minute:,} requests"
        words = f"Vouch takes {rate} a minute here ([api] requests_per_minute). Try again in {seconds} s."
        return ApiError(429, words, headers={"retry-after": str(seconds), **headers})


class _Counted(Buckets):
    """Buckets that also tell how full one is."""

    def left(self, client: Client) -> float:
        return self._filled(*client, self._now())

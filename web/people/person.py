"""Who a request comes from: a person who logged in, whom a proxy names, or else a browser by its cookie.

Everything behind reads it from one header of the request, which this sets and nobody outside can.
"""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-vouch-person"
COOKIE = "vouch"
_OURS = re.compile(r"[0-9a-f]{32}")
YEAR_S = 365 * 24 * 3600


class Persons:
    """Gives every browser a name of its own that nobody can guess."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = _cookie(scope)
        person = known or secrets.token_hex(16)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not known:
                value = f"{COOKIE}={person}; Path=/; Max-Age={YEAR_S}; HttpOnly; SameSite=Strict"
                message["headers"] = [*message["headers"], (b"set-cookie", value.encode())]
            await send(message)

        headers = [(name, value) for name, value in scope["headers"] if name != HEADER.encode()]
        scope = {**scope, "headers": [*headers, (HEADER.encode(), person.encode())]}
        await self.app(scope, receive, with_cookie)


def _cookie(scope: Scope) -> str:
    """What the browser's cookie says, if it is one of ours."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                continue
            if found and _OURS.fullmatch(found.value):
                return found.value
    return ""

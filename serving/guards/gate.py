"""What may come to the API at all: by a name of this machine, from no foreign web page, as JSON. Pure ASGI."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from email.message import Message

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from serving.errors import ApiError
from web import policy
from web.guard import POLICY_VIOLATION, host_allowed

NO_STORE = (b"cache-control", b"no-store")  # answers are for who asked, and change with the library
JSON = "application/json"


class Gate:
    """Refuses foreign hosts (DNS rebinding), requests of web pages, and what is sent but no JSON.

    `host` is where the server listens, `names` under which else it is reached. A program sends no Origin; a browser
    does with whatever a page has it ask, or says so in other words (https://web.dev/articles/fetch-metadata).
    """

    def __init__(self, app: ASGIApp, host: str, names: Collection[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in (host, *names))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            reply = self._refusal(scope) or self.app
            await reply(scope, receive, policy.protected(_unkept(send)))
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not host_allowed(headers.get("host", ""), self.names):
            hint = "ask by the address that it printed, or add the name to names under [ui] in config.toml"
            return _refused(400, f"Vouch does not answer to this name: {hint}", "foreign_host")
        if _from_elsewhere(headers):
            return _refused(403, "web pages of other addresses may not ask this")
        if _brings(scope, headers) and not _is_json(headers):
            return _refused(415, f"send plain JSON, as Content-Type: {JSON}")
        return None


def _refused(status: int, words: str, code: str = "") -> ASGIApp:
    return ApiError(status, words, code=code).response()


def _from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether another page has a browser ask this; a link that a reader followed (a citation) is none."""
    origin, host = headers.get("origin", ""), headers.get("host", "")
    if origin and origin not in {f"http://{host}", f"https://{host}"}:
        return True
    followed = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    return headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and not followed


def _brings(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a request that is to change or ask something has a body."""
    return scope["method"] == "POST" and (headers.get("content-length", "0") != "0" or "transfer-encoding" in headers)


def _is_json(headers: Mapping[str, str]) -> bool:
    """Whether a body is JSON in UTF-8, and not packed.

    >>> _is_json({"content-type": "application/json; charset=utf-8"}), _is_json({"content-type": "text/plain"})
    (True, False)
    """
    said = Message()
    said["content-type"] = headers.get("content-type", "")
    plain = headers.get("content-encoding", "identity").strip().lower() in {"", "identity"}
    return plain and said.get_content_type() == JSON and (said.get_content_charset() or "utf-8") in {"utf-8", "utf8"}


def _unkept(send: Send) -> Send:
    """A `send` that has no reply kept by whoever carries it, unless the reply says otherwise itself."""

    async def with_header(event: Event) -> None:
        if event["type"] == "http.response.start" and not any(name == NO_STORE[0] for name, _ in event["headers"]):
            event = {**event, "headers": [*event["headers"], NO_STORE]}
        await send(event)

    return with_header

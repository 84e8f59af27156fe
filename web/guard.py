"""What may be asked of the server, and what every reply says to the browser. Pure ASGI, around the whole app."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's scripts need inline code (its configuration) and eval (templates of gr.HTML); nothing may leave this host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'self'; object-src 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
POLICY_VIOLATION = 1008  # why a websocket is closed
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

# All that the page needs of Gradio. Everything else it serves (uploads, proxies, files, monitoring, run history,
# component servers, code editors) is closed, and so is what a later version may add.
PAGE = {"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt", "/healthz"}
FOLDERS = ("/assets/", "/static/", "/svelte/", "/gradio_api/heartbeat/")
CALLS = {f"/gradio_api/{name}" for name in ("queue/join", "queue/data", "cancel", "reset", "startup-events", "info")}
OPEN = frozenset(PAGE | CALLS)


class Guard:
    """Refuses foreign hosts (DNS rebinding), foreign origins and unknown paths; adds the security headers.

    `host` is where the page listens.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self.app = app
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page has no use for a websocket
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if not host_allowed(host, self.host):
            return PlainTextResponse("unknown host", 400)
        if scope["method"] not in SAFE_METHODS and not _own(headers.get(b"origin", ""), host):
            return PlainTextResponse("foreign origin", 403)
        if scope["path"] not in OPEN and not scope["path"].startswith(FOLDERS):
            return PlainTextResponse("not here", 404)
        return None


def host_allowed(header: str, listens: str) -> bool:
    """Whether a Host header names this machine: by the name it listens on, as localhost, or by number.

    A page that rebinds its own DNS name to this machine sends that name; a number cannot be rebound.

    >>> host_allowed("127.0.0.1:7860", "127.0.0.1"), host_allowed("evil.example:7860", "127.0.0.1")
    (True, False)
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
        return name in {"localhost", listens.lower()} or bool(ip_address(name))
    except ValueError:
        return False


def _own(origin: str, host: str) -> bool:
    """Whether a request that changes something comes from this page, or from no page at all."""
    return not origin or origin in {f"http://{host}", f"https://{host}"}

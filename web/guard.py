"""What may be asked of the server, and by whose page. Pure ASGI, around the whole app."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web import body, policy

POLICY_VIOLATION = 1008  # why a websocket is closed
READ = frozenset({"GET", "HEAD"})
WRITE = frozenset({"POST"})
BOTH = READ | WRITE

# All that the page needs of Gradio. Everything else it serves (direct calls, uploads, proxies, files, monitoring, run
# history, component servers, code editors, its own log-in) is closed, and so is what a later version may add.
PAGE = "/"
OPEN: Mapping[str, Collection[str]] = {
    PAGE: READ,
    "/theme.css": READ,
    "/favicon.ico": READ,
    "/manifest.json": READ,
    "/healthz": READ,
    "/gradio_api/queue/join": WRITE,
    "/gradio_api/queue/data": READ,
    "/gradio_api/app_id": READ,  # a tab that lost its connection asks whether it is still the same server
}
FOLDERS: Mapping[str, Collection[str]] = {"/assets/": READ, "/static/": READ, "/gradio_api/heartbeat/": READ}
ROOMS = ("/library", "/export", "/settings")  # ours, with what is below them
LOGIN = ("/login", "/logout")  # where people log in here; Gradio has its own at the same places
UPLOADS = ("/library/",)  # bodies of any size, which these routes bound themselves


class Guard:
    """Refuses foreign hosts (DNS rebinding), requests of foreign pages, unknown paths, and bodies without end.

    `host` is where the page listens, `names` under which else it is reached (through a proxy, say), `login` whether
    people log in here.
    """

    def __init__(self, app: ASGIApp, host: str, names: Collection[str] = (), *, login: bool = False) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in (host, *names))
        self.rooms = ROOMS + (LOGIN if login else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._reply(scope, receive, send)
        else:  # the page has no use for a websocket
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    async def _reply(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, policy.protected(send))
            return
        if scope["path"] == PAGE:
            await self.app(_uncompressed(scope), receive, policy.protected_page(send))
            return
        if scope["path"].startswith(UPLOADS):
            await self.app(scope, body.steady(receive), policy.protected(send))
            return
        if scope["method"] not in READ:
            try:
                receive = body.again(await body.whole(scope, receive), receive)
            except body.BodyError as exc:
                late = refused(scope, exc.status, exc.words, {"connection": "close"})
                await late(scope, receive, policy.protected(send))
                return
        await self.app(scope, receive, policy.protected(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not host_allowed(headers.get("host", ""), self.names):
            return refused(scope, 400, "Vouch does not answer to this name. Open it by the address that it printed.")
        if not self._own(headers):
            return refused(scope, 403, "Only Vouch's own page may ask that.")
        allowed = methods(scope["path"], self.rooms)
        if not allowed:
            return refused(scope, 404, "There is nothing at this address.")
        if scope["method"] not in allowed:
            return refused(scope, 405, "This cannot be done here.", {"allow": ", ".join(sorted(allowed))})
        return None

    def _own(self, headers: Mapping[str, str]) -> bool:
        """Whether a request comes from this page, from a link that was followed, or from no page at all.

        Where the browser says so itself (https://web.dev/articles/fetch-metadata), it is believed; older ones send
        an origin with what changes something.
        """
        origin, host = headers.get("origin", ""), headers.get("host", "")
        if origin and origin not in {f"http://{host}", f"https://{host}"}:
            return False
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            return True
        followed = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
        return followed and not origin  # a form that is sent carries an origin, a link that is followed none


def methods(path: str, rooms: Collection[str] = ROOMS) -> Collection[str]:
    """What may be done at a path; nothing where it is closed.

    >>> sorted(methods("/assets/index.js")), sorted(methods("/gradio_api/upload")), sorted(methods("/assets/../config"))
    (['GET', 'HEAD'], [], [])
    """
    if ".." in path.split("/"):
        return ()
    if any(path == room or path.startswith(f"{room}/") for room in rooms):
        return BOTH
    folder = next((allowed for folder, allowed in FOLDERS.items() if path.startswith(folder)), ())
    return OPEN.get(path, folder)


def host_allowed(header: str, names: Collection[str]) -> bool:
    """Whether a Host header names this machine: by a name that is known, as localhost, or by number.

    A page that rebinds its own DNS name to this machine sends that name; a number cannot be rebound.

    >>> host_allowed("127.0.0.1:7860", {"127.0.0.1"}), host_allowed("evil.example:7860", {"127.0.0.1"})
    (True, False)
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
        return name == "localhost" or name in names or bool(ip_address(name))
    except ValueError:
        return False


def refused(scope: Scope, status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal in words: to a reader as text, to a script in the form that Gradio's own shows to the reader."""
    if b"text/html" in dict(scope["headers"]).get(b"accept", b""):
        return PlainTextResponse(words, status, headers)
    return JSONResponse({"detail": words}, status, headers)


def _uncompressed(scope: Scope) -> Scope:
    """The same request, from a browser that cannot unpack: the page's scripts are read on its way out."""
    return {**scope, "headers": [each for each in scope["headers"] if each[0] != b"accept-encoding"]}

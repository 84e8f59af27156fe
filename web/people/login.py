"""The door with a log-in: name and password on a page of ours, then a session's cookie."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from web import markup
from web.guard import refused
from web.people import cookies
from web.people.door import OPEN, PAGE, USER, Admitted
from web.people.login_page import login_page, onward_page
from web.people.sessions import Sessions
from web.people.throttle import Throttle
from web.people.users import Users

COOKIE = "vouch-session"
LOGIN, LOGOUT = "/login", "/logout"
READS = {"GET", "HEAD"}
LARGEST_FORM = 8192  # bytes; a name, a password and an address
LONGEST_NAME, LONGEST_PASSWORD = 64, 1024  # characters
CHECKS_AT_ONCE = 2  # each takes 32 MiB and a third of a second of a processor
ONE_HOUSEHOLD = 64  # bits of an IPv6 address that tell one customer from another
WRONG = "That name and password do not belong together."
AGAIN = "You are not logged in. Reload the page to log in; nothing of the conversation is lost."
TOO_MUCH, NOT_SO = "That is more than a name and a password.", "This cannot be done here."
SEE_OTHER, REFUSED, TOO_LARGE, NOT_ALLOWED, WAIT = 303, 401, 413, 405, 429
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")


class Login:
    """Admits whoever has a session; begins and ends them."""

    def __init__(self, users: Users, sessions: Sessions | None = None, throttle: Throttle | None = None) -> None:
        self._users = users
        self._sessions = sessions or Sessions()
        self._throttle = throttle or Throttle()
        self._checks = ThreadPoolExecutor(CHECKS_AT_ONCE, thread_name_prefix="password")

    async def ask(self, request: Request) -> Admitted | Response:
        path = request.scope["path"]
        if path == LOGIN:
            return await self._log_in(request)
        if path == LOGOUT:
            return self._log_out(request)
        name = self._name(request)
        if name or path in OPEN:
            return Admitted(USER + name if name else "")
        if path == PAGE and request.method in READS:
            return _to_login(request)
        return refused(request.scope, REFUSED, AGAIN)

    def _name(self, request: Request) -> str:
        """Whose session it is: of a user who is still one, with the password of then."""
        session = self._sessions.find(cookies.read(request, COOKIE))
        if session is None or self._users.hashed(session.name) != session.password:
            return ""
        return session.name

    async def _log_in(self, request: Request) -> Response:
        if request.method in READS:
            following = local(request.query_params.get("next", ""))
            return RedirectResponse(following, SEE_OTHER) if self._name(request) else login_page(following)
        if request.method != "POST":
            return refused(request.scope, NOT_ALLOWED, NOT_SO, {"allow": "GET, HEAD, POST"})
        form = await _form(request)
        if form is None:
            return refused(request.scope, TOO_LARGE, TOO_MUCH)
        return await self._checked(request, form)

    async def _checked(self, request: Request, form: Mapping[str, str]) -> Response:
        """A session if the password is right; else the page again, saying so."""
        name = form.get("name", "").strip()[:LONGEST_NAME]
        password = form.get("password", "")[:LONGEST_PASSWORD]
        following = local(form.get("next", ""))
        keys = (f"name {name}", f"address {_address(request)}")
        wait = math.ceil(self._throttle.take(keys))
        if wait:
            page = login_page(following, name, f"Too many wrong tries. Try again in {_seconds(wait)}.", WAIT)
            page.headers["retry-after"] = str(wait)
            return page
        right = await asyncio.get_running_loop().run_in_executor(self._checks, self._users.check, name, password)
        if right is None:
            return login_page(following, name, WRONG, REFUSED)
        self._throttle.forgive(*keys)
        token = self._sessions.begin(name, right)
        return _with_cookie(RedirectResponse(following, SEE_OTHER), request, token, None)

    def _log_out(self, request: Request) -> Response:
        if request.method != "POST":
            return refused(request.scope, NOT_ALLOWED, NOT_SO, {"allow": "POST"})
        self._sessions.end(cookies.read(request, COOKIE))
        return _with_cookie(RedirectResponse(LOGIN, SEE_OTHER), request, "", 0)


def local(following: str) -> str:
    r"""Where to go after the log-in: a path of this page; the page itself for anything that could lead elsewhere.

    >>> local("/?c=1"), local("//evil.example"), local("/\\evil.example"), local("https://evil.example")
    ('/?c=1', '/', '/', '/')
    """
    safe = _LOCAL.fullmatch(following) and not following.startswith((LOGIN, LOGOUT))
    return following if safe else PAGE


def _to_login(request: Request) -> Response:
    query = request.scope["query_string"].decode("latin-1")
    here = PAGE + (f"?{query}" if query else "")
    to = f"{LOGIN}?{urlencode({'next': here})}"
    # By a link on another site: the cookie stayed behind, and perhaps there is a session after all.
    return onward_page(to) if request.headers.get("sec-fetch-site") == "cross-site" else RedirectResponse(to, SEE_OTHER)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None if it is larger than any of ours."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                return None
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    except ClientDisconnect:
        return {}


def _with_cookie(reply: Response, request: Request, token: str, max_age_s: int | None) -> Response:
    reply.headers.append("set-cookie", cookies.written(request, COOKIE, token, "strict", max_age_s))
    return reply


def _seconds(number: int) -> str:
    return markup.counted(number, "second")


def _address(request: Request) -> str:
    """Where a try comes from; of IPv6 the network, since its users have as many addresses as they like."""
    host = request.client.host if request.client else ""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((found, ONE_HOUSEHOLD), strict=False)) if isinstance(found, IPv6Address) else host

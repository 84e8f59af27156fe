"""Behind a proxy: who connects, what is believed of them, and the door where the proxy says who it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ingest.errors import ConfigError
from web.guard import refused
from web.people.door import OPEN, USER, Admitted

LOOPBACK = ("127.0.0.0/8", "::1/128")
PEER = "vouch.peer"  # in a request's scope: the address that really connected
REFUSED = 401
UNNAMED = "The proxy in front of Vouch did not say who you are: log in there."
STRANGER = "Come by way of the proxy in front of Vouch, and log in there."
LONGEST_NAME = 128  # bytes
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_NAME = re.compile(r"[^\x00-\x1f\x7f]+")

Network = IPv4Network | IPv6Network


class Forwarded:
    """Believes trusted proxies which browser they speak for and by which scheme; remembers who really connected."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str] = ()) -> None:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        self.app: ASGIApp = ProxyHeadersMiddleware(app, [str(network) for network in networks(proxies)])  # type: ignore[arg-type,assignment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, PEER: scope.get("client")}, receive, send)


class ByProxy:
    """Admits whom a trusted proxy names in a header."""

    def __init__(self, header: str, proxies: Sequence[str] = ()) -> None:
        if not _HEADER.fullmatch(header):
            hint = 'a name such as "X-Remote-User"'
            raise ConfigError(f"[ui] user_header = {header!r} cannot be the name of a header", hint=hint)
        self._header = header.lower()
        self._trusted = networks(proxies)

    async def ask(self, request: Request) -> Admitted | Response:
        names = [name.strip() for name in request.headers.getlist(self._header)]
        trusted = self._trusts(request)
        if trusted and len(names) == 1 and _is_name(names[0]):  # of two, one might come from outside
            return Admitted(USER + names[0])
        if request.scope["path"] in OPEN:
            return Admitted("")
        return refused(request.scope, REFUSED, UNNAMED if trusted else STRANGER)

    def _trusts(self, request: Request) -> bool:
        host = (request.scope.get(PEER) or request.scope.get("client") or ("",))[0]
        return within(host, self._trusted)


def networks(proxies: Sequence[str]) -> list[Network]:
    """The addresses of this machine, and the addresses and networks named."""
    try:
        return [ip_network(each, strict=False) for each in (*LOOPBACK, *proxies)]
    except ValueError as exc:
        hint = 'addresses or networks, such as ["10.0.0.5"] or ["10.0.0.0/24"]'
        raise ConfigError(f"[ui] trusted_proxies: {exc}", hint=hint) from exc


def within(host: str, known: Sequence[Network]) -> bool:
    """Whether an address is in one of these networks; a name is not.

    >>> within("127.0.0.1", networks([])), within("192.0.2.1", networks([])), within("::ffff:127.0.0.1", networks([]))
    (True, False, True)
    """
    try:
        found = ip_address(host)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in known)


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and len(name) <= LONGEST_NAME

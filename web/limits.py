"""How much one client may ask: questions a minute, requests a second, requests open at once; and all together."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from web import body
from web.guard import refused
from web.people.door import USER
from web.people.person import HEADER
from web.waiting import Line

QUESTION = "/gradio_api/queue/join"
REQUESTS_PER_SECOND = 50  # a reader who clicks all the time makes 3
REQUESTS_AT_ONCE = 400  # a page that is opened makes 50; several tabs may be opened, or opened again, together
OPEN_AT_ONCE = 50  # a tab keeps two connections open; browsers themselves open 6 to 12 to one server
PEOPLE_AT_AN_ADDRESS = 10  # an office; whoever makes up a new cookie for every question is held by this
MOST_CLIENTS = 10_000  # remembered at the same time: 3 MB
MINUTE_S = 60
NETWORK_BITS = 64  # of an IPv6 address; the rest is for each client to choose

Client = tuple[str, int]  # who, and how many times the rates it may have


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many tokens there were, and when (seconds)."""

    tokens: float
    at: float


class Buckets:
    """A token bucket for every client: `burst` at once, then `per_second`.

    >>> clock = iter([0.0, 0.0, 0.0, 2.0]).__next__
    >>> buckets = Buckets(per_second=0.5, burst=2, now=clock)
    >>> [buckets.take([("ada", 1)]) for _ in range(4)]
    [0.0, 0.0, 2.0, 0.0]
    """

    def __init__(self, per_second: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._buckets: dict[str, Bucket] = {}  # the longest unused first

    def take(self, clients: Collection[Client]) -> float:
        """Take a token from each of them, or from none: seconds until there is one, or 0."""
        now = self._now()
        found = {name: self._filled(name, share, now) for name, share in clients}
        wait = max((1 - found[name]) / (self._per_second * share) for name, share in clients)
        if wait > 0:
            return wait
        for name, tokens in found.items():
            self._buckets.pop(name, None)
            self._buckets[name] = Bucket(tokens - 1, now)
        while len(self._buckets) > MOST_CLIENTS:
            del self._buckets[next(iter(self._buckets))]
        return 0.0

    def _filled(self, name: str, share: int, now: float) -> float:
        full = self._burst * share
        bucket = self._buckets.get(name)
        return min(full, bucket.tokens + (now - bucket.at) * self._per_second * share) if bucket else full


class Limits:
    """Refuses what is too much with the status 429, and says in words and seconds when to come back. Pure ASGI.

    `handlers` are Gradio's, by number: whether each answers a question. Questions for which `line` has no room are
    refused here at once, with the status 503. Stands behind whoever tells persons.
    """

    def __init__(self, app: ASGIApp, handlers: Mapping[Any, bool], per_minute: int, line: Line) -> None:
        self.app = app
        self._handlers = handlers
        self._per_minute = per_minute
        self._questions = Buckets(per_minute / MINUTE_S, per_minute)
        self._requests = Buckets(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE)
        self._open: Counter[str] = Counter()
        self._line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        clients = clients_of(scope)
        try:
            with self._opened(clients):
                _check(self._requests.take(clients), "That was too much at once.")
                if scope["path"] == QUESTION:
                    receive = await self._question(scope, receive, clients)
                await self.app(scope, receive, send)
        except TooMuchError as exc:
            words = f"{exc.message} Try again in {exc.seconds} s."
            await refused(scope, 429, words, {"retry-after": str(exc.seconds)})(scope, receive, send)
        except FullError:
            await refused(scope, 503, "Vouch is busy. Ask again in a minute.")(scope, receive, send)
        except ToNobodyError:  # or Gradio fails, and says so at length in the log
            await refused(scope, 400, "Nothing on the page asks that.")(scope, receive, send)

    @contextmanager
    def _opened(self, clients: Collection[Client]) -> Iterator[None]:
        """Count a request while it is open: a stream may be so for hours."""
        if any(self._open[name] >= OPEN_AT_ONCE * share for name, share in clients):
            raise TooMuchError("Vouch is open in too many windows.", MINUTE_S)
        names = [name for name, _ in clients]
        self._open.update(names)
        try:
            yield
        finally:
            self._open.subtract(names)
            for name in names:
                if not self._open[name]:
                    del self._open[name]

    async def _question(self, scope: Scope, receive: Receive, clients: Collection[Client]) -> Receive:
        """Count it if it is a question; what was read of it is there to be read again."""
        content = await body.whole(scope, receive)
        handler = _handler(content)
        if handler not in self._handlers:
            raise ToNobodyError
        if self._handlers[handler]:
            rate = "one question" if self._per_minute == 1 else f"{self._per_minute} questions"
            _check(self._questions.take(clients), f"Vouch takes {rate} a minute from each person.")
            if not self._line.expect():
                raise FullError
        return body.again(content, receive)


class FullError(Exception):
    """More questions wait than may."""


class TooMuchError(Exception):
    """A client asks too much; `seconds` until it may again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.message = message
        self.seconds = seconds


class ToNobodyError(Exception):
    """A click that is for no handler."""


def clients_of(scope: Scope) -> list[Client]:
    """Whom a request counts for: a person who logged in; else the browser and its address, since cookies are free.

    >>> clients_of({"client": ("192.0.2.7", 50000), "headers": [(b"x-vouch-person", b"user:ada")]})
    [('user:ada', 1)]
    >>> clients_of({"client": ("192.0.2.7", 50000), "headers": [(b"x-vouch-person", b"5ac3")]})
    [('5ac3', 1), ('192.0.2.7', 10)]
    """
    person = dict(scope["headers"]).get(HEADER.encode(), b"").decode("latin-1")
    if person.startswith(USER):
        return [(person, 1)]
    address = (_network((scope.get("client") or ("nowhere",))[0]), PEOPLE_AT_AN_ADDRESS)
    return [(person, 1), address] if person else [address]


def _network(host: str) -> str:
    """An address; of an IPv6 address the network, since a client has all addresses in it.

    >>> _network("2001:db8::1"), _network("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network((address, NETWORK_BITS), strict=False))
    return host


def _handler(content: bytes) -> object:
    """Which of Gradio's handlers a click is for, as the page sends it: a number."""
    try:
        sent = json.loads(content)
    except ValueError:
        return None
    number = sent.get("fn_index") if isinstance(sent, Mapping) else None
    return number if type(number) is int else None  # True is 1 to a dictionary


def _check(wait: float, message: str) -> None:
    if wait > 0:
        raise TooMuchError(message, math.ceil(wait))

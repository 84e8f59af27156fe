"""The only door of ingest to the network: an address → what stands there, fetched safely and politely."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version

import httpx

from ingest.addresses import Resolver, look_up, reachable
from ingest.config import LinksConfig
from ingest.errors import UnreadableError
from ingest.exchange import Reply, Wire, ask
from ingest.media import check_media
from ingest.pace import Pace
from ingest.replies import NOT_MODIFIED, REDIRECTS, WHOLE, allowed, redirected, refusal, retry_after, type_and_charset
from ingest.robots import Robots
from ingest.stamps import conditions, same_bytes, stamp_of

MEGABYTE = 1_000_000
PORTS = (80, 443)  # others on the open web are seldom for readers
MOST_REDIRECTS = 5
LONGEST_RETRY_S = 30.0  # a site that asks for a longer wait is better read another day
ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, application/pdf;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at an address, or that it is `unchanged` since `stamp` was given (and `data` may be empty)."""

    url_final: str
    data: bytes = b""
    media_type: str = ""
    charset: str = ""
    stamp: str = ""
    unchanged: bool = False


class Fetcher:
    """Fetches pages, one at a time from each host; safe to use from several threads.

    It connects only to addresses that were looked up and checked, at every redirect anew, and keeps no cookies.
    What a test may want to be otherwise are the resolver, the clock (seconds), the sleep, the certificates trusted and
    the ports.
    """

    def __init__(
        self,
        config: LinksConfig,
        *,
        resolve: Resolver = look_up,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        trust: ssl.SSLContext | None = None,
        ports: Collection[int] = PORTS,
    ) -> None:
        self._config = config
        self._resolve = resolve
        self._clock = clock
        self._given_trust = trust
        self._ports = None if config.allow_private else ports
        self._pace = Pace(clock, sleep)
        self._robots = Robots()

    def fetch(self, url: str, *, stamp: str = "") -> Fetched:
        """What stands at an address. UnreadableError if it cannot or may not be had, with the reason.

        `timeout_s` is for all redirects together; the pauses between requests to a host are not counted.
        """
        watch = _Watch(self._config.timeout_s, self._clock)
        final, reply = self._followed(url, _Errand(watch, {"Accept": ACCEPT, **conditions(stamp)}, _check_type))
        if reply.status == NOT_MODIFIED and stamp:
            return Fetched(final, stamp=stamp, unchanged=True)
        if reply.status not in WHOLE:
            raise refusal(reply)
        now = stamp_of(reply.headers, reply.data)
        return Fetched(final, reply.data, *type_and_charset(reply.headers), now, same_bytes(stamp, now))

    def stop(self) -> None:
        """Fetch nothing more; what waits for a pause to end waits no longer. To be called from any thread."""
        self._pace.stop()

    def _followed(self, url: str, errand: _Errand) -> tuple[str, Reply]:
        """The reply at the end of a chain of redirects, and where that is."""
        for _ in range(1 + MOST_REDIRECTS):
            address = allowed(url, self._ports)
            reply = self._answered(address, errand)
            if reply.status not in REDIRECTS:
                return str(address), reply
            url = redirected(address, reply)
        raise UnreadableError(f"it redirects more than {MOST_REDIRECTS} times", hint="open it in a browser")

    def _answered(self, url: httpx.URL, errand: _Errand) -> Reply:
        host, left = url.raw_host.decode("ascii"), errand.watch.left
        found = reachable(host, self._resolve, left(), allow_private=self._config.allow_private)
        wire = Wire(found, left, self._trust, self._config.max_mb * MEGABYTE)
        pause_s = self._pause_s(url, errand)
        reply = self._in_turn(url, errand, wire, pause_s)
        wait = retry_after(reply)
        if errand.visit and wait is not None and wait <= min(left(), LONGEST_RETRY_S):
            self._pace.sleep(wait)
            reply = self._in_turn(url, errand, wire, pause_s)
        return reply

    def _pause_s(self, url: httpx.URL, errand: _Errand) -> float:
        if not errand.visit:
            return 0.0
        if not self._config.respect_robots:
            return self._config.delay_s
        robots = _Errand(errand.watch, {}, visit=False)
        stated = self._robots.pause_s(str(url), lambda address: self._followed(address, robots)[1])
        return max(self._config.delay_s, stated)

    def _in_turn(self, url: httpx.URL, errand: _Errand, wire: Wire, pause_s: float) -> Reply:
        came = self._clock()
        with self._pace.turn(url.host, pause_s):
            errand.watch.put_off(self._clock() - came)
            agent = {"User-Agent": f"Vouch/{version('vouch')} (+reads articles for its user)"}
            return ask(url, agent | errand.headers, wire, errand.check)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return self._given_trust or httpx.create_ssl_context()


class _Watch:
    """Tells how much is left of the time for one fetch."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def left(self) -> float:
        return self._ends - self._clock()

    def put_off(self, seconds: float) -> None:
        self._ends += seconds


def _any_type(headers: httpx.Headers) -> None:
    pass


def _check_type(headers: httpx.Headers) -> None:
    check_media(type_and_charset(headers)[0])


@dataclass(frozen=True)
class _Errand:
    """What is asked for, by when. Asking for a robots.txt is no `visit`: it needs no leave and is not paced."""

    watch: _Watch
    headers: dict[str, str] = field(default_factory=dict)
    check: Callable[[httpx.Headers], None] = _any_type
    visit: bool = True

"""A web site on this machine, for tests that fetch. It keeps what it was asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ingest.config import LinksConfig
from ingest.fetch import Fetcher


@dataclass(frozen=True)
class Page:
    """What a path answers."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Page | Callable[[BaseHTTPRequestHandler], Page | None]


class Site:
    """Answers with `pages`; a callable may answer as it likes, and gives None if it wrote the answer itself."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer] = {"/robots.txt": Page(status=404)}
        self.asked: list[tuple[str, Message]] = []
        self.connections = 0
        self._server = _Server((host, 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def secure(self, context: ssl.SSLContext) -> None:
        """From now on it speaks TLS."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        self.site = site
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:  # and of the older kind as well
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def verify_request(self, request: object, client_address: object) -> bool:
        self.site.connections += 1
        return True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who fetches may hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        site.asked.append((self.path, self.headers))
        answer = site.pages.get(self.path, Page(status=404))
        page = answer if isinstance(answer, Page) else answer(self)
        if page is None:
            self.close_connection = True
            return
        self.send_response(page.status)
        sent = {"Content-Type": page.media_type, "Content-Length": str(len(page.body)), **page.headers}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


class Clock:
    """Time that passes only when someone sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(round(seconds, 3))
            self.now += seconds


NAMES = {"pebble.example": ["127.0.0.1"], "harbour.example": ["127.0.0.1"], "secure.example": ["127.0.0.1"]}


def resolve(name: str) -> list[str]:
    """The invented hosts of tests; all are this machine."""
    if name not in NAMES:
        raise OSError(f"no such host: {name}")
    return NAMES[name]


def fetcher_for(clock: Clock | None = None, **settings: object) -> Fetcher:
    """A fetcher that may reach this machine, and does not wait unless told to."""
    config = LinksConfig(**{"allow_private": True, "delay_s": 0.0, "timeout_s": 5.0, **settings})  # type: ignore[arg-type]
    if clock is None:
        return Fetcher(config, resolve=resolve)
    return Fetcher(config, resolve=resolve, clock=clock, sleep=clock.sleep)

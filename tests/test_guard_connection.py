"""Connections that hang are closed, so that they do not hold what others need."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import uvicorn

from web.connection import Connection

SHORT_S = 0.3
LONG_S = 20.0
LONG, PART = 50_000_000, 100_000  # bytes
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Hasty(Connection):
    head_s = SHORT_S
    stalled_s = SHORT_S


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Replies once the whole request is there; at /long with more than any buffer takes."""
    message = await receive()
    while message.get("more_body"):
        message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(LONG // PART if scope["path"] == "/long" else 0):
        await send({"type": "http.response.body", "body": b"x" * PART, "more_body": True})
    await send({"type": "http.response.body", "body": b"whole"})


@contextmanager
def serving() -> Iterator[int]:
    config = uvicorn.Config(app, port=0, http=Hasty, ws="none", lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(LONG_S)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


def closed_after(port: int, *parts: bytes, pause: float = 0.0) -> tuple[float, bytes]:
    """Seconds until the server closes a connection on which this is sent; what it replied."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONG_S) as connection:
        began = time.monotonic()
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        got = b"".join(rest(connection))
        return time.monotonic() - began, got


def test_who_connects_and_says_nothing_is_let_go(port: int) -> None:
    took, got = closed_after(port)
    assert SHORT_S / 2 < took < LONG_S
    assert got == b""


def test_who_sends_a_head_byte_by_byte_has_no_more_time_than_anybody(port: int) -> None:
    slowly = [bytes([byte]) for byte in GET]
    with suppress(ConnectionError):  # closed while it still sends
        closed_after(port, *slowly, pause=SHORT_S / 5)
        pytest.fail(f"it had {len(slowly) * SHORT_S / 5} s")


def test_a_request_may_take_its_time_once_its_head_is_there(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
    took, got = closed_after(port, head, b"a", b"b", pause=SHORT_S)
    assert got.endswith(b"whole\r\n0\r\n\r\n")
    assert took >= 2 * SHORT_S


def test_a_head_without_end_is_refused(port: int) -> None:
    _, got = closed_after(port, GET + b"X-Long: " + b"x" * 100_000)
    assert got.startswith(b"HTTP/1.1 400")


def test_who_does_not_read_the_reply_is_let_go(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=LONG_S) as connection:
        connection.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(SHORT_S * 3)  # reads nothing meanwhile
        assert sum(map(len, rest(connection))) < LONG


def rest(connection: socket.socket) -> Iterator[bytes]:
    """What comes until the connection is closed, in whatever way."""
    with suppress(ConnectionError):
        while part := connection.recv(1 << 20):
            yield part

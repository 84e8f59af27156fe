"""A scripted OpenAI-compatible server: a test says what it sends back, and reads what it was asked.

    with Endpoint(refuses(429, "slow down"), streams("Hello")) as endpoint:
        ...
    assert endpoint.calls == 2

Replies are used in the order given, and the last one repeats. A reply is a function over the handler.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

Step = Callable[["Handler"], None]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]  # names in lower case
    body: dict[str, Any]


class Endpoint:
    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.endpoint = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def calls(self) -> int:
        return len(self.requests)

    def take(self, request: Request) -> Step:
        self.requests.append(request)
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    endpoint: Endpoint
    allow_reuse_address = True
    daemon_threads = False  # joined by server_close, so that no socket outlives a test


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 5  # an idle kept-alive connection

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}"))

    def _answer(self, body: dict[str, Any]) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        step = self.server.endpoint.take(Request(self.path, headers, body))
        with contextlib.suppress(OSError):  # the client hung up, as it should
            step(self)

    def log_message(self, *_: object) -> None:
        pass

    def rest(self, seconds: float) -> None:
        self.server.endpoint.closing.wait(seconds)

    def send(self, status: int, body: str | bytes, media_type: str, headers: dict[str, str]) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def open_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def reset(self) -> None:
        """End the connection so that the other side sees a reset rather than an end of file."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def raw(body: str | bytes, media_type: str = "application/json", status: int = 200, **headers: str) -> Step:
    """Any reply; `retry_after="1"` becomes the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(status, body, media_type, named)


def refuses(status: int, message: str, code: str | int | None = None, **headers: str) -> Step:
    return raw(json.dumps(fault(message, code)), status=status, **headers)


def fault(message: str, code: str | int | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "t", "code": code}}


def whole(content: object, finish: str | None = "stop", **extra: object) -> Step:
    """A reply in one body, as from a server that does not stream."""
    message = {"role": "assistant", "content": content}
    body = {
        "id": "x",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }
    return raw(json.dumps(body | extra))


def models(*names: str) -> Step:
    return raw(json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in names]}))


def chunk(content: object = None, finish: str | None = None, **delta: object) -> str:
    delta = delta if content is None else {"content": content, **delta}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"id": "x", "object": "chat.completion.chunk", "choices": [choice]})


USAGE = json.dumps({"id": "x", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})


def streams(*deltas: str) -> Step:
    """A whole streamed reply."""
    return events(*(chunk(delta) for delta in deltas), chunk(finish="stop"), USAGE, "[DONE]")


def events(*data: str, then: Step | None = None) -> Step:
    """A stream of just these events, and then the end of the connection or what `then` does."""

    def step(handler: Handler) -> None:
        handler.open_stream()
        for item in data:
            handler.event(item)
        if then is not None:
            then(handler)

    return step


def hangs(handler: Handler) -> None:
    handler.rest(30)


def resets(handler: Handler) -> None:
    handler.reset()


def closes(handler: Handler) -> None:
    """Hang up without a word."""


def drips(data: str, every_s: float = 0.1) -> Step:
    """Send the same bytes again and again, each well within any read time-out."""

    def step(handler: Handler) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and not handler.server.endpoint.closing.is_set():
            handler.wfile.write(data.encode())
            handler.wfile.flush()
            handler.rest(every_s)

    return step

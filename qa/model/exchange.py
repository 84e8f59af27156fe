"""One HTTP exchange with an OpenAI-compatible server; the only module that touches the openai client."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from openai import OpenAI

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NO_KEY = "none"  # local servers want no key, but the client wants one


def open_client(base_url: str, key: str) -> OpenAI:
    """A client that never retries by itself: retries are counted and timed over a whole question, by us."""
    import openai

    local = urlsplit(base_url).hostname in LOOPBACK
    http_client = openai.DefaultHttpxClient(trust_env=not local)  # a proxy cannot reach our own machine for us
    return openai.OpenAI(base_url=base_url, api_key=key or NO_KEY, max_retries=0, http_client=http_client)


class Exchange:
    """A request to be made: iterating over it sends it and yields each JSON object of the reply, once.

    `halt` may be called from another thread, and ends a read that waits.
    """

    def __init__(self, client: OpenAI, path: str, body: dict[str, Any] | None, timeout_s: float) -> None:
        self._client, self._path, self._body, self._timeout_s = client, path, body, timeout_s
        self._response: Any = None

    def __iter__(self) -> Iterator[object]:
        # To the client every reply is a stream, so that a server which ignores `stream` is read as well.
        with self._send() as stream:
            self._response = stream.response
            if "text/event-stream" in self._response.headers.get("content-type", ""):
                yield from stream
            else:
                yield json.loads(self._response.read())

    def _send(self) -> Any:
        """Send it without the client's own models, which would warn of, or trip over, replies of odd shape."""
        import openai

        # The key is named as the means: by default this low-level call may send an administrator's, or none.
        means: dict[str, Any] = {
            "cast_to": object,
            "options": {"timeout": self._timeout_s, "security": {"bearer_auth": True}},
            "stream": True,
            "stream_cls": openai.Stream[object],
        }
        if self._body is None:
            return self._client.get(self._path, **means)
        return self._client.post(self._path, body=self._body, **means)

    def halt(self) -> None:
        """End a read in progress by shutting the connection down; harmless when there is none."""
        if self._response is None or self._response.is_closed:
            return
        connection = self._response.extensions["network_stream"].get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):  # closed in the meantime
            connection.shutdown(socket.SHUT_RDWR)

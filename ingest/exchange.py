"""One question and its answer over HTTP: to addresses that were checked, within a time, and not beyond a size."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import httpcore
import httpx

from ingest.errors import UnreadableError

PIECE = 64 * 1024  # bytes that are unpacked at once, and so the most by which a limit is passed
CONNECT_S = 10.0  # seconds for one of a host's addresses, so that a dead one leaves time for the next
WHOLE = (200, 203)  # statuses whose body is the page
PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}  # as zlib calls them

SLOW = "try later, or raise timeout_s under [ingest.links] in config.toml"

Left = Callable[[], float]  # seconds until all must be done


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; `data` is unpacked, and empty unless the status says that it is the page."""

    status: int
    headers: httpx.Headers
    data: bytes = b""


@dataclass(frozen=True)
class Wire:
    """How to reach a host, and what is too much: its addresses, the time left, whom to trust, bytes at most."""

    addresses: Sequence[str]
    left: Left
    trust: ssl.SSLContext
    most: int


def ask(url: httpx.URL, headers: dict[str, str], wire: Wire, check: Callable[[httpx.Headers], None]) -> Reply:
    """Ask for `url`. `check` may raise over the headers before a body is read. No cookies, no proxy, one connection.

    UnreadableError if there is no answer, or too long or too large a one.
    """
    origin = httpcore.Origin(url.raw_scheme, url.raw_host, url.port or {"http": 80, "https": 443}[url.scheme])
    target = httpcore.URL(scheme=origin.scheme, host=origin.host, port=url.port, target=url.raw_path)
    every = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "gzip, deflate", "Connection": "close", **headers}
    try:
        with httpcore.HTTPConnection(origin, ssl_context=wire.trust, network_backend=_Checked(wire)) as connection:
            response = connection.handle_request(httpcore.Request("GET", target, headers=list(every.items())))
            return _reply(response, wire, check)
    except httpcore.TimeoutException as error:
        raise UnreadableError("it did not answer in full within the time given", hint=SLOW) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise UnreadableError(
            f"it cannot be reached ({str(error) or type(error).__name__})", hint="try later"
        ) from error


def _reply(response: httpcore.Response, wire: Wire, check: Callable[[httpx.Headers], None]) -> Reply:
    headers = httpx.Headers(response.headers)
    if response.status not in WHOLE:
        return Reply(response.status, headers)
    check(headers)
    stated = headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > wire.most:
        raise _too_large(wire.most)
    return Reply(response.status, headers, _collected(_unpacked(iter(response.iter_stream()), headers), wire.most))


def _collected(pieces: Iterable[bytes], most: int) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > most:
            raise _too_large(most)
    return bytes(data)


def _too_large(most: int) -> UnreadableError:
    return UnreadableError(
        f"larger than {most / 1_000_000:g} MB", hint="raise max_mb under [ingest.links] in config.toml"
    )


def _unpacked(chunks: Iterator[bytes], headers: httpx.Headers) -> Iterator[bytes]:
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in {"identity", ""}:
        return chunks
    if coding not in PACKED:
        raise UnreadableError(f"it is packed as {coding}, which was not asked for", hint="save the page as a file")
    return _inflated(chunks, coding)


def _inflated(chunks: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """In pieces, so that a bomb is met after the first of them."""
    first = next(chunks, b"")
    # Some servers mean by "deflate" the bare stream; the wrapped one begins with 8 in its low bits.
    bare = coding == "deflate" and first[:1] and first[0] & 0x0F != zlib.DEFLATED
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS if bare else PACKED[coding])
    try:
        for chunk in chain([first], chunks):
            yield from _pieces(unpacker, chunk)
        yield unpacker.flush()
    except zlib.error as error:
        raise UnreadableError(f"it is packed wrongly ({error})", hint="save the page as a file") from error
    if first and not unpacker.eof:
        raise UnreadableError("it broke off", hint="try later")


def _pieces(unpacker: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    while chunk and not unpacker.eof:
        yield unpacker.decompress(chunk, PIECE)
        chunk = unpacker.unconsumed_tail


class _Checked(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name would mean by now."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._wire.addresses
        for address in others:
            try:
                return self._connected(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(last, port)

    def _connected(self, address: str, port: int) -> httpcore.NetworkStream:
        seconds = min(_some(self._wire.left), CONNECT_S)
        return _Timed(httpcore.SyncBackend().connect_tcp(address, port, seconds), self._wire.left)


class _Timed(httpcore.NetworkStream):
    """A stream whose every wait ends when all must be done, however often a drop comes."""

    def __init__(self, stream: httpcore.NetworkStream, left: Left) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _some(self._left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _some(self._left))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _some(self._left)), self._left)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _some(left: Left) -> float:
    """The seconds left, of which there must be some: a socket takes 0 for not waiting at all."""
    seconds = left()
    if seconds <= 0:
        raise httpcore.ReadTimeout
    return seconds

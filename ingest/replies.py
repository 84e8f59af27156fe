"""What a server's answer means: where it sends us, when to come back, why there is no page."""

from __future__ import annotations

from collections.abc import Collection
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from ingest.errors import UnreadableError

if TYPE_CHECKING:
    from ingest.exchange import Reply

REDIRECTS = (301, 302, 303, 307, 308)
NOT_MODIFIED = 304
WHOLE = (200, 203)  # the body is the page
GONE = (404, 410)
SHUT = (401, 402, 403, 407, 451)
BUSY = (429, 503)
SAVE = "save the page as a file and ingest that"


def allowed(address: str, ports: Collection[int] | None) -> httpx.URL:
    """The parts of a web address, at one of the ports if not None. UnreadableError if it is none that we read."""
    if any(character <= " " or character in "\\\x7f" for character in address):
        raise UnreadableError("it is no web address: there is a space or a backslash in it")
    try:
        url = httpx.URL(address).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnreadableError(f"it is no web address: {error}") from error
    if url.scheme not in {"http", "https"}:
        raise UnreadableError(f"{url.scheme or 'such'} addresses are not read", hint="those of http and https are")
    if not url.host:
        raise UnreadableError("it is no web address: it names no host")
    if url.userinfo:
        raise UnreadableError("there is a user name or a password in it", hint=f"take it out, or {SAVE}")
    if url.port is not None and ports is not None and url.port not in ports:
        raise UnreadableError(f"port {url.port} is not connected to, only {' and '.join(map(str, ports))}", hint=SAVE)
    return url


def redirected(url: httpx.URL, reply: Reply) -> str:
    """Where a reply sends us; never from a safe address to an unsafe one."""
    try:
        target = url.join(reply.headers.get("location", ""))
    except (httpx.InvalidURL, ValueError) as error:
        raise UnreadableError(f"it redirects to what is no web address: {error}", hint=SAVE) from error
    if "location" not in reply.headers:
        raise UnreadableError("it redirects without saying where", hint=SAVE)
    if url.scheme == "https" and target.scheme == "http":
        raise UnreadableError("it redirects from https to http, where anyone could change it", hint=SAVE)
    return str(target)


def retry_after(reply: Reply) -> float | None:
    """The seconds after which a busy site wants to be asked again; None if it does not say, or is not busy."""
    stated = reply.headers.get("retry-after", "")
    if reply.status not in BUSY or not stated:
        return None
    if stated.isdecimal():
        return float(stated)
    try:  # a date, to be compared with the server's own clock
        wait = parsedate_to_datetime(stated) - parsedate_to_datetime(reply.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(wait.total_seconds(), 0.0)


def refusal(reply: Reply) -> UnreadableError:
    """Why a reply is no page."""
    if reply.status in GONE:
        return UnreadableError(f"it is no longer there ({reply.status})", hint="check the address")
    if reply.status in SHUT:
        return UnreadableError(f"the site does not give it to programs ({reply.status})", hint=SAVE)
    if reply.status in BUSY:
        wait = retry_after(reply)
        stated = reply.headers.get("retry-after", "")
        when = f"in {wait:.0f} s" if wait is not None else f"after {stated}" if stated else "later"
        return UnreadableError(f"the site is busy ({reply.status})", hint=f"try again {when}")
    return UnreadableError(f"the site answered {reply.status}", hint="try later, or open it in a browser")


def type_and_charset(headers: httpx.Headers) -> tuple[str, str]:
    """The media type in small letters, and the encoding; "" for what is not said.

    >>> type_and_charset(httpx.Headers({"content-type": "Text/HTML; charset=ISO-8859-1"}))
    ('text/html', 'iso-8859-1')
    """
    stated = headers.get("content-type", "")
    if not stated:
        return "", ""
    message = Message()
    message["content-type"] = " ".join(stated.split())
    return message.get_content_type(), (message.get_content_charset() or "")

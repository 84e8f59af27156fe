"""What every reply says to the browser: load nothing from elsewhere, run no script but ours, be framed by nobody."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from starlette.types import Message, Send

# Scripts: Gradio's files, and the few that stand in its page, by their hashes, so that no script and no onerror= of an
# article could run even if it were put onto the page as HTML. 'unsafe-eval' stays: every gr.HTML makes a function of
# its template and of its script, and without it no part of the page appears. It opens nothing to HTML that is put in.
# Styles: Svelte sets them on elements, Gradio adds its own sheets while it runs; what they may load is as closed.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
NO_DEVICES = ("camera", "microphone", "geolocation", "display-capture", "payment", "usb", "serial", "midi")
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"x-dns-prefetch-control", b"off"),  # or the browser looks up the hosts of an article's links beforehand
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{device}=()" for device in NO_DEVICES).encode()),
]
_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def policy(page: bytes = b"") -> bytes:
    """The content security policy of a reply; the scripts that stand in `page` may run.

    >>> b"'sha256-" in policy(b"<script>1</script>"), b"'sha256-" in policy(b"<script src='x.js'></script>")
    (True, False)
    """
    hashes = "".join(f" 'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in _SCRIPT.findall(page))
    return POLICY.format(hashes=hashes).encode()


def protected(send: Send) -> Send:
    """A `send` that adds the headers to a reply."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"content-security-policy", policy()), *HEADERS]}
        await send(message)

    return with_headers


def protected_page(send: Send) -> Send:
    """The same for Gradio's page, which is held back until it is whole, since its scripts are named in its headers."""
    start: Message = {}
    page = b""

    async def held(message: Message) -> None:
        nonlocal start, page
        if message["type"] == "http.response.start":
            start = message
            return
        if message["type"] != "http.response.body":
            await send(message)
            return
        page += message.get("body", b"")
        if not message.get("more_body", False):
            headers = [*start["headers"], (b"content-security-policy", policy(page)), *HEADERS]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": page})

    return held

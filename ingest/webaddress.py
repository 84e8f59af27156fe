"""Web addresses as text: what is one, and which two are the same."""

import re
from urllib.parse import unquote, urlsplit, urlunsplit

ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
USER = re.compile(r"^(?P<scheme>\s*[a-z][a-z0-9+.-]*:/*)[^/?#]*@", re.IGNORECASE)
PORTS = {"http": ":80", "https": ":443"}
# What says where a reader came from, and nothing of the page.
TRACKING = re.compile(r"(?:utm_.*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid)", re.IGNORECASE)


def is_link(text: str) -> bool:
    """Whether a text is an address, not the path of a file; not all addresses can be read.

    >>> is_link("https://example.com/story"), is_link("clips/story.html"), is_link("C:/clips")
    (True, False, False)
    """
    return ANY_SCHEME.match(text.strip()) is not None


def followable(url: str) -> str:
    """The address if a reader may follow it (http or https, with a host), else "".

    >>> followable("https://example.org/a"), followable("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    try:
        parts = urlsplit(url)
        allowed = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return url if allowed else ""


def tidied(address: str) -> str:
    """The address without what does not change the page, so that two of the same page are equal.

    >>> tidied("HTTPS://Example.com:443?utm_source=mail&id=3#top")
    'https://example.com/?id=3'
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address.strip()
    user, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(PORTS.get(parts.scheme, ":"))
    query = "&".join(piece for piece in parts.query.split("&") if not _tracks(piece))
    return urlunsplit((parts.scheme, user + at + host, parts.path or "/", query, ""))


def without_password(address: str) -> str:
    """The address as it may be shown: a name and password in it are nobody else's business.

    >>> without_password("https://ana:secret@example.com/story"), without_password("https://example.com/@ana")
    ('https://…@example.com/story', 'https://example.com/@ana')
    """
    return USER.sub(r"\g<scheme>…@", address)


def host_of(address: str) -> str:
    """The host in small letters without "www.", which is no other site; "" if there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def names_page(address: str, at: str) -> bool:
    """Whether a page at `at` may say that `address` is its own: on the same site, and not just the site's front."""
    if not address.startswith(("http://", "https://")) or host_of(address) != host_of(at):
        return False
    return urlsplit(address).path not in {"", "/"} or urlsplit(at).path in {"", "/"}


def _tracks(piece: str) -> bool:
    return TRACKING.fullmatch(unquote(piece.partition("=")[0])) is not None

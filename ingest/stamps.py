"""What is kept of a fetched page to tell later whether it has changed."""

import hashlib
import json
from collections.abc import Mapping

LONGEST = 500  # characters of a server's own mark; a longer one is not worth keeping


def stamp_of(headers: Mapping[str, str], data: bytes) -> str:
    """The server's marks for this version of a page, and a hash of it for servers that give none."""
    marks = {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
    kept = {name: mark for name, mark in marks.items() if mark and mark.isprintable() and mark.isascii()}
    short = {name: mark for name, mark in kept.items() if len(mark) <= LONGEST}
    return json.dumps(short | {"sha256": hashlib.sha256(data).hexdigest()}, sort_keys=True)


def conditions(stamp: str) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    marks = _marks(stamp)
    asked = {"If-None-Match": marks.get("etag", ""), "If-Modified-Since": marks.get("modified", "")}
    return {name: value for name, value in asked.items() if value}


def same_bytes(one: str, other: str) -> bool:
    """Whether two stamps are of the same bytes, whatever the server says of them."""
    return bool(one) and _marks(one).get("sha256") == _marks(other).get("sha256", "")


def listed(stamp: str, changed: str) -> str:
    """The stamp of a page with what a feed or sitemap says of its last change, if it says so."""
    return json.dumps(_marks(stamp) | {"listed": changed}, sort_keys=True) if stamp and changed else stamp


def is_as_listed(stamp: str, changed: str) -> bool:
    """Whether a list says that a page has not changed since it got its stamp, so that it need not be asked for."""
    return bool(changed) and _marks(stamp).get("listed") == changed


def _marks(stamp: str) -> dict[str, str]:
    """What a stamp holds; nothing, where it is not one of ours."""
    try:
        found = json.loads(stamp or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""A web address as every format can carry it: ASCII, and nothing in it that any of them reads as a mark. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from ingest.webaddress import followable
from qa.language.plain import plain

# What stays as it is. Brackets, quotes, stars, braces and backslashes are marks in Markdown or in BibTeX.
KEPT = ":/?#@&+,;=%-._~$"
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def address(url: str) -> str:
    """The address with what is not plain percent-encoded, if a reader may follow it (http, https), else "".

    >>> address("https://example.org/a b>[c](d)?é=100%")
    'https://example.org/a%20b%3E%5Bc%5D%28d%29?%C3%A9=100%25'
    >>> address("javascript:alert(1)"), address("https://[::1]/")
    ('', '')
    """
    seen = plain(url).strip()
    if not followable(seen) or "[" in urlsplit(seen).netloc:
        return ""
    return _LOOSE_PERCENT.sub("%25", quote(seen, safe=KEPT))

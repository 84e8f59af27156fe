"""Structured data in web pages (JSON-LD, schema.org)."""

import json
from collections.abc import Iterator

from ingest.formats.fields import described
from ingest.formats.reading import Read

DEEPEST = 8  # levels of nesting; real pages have four
KINDS = ("Article", "Posting", "Report", "WebPage")


def article_in(source: str) -> Read:
    """What a JSON-LD block says of the article; comments and reviews in it have authors and dates of their own."""
    try:
        found = list(_items(json.loads(source), DEEPEST))
    except (ValueError, RecursionError):
        found = []
    articles = [described(item, "") for item in found]
    return next((article for article in articles if article.published), articles[0] if articles else Read(""))


def _items(value: object, depth: int) -> Iterator[dict[str, object]]:
    """The objects in it that are articles."""
    if isinstance(value, list) and depth:
        for part in value:
            yield from _items(part, depth - 1)
    elif isinstance(value, dict) and depth:
        if any(word in str(value.get("@type", "")) for word in KINDS):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _items(value.get(key), depth - 1)

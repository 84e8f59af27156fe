"""Places in articles: what a citation points to, whether its quote stands there, where a gold quote does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evaluation.collection import Collection
from evaluation.placing import SPACE
from evaluation.questions import Evidence

Data = Mapping[str, Any]
Span = tuple[str, int, int]  # article, start, end


def span_of(place: Data) -> Span:
    """Where a citation or a short answer points; to nowhere, as far as it does not say."""
    return place.get("article", ""), place.get("start", -1), place.get("end", -1)


def at(span: Span, collection: Collection) -> str:
    """What stands there; "" where nothing does."""
    article, start, end = span
    text = collection.text(article)
    return text[start:end] if 0 <= start < end <= len(text) else ""


def stands(citation: Data, collection: Collection) -> bool:
    """Whether the quote stands verbatim at its offsets in the article's stored text."""
    there = at(span_of(citation), collection)
    return bool(there and there == citation.get("quote"))


def within(span: Span, other: Span) -> bool:
    """Whether a span lies in another."""
    return span[0] == other[0] and other[1] <= span[1] and span[2] <= other[2]


def overlap(first: Span, second: Span) -> float:
    """The share of the shorter of two spans that lies in the other; 0 in different articles.

    >>> overlap(("a", 0, 10), ("a", 5, 100)), overlap(("a", 2, 3), ("a", 0, 9)), overlap(("a", 0, 9), ("b", 0, 9))
    (0.5, 1.0, 0.0)
    """
    common = min(first[2], second[2]) - max(first[1], second[1])
    shorter = min(first[2] - first[1], second[2] - second[1])
    return common / shorter if first[0] == second[0] and common > 0 else 0.0


def places(evidence: Evidence, collection: Collection) -> list[Span]:
    """Where a gold quote stands in its article, white space aside; more than once if the article repeats it."""
    bare = SPACE.sub("", evidence.quote)
    if not bare:
        return []
    text = collection.text(evidence.article)
    wanted = re.escape(evidence.quote.strip())
    found = re.finditer(wanted, text) if re.search(wanted, text) else re.finditer(_loosely(bare), text)
    return [(evidence.article, *place.span()) for place in found]


def _loosely(bare: str) -> str:
    """A pattern for these characters with any white space among them; slower than a search for them as they stand."""
    return f"(?:{SPACE.pattern})?".join(map(re.escape, bare))
